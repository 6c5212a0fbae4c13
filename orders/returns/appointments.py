"""An appointment is cancelled in time: the place is free again, and the money goes back."""

from datetime import datetime
from uuid import uuid4

from django.db import transaction

from orders.bookings.letters import write_cancelled
from orders.bookings.models import Booking
from orders.bookings.operations import NotToCome, TooLate, give_back, hold_booking
from orders.checkout.steps import cancel_order
from orders.returns.cases import still_out
from orders.returns.models import WithdrawalNotice
from orders.returns.operations import Statement, give_notice
from orders.returns.states import NoticeState
from orders.returns.unsent import NOT_GONE, settle_unsent
from privacy.locks import share_person, unless_crossed


def cancel(*, booking: Booking, at: datetime, in_spite_of_the_hour: bool = False) -> Booking:
    """Cancel an appointment for its buyer, with all its places.

    An order of which nothing is left and that has not left is cancelled as a whole. Of any other
    the line is taken back as a withdrawal is, to the cent, whether the law gives that right or not:
    it was agreed.

    :param in_spite_of_the_hour: staff may do it when the buyer cannot any more.
    :raises NotToCome: when it is over or has begun, or has been cancelled already.
    :raises TooLate: when the buyer's time for it has passed.
    """
    return unless_crossed(lambda: _cancel(booking, at, late=in_spite_of_the_hour))


@transaction.atomic
def _cancel(booking: Booking, at: datetime, *, late: bool) -> Booking:
    share_person(booking.email)
    held = hold_booking(booking.pk)
    if not held.is_to_come or held.slot.starts_at <= at:
        raise NotToCome
    if not late and not held.can_be_changed(at):
        raise TooLate
    order, left = held.bought_as.order, still_out(held.bought_as.order)
    if order.status in NOT_GONE and sum(left.values()) == left[held.bought_as_id]:
        cancel_order(order=order, at=at)
    else:
        _take_off(held, left[held.bought_as_id], at)
        write_cancelled(held, at=at)
    held.refresh_from_db()
    return held


def _take_off(booking: Booking, pieces: int, at: datetime) -> None:
    """Take the line back, as one that never left; the letter of it is the acknowledgement too."""
    line = booking.bought_as
    order = line.order
    said = Statement(
        submission=uuid4(),
        name=f"{order.first_name} {order.last_name}".strip(),
        email=order.email,
        order=order,
        quantities={line.pk: pieces},
    )
    way = WithdrawalNotice.Way.ADDRESS
    notice = give_notice(statement=said, way=way, language=order.language, at=at)
    back = [(line, pieces)]
    settle_unsent(notice=notice, order=order, back=back, left=still_out(order), at=at)
    notice.state, notice.closed_at, notice.acknowledged_at = NoticeState.SETTLED, at, at
    notice.save(update_fields=["state", "closed_at", "acknowledged_at"])
    give_back(order=order, at=at, pieces={line.pk: pieces})
