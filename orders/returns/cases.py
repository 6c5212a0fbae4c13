"""Goods that come back: received, inspected, and settled with the buyer, each once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Literal
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from customers.models import Account
from customers.postcodes import is_in_aland
from orders import money
from orders.catalogue.models import Product
from orders.delivery.models import DeliveryMethod
from orders.delivery.pricing import Load, offers_for
from orders.invoicing.lines import NothingToCredit
from orders.invoicing.models import Invoice
from orders.invoicing.operations import credit, delivery_left, pieces_left
from orders.payments.operations import ask_refunds, owe_what_is_over
from orders.returns.clock import SOON, last_day_to_refund
from orders.returns.letters import write_instructions
from orders.returns.models import ReturnCase, ReturnLine, WithdrawalNotice
from orders.returns.states import CASE_WAYS, CaseState, Ground, Loss, NoticeState, Outcome
from orders.sales.models import Order, OrderLine
from orders.stock import operations as stock


class NotNow(ValueError):
    """The return stands where this does not start; somebody else was quicker."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was seen of a line that came back."""

    outcome: Outcome
    value_loss: Decimal = money.ZERO
    why: Loss | None = None


def open_case(
    notice: WithdrawalNotice,
    order: Order,
    *,
    at: datetime,
    quantities: Mapping[UUID, int] | None = None,
) -> ReturnCase:
    """Open the return that follows from a notice, inside the transaction that takes it up.

    :param quantities: pieces of each order line, where the notice itself does not name them.
    :raises NotNow: when nothing would come back, or more than has not come back yet.
    """
    left = still_out(order)
    back = pieces_of(notice, order, left, quantities)
    case = ReturnCase.objects.create(
        notice=notice,
        order=order,
        opened_at=at,
        due_date=last_day_to_refund(notice.received_at),
    )
    write_lines(case, back, left)
    write_instructions(case, at=at)
    return case


def open_case_of_defect(
    order: Order, *, quantities: Mapping[UUID, int], at: datetime
) -> ReturnCase:
    """Open the return of what had a defect, inside the transaction that takes back the sale.

    :raises NotNow: when nothing would come back, or more than has not come back yet.
    """
    left = still_out(order)
    back = _chosen(order, left, quantities)
    case = ReturnCase.objects.create(
        ground=Ground.DEFECT, order=order, opened_at=at, due_date=last_day_to_refund(at)
    )
    write_lines(case, back, left)
    return case


def pieces_of(
    notice: WithdrawalNotice,
    order: Order,
    left: Mapping[UUID, int],
    quantities: Mapping[UUID, int] | None = None,
) -> list[tuple[OrderLine, int]]:
    """Say of which lines a notice withdraws how many pieces.

    :raises NotNow: when that is none, or more than is left.
    """
    said = {UUID(piece["line"]): piece["quantity"] for piece in notice.pieces}
    return _chosen(order, left, said or (left if quantities is None else quantities))


def _chosen(
    order: Order, left: Mapping[UUID, int], wanted: Mapping[UUID, int]
) -> list[tuple[OrderLine, int]]:
    back = [(line, wanted[line.pk]) for line in order.lines.all() if wanted.get(line.pk, 0)]
    if not back or any(pieces > left[line.pk] for line, pieces in back):
        raise NotNow
    return back


def write_lines(
    case: ReturnCase,
    back: Sequence[tuple[OrderLine, int]],
    left: Mapping[UUID, int],
    *,
    outcome: Outcome | Literal[""] = "",
) -> None:
    """Write down what comes back, at its share of what the line cost after any coupon."""
    for line, pieces in back:
        before = line.quantity - left[line.pk]
        until, so_far = (
            money.share_of(line.total, Decimal(each), Decimal(line.quantity))
            for each in (before + pieces, before)
        )
        ReturnLine.objects.create(
            case=case, order_line=line, quantity=pieces, price=until - so_far, outcome=outcome
        )


def still_out(order: Order) -> dict[UUID, int]:
    """Count the pieces of each line of which no return has been opened."""
    back = ReturnLine.objects.filter(case__order=order).values_list("order_line", "quantity")
    left = {line.pk: line.quantity for line in order.lines.all()}
    for key, pieces in back:
        left[key] -= pieces
    return left


@transaction.atomic
def note_sending(*, case: ReturnCase, at: datetime) -> ReturnCase:
    """Note that the buyer has shown that the goods are on their way: the money waits no longer."""
    held = _hold(case)
    if held.state == CaseState.ANNOUNCED and held.sent_at is None:
        held.sent_at = at
        held.save(update_fields=["sent_at"])
    return held


@transaction.atomic
def receive(*, case: ReturnCase, at: datetime) -> ReturnCase:
    """Note that the goods came.

    :raises NotNow: when they have come already.
    """
    held = _step(case, CaseState.RECEIVED)
    held.received_at = at
    held.save(update_fields=["state", "received_at"])
    return held


@transaction.atomic
def inspect(*, case: ReturnCase, found: Mapping[UUID, Found], at: datetime) -> ReturnCase:
    """Note of each line what becomes of it, and what value it has lost and why.

    :param found: by the key of the returned line; every line is named.
    :raises NotNow: when that has been noted already.
    """
    held = _step(case, CaseState.INSPECTED)
    for line in held.lines.all():
        seen = found[line.pk]
        line.outcome = seen.outcome
        line.value_loss = seen.value_loss
        line.loss_reason = seen.why or ""
        line.save(update_fields=["outcome", "value_loss", "loss_reason"])
    held.inspected_at = at
    held.save(update_fields=["state", "inspected_at"])
    return held


