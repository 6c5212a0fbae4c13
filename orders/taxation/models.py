"""What staff found in VIES about the VAT IDs of companies."""

from datetime import datetime, timedelta
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from customers.models import Account
from orders.taxation.vat_ids import NotAVatId, normal_vat_id
from privacy.base import Model


class VatIdField(models.CharField[str, str]):
    """A VAT ID of the Union; what is typed is brought to the form that VIES knows."""

    def clean(self, value: Any, model_instance: models.Model | None) -> str:
        typed = str(super().clean(value, model_instance) or "")
        try:
            return normal_vat_id(typed) if typed else ""
        except NotAVatId as refusal:
            raise ValidationError(_("No EU country gives such a VAT ID.")) from refusal


class VatIdCheckQuerySet(models.QuerySet["VatIdCheck"]):
    """Checks of VAT IDs."""

    def holding(self, at: datetime) -> Self:
        """Keep the checks that are young enough to count."""
        since = at - timedelta(days=settings.VAT_ID_CHECK_DAYS)
        return self.filter(checked_at__gt=since, checked_at__lte=at)


class VatIdCheck(Model):
    """One look into VIES: which VAT ID, when, by whom, and whether it was valid."""

    vat_id = VatIdField(_("VAT ID"), max_length=14)
    is_valid = models.BooleanField(_("valid in VIES"), default=True)
    consultation = models.CharField(
        _("consultation number"),
        max_length=20,
        blank=True,
        help_text=_("The number that VIES gives as a proof of the question."),
    )
    checked_at = models.DateTimeField(_("checked"), default=timezone.now)
    checked_by = models.ForeignKey(
        Account,
        verbose_name=_("by staff"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = VatIdCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("VAT ID check")
        verbose_name_plural = _("VAT ID checks")
        ordering = ["-checked_at"]
        indexes = [
            models.Index(fields=["vat_id", "-checked_at"], name="checks_of_a_vat_id"),
            models.Index(fields=["-checked_at"], name="vat_id_checks_by_time"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="vat_id_checks_are_never_altered",
                operation=pgtrigger.UpdateOf("vat_id", "is_valid", "consultation", "checked_at"),
            )
        ]

    def __str__(self) -> str:
        return f"{_('VAT ID check')} {timezone.localdate(self.checked_at)}"


def latest_check(vat_id: str, *, at: datetime) -> VatIdCheck | None:
    """Give the last check of a VAT ID, if it found the ID valid and still counts."""
    if not vat_id:
        return None
    last = VatIdCheck.objects.holding(at).filter(vat_id=vat_id).order_by("-checked_at").first()
    return last if last is not None and last.is_valid else None
