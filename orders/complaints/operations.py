"""Take a complaint: write it down, whatever is amiss with it, and acknowledge it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from customers.models import Account
from orders.catalogue.pictures import CheckedPicture
from orders.complaints.letters import write_receipt
from orders.complaints.models import Complaint, ComplaintLine, ComplaintStep
from orders.complaints.photos import lay_down, named
from orders.complaints.states import ComplaintState, Flag, Remedy
from orders.complaints.term import last_day_to_tell
from orders.returns.cases import still_out
from orders.sales.models import Order
from orders.sales.states import Status
from privacy.locks import share_person, unless_crossed
from privacy.normal import normal_email


@dataclass(frozen=True, slots=True)
class Told:
    """What a buyer tells who complains."""

    submission: UUID
    email: str
    words: str
    wish: Remedy
    quantities: Mapping[UUID, int]
    """Pieces of each order line that have the defect."""
    noticed_date: date | None = None
    photos: tuple[CheckedPicture, ...] = ()


class NotThen(ValueError):
    """A complaint cannot have come before its order, nor after now."""


def complain(
    *, order: Order, told: Told, way: Complaint.Way, language: str, at: datetime
) -> Complaint:
    """Write down a complaint and its receipt; the same form sent twice is one complaint.

    None is refused: one that is late, or of something that came back, is marked for staff.
    """
    return unless_crossed(lambda: _complain(order, told, _Came(way, language, at), at))


def take_down(
    *,
    order: Order,
    told: Told,
    way: Complaint.Way,
    received_at: datetime,
    by: Account,
    at: datetime,
) -> Complaint:
    """Write down what a buyer has told by telephone or mail, as of the moment at which it came.

    :param by: the member of staff who writes it down.
    :raises NotThen: when it would have come before the order was placed, or has not come yet.
    """
    if not order.placed_at <= received_at <= at:
        raise NotThen
    came = _Came(way, order.language, received_at, by)
    return unless_crossed(lambda: _complain(order, told, came, at))


@dataclass(frozen=True, slots=True)
class _Came:
    """How a complaint came, when, and who has written it down for the buyer."""

    way: Complaint.Way
    language: str
    at: datetime
    by: Account | None = None


@transaction.atomic
def _complain(order: Order, told: Told, came: _Came, at: datetime) -> Complaint:
    email = normal_email(told.email)
    for address in sorted({email, order.email} - {""}):
        share_person(address)
    held = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    earlier = Complaint.objects.filter(submission=told.submission).first()
    if earlier is not None:
        # Sent again because the answer was lost: its pictures may have been, too.
        _lay_down_after(earlier, told)
        return earlier
    pieces = {key: count for key, count in told.quantities.items() if count}
    complaint = Complaint.objects.create(
        number=f"{held.number}-{held.complaints.count() + 1}",
        submission=told.submission,
        order=held,
        received_at=came.at,
        way=came.way,
        email=email,
        words=told.words.strip(),
        noticed_date=told.noticed_date,
        wish=told.wish,
        language=came.language,
        flags=_flags(held, told, pieces, came.at),
        **named(told.submission, told.photos),
    )
    ComplaintLine.objects.bulk_create(
        ComplaintLine(complaint=complaint, order_line_id=key, quantity=count)
        for key, count in pieces.items()
    )
    ComplaintStep.objects.create(
        complaint=complaint, state=ComplaintState.RECEIVED, at=at, staff=came.by
    )
    write_receipt(complaint, at=at)
    _lay_down_after(complaint, told)
    return complaint


def _lay_down_after(complaint: Complaint, told: Told) -> None:
    """Lay the pictures down once it is certain that a row names them."""
    if told.photos:
        transaction.on_commit(partial(lay_down, complaint_id=complaint.pk, photos=told.photos))


def _flags(order: Order, told: Told, pieces: Mapping[UUID, int], at: datetime) -> list[str]:
    left = still_out(order)
    noticed = told.noticed_date
    before = ComplaintLine.objects.filter(complaint__order=order, order_line__in=pieces)
    found = {
        Flag.LATE: noticed is not None and timezone.localdate(at) > last_day_to_tell(noticed),
        Flag.NOT_THERE: order.status not in (Status.DELIVERED, Status.CANCELLED),
        Flag.CANCELLED: order.is_cancelled,
        Flag.RETURNED: any(count > left[key] for key, count in pieces.items()),
        Flag.DOUBLE: before.exists(),
        Flag.COMPANY: bool(order.business_id or order.company_id),
    }
    return [flag.value for flag, is_so in found.items() if is_so]
