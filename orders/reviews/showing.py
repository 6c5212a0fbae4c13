"""The reviews of a product as everybody reads them, kept while the catalogue stays as it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import get_language

from orders.catalogue.kept import kept, version_of
from orders.reviews.models import Review
from privacy.restriction.honouring import at_large

MOST_SHOWN = 20
"""The latest; the sums count all."""


@dataclass(frozen=True, slots=True)
class ShownReview:
    """What everybody may know of a review."""

    pk: UUID
    rating: int
    stars: str
    title: str
    text: str
    name: str
    language: str
    written_at: datetime


def reviews_for(request: HttpRequest) -> Sequence[ShownReview]:
    """Give the reviews of the product whose page is asked for; the same for everybody."""
    match = request.resolver_match
    if match is None or match.view_name != "orders:product":
        return ()
    slug = str(match.kwargs["slug"])
    return kept(version_of(request), "reviews", get_language(), slug, make=lambda: shown_of(slug))


def shown_of(slug: str) -> tuple[ShownReview, ...]:
    """Read the latest published reviews; whose data are only stored is left out."""
    found = at_large(Review.objects.shown().filter(product__slug=slug)).select_related("customer")
    return tuple(
        ShownReview(
            pk=each.pk,
            rating=each.rating,
            stars=each.stars,
            title=each.title,
            text=each.text,
            name=each.customer.first_name if each.is_named else "",
            language=each.language,
            written_at=each.written_at,
        )
        for each in found[:MOST_SHOWN]
    )
