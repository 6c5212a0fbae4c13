"""Data handed to an authority because a law demands it: the only way out to an outsider."""

from datetime import datetime
from typing import Self

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from privacy.base import Model
from privacy.disclosures.triggers import BEGINS_UNDECIDED, FACTS_STAY
from privacy.registry import Line


def _together(*names: str) -> Q:
    """Give the rows in which these columns are all filled or all empty."""
    return Q(**{f"{name}__isnull": True for name in names}) | Q(
        **{f"{name}__isnull": False for name in names}
    )


class DisclosureQuerySet(models.QuerySet["Disclosure"]):
    """Disclosures, by where they stand."""

    def undecided(self) -> Self:
        """Keep those that wait for somebody's approval."""
        return self.filter(second_by=None, refused_by=None)

    def approved(self) -> Self:
        """Keep those that two people have approved."""
        return self.filter(second_by__isnull=False, refused_by=None)


class Disclosure(Model):
    """What an authority asked for, on what law, about whom, and what two people said to it.

    Its facts are never altered. When its person is forgotten the reference to the person goes, and
    what remains is evidence that names nobody but the staff who decided.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("Waits for two approvals")
        HALF = "half", _("Waits for a second approval")
        APPROVED = "approved", _("Approved, not fetched")
        FETCHED = "fetched", _("Handed over")
        REFUSED = "refused", pgettext_lazy("disclosure", "Refused")

    authority = models.CharField(_("authority"), max_length=200)
    statute = models.CharField(
        _("statute"),
        max_length=200,
        help_text=_("The law and section that oblige the shop, such as Act 805/2011, ch. 7, s. 2."),
    )
    case_number = models.CharField(_("case number"), max_length=100)
    lines = ArrayField(
        models.CharField(max_length=20, choices=Line), verbose_name=_("what is handed over")
    )
    about = models.UUIDField(
        pgettext_lazy("disclosure", "about"),
        null=True,
        blank=True,
        editable=False,
        db_index=True,
        help_text=_("The number of the person's card."),
    )
    about_email = models.EmailField(_("person's e-mail address"), blank=True, db_index=True)
    asked_at = models.DateTimeField(_("asked for"))
    silence_statute = models.CharField(
        _("statute that forbids telling"),
        max_length=200,
        blank=True,
        help_text=_("Only where a law forbids to tell the person; otherwise the person sees this."),
    )
    silent_until = models.DateField(_("not told until"), null=True, blank=True)

    registered_at = models.DateTimeField(_("registered"))
    registered_by = models.UUIDField(_("registered by"), editable=False)
    registered_name = models.CharField(_("registered by"), max_length=150)
    first_at = models.DateTimeField(_("first approval"), null=True, blank=True)
    first_by = models.UUIDField(_("first approval by"), null=True, blank=True, editable=False)
    first_name = models.CharField(_("first approval by"), max_length=150, blank=True)
    second_at = models.DateTimeField(_("second approval"), null=True, blank=True)
    second_by = models.UUIDField(_("second approval by"), null=True, blank=True, editable=False)
    second_name = models.CharField(_("second approval by"), max_length=150, blank=True)
    refused_at = models.DateTimeField(pgettext_lazy("disclosure", "refused"), null=True, blank=True)
    refused_by = models.UUIDField(_("refused by"), null=True, blank=True, editable=False)
    refused_name = models.CharField(_("refused by"), max_length=150, blank=True)
    refused_because = models.CharField(_("why it was refused"), max_length=300, blank=True)
    fetched_at = models.DateTimeField(_("handed over"), null=True, blank=True)
    fetched_by = models.UUIDField(_("fetched by"), null=True, blank=True, editable=False)
    fetched_name = models.CharField(_("fetched by"), max_length=150, blank=True)

    objects = DisclosureQuerySet.as_manager()

    class Meta:
        app_label = "privacy"
        verbose_name = _("disclosure to an authority")
        verbose_name_plural = _("disclosures to authorities")
        ordering = ["-registered_at"]
        permissions = [
            ("approve_disclosure", "Can approve or refuse a disclosure"),
            ("fetch_disclosure", "Can fetch what an approved disclosure hands over"),
        ]
        indexes = [models.Index(fields=["-registered_at"], name="disclosures_by_time")]
        constraints = [
            models.CheckConstraint(
                condition=Q(statute__regex=r"\S"),
                name="disclosure_rests_on_a_statute",
                violation_error_message=_(
                    "Nothing is handed over unless a law obliges the shop: name the statute."
                ),
            ),
            models.CheckConstraint(
                condition=Q(authority__regex=r"\S") & Q(case_number__regex=r"\S"),
                name="disclosure_names_authority_and_case",
                violation_error_message=_("Name the authority and its case."),
            ),
            models.CheckConstraint(
                condition=Q(lines__contained_by=Line.values) & Q(lines__len__gte=1),
                name="disclosure_hands_over_lines_of_the_statement",
                violation_error_message=_("Say what is handed over."),
            ),
            models.CheckConstraint(
                condition=Q(silence_statute="", silent_until=None)
                | Q(silence_statute__regex=r"\S", silent_until__isnull=False),
                name="disclosure_is_told_unless_a_law_forbids",
                violation_error_message=_(
                    "Where the person is not to be told, name the statute that forbids it, and "
                    "until when."
                ),
            ),
            models.CheckConstraint(
                condition=Q(second_by=None)
                | (Q(first_by__isnull=False) & ~Q(first_by=F("second_by"))),
                name="disclosure_is_approved_by_two_people",
                violation_error_message=_("Two different people approve."),
            ),
            models.CheckConstraint(
                condition=Q(fetched_at=None) | Q(second_by__isnull=False, refused_by=None),
                name="disclosure_is_approved_before_it_is_fetched",
            ),
            models.CheckConstraint(
                condition=Q(refused_by=None) | Q(second_by=None),
                name="disclosure_is_approved_or_refused",
            ),
            models.CheckConstraint(
                condition=_together("first_by", "first_at")
                & _together("second_by", "second_at")
                & _together("refused_by", "refused_at")
                & _together("fetched_by", "fetched_at"),
                name="disclosure_says_who_and_when",
            ),
            models.CheckConstraint(
                condition=Q(refused_by=None) | Q(refused_because__regex=r"\S"),
                name="disclosure_is_refused_with_a_reason",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="disclosures_are_never_taken_away", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="disclosure_facts_stay",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=FACTS_STAY,
            ),
            pgtrigger.Trigger(
                name="disclosure_begins_undecided",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=BEGINS_UNDECIDED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.authority} {self.case_number}"

    def get_absolute_url(self) -> str:
        return reverse("admin:privacy_disclosure_change", args=[self.pk])

    @property
    def state(self) -> State:
        """Tell where it stands."""
        if self.refused_at:
            return self.State.REFUSED
        if self.fetched_at:
            return self.State.FETCHED
        if self.second_at:
            return self.State.APPROVED
        return self.State.HALF if self.first_at else self.State.ASKED

    @property
    def decided_at(self) -> datetime | None:
        """Give the moment at which it was approved for good, or refused."""
        return self.refused_at or self.second_at

    @property
    def names_somebody(self) -> bool:
        """Tell whether its person is still known."""
        return bool(self.about or self.about_email)
