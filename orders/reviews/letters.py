"""The letter that tells a writer why a review is not published."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import pgettext_lazy

from orders.reviews.models import Review
from privacy.outbox.addresses import absolute
from privacy.outbox.kinds import name_letters
from privacy.outbox.operations import write_letter

REFUSED = "review_refused"

name_letters(
    {
        REFUSED: pgettext_lazy("letter", "a review is not published"),
    }
)


def write_refusal(written: Review, *, reason: str, to: str, at: datetime) -> None:
    """Tell why, and that the review can be written anew."""
    with translation.override(written.language):
        product = written.product.name
        url = absolute(reverse("orders:review", args=[written.product.slug]))
    write_letter(
        to=to,
        language=written.language,
        kind=REFUSED,
        context={"product": product, "reason": reason, "url": url},
        at=at,
        reply_to=settings.CONTROLLER["email"],
        about=written.pk,
    )
