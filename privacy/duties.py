"""What the register has to do by itself each night, and who is told when it does not."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from privacy import ledger
from privacy.evidence import SweepRun
from privacy.outbox.kinds import name_letters
from privacy.outbox.models import Letter
from privacy.outbox.operations import write_letter
from privacy.recipients.models import PATIENCE, RecipientNotice
from privacy.recipients.operations import note_sent, recipients_are_silent
from privacy.sweep import sweep

LATEST = timedelta(hours=26)
"""After so long without a sweep somebody has to look."""
ALARM = "sweep_late"
SILENCE = "recipients_silent"

name_letters(
    {
        ALARM: pgettext_lazy("letter", "alarm: no nightly clearing"),
        SILENCE: pgettext_lazy("letter", "alarm: a recipient of data is silent"),
    }
)


def sweep_tonight(*, at: datetime) -> SweepRun:
    """Sweep, let the ledger's old lines go, and note that it was done."""
    removed = sweep(at=at)
    ledger.expire(at)
    return SweepRun.objects.create(began_at=at, ended_at=max(at, timezone.now()), removed=removed)


def last_sweep() -> datetime | None:
    """Give the moment at which the last sweep ended."""
    return SweepRun.objects.order_by("-ended_at").values_list("ended_at", flat=True).first()


def sweep_is_late(*, at: datetime) -> bool:
    """Tell whether a night has passed without a sweep that came to its end."""
    last = last_sweep()
    return last is None or at - last > LATEST


def raise_alarm(*, at: datetime) -> Letter | None:
    """Write to the contact person when the sweep is late, once a day."""
    if _was_told(ALARM, at) or not sweep_is_late(at=at):
        return None
    return _tell_contact(ALARM, {"last": last_sweep()}, at)


def raise_silence(*, at: datetime) -> Letter | None:
    """Note which notices have left; write to the contact person of those unanswered, once a day."""
    note_sent()
    if _was_told(SILENCE, at) or not recipients_are_silent(at=at):
        return None
    late = RecipientNotice.objects.overdue(at).count()
    said: dict[str, object] = {"count": late, "days": PATIENCE.days}
    return _tell_contact(SILENCE, said, at)


def _was_told(kind: str, at: datetime) -> bool:
    return Letter.objects.filter(kind=kind, created_at__gt=at - timedelta(days=1)).exists()


def _tell_contact(kind: str, said: dict[str, object], at: datetime) -> Letter:
    return write_letter(
        to=settings.CONTROLLER["contact_email"],
        language=settings.LANGUAGE_CODE,
        kind=kind,
        context=said,
        at=at,
    )
