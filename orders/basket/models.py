"""What a visitor means to buy."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models import Customer
from orders.catalogue.models import Variant
from orders.catalogue.times import Slot
from orders.offers.models import CouponCode
from privacy.base import Model

MOST_OF_ONE = 999
MOST_LINES = 100


class BasketQuerySet(models.QuerySet["Basket"]):
    """Baskets, by whose they are."""

    def at_hand(self) -> Self:
        """Keep those that are being filled: what was quoted or waits to be approved lies apart."""
        return self.filter(is_set_aside=False)


class Basket(Model):
    """A guest's basket is known by the session alone, a member's follows the card."""

    customer = models.ForeignKey(
        Customer,
        verbose_name=pgettext_lazy("person", "customer"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="baskets",
    )
    is_set_aside = models.BooleanField(
        _("lies apart"),
        default=False,
        help_text=_(
            "Its lines wait for an approver or were quoted, while the buyer fills another."
        ),
    )
    coupon = models.ForeignKey(
        CouponCode,
        verbose_name=_("coupon"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    touched_at = models.DateTimeField(_("last touched"), default=timezone.now)

    objects = BasketQuerySet.as_manager()

    class Meta:
        verbose_name = _("basket")
        verbose_name_plural = _("baskets")
        indexes = [models.Index(fields=["touched_at"], name="baskets_by_last_touch")]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(is_set_aside=False),
                name="one_basket_at_hand_of_a_customer",
            )
        ]

    def __str__(self) -> str:
        return f"{_('basket')} {str(self.pk)[:8]}"


class BasketLine(Model):
    """Some pieces of one variant, and the price that was shown when they were put in.

    What is sold by appointment stands in a line for each time.
    """

    basket = models.ForeignKey(Basket, on_delete=models.CASCADE, related_name="lines")
    variant = models.ForeignKey(
        Variant, verbose_name=_("variant"), on_delete=models.CASCADE, related_name="+"
    )
    slot = models.ForeignKey(
        Slot,
        verbose_name=_("time for appointments"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    quantity = models.PositiveIntegerField(_("quantity"))
    shown_price = models.DecimalField(_("price shown"), max_digits=12, decimal_places=2)
    added_at = models.DateTimeField(_("added"), default=timezone.now)

    class Meta:
        verbose_name = _("basket line")
        verbose_name_plural = _("basket lines")
        ordering = ["added_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["basket", "variant", "slot"],
                name="one_basket_line_of_a_variant_and_time",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=MOST_OF_ONE),
                name="basket_line_is_not_empty_or_absurd",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.variant_id}"
