"""The register statement as it was approved, one edition after another."""

from datetime import datetime
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from privacy.base import Model
from privacy.editions.triggers import LATER_THAN_ALL

AUTHENTIC = "fi"
"""The statement is approved in Finnish; the other texts are translations of it."""


class Digest(models.Func):
    """The SHA-256 of a text in UTF-8, in hexadecimal digits."""

    template = "encode(sha256(convert_to(%(expressions)s, 'UTF8')), 'hex')"
    output_field = models.CharField()


class EditionQuerySet(models.QuerySet["Edition"]):
    """Editions of the statement."""

    def begun(self, at: datetime) -> Self:
        """Keep the editions that are, or have been, in force; the one in force first."""
        return self.filter(valid_from__lte=at).order_by("-number")


class Edition(Model):
    """The statement in three languages from a day on; never altered, never taken away."""

    number = models.PositiveIntegerField(_("edition"), unique=True)
    text_fi = models.TextField(_("text in Finnish (authentic)"))
    text_sv = models.TextField(_("translation into Swedish"))
    text_en = models.TextField(_("translation into English"))
    sha256 = models.CharField(
        _("SHA-256"), max_length=64, help_text=_("Of the Finnish text, in UTF-8.")
    )
    valid_from = models.DateTimeField(_("in force from"))
    approved_by = models.CharField(_("approved by"), max_length=100)

    objects = EditionQuerySet.as_manager()

    class Meta:
        app_label = "privacy"
        verbose_name = _("edition of the register statement")
        verbose_name_plural = _("editions of the register statement")
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256=Digest(F("text_fi"))),
                name="edition_bears_the_digest_of_its_text",
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1) & ~Q(text_fi="") & ~Q(text_sv="") & ~Q(text_en=""),
                name="edition_speaks_three_languages",
            ),
            models.CheckConstraint(
                condition=~Q(approved_by=""), name="edition_was_approved_by_somebody"
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="editions_are_never_taken_away", operation=pgtrigger.Delete),
            # Writing what stands there already is no rewriting: a restored copy does it.
            pgtrigger.Protect(
                name="editions_are_never_rewritten",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.* IS DISTINCT FROM NEW.*"),
            ),
            pgtrigger.Trigger(
                name="editions_follow_each_other",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=LATER_THAN_ALL,
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)

    def get_absolute_url(self) -> str:
        return reverse("privacy:edition", args=[self.number])

    def text(self, language: str) -> str:
        """Give the text in a language; Finnish where there is no translation."""
        texts = {"fi": self.text_fi, "sv": self.text_sv, "en": self.text_en}
        return texts.get(language, self.text_fi)


class ProcessingRecord(Edition):
    """The record of processing activities: no rows of its own, but a permission of its own."""

    class Meta:
        app_label = "privacy"
        proxy = True
        default_permissions = ("view",)
        verbose_name = _("record of processing activities")
        verbose_name_plural = _("record of processing activities")
