"""The terms of sale: editions that are never altered, shown with today's name of the seller."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from orders.sales import triggers

AUTHENTIC = "fi"


class Terms(models.Model):
    """An edition of the terms of sale in one language; never altered once in force."""

    edition = models.PositiveIntegerField(_("edition"))
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    text = models.TextField(_("text"))
    valid_from = models.DateTimeField(_("in force from"))
    published_at = models.DateTimeField(_("published"), null=True, blank=True)
    published_by = models.CharField(_("published by"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("terms of sale")
        verbose_name_plural = _("terms of sale")
        ordering = ["-edition", "language"]
        permissions = [("publish_terms", _("May publish an edition of the terms of sale"))]
        constraints = [
            models.UniqueConstraint(fields=["edition", "language"], name="one_text_of_an_edition")
        ]
        triggers = [
            triggers.frozen(
                "terms_are_never_rewritten",
                "edition",
                "language",
                "text",
                "valid_from",
                "published_at",
                "published_by",
            ),
            pgtrigger.Protect(name="terms_are_never_taken_away", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.edition} {self.language}"

    def get_absolute_url(self) -> str:
        return reverse("orders:terms-edition", args=[self.edition])


class TermsDraft(models.Model):
    """The next edition of the terms while it is being written; there is one at a time."""

    is_next = models.BooleanField(default=True, unique=True, editable=False)
    text_fi = models.TextField(_("text in Finnish (authentic)"), blank=True)
    text_sv = models.TextField(_("translation into Swedish"), blank=True)
    text_en = models.TextField(_("translation into English"), blank=True)
    valid_from = models.DateTimeField(_("in force from"), null=True, blank=True)
    touched_at = models.DateTimeField(_("last changed"), auto_now=True)

    class Meta:
        verbose_name = _("draft of the terms")
        verbose_name_plural = _("draft of the terms")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_next=True), name="terms_are_drafted_one_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)

    def text(self, language: str) -> str:
        """Give the text in a language, in the form in which it is published."""
        text: str = getattr(self, f"text_{language}")
        return text.replace("\r\n", "\n").strip()


class NoTermsInForce(LookupError):
    """The shop has no terms of sale, so nothing can be sold."""


def edition_in_force(*, at: datetime) -> int:
    """Give the number of the edition under which an order is placed at a moment.

    :raises NoTermsInForce: when there is none.
    """
    begun = Terms.objects.filter(language=AUTHENTIC, valid_from__lte=at)
    newest = begun.order_by("-edition").values_list("edition", flat=True).first()
    if newest is None:
        raise NoTermsInForce
    return newest


@dataclass(frozen=True)
class Published:
    """An edition and the time from which it is in force."""

    number: int
    valid_from: datetime


def editions() -> list[Published]:
    """List all editions, the newest first; those that are to come are among them."""
    rows = Terms.objects.filter(language=AUTHENTIC).order_by("-edition")
    return [Published(*row) for row in rows.values_list("edition", "valid_from")]


def terms_text(*, edition: int, language: str, seller: Mapping[str, str] | None = None) -> str:
    """Give an edition in a language, else in Finnish, with the seller's name and addresses.

    A line whose fact the shop has not been told is left out.

    :param seller: as the seller was at another time; without it as the settings say today.
    :raises NoTermsInForce: when there is no such edition.
    """
    texts = dict(Terms.objects.filter(edition=edition).values_list("language", "text"))
    text = texts.get(language) or texts.get(AUTHENTIC)
    if text is None:
        raise NoTermsInForce
    return with_seller(text, seller or settings.CONTROLLER)


def with_seller(text: str, seller: Mapping[str, str]) -> str:
    """Put the seller's facts in their places; a line whose fact is not known is left out."""
    lines = (_line(line, seller) for line in text.splitlines())
    return "\n".join(line for line in lines if line is not None)


def _line(line: str, seller: Mapping[str, str]) -> str | None:
    for name, fact in seller.items():
        mark = f"{{{name}}}"
        if mark in line and not fact:
            return None
        line = line.replace(mark, fact)
    return line
