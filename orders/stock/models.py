"""What lies in the store room: levels, who has put a hand on it, and every piece in and out."""

from datetime import datetime
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orders.catalogue import triggers as catalogue_triggers
from orders.catalogue.models import Variant
from orders.stock import triggers
from privacy.base import Model

FAR_BELOW_ZERO = -1_000_000


class Level(Model):
    """How much of a variant there is. Only movements and reservations change the numbers."""

    variant = models.OneToOneField(
        Variant, verbose_name=_("variant"), on_delete=models.CASCADE, related_name="level"
    )
    on_hand = models.IntegerField(_("on hand"), default=0)
    reserved = models.PositiveIntegerField(_("reserved"), default=0)
    backorder = models.BooleanField(
        _("can be ordered when sold out"),
        default=False,
        help_text=_("The level may then go below zero: pieces that are owed."),
    )
    low_at = models.PositiveIntegerField(
        _("low at"), default=3, help_text=_("From this number down the stock counts as low.")
    )

    class Meta:
        verbose_name = _("stock level")
        verbose_name_plural = _("stock levels")
        ordering = ["variant__sku"]
        indexes = [models.Index(F("on_hand") - F("reserved"), name="levels_by_what_is_left")]
        constraints = [
            models.CheckConstraint(
                condition=Q(backorder=True) | Q(on_hand__gte=F("reserved")),
                name="stock_is_never_promised_twice",
                violation_error_message=_("There is not that much in stock."),
            ),
            models.CheckConstraint(
                condition=Q(on_hand__gte=FAR_BELOW_ZERO), name="stock_level_is_sensible"
            ),
        ]
        triggers = [
            triggers.only_through_the_ledger(),
            catalogue_triggers.listing_changed_by_stock(),
            catalogue_triggers.catalogue_changed(
                pgtrigger.Condition(
                    "OLD.backorder <> NEW.backorder OR (OLD.on_hand - OLD.reserved) "
                    "BETWEEN -1 AND greatest(OLD.low_at, NEW.low_at) + 1 OR "
                    "(NEW.on_hand - NEW.reserved) BETWEEN -1 AND NEW.low_at + 1"
                )
            ),
        ]

    def __str__(self) -> str:
        return self.variant.sku

    @property
    def free(self) -> int:
        """Pieces that can still be promised."""
        return self.on_hand - self.reserved


class ReservationQuerySet(models.QuerySet["Reservation"]):
    """Promises, by whether their time is up."""

    def expired(self, at: datetime) -> Self:
        """Keep the promises whose time is up."""
        return self.filter(expires_at__lte=at)


class Reservation(Model):
    """Pieces held for one basket until a moment; the database adds them up in the level."""

    level = models.ForeignKey(
        Level, verbose_name=_("stock level"), on_delete=models.CASCADE, related_name="reservations"
    )
    holder = models.UUIDField(_("basket"), db_index=True)
    quantity = models.PositiveIntegerField(_("quantity"))
    expires_at = models.DateTimeField(_("until"))

    objects = ReservationQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("stock", "reservation")
        verbose_name_plural = pgettext_lazy("stock", "reservations")
        indexes = [models.Index(fields=["expires_at"], name="reservations_by_end")]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gte=1), name="reservation_holds_something"
            ),
            models.UniqueConstraint(fields=["holder", "level"], name="one_reservation_of_a_basket"),
        ]
        triggers = [triggers.reservations_add_up()]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.level_id}"


class Movement(Model):
    """Pieces that came or went. Written once; the database moves the level by it."""

    class Kind(models.TextChoices):
        COUNT = "count", pgettext_lazy("stock movement", "Count")
        DELIVERY = "delivery", pgettext_lazy("stock movement", "Delivery from supplier")
        SALE = "sale", pgettext_lazy("stock movement", "Sale")
        CANCELLATION = "cancellation", pgettext_lazy("stock movement", "Cancelled order")
        RETURN = "return", pgettext_lazy("stock movement", "Return")
        REPLACEMENT = "replacement", pgettext_lazy("stock movement", "Replacement")
        IMPORT = "import", pgettext_lazy("stock movement", "Catalogue import")

    level = models.ForeignKey(
        Level, verbose_name=_("stock level"), on_delete=models.CASCADE, related_name="movements"
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    change = models.IntegerField(_("change"))
    balance = models.IntegerField(_("level after"), default=0, editable=False)
    order_number = models.CharField(
        pgettext_lazy("purchase", "order"), max_length=20, blank=True, db_index=True
    )
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        ordering = ["-at"]
        indexes = [models.Index(fields=["level", "-at"], name="movements_of_a_level")]
        constraints = [
            models.CheckConstraint(condition=~Q(change=0), name="movement_moves_something"),
        ]
        triggers = [
            triggers.movement_moves_the_level(),
            pgtrigger.Protect(name="movements_are_never_rewritten", operation=pgtrigger.Update),
        ]

    def __str__(self) -> str:
        return f"{self.change:+d}"
