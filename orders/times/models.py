"""Places that are held for a basket while its buyer is at the checkout."""

from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orders.catalogue.times import Slot
from orders.times import triggers
from privacy.base import Model


class SlotHoldQuerySet(models.QuerySet["SlotHold"]):
    """Promises, by whether their time is up."""

    def expired(self, at: datetime) -> Self:
        """Keep the promises whose time is up."""
        return self.filter(expires_at__lte=at)


class SlotHold(Model):
    """Places held for one basket until a moment; the database adds them up in the time's row."""

    slot = models.ForeignKey(
        Slot,
        verbose_name=_("time for appointments"),
        on_delete=models.CASCADE,
        related_name="holds",
    )
    holder = models.UUIDField(_("basket"), db_index=True)
    places = models.PositiveSmallIntegerField(_("places"))
    expires_at = models.DateTimeField(_("until"))

    objects = SlotHoldQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("appointment", "held place")
        verbose_name_plural = pgettext_lazy("appointment", "held places")
        default_permissions = ()
        indexes = [models.Index(fields=["expires_at"], name="held_places_by_end")]
        constraints = [
            models.CheckConstraint(condition=Q(places__gte=1), name="a_held_place_is_a_place"),
            models.UniqueConstraint(
                fields=["holder", "slot"], name="a_basket_holds_places_of_a_time_once"
            ),
        ]
        triggers = [triggers.holds_add_up()]

    def __str__(self) -> str:
        return f"{self.places}"
