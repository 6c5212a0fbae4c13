"""The ways a quote may go: one table, read by people, Python and the database."""

from django.db import models
from django.utils.translation import pgettext_lazy


class QuoteState(models.TextChoices):
    """What has become of a quote that somebody asked for."""

    ASKED = "asked", pgettext_lazy("quote", "Asked for")
    ANSWERED = "answered", pgettext_lazy("quote", "Given")
    ACCEPTED = "accepted", pgettext_lazy("quote", "Accepted and ordered")
    DECLINED = "declined", pgettext_lazy("quote", "Declined by the buyer")
    WITHDRAWN = "withdrawn", pgettext_lazy("quote", "Withdrawn by the shop")
    EXPIRED = "expired", pgettext_lazy("quote", "Expired")


OPEN = (QuoteState.ASKED, QuoteState.ANSWERED)

QUOTE_WAYS: dict[QuoteState, tuple[QuoteState, ...]] = {
    QuoteState.ASKED: (QuoteState.ANSWERED, QuoteState.DECLINED, QuoteState.WITHDRAWN),
    QuoteState.ANSWERED: (
        QuoteState.ACCEPTED,
        QuoteState.DECLINED,
        QuoteState.WITHDRAWN,
        QuoteState.EXPIRED,
    ),
}
