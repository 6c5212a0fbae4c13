"""What is popular: products by how often they were ordered lately, and nothing of who ordered.

The rows are counted anew each night by `orders/sales/popularity.py`, which sees the orders. A
product has a row only when at least `LEAST_BUYERS` different people have bought it, so that no row
tells of anybody, and it names nobody: whoever shows or reckons something for everybody takes it
from here.
"""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orders.catalogue import triggers
from orders.catalogue.models import Product, ProductQuerySet

COUNTED_OVER = timedelta(days=90)
LEAST_BUYERS = 5
"""A product that fewer different people have bought is not counted at all."""


class Popularity(models.Model):
    """In how many orders of the last months a product stood."""

    product = models.OneToOneField(
        Product,
        verbose_name=_("product"),
        primary_key=True,
        on_delete=models.CASCADE,
        related_name="popularity",
    )
    orders = models.PositiveIntegerField(pgettext_lazy("purchases", "orders"))

    class Meta:
        verbose_name = _("popularity of a product")
        verbose_name_plural = _("popularity of products")
        indexes = [models.Index(fields=["-orders", "product"], name="products_by_popularity")]
        constraints = [
            models.CheckConstraint(
                condition=Q(orders__gte=LEAST_BUYERS), name="popularity_tells_of_nobody"
            )
        ]
        triggers = [triggers.catalogue_changed()]

    def __str__(self) -> str:
        return f"{self.orders}"


def popular(at: datetime) -> ProductQuerySet:
    """Give what is on sale and was ordered by many, the most ordered first."""
    counted = Product.objects.published(at).filter(popularity__isnull=False)
    return counted.order_by("-popularity__orders", "pk")
