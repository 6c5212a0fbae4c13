"""Letters about a quote: that it was asked for, that it is given, and that it is withdrawn."""

from datetime import datetime

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import pgettext_lazy

from orders.quotes.models import Quote
from orders.quotes.pricing import sums_of
from privacy.outbox.addresses import absolute
from privacy.outbox.kinds import name_letters
from privacy.outbox.models import Letter
from privacy.outbox.operations import write_letter

ASKED = "quote_asked"
GIVEN = "quote_given"
WITHDRAWN = "quote_withdrawn"

name_letters(
    {
        ASKED: pgettext_lazy("letter", "the request for a quote has been received"),
        GIVEN: pgettext_lazy("letter", "a quote"),
        WITHDRAWN: pgettext_lazy("letter", "no quote is given"),
    }
)


def write_receipt(quote: Quote, *, at: datetime) -> Letter:
    """Acknowledge that a quote was asked for."""
    return _write(ASKED, quote, at)


def write_quote(quote: Quote, *, at: datetime) -> Letter:
    """Send a quote, with the address at which it can be accepted."""
    return _write(GIVEN, quote, at)


def write_withdrawal(quote: Quote, *, at: datetime) -> Letter:
    """Tell that the shop gives no quote, or takes one back, and why."""
    return _write(WITHDRAWN, quote, at)


def _write(kind: str, quote: Quote, at: datetime) -> Letter:
    lines = list(quote.lines.all())
    with translation.override(quote.language):
        address = absolute(quote.signed_address) if quote.is_given else ""
    offered = [line for line in lines if line.quantity or not quote.is_given]
    return write_letter(
        to=quote.email,
        language=quote.language,
        kind=kind,
        context={
            "quote": quote,
            "lines": offered,
            "sums": sums_of(quote, offered, on=timezone.localdate(at)) if quote.is_given else None,
            "url": address,
        },
        at=at,
        reply_to=settings.CONTROLLER["email"],
        about=quote.pk,
    )
