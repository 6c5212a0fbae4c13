"""What is withdrawn before it leaves: it is not packed, not sent, and settled at once."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from orders.catalogue.models import Product
from orders.checkout.steps import cancel_order
from orders.invoicing.models import Invoice
from orders.invoicing.operations import credit, issue
from orders.payments.operations import ask_refunds, owe_what_is_over
from orders.returns.cases import pieces_of, still_out, write_lines
from orders.returns.clock import last_day_to_refund
from orders.returns.letters import write_left_out
from orders.returns.models import ReturnCase, ReturnLine, WithdrawalNotice
from orders.returns.states import CaseState, Outcome
from orders.sales import operations as sales
from orders.sales.models import Order, OrderLine
from orders.sales.states import Status, Step
from orders.stock import operations as stock
from orders.stock.models import Movement

NOT_GONE = (Status.PLACED, Status.PACKED)


@transaction.atomic
def leave_out(
    *,
    notice: WithdrawalNotice,
    order: Order,
    at: datetime,
    quantities: Mapping[UUID, int] | None = None,
) -> ReturnCase | None:
    """Let what was withdrawn stay in the shop, and settle it with the buyer, to the cent.

    The order is held by the caller. An order of which nothing is left is cancelled, delivery and
    all. One that stands packed is packed anew. The invoice is issued now, where there is none yet,
    since what was withdrawn is taken off it by a credit note.

    :param quantities: pieces of each order line, where the notice itself does not name them.
    :raises NotNow: when that is none, or more than is left of the order.
    """
    left = still_out(order)
    back = pieces_of(notice, order, left, quantities)
    if sum(pieces for _line, pieces in back) == sum(left.values()):
        cancel_order(order=order, at=at)
        return None
    if order.status == Status.PACKED:
        order = sales.move(order=order, step=Step.UNPACK, at=at)
    case = settle_unsent(notice=notice, order=order, back=back, left=left, at=at)
    write_left_out(case, notice, at=at)
    return case


def settle_unsent(
    *,
    notice: WithdrawalNotice,
    order: Order,
    back: Sequence[tuple[OrderLine, int]],
    left: Mapping[UUID, int],
    at: datetime,
) -> ReturnCase:
    """Credit what never left, and let the money go back, in the caller's transaction."""
    _put_back(order, back, at)
    note = _credit(order, back, at) if order.total else None
    case = ReturnCase.objects.create(
        notice=notice,
        order=order,
        opened_at=at,
        due_date=last_day_to_refund(notice.received_at),
        never_sent=True,
        state=CaseState.SETTLED,
        settled_at=at,
        credit_note=note,
    )
    write_lines(case, back, left, outcome=Outcome.RESTOCK)
    if note is not None:
        owe_what_is_over(order=order, source=note.pk, at=at)
        ask_refunds(order=order, at=at)
    return case


def _put_back(order: Order, back: Sequence[tuple[OrderLine, int]], at: datetime) -> None:
    pieces: Counter[UUID] = Counter()
    for line, count in back:
        if line.variant_id is not None:
            pieces[line.variant_id] += count
    stock.take_back(
        order_number=order.number, pieces=pieces, at=at, kind=Movement.Kind.CANCELLATION
    )


def _credit(order: Order, back: Sequence[tuple[OrderLine, int]], at: datetime) -> Invoice:
    invoice = issue(order=order, tax_point=timezone.localdate(at), at=at)
    sold = dict(invoice.lines.exclude(order_line=None).values_list("order_line", "pk"))
    return credit(
        invoice=invoice,
        quantities={sold[line.pk]: pieces for line, pieces in back},
        reason=Invoice.Reason.WITHDRAWN,
        at=at,
    )


# --- What is still to be sent


@dataclass(frozen=True, slots=True)
class ToSend:
    """So many pieces of a line that go into the parcel, and so many that do not any more."""

    line: OrderLine
    pieces: int
    left_out: int


def to_send(orders: Iterable[Order]) -> dict[UUID, list[ToSend]]:
    """List by order what is to be packed of its goods; the lines should have been fetched along."""
    listed = list(orders)
    out = left_out_of(listed)
    return {
        order.pk: [
            ToSend(line, line.quantity - out.get(line.pk, 0), out.get(line.pk, 0))
            for line in order.lines.all()
            if line.kind == Product.Kind.GOODS
        ]
        for order in listed
    }


def left_out_of(orders: Iterable[Order]) -> dict[UUID, int]:
    """Count the pieces of each order line that were withdrawn before they left."""
    lines = ReturnLine.objects.filter(case__order__in=list(orders), case__never_sent=True)
    sums = lines.order_by().values("order_line").annotate(pieces=Sum("quantity"))
    return dict(sums.values_list("order_line", "pieces"))
