"""What was ordered in a former shop: history to be read, which no shelf and no ledger knows."""

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models import Customer, NormalEmailField
from privacy.base import Model, never_rewritten
from privacy.provenance.models import takes_its_provenance_along


class FormerOrderQuerySet(models.QuerySet["FormerOrder"]):
    """Orders of a former shop."""

    def of(self, customer: Customer) -> Self:
        """Keep the customer's own: the only door to them."""
        return self.filter(customer=customer)


class FormerOrder(Model):
    """An order of a former shop, as its file told of it. It is somebody's, or a guest's."""

    customer = models.ForeignKey(
        Customer,
        verbose_name=pgettext_lazy("person", "customer"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="former_orders",
    )
    email = NormalEmailField(_("e-mail address"), blank=True)
    shop = models.CharField(_("former shop"), max_length=100)
    number = models.CharField(pgettext_lazy("of an order", "number"), max_length=40)
    placed_date = models.DateField(pgettext_lazy("of an order", "day"))
    lines = models.TextField(_("what was ordered"))
    total = models.DecimalField(_("total incl. VAT"), max_digits=10, decimal_places=2)
    total_vat = models.DecimalField(
        _("VAT"), max_digits=10, decimal_places=2, null=True, blank=True
    )
    brought_in_at = models.DateTimeField(_("brought in"))

    objects = FormerOrderQuerySet.as_manager()

    class Meta:
        app_label = "orders"
        default_permissions = ("view",)
        verbose_name = _("order of a former shop")
        verbose_name_plural = _("orders of a former shop")
        ordering = ["-placed_date", "-number"]
        indexes = [
            models.Index(fields=["customer", "-placed_date"], name="former_orders_of_a_customer"),
            models.Index(fields=["-placed_date", "-number"], name="former_orders_by_day"),
            models.Index(fields=["email"], condition=~Q(email=""), name="former_orders_of_guests"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["shop", "number"], name="a_former_shop_gave_a_number_once"
            ),
            models.CheckConstraint(
                condition=Q(customer=None) & ~Q(email="") | Q(customer__isnull=False, email=""),
                name="former_order_is_a_customer_s_or_a_guest_s",
            ),
            models.CheckConstraint(
                condition=~Q(shop="") & ~Q(number="") & Q(total__gte=0),
                name="former_order_says_what_it_was",
            ),
        ]
        triggers = [
            never_rewritten("former_order_is_never_rewritten", may_change=["customer_id", "email"]),
            takes_its_provenance_along("former_order"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def things(self) -> list[str]:
        """List what was ordered."""
        return self.lines.splitlines()
