"""Parcels on their way."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.sales.models import Order
from privacy.base import Model, Remnant, release_is_final, released, stays_released

TRACKING = ("tracking_code", "tracking_address")
"""What a carrier knows the parcel by."""


class Parcel(Remnant, Model):
    """One parcel of an order."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="parcels")
    tracking_code = models.CharField(_("tracking code"), max_length=40, blank=True)
    tracking_address = models.URLField(_("tracking address"), max_length=300, blank=True)
    sent_at = models.DateTimeField(_("sent"))

    class Meta:
        verbose_name = _("parcel")
        verbose_name_plural = _("parcels")
        ordering = ["order", "sent_at"]
        indexes = [
            models.Index(
                fields=["sent_at"],
                condition=~released("tracking"),
                name="parcels_with_tracking_data",
            )
        ]
        constraints = [stays_released("parcel", "tracking", *TRACKING)]
        triggers = [release_is_final("parcel")]

    def __str__(self) -> str:
        return self.tracking_code or str(self.pk)[:8]
