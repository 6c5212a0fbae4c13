"""How buyers rate a product: one row of sums a product, so that a list asks nothing of reviews.

The database adds each published review (`orders/reviews`) and takes away each that goes.
"""

from dataclasses import dataclass

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from orders.catalogue import triggers
from orders.catalogue.models import Product

WORST, BEST = 1, 5


class Rating(models.Model):
    """How many published reviews a product has, and how many points together."""

    product = models.OneToOneField(
        Product,
        verbose_name=_("product"),
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="rating",
    )
    reviews = models.PositiveIntegerField(_("reviews"))
    points = models.PositiveIntegerField(_("points"))

    class Meta:
        default_permissions = ()
        verbose_name = _("rating of a product")
        verbose_name_plural = _("ratings of products")
        constraints = [
            models.CheckConstraint(
                condition=Q(points__gte=F("reviews") * WORST, points__lte=F("reviews") * BEST),
                name="points_are_those_of_the_reviews",
            )
        ]
        triggers = [triggers.catalogue_changed()]

    def __str__(self) -> str:
        return f"{self.points}/{self.reviews}"


@dataclass(frozen=True, slots=True)
class Rated:
    """What is said of a product's reviews where there is room for a line."""

    average: float
    reviews: int

    @property
    def stars(self) -> str:
        full = int(self.average + 0.5)
        return "★" * full + "☆" * (BEST - full)


def rated(reviews: int | None, points: int | None) -> Rated | None:
    """Give the average; nothing where there is no review."""
    if not reviews or not points:
        return None
    return Rated(average=round(points / reviews, 1), reviews=reviews)
