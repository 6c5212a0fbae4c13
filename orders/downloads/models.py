"""That a buyer has fetched what was bought as a download."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.sales.models import OrderLine
from orders.sales.triggers import frozen
from privacy.base import Model, Remnant, release_is_final


class Fetched(Remnant, Model):
    """When the files of a line were fetched first, and how often since.

    By it the shop can show that the content was supplied: with the buyer's consent the right of
    withdrawal has ended then (Consumer Protection Act 38/1978, 6:16).
    """

    line = models.OneToOneField(OrderLine, on_delete=models.CASCADE, related_name="fetched")
    first_at = models.DateTimeField(_("first fetched"))
    times = models.PositiveIntegerField(_("how often it was fetched"), default=1)

    class Meta:
        verbose_name = _("fetching of a download")
        verbose_name_plural = _("fetchings of downloads")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(times__gte=1), name="what_is_noted_was_fetched")
        ]
        triggers = [
            release_is_final("fetched"),
            frozen("when_it_was_first_fetched_stays", "line_id", "first_at"),
        ]

    def __str__(self) -> str:
        return str(self.pk)[:8]
