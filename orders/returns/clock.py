"""Until when the money of a withdrawal must have gone back."""

from datetime import date, datetime, timedelta

from django.utils import timezone

REFUND_DAYS = 14
"""Consumer Protection Act 38/1978, chapter 6, section 17; Directive 2011/83/EU, Article 13."""
SOON = 3
"""So many days before the last one staff are reminded."""


def last_day_to_refund(notified_at: datetime) -> date:
    """Give the last day on which money may go back: the fourteenth after the notice."""
    return timezone.localdate(notified_at) + timedelta(days=REFUND_DAYS)
