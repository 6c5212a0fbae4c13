"""Decide about a complaint: examined, then accepted with a remedy or refused with reasons."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from customers.models import Account
from orders import money
from orders.bookings.operations import give_back
from orders.complaints.letters import write_acceptance, write_refusal
from orders.complaints.models import Complaint, ComplaintLine, ComplaintStep
from orders.complaints.states import COMPLAINT_WAYS, OPEN, ComplaintState, Remedy
from orders.returns.cases import NotNow, open_case_of_defect, still_out
from orders.sales.models import Order
from orders.subscriptions.ending import stop as stop_services


class NotThatWay(ValueError):
    """The complaint stands where this does not start; somebody else was quicker."""


class PiecesAreGone(ValueError):
    """So many pieces are not with the buyer any more: they came back, or are coming back."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What is granted: how, of how many pieces, and by when."""

    remedy: Remedy
    pieces: Mapping[UUID, int]
    """How many are made good, by the key of the complaint's line."""
    reductions: Mapping[UUID, Decimal] = field(default_factory=dict)
    """By how much the price of those pieces is lowered, with VAT, for a price reduction."""
    answer: str = ""
    promised_date: date | None = None


@transaction.atomic
def examine(*, complaint: Complaint, at: datetime, by: Account | None) -> Complaint:
    """Take a complaint in hand, for the first time or once more.

    :raises NotThatWay: when that is not possible, since what had a defect is coming back already,
        or what the buyer told has been forgotten.
    """
    held = hold(complaint)
    if held.return_case_id is not None or held.released:
        raise NotThatWay
    held.remedy, held.promised_date = "", None
    held.lines.update(granted=0, reduction=0)
    return move(held, ComplaintState.EXAMINING, at=at, by=by)


@transaction.atomic
def accept(
    *, complaint: Complaint, decision: Decision, at: datetime, by: Account | None
) -> Complaint:
    """Grant a remedy, and tell the buyer; where the sale is off, the goods are awaited back.

    :raises NotThatWay: when it is not being examined.
    :raises PiecesAreGone: when so many pieces are not with the buyer any more.
    """
    held = hold(complaint)
    if held.state != ComplaintState.EXAMINING:
        raise NotThatWay
    held.remedy = decision.remedy
    held.answer = decision.answer.strip()
    held.promised_date = decision.promised_date
    for line in held.lines.all():
        line.granted = decision.pieces.get(line.pk, 0)
        is_lowered = decision.remedy == Remedy.REDUCTION
        line.reduction = decision.reductions.get(line.pk, money.ZERO) if is_lowered else money.ZERO
        line.save(update_fields=["granted", "reduction"])
    refuse_what_is_gone(held)
    if decision.remedy == Remedy.CANCELLING:
        try:
            held.return_case = open_case_of_defect(held.order, quantities=granted(held), at=at)
        except NotNow:
            raise PiecesAreGone from None
        stop_services(order=held.order, at=at, lines=set(granted(held)))
        give_back(order=held.order, at=at, pieces=granted(held))
    move(held, ComplaintState.ACCEPTED, at=at, by=by)
    write_acceptance(held, at=at)
    return held


@transaction.atomic
def refuse(*, complaint: Complaint, reasons: str, at: datetime, by: Account | None) -> Complaint:
    """Refuse a complaint with reasons, and tell the buyer who else can be asked.

    :raises NotThatWay: when it is not being examined.
    """
    held = hold(complaint)
    held.answer = reasons.strip()
    move(held, ComplaintState.REFUSED, at=at, by=by)
    write_refusal(held, at=at)
    return held


def hold(complaint: Complaint) -> Complaint:
    """Hold the order, then the complaint: all who touch an order take turns in that order."""
    Order.objects.select_for_update(of=("self",)).get(pk=complaint.order_id)
    complaints = Complaint.objects.select_related("order").select_for_update(of=("self",))
    return complaints.get(pk=complaint.pk)


def move(
    complaint: Complaint, state: ComplaintState, *, at: datetime, by: Account | None
) -> Complaint:
    """Take one step along the table, and write down who took it and when.

    :raises NotThatWay: when the table has no such way from where the complaint stands.
    """
    if state not in COMPLAINT_WAYS.get(ComplaintState(complaint.state), ()):
        raise NotThatWay
    complaint.state = state
    complaint.closed_at = None if state in OPEN else at
    complaint.save()
    ComplaintStep.objects.create(complaint=complaint, state=state, at=at, staff=by)
    return complaint


def granted(complaint: Complaint) -> dict[UUID, int]:
    """Give how many pieces of each order line are made good."""
    lines = ComplaintLine.objects.filter(complaint=complaint, granted__gte=1)
    return dict(lines.values_list("order_line", "granted"))


def refuse_what_is_gone(complaint: Complaint) -> None:
    """See to it that what is made good is something, and is with the buyer still.

    :raises PiecesAreGone: when it is not.
    """
    left, pieces = still_out(complaint.order), granted(complaint)
    if not pieces or any(count > left[key] for key, count in pieces.items()):
        raise PiecesAreGone
