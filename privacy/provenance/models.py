"""Where data came from that their person did not write here, and whom we owe word of that."""

from datetime import datetime
from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from privacy.base import Model, never_rewritten
from privacy.registry import Basis, Purpose


class Whence(models.TextChoices):
    """Who said what stands in a row: section 6 of the statement."""

    THEMSELVES = "themselves", _("The customer, on the shop's pages")
    TOLD = "told", _("The customer, written down by our staff")
    AUTHORITY = "authority", _("An authority")
    THIRD_PARTY = "third_party", _("Another third party")


OTHERS = (Whence.AUTHORITY, Whence.THIRD_PARTY)
"""Not the person: of these the person is to be told (Article 14)."""


class Provenance(Model):
    """One write of one column that did not come from its person's own hand; never rewritten."""

    table = models.ForeignKey(
        ContentType, verbose_name=_("table"), on_delete=models.CASCADE, related_name="+"
    )
    row = models.UUIDField(_("row"))
    column = models.CharField(_("column"), max_length=63)
    whence = models.CharField(pgettext_lazy("of data", "source"), max_length=12, choices=Whence)
    party = models.CharField(pgettext_lazy("source of data", "who"), max_length=100, blank=True)
    is_public = models.BooleanField(
        _("publicly accessible source"),
        default=False,
        help_text=_("Anybody can look it up there, such as in a public register."),
    )
    basis = models.CharField(_("legal basis"), max_length=1, choices=Basis)
    purpose = models.CharField(_("purpose"), max_length=20, choices=Purpose)
    at = models.DateTimeField(_("when"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("written by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        app_label = "privacy"
        default_permissions = ("view",)
        verbose_name = _("source of data")
        verbose_name_plural = _("sources of data")
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["row", "column", "-at"], name="provenance_by_row"),
            models.Index(fields=["-at", "-id"], name="provenance_by_time"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(whence__in=Whence.values)
                & Q(basis__in=Basis.values)
                & Q(purpose__in=Purpose.values),
                name="provenance_is_as_the_statement_says",
            ),
            models.CheckConstraint(
                condition=~Q(whence__in=OTHERS) | Q(party__regex=r"\S"),
                name="provenance_names_its_party",
                violation_error_message=_("Name the authority or the third party."),
            ),
        ]
        triggers = [never_rewritten("provenance_is_never_rewritten", forgets=["by_id"])]

    def __str__(self) -> str:
        return f"{self.get_whence_display()} {self.at:%Y-%m-%d}"


def takes_its_provenance_along(table: str) -> pgtrigger.Trigger:
    """Let the notes of where a row came from go when the row itself has gone.

    At the end of the transaction: an erasure finds and counts them before.
    """
    return pgtrigger.Trigger(
        name=f"{table}_takes_its_provenance_along",
        when=pgtrigger.After,
        operation=pgtrigger.Delete,
        timing=pgtrigger.Deferred,
        func="DELETE FROM privacy_provenance WHERE row = OLD.id; RETURN NULL;",
    )


class SourceNoticeQuerySet(models.QuerySet["SourceNotice"]):
    """Notices of sources, by whether the person has been told."""

    def owed(self) -> Self:
        """Keep those whose person has not been told."""
        return self.filter(done_at=None)

    def overdue(self, at: datetime) -> Self:
        """Keep those whose month has passed."""
        return self.owed().filter(due_at__lt=at)


class SourceNotice(Model):
    """Somebody is to be told, within a month, that others gave us their data (Article 14)."""

    class How(models.TextChoices):
        LETTER = "letter", _("By e-mail, from here")
        OTHERWISE = "otherwise", _("In another way, such as by post")

    card: "models.ForeignKey[Any, Any]" = models.ForeignKey(
        settings.PRIVACY_CARD_MODEL,
        verbose_name=_("who is to be told"),
        on_delete=models.CASCADE,
        related_name="source_notices",
    )
    collected_at = models.DateTimeField(_("collected"))
    due_at = models.DateTimeField(_("to be told by"))
    done_at = models.DateTimeField(pgettext_lazy("a person", "told"), null=True, blank=True)
    done_how = models.CharField(
        pgettext_lazy("a person was told", "how"), max_length=10, choices=How, blank=True
    )
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=pgettext_lazy("a person was", "told by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = SourceNoticeQuerySet.as_manager()

    class Meta:
        app_label = "privacy"
        default_permissions = ("change", "view")
        verbose_name = _("notice of a source")
        verbose_name_plural = _("notices of sources")
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(fields=["due_at", "id"], name="source_notices_by_due_day"),
            models.Index(fields=["due_at"], condition=Q(done_at=None), name="source_notices_owed"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["card"],
                condition=Q(done_at=None),
                name="one_notice_is_owed_to_a_person",
            ),
            models.CheckConstraint(
                condition=Q(done_at=None, done_how="") | Q(done_at__isnull=False) & ~Q(done_how=""),
                name="source_notice_says_how_it_was_given",
            ),
            models.CheckConstraint(
                condition=Q(due_at__gt=F("collected_at")),
                name="source_notice_is_due_after_the_collection",
            ),
        ]
        triggers = [
            never_rewritten(
                "source_notice_keeps_its_day",
                may_change=["done_at", "done_how", "done_by_id"],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.collected_at:%Y-%m-%d}"
