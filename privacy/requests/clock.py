"""How long an answer may take: Article 12(3) of Regulation (EU) 2016/679."""

from datetime import date, datetime

from django.utils import timezone

from privacy.workdays import months_after

MONTHS = 1
MONTHS_EXTENDED = 3
"""One month, and two further ones where the request is complex or there are many."""

ALARMS = (50, 75, 90)
"""Shares of the time, in percent, after which the contact person is reminded."""
LATE = 75
"""From this share on the register's duties are red."""


def due_date(received_at: datetime) -> date:
    """Give the last day for the answer to what came at a moment."""
    return months_after(timezone.localdate(received_at), MONTHS)


def longest_extension(received_at: datetime) -> date:
    """Give the last day to which the answer may be put off."""
    return months_after(timezone.localdate(received_at), MONTHS_EXTENDED)
