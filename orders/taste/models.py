"""What is bought together, which names nobody; and what one person looked at, on consent alone."""

from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from customers.models import Account
from orders.catalogue.models import Product
from orders.taste.triggers import ONLY_ON_CONSENT
from privacy.base import Model

LEAST_BUYERS = 10
"""Fewer different buyers are nobody's business: a pair that fewer have bought is not told of."""


class Together(models.Model):
    """Two products that enough different people have ordered together; made anew each night."""

    product = models.ForeignKey(
        Product, verbose_name=_("product"), on_delete=models.CASCADE, related_name="+"
    )
    other = models.ForeignKey(
        Product, verbose_name=_("bought with it"), on_delete=models.CASCADE, related_name="+"
    )
    buyers = models.PositiveIntegerField(_("buyers"))

    class Meta:
        default_permissions = ()
        verbose_name = _("products bought together")
        verbose_name_plural = _("products bought together")
        ordering = ["-buyers", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["product", "other"], name="a_pair_is_told_once"),
            models.CheckConstraint(
                condition=~Q(product=F("other")), name="a_product_is_not_its_own_company"
            ),
            models.CheckConstraint(
                condition=Q(buyers__gte=LEAST_BUYERS), name="a_pair_has_enough_buyers"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} {self.other_id}"


class LookQuerySet(models.QuerySet["Look"]):
    """What was looked at, by whose it is."""

    def of(self, account: Account) -> Self:
        """Keep a person's own: the only door to them."""
        return self.filter(account=account)


class Look(Model):
    """That somebody has looked at a product; the database takes none without a consent."""

    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        on_delete=models.CASCADE,
        related_name="looks",
    )
    product = models.ForeignKey(
        Product, verbose_name=_("product"), on_delete=models.CASCADE, related_name="+"
    )
    at = models.DateTimeField(_("looked at last"))

    objects = LookQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        verbose_name = _("product looked at")
        verbose_name_plural = _("products looked at")
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["account", "-at"], name="looks_of_an_account")]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "product"], name="a_product_is_looked_at_once"
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="looks_rest_on_consent",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=ONLY_ON_CONSENT,
            )
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"
