"""What follows from a notice of withdrawal: the letter, and what is done with the order."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from orders.bookings.operations import give_back
from orders.checkout.steps import cancel_order
from orders.returns.cases import NotNow, open_case
from orders.returns.letters import write_acknowledgement
from orders.returns.models import ReturnCase, WithdrawalNotice
from orders.returns.states import NOTICE_WAYS, OPEN, NoticeState
from orders.returns.unsent import NOT_GONE, leave_out
from orders.sales.models import Order
from orders.subscriptions.ending import stop as stop_services
from privacy.limits import has_enough_letters
from privacy.locks import unless_crossed


class NotThatWay(ValueError):
    """The notice stands where this does not start; somebody else was quicker."""


def take_up(*, notice_id: UUID, at: datetime) -> None:
    """Acknowledge a notice, then let follow what follows from it; each is done once."""
    unless_crossed(lambda: acknowledge(notice_id=notice_id, at=at))
    unless_crossed(lambda: follow(notice_id=notice_id, at=at))


@transaction.atomic
def acknowledge(*, notice_id: UUID, at: datetime) -> None:
    """Write the acknowledgement of a notice, unless it has been written.

    To an address that nobody has shown to be the buyer's, strangers cause no more letters in an
    hour than by other forms; that of the fourth waits for staff.
    """
    email = WithdrawalNotice.objects.values_list("email", flat=True).get(pk=notice_id)
    is_over = has_enough_letters(email, at=at) if email else True
    notice = hold_notice(notice_id)
    if notice.acknowledged_at is not None or not notice.email:
        return
    if not notice.is_matched and is_over:
        return
    write_acknowledgement(notice, at=at)
    notice.acknowledged_at = at
    notice.save(update_fields=["acknowledged_at"])


@transaction.atomic
def follow(*, notice_id: UUID, at: datetime) -> WithdrawalNotice:
    """Let what has not left stay; leave to staff what they must look at; take up the rest."""
    notice = hold_notice(notice_id)
    if notice.state != NoticeState.RECEIVED:
        return notice
    if notice.flags or notice.order is None or notice.order.is_cancelled:
        return _move(notice, NoticeState.TO_DECIDE, at)
    try:
        with transaction.atomic():
            return _take(notice, notice.order, at)
    except NotNow:  # it came back meanwhile, or is coming back since it had a defect
        return _move(notice, NoticeState.TO_DECIDE, at)


def _take(
    notice: WithdrawalNotice,
    order: Order,
    at: datetime,
    quantities: Mapping[UUID, int] | None = None,
) -> WithdrawalNotice:
    if order.status in NOT_GONE:
        if quantities is None and notice.is_whole:
            cancel_order(order=order, at=at)
        else:
            left_out = leave_out(notice=notice, order=order, at=at, quantities=quantities)
            _stop_services(left_out, at)
        return _move(notice, NoticeState.SETTLED, at)
    _stop_services(open_case(notice, order, at=at, quantities=quantities), at)
    return _move(notice, NoticeState.TAKEN, at)


def _stop_services(case: ReturnCase | None, at: datetime) -> None:
    """Stop the services that were withdrawn from, and free the places of appointments.

    Without a case the whole order was cancelled.
    """
    if case is not None:
        pieces = dict(case.lines.values_list("order_line", "quantity"))
        stop_services(order=case.order, at=at, lines=set(pieces))
        give_back(order=case.order, at=at, pieces=pieces)


@transaction.atomic
def accept(
    *, notice: WithdrawalNotice, at: datetime, quantities: Mapping[UUID, int] | None = None
) -> WithdrawalNotice:
    """Let staff take up a notice that the shop did not take up by itself.

    :param quantities: pieces of each order line, where the buyer named them in words.
    :raises NotThatWay: when it is of no known order, somebody has decided already, or more would
        come back than is still with the buyer.
    """
    held = hold_notice(notice.pk)
    if held.order is None or held.order.is_cancelled or NoticeState.TAKEN not in _ways(held):
        raise NotThatWay
    try:
        with transaction.atomic():
            return _take(held, held.order, at, quantities)
    except NotNow:
        raise NotThatWay from None


@transaction.atomic
def answer(*, notice: WithdrawalNotice, at: datetime) -> WithdrawalNotice:
    """Let staff note that a notice has been answered, and that nothing follows from it.

    :raises NotThatWay: when somebody has decided already.
    """
    held = hold_notice(notice.pk)
    if NoticeState.ANSWERED not in _ways(held):
        raise NotThatWay
    return _move(held, NoticeState.ANSWERED, at)


@transaction.atomic
def match(*, notice: WithdrawalNotice, order: Order) -> WithdrawalNotice:
    """Let staff say of which order a notice is that the shop could not match.

    :raises NotThatWay: when it is of an order already.
    """
    locked = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    held = hold_notice(notice.pk)
    if held.order_id is not None or held.state not in OPEN:
        raise NotThatWay
    held.order = locked
    held.save(update_fields=["order"])
    return held


def _ways(notice: WithdrawalNotice) -> tuple[NoticeState, ...]:
    return NOTICE_WAYS.get(NoticeState(notice.state), ())


def hold_notice(notice_id: UUID) -> WithdrawalNotice:
    """Hold a notice, after its order: all who touch an order take turns in that order."""
    order_id = WithdrawalNotice.objects.values_list("order", flat=True).get(pk=notice_id)
    if order_id is not None:
        Order.objects.select_for_update(of=("self",)).get(pk=order_id)
    notices = WithdrawalNotice.objects.select_for_update(of=("self",)).select_related("order")
    return notices.get(pk=notice_id)


def _move(notice: WithdrawalNotice, state: NoticeState, at: datetime) -> WithdrawalNotice:
    notice.state = state
    notice.closed_at = None if state in OPEN else at
    notice.save(update_fields=["state", "closed_at"])
    return notice
