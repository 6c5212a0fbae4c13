"""The look at the books each night, and who is told when they do not balance."""

from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import pgettext_lazy

from orders.bookkeeping.cross_checks import cross_checks
from orders.books.audit import audit
from orders.books.models import BooksAudit, Entry
from privacy.outbox.kinds import name_letters
from privacy.outbox.models import Letter
from privacy.outbox.operations import write_letter

LATEST = timedelta(hours=26)
"""After so long without a look somebody has to see to it."""
ALARM = "books_wrong"

name_letters(
    {
        ALARM: pgettext_lazy("letter", "alarm: the books"),
    }
)


def audit_tonight(*, at: datetime) -> BooksAudit:
    """Look at the books, and at all that must agree with them."""
    return audit(at=at, more=cross_checks())


def last_audit() -> BooksAudit | None:
    """Give the last look at the books."""
    return BooksAudit.objects.order_by("-at").first()


def books_are_well(*, at: datetime) -> bool:
    """Tell whether the books were looked at lately, and nothing was found.

    Before the first look they are, as long as nothing has stood in them for longer.
    """
    last = last_audit()
    if last is None:
        return not Entry.objects.filter(at__lt=at - LATEST).exists()
    return last.is_fine and at - last.at <= LATEST


def raise_alarm(*, at: datetime) -> Letter | None:
    """Write to the shop when the books do not balance or were not looked at, once a day."""
    last = last_audit()
    was_told = Letter.objects.filter(kind=ALARM, created_at__gt=at - timedelta(days=1)).exists()
    if was_told or books_are_well(at=at):
        return None
    return write_letter(
        to=settings.CONTROLLER["email"],
        language=settings.LANGUAGE_CODE,
        kind=ALARM,
        context={
            "last": last.at if last else None,
            "is_fine": last is None or last.is_fine,
            "count": len(last.findings) if last else 0,
        },
        at=at,
    )