@transaction.atomic
def settle(*, case: ReturnCase, at: datetime, by: Account | None = None) -> ReturnCase:
    """Credit what came back, let the money go back the way it came, and fill the shelf.

    A return that has been settled is given back: of two who settle at once, one does.

    :raises NotNow: when it has not been inspected, or the order has no invoice yet.
    """
    held = _hold(case)
    if held.state == CaseState.SETTLED:
        return held
    order = held.order
    invoice = Invoice.objects.invoices().about(order).first()
    if held.state != CaseState.INSPECTED or (invoice is None and order.total):
        raise NotNow
    # The shelf is held before the books, as by whoever orders or cancels.
    stock.take_back(order_number=order.number, pieces=_to_shelf(held), at=at)
    if invoice is not None:
        held.delivery_refund = _delivery_to_refund(held, order, invoice)
        held.credit_note = _credit(held, invoice, at)
    if held.credit_note is not None:
        owe_what_is_over(order=order, source=held.credit_note.pk, at=at, by=by)
        ask_refunds(order=order, at=at)
    held.state = CaseState.SETTLED
    held.settled_at = at
    held.save(update_fields=["state", "settled_at", "delivery_refund", "credit_note"])
    if held.notice_id is not None:
        WithdrawalNotice.objects.filter(pk=held.notice_id).update(
            state=NoticeState.SETTLED, closed_at=at
        )
    return held


def pressing(*, at: datetime) -> int:
    """Count the returns whose money must go back within three days, or should have gone."""
    soon = timezone.localdate(at) + timedelta(days=SOON)
    return ReturnCase.objects.to_refund().filter(due_date__lte=soon).count()


def _hold(case: ReturnCase) -> ReturnCase:
    """Hold the order, then the return: all who touch an order take turns in that order."""
    Order.objects.select_for_update(of=("self",)).get(pk=case.order_id)
    cases = ReturnCase.objects.select_related("order").select_for_update(of=("self",))
    return cases.get(pk=case.pk)


def _step(case: ReturnCase, state: CaseState) -> ReturnCase:
    held = _hold(case)
    if CASE_WAYS.get(CaseState(held.state)) != state:
        raise NotNow
    held.state = state
    return held


def _credit(case: ReturnCase, invoice: Invoice, at: datetime) -> Invoice | None:
    """Issue the credit note; none where all value was lost."""
    by_line = {line.order_line_id: line for line in case.lines.all()}
    mine = {
        sold.pk: by_line[sold.order_line_id]
        for sold in invoice.lines.exclude(order_line=None)
        if sold.order_line_id in by_line
    }
    is_defect = case.ground == Ground.DEFECT
    if sum((line.price - line.value_loss for line in mine.values()), start=case.delivery_refund):
        try:
            return credit(
                invoice=invoice,
                quantities={key: line.quantity for key, line in mine.items()},
                withheld={key: line.value_loss for key, line in mine.items()},
                delivery=case.delivery_refund,
                reason=Invoice.Reason.DEFECT if is_defect else Invoice.Reason.WITHDRAWN,
                at=at,
            )
        except NothingToCredit:  # its price was given back before
            return None
    return None


def _delivery_to_refund(case: ReturnCase, order: Order, invoice: Invoice) -> Decimal:
    """Give back the delivery when nothing of the order stays, but for what a dearer way cost more.

    Who keeps a part has had that part delivered, so its delivery stays paid.
    """
    back = {line.order_line_id: line.quantity for line in case.lines.all()}
    sold = dict(invoice.lines.exclude(order_line=None).values_list("pk", "order_line"))
    stays = [key for key, left in pieces_left(invoice).items() if left > back.get(sold[key], 0)]
    if stays:
        return money.ZERO
    if case.ground == Ground.DEFECT:
        return delivery_left(invoice)
    return max(delivery_left(invoice) - _extra_cost(order), money.ZERO)


def _extra_cost(order: Order) -> Decimal:
    """Tell how much more the chosen way costs than the cheapest to the same address.

    A way that is not offered any more cost nothing extra: doubt is to the buyer's good.
    """
    goods = [
        line for line in order.lines.select_related("variant") if line.kind == Product.Kind.GOODS
    ]
    load = Load(
        total=sum((line.total for line in goods), start=money.ZERO),
        weight_g=sum(line.variant.weight_g * line.quantity for line in goods if line.variant),
        to_aland=is_in_aland(order.delivery_postcode or order.postcode),
    )
    prices = {
        offer.method.code: offer.price
        for offer in offers_for(load)
        if offer.method.kind == DeliveryMethod.Kind.PARCEL
    }
    chosen = prices.get(order.delivery_code)
    return money.ZERO if chosen is None else chosen - min(prices.values())


def _to_shelf(case: ReturnCase) -> dict[UUID, int]:
    lines = case.lines.filter(outcome=Outcome.RESTOCK).exclude(order_line__variant=None)
    return dict(lines.values_list("order_line__variant", "quantity"))
