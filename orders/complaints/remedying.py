"""Make good what was granted: each once, by the same operations that everything else goes by."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from customers.models import Account
from orders.complaints.deciding import (
    NotThatWay,
    granted,
    hold,
    move,
    refuse_what_is_gone,
)
from orders.complaints.letters import write_done
from orders.complaints.models import Complaint
from orders.complaints.states import ComplaintState, Remedy
from orders.fulfilment.operations import send
from orders.invoicing.lines import NothingToCredit
from orders.invoicing.models import Invoice
from orders.invoicing.operations import credit
from orders.payments.operations import ask_refunds, owe_what_is_over
from orders.returns.states import CaseState
from orders.sales.models import OrderLine
from orders.stock import operations as stock

MOST_AT_ONCE = 100


class NotReducible(ValueError):
    """So much of the price is not left: it was not invoiced, or was credited before."""


@dataclass(frozen=True, slots=True)
class Done:
    """What staff say of the work: of a repair its days, of a replacement its parcel."""

    taken_in_date: date | None = None
    given_back_date: date | None = None
    tracking_code: str = ""


@transaction.atomic
def make_good(*, complaint: Complaint, done: Done, at: datetime, by: Account | None) -> Complaint:
    """Do what was granted and tell the buyer; what has been done already is given back.

    Of a sale that is off this is the last step, once the return is settled.

    :raises NotThatWay: when nothing was granted, or the goods have not come back yet.
    :raises PiecesAreGone: when the pieces came back meanwhile.
    :raises NotReducible: when so much of the price is not left.
    :raises OutOfStock: when there is nothing to replace them by.
    """
    held = hold(complaint)
    if held.state == ComplaintState.REMEDIED:
        return held
    if held.state != ComplaintState.ACCEPTED:
        raise NotThatWay
    note: Invoice | None = None
    match Remedy(held.remedy):
        case Remedy.REPAIR:
            held.taken_in_date, held.given_back_date = done.taken_in_date, done.given_back_date
        case Remedy.REPLACEMENT:
            _replace(held, done.tracking_code, at)
        case Remedy.REDUCTION:
            held.credit_note = note = _reduce(held, at, by)
        case Remedy.CANCELLING:
            note = _came_back(held)
    move(held, ComplaintState.REMEDIED, at=at, by=by)
    write_done(
        held,
        at=at,
        facts={"tracking_code": done.tracking_code, "given_back": -note.total if note else None},
    )
    return held


def close_what_was_paid_back(*, at: datetime) -> int:
    """Close the complaints whose goods came back and were settled; tell how many."""
    settled = Complaint.objects.filter(
        state=ComplaintState.ACCEPTED, return_case__state=CaseState.SETTLED
    )
    found = list(settled.order_by("received_at")[:MOST_AT_ONCE])
    for complaint in found:
        make_good(complaint=complaint, done=Done(), at=at, by=None)
    return len(found)


def _replace(complaint: Complaint, tracking_code: str, at: datetime) -> None:
    """Take others off the shelf and send them; the defective ones left the stock when sold."""
    refuse_what_is_gone(complaint)
    order, pieces = complaint.order, granted(complaint)
    wanted: dict[UUID, int] = {}
    for line in OrderLine.objects.filter(pk__in=pieces).exclude(variant=None):
        if line.variant_id is not None:
            wanted[line.variant_id] = wanted.get(line.variant_id, 0) + pieces[line.pk]
    stock.replace(order_number=order.number, pieces=wanted, at=at)
    if tracking_code:
        send(order=order, tracking_code=tracking_code, at=at)


def _came_back(complaint: Complaint) -> Invoice | None:
    """Give the credit note of what came back; none where its price was given back before."""
    case = complaint.return_case
    if case is None or case.state != CaseState.SETTLED:
        raise NotThatWay
    return case.credit_note


def _reduce(complaint: Complaint, at: datetime, by: Account | None) -> Invoice:
    """Credit the reduction, and let the money go back the way it came."""
    refuse_what_is_gone(complaint)
    order = complaint.order
    invoice = Invoice.objects.invoices().about(order).first()
    if invoice is None:
        raise NotReducible
    keys = dict(invoice.lines.exclude(order_line=None).values_list("order_line", "pk"))
    lines = complaint.lines.filter(reduction__gt=0)
    try:
        note = credit(
            invoice=invoice,
            quantities={},
            reductions={keys[line.order_line_id]: line.reduction for line in lines},
            reason=Invoice.Reason.DEFECT,
            at=at,
        )
    except NothingToCredit:
        raise NotReducible from None
    owe_what_is_over(order=order, source=note.pk, at=at, by=by)
    ask_refunds(order=order, at=at)
    return note
