"""What was passed on: to whom, which lines, when, of which row; never the values."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from privacy.base import Model, taken_by_the_eraser_only
from privacy.processors.models import Processor
from privacy.registry import Line


class Transfer(Model):
    """One handing over to a company that works for the shop; written once."""

    processor = models.ForeignKey(
        Processor,
        verbose_name=_("processor of data"),
        on_delete=models.PROTECT,
        related_name="transfers",
    )
    recipient = models.CharField(
        _("recipient"), max_length=150, help_text=_("As it was called then, with its country.")
    )
    way = models.CharField(pgettext_lazy("of data", "way"), max_length=40)
    lines = ArrayField(
        models.CharField(max_length=20, choices=Line), verbose_name=_("what was passed on")
    )
    at = models.DateTimeField(_("when"))
    about = models.UUIDField(
        pgettext_lazy("transfer", "about"),
        db_index=True,
        editable=False,
        help_text=_("The number of the row that it tells of; with that its person is found."),
    )
    reference = models.CharField(
        _("the recipient's reference"),
        max_length=200,
        help_text=_("How the recipient finds what it has received."),
    )
    is_confirmed = models.BooleanField(
        _("confirmed"), help_text=_("The recipient said that it has it; otherwise it may have it.")
    )
    kept_until = models.DateTimeField(_("remembered until"), db_index=True)

    class Meta:
        app_label = "privacy"
        verbose_name = _("transfer to a processor")
        verbose_name_plural = _("transfers to processors")
        ordering = ["-at"]
        indexes = [
            models.Index(fields=["-at"], name="transfers_by_time"),
            models.Index(fields=["reference"], name="transfers_by_reference"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(kept_until__gte=F("at")), name="transfer_is_remembered_for_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(reference="") & ~Q(recipient=""), name="transfer_can_be_told_of"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="transfers_are_never_rewritten", operation=pgtrigger.Update),
            taken_by_the_eraser_only("transfers"),
        ]

    def __str__(self) -> str:
        return f"{self.way} {self.at:%Y-%m-%d %H:%M}"
