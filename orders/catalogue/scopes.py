"""Which products something counts for: named one by one, or by the category they stand in."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.catalogue.models import Category, Product


class Scope(models.Model):
    """A product, or a category with all below it."""

    product = models.ForeignKey(
        Product,
        verbose_name=_("product"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    category = models.ForeignKey(
        Category,
        verbose_name=_("category"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.product_id or self.category_id}"


def once_and_of_one_kind(owner: str, kind: str, once: str) -> list[models.BaseConstraint]:
    """Let a row name a product or a category, never both, and its owner name each once.

    :param kind: what the first of the two constraints is called.
    :param once: what the second is called.
    """
    return [
        models.CheckConstraint(
            condition=Q(product=None) ^ Q(category=None),
            name=kind,
            violation_error_message=_("Choose a product or a category."),
        ),
        models.UniqueConstraint(
            fields=[owner, "product", "category"],
            nulls_distinct=False,
            name=once,
            violation_error_message=_("This is already said."),
        ),
    ]
