"""Letters about complaints: the receipt, the decision, and that it was made good."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.utils.translation import pgettext_lazy

from orders.complaints.models import Complaint
from orders.sales.models import OrderEvent
from privacy.outbox.kinds import name_letters
from privacy.outbox.models import Letter
from privacy.outbox.operations import write_letter

RECEIVED = "complaint_received"
ACCEPTED = "complaint_accepted"
REFUSED = "complaint_refused"
REMEDIED = "complaint_remedied"

name_letters(
    {
        RECEIVED: pgettext_lazy("letter", "the complaint has been received"),
        ACCEPTED: pgettext_lazy("letter", "the complaint is accepted"),
        REFUSED: pgettext_lazy("letter", "the complaint is refused"),
        REMEDIED: pgettext_lazy("letter", "the defect is made good"),
    }
)


def write_receipt(complaint: Complaint, *, at: datetime) -> Letter | None:
    """Acknowledge a complaint with its number, its date and its content."""
    return _write(RECEIVED, complaint, at)


def write_acceptance(complaint: Complaint, *, at: datetime) -> Letter | None:
    """Tell what the shop makes good, how, and by when."""
    return _write(ACCEPTED, complaint, at)


def write_refusal(complaint: Complaint, *, at: datetime) -> Letter | None:
    """Tell why the shop does not agree, and who else can be asked."""
    return _write(REFUSED, complaint, at)


def write_done(
    complaint: Complaint, *, at: datetime, facts: Mapping[str, object] | None = None
) -> Letter | None:
    """Tell what the shop has done."""
    return _write(REMEDIED, complaint, at, facts)


def _write(
    kind: str, complaint: Complaint, at: datetime, facts: Mapping[str, object] | None = None
) -> Letter | None:
    """Write to the address that the buyer gave; who was forgotten meanwhile gets no letter."""
    if not complaint.email:
        return None
    letter = write_letter(
        to=complaint.email,
        language=complaint.language,
        kind=kind,
        context={
            "complaint": complaint,
            "order": complaint.order,
            "lines": list(complaint.lines.select_related("order_line")),
            **(facts or {}),
        },
        at=at,
        reply_to=settings.CONTROLLER["email"],
        about=complaint.pk,
    )
    OrderEvent.objects.create(
        order=complaint.order, kind=OrderEvent.Kind.LETTER, at=at, detail=kind
    )
    return letter
