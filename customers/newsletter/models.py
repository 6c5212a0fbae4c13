"""Newsletters: written in three languages, sent once, and then part of what was said."""

from dataclasses import dataclass
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from privacy.base import Model

CODES = [code for code, _name in settings.LANGUAGES]


@dataclass(frozen=True)
class Words:
    """A newsletter in one language."""

    subject: str
    paragraphs: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        return bool(self.subject and self.paragraphs)


class NewsletterQuerySet(models.QuerySet["Newsletter"]):
    """Newsletters, by how far they have come."""

    def under_way(self) -> Self:
        """Keep those that are being written to their receivers."""
        return self.filter(released_at__isnull=False, finished_at=None)


class Newsletter(Model):
    """A letter to all who have consented to it; how many opened it, nobody can know."""

    subject_fi = models.CharField(_("subject in Finnish"), max_length=120, blank=True)
    subject_sv = models.CharField(_("subject in Swedish"), max_length=120, blank=True)
    subject_en = models.CharField(_("subject in English"), max_length=120, blank=True)
    text_fi = models.TextField(_("text in Finnish"), max_length=10000, blank=True)
    text_sv = models.TextField(_("text in Swedish"), max_length=10000, blank=True)
    text_en = models.TextField(_("text in English"), max_length=10000, blank=True)
    created_at = models.DateTimeField(_("begun"))
    released_at = models.DateTimeField(_("released"), null=True, blank=True, editable=False)
    finished_at = models.DateTimeField(_("written to all"), null=True, blank=True, editable=False)
    reached = models.UUIDField(
        _("receiver reached"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("The consent to which it was written last."),
    )
    written = models.PositiveIntegerField(_("letters written"), default=0, editable=False)

    objects = NewsletterQuerySet.as_manager()

    class Meta:
        verbose_name = _("newsletter")
        verbose_name_plural = _("newsletters")
        ordering = ["-created_at", "-id"]
        permissions = [("send_newsletter", "Can send a newsletter to its receivers")]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="newsletters_by_time"),
            models.Index(
                fields=["released_at"],
                condition=Q(released_at__isnull=False, finished_at=None),
                name="newsletters_under_way",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(released_at=None)
                | Q(
                    **{f"subject_{code}__regex": r"\S" for code in ("fi", "sv", "en")},
                    **{f"text_{code}__regex": r"\S" for code in ("fi", "sv", "en")},
                ),
                name="released_newsletter_speaks_three_languages",
            ),
            models.CheckConstraint(
                condition=Q(released_at=None, finished_at=None, written=0, reached=None)
                | Q(released_at__gte=F("created_at")),
                name="newsletter_is_written_after_its_release",
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(finished_at__gte=F("released_at")),
                name="newsletter_ends_after_its_release",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="released_newsletters_stay_as_they_are",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.released_at IS NOT NULL AND ("
                    "to_jsonb(OLD) - 'finished_at' - 'reached' - 'written' IS DISTINCT FROM "
                    "to_jsonb(NEW) - 'finished_at' - 'reached' - 'written' "
                    "OR (OLD.finished_at IS NOT NULL AND OLD.* IS DISTINCT FROM NEW.*) "
                    "OR NEW.written < OLD.written)"
                ),
            ),
            pgtrigger.Protect(
                name="released_newsletters_are_not_taken_back",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.released_at IS NOT NULL"),
            ),
        ]

    def __str__(self) -> str:
        return self.subject_fi or f"{self.created_at:%Y-%m-%d}"

    def words(self, language: str) -> Words:
        """Give what it says in a language, its text in paragraphs."""
        text = str(getattr(self, f"text_{language}")).replace("\r\n", "\n")
        parts = (part.strip() for part in text.split("\n\n"))
        subject = " ".join(str(getattr(self, f"subject_{language}")).split())
        return Words(subject, tuple(part for part in parts if part))

    @property
    def is_whole(self) -> bool:
        """Tell whether it says something in all three languages."""
        return all(self.words(code).is_whole for code in CODES)
