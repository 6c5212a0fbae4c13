"""What the shop tells those who received somebody's data (Article 19)."""

from datetime import datetime, timedelta
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from privacy.base import Model
from privacy.outbox.models import Letter
from privacy.processors.models import Processor

PATIENCE = timedelta(days=20)
"""So long an answer is waited for before somebody has to ask."""


class RecipientNoticeQuerySet(models.QuerySet["RecipientNotice"]):
    """Notices, by what has become of them."""

    def unanswered(self) -> Self:
        """Keep those that the recipient has not confirmed."""
        return self.filter(acknowledged_at=None)

    def overdue(self, at: datetime) -> Self:
        """Keep those that have waited too long for an answer."""
        return self.unanswered().filter(written_at__lt=at - PATIENCE)


class RecipientNotice(Model):
    """One thing to be done by one recipient, known by its own reference; it names nobody."""

    class Kind(models.TextChoices):
        ERASED = "erased", _("Destroy the data")
        RECTIFIED = "rectified", _("Correct the data")
        RESTRICTED = "restricted", _("Only store the data")

    processor = models.ForeignKey(
        Processor,
        verbose_name=_("processor of data"),
        on_delete=models.PROTECT,
        related_name="notices",
    )
    kind = models.CharField(_("what to do"), max_length=10, choices=Kind)
    reference = models.CharField(_("the recipient's reference"), max_length=200, blank=True)
    written_at = models.DateTimeField(_("written"))
    letter = models.ForeignKey(
        Letter,
        verbose_name=_("letter"),
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    acknowledged_at = models.DateTimeField(_("confirmed by the recipient"), null=True, blank=True)

    objects = RecipientNoticeQuerySet.as_manager()

    class Meta:
        app_label = "privacy"
        verbose_name = _("notice to a recipient")
        verbose_name_plural = _("notices to recipients")
        ordering = ["-written_at"]
        indexes = [
            models.Index(fields=["-written_at"], name="recipient_notices_by_time"),
            models.Index(fields=["reference"], name="recipient_notices_by_reference"),
            models.Index(
                fields=["written_at"],
                condition=Q(acknowledged_at=None),
                name="recipient_notices_unanswered",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(reference="") | Q(acknowledged_at__isnull=False),
                name="notice_names_what_to_do_it_with",
            ),
            models.CheckConstraint(
                condition=(Q(sent_at=None) | Q(sent_at__gte=F("written_at")))
                & (Q(acknowledged_at=None) | Q(acknowledged_at__gte=F("written_at"))),
                name="notice_is_written_first",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="notices_are_never_taken_away", operation=pgtrigger.Delete),
            pgtrigger.Protect(
                name="notices_say_what_they_said",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.processor_id <> NEW.processor_id OR OLD.kind <> NEW.kind "
                    "OR OLD.written_at <> NEW.written_at "
                    "OR (NEW.reference <> '' AND NEW.reference <> OLD.reference) "
                    "OR (OLD.sent_at IS NOT NULL AND NEW.sent_at IS DISTINCT FROM OLD.sent_at) "
                    "OR (OLD.acknowledged_at IS NOT NULL "
                    "AND NEW.acknowledged_at IS DISTINCT FROM OLD.acknowledged_at)"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.written_at:%Y-%m-%d %H:%M}"
