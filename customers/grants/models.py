"""Who of the staff has been given which access: from when, until when, by whom and why."""

from datetime import date, datetime, timedelta
from typing import Self

import pgtrigger
from django.conf import settings
from django.contrib.auth.models import Group
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Max, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.grants.roles import role_words
from customers.grants.triggers import NAMES_ITS_GIVER, NOT_BY_ITS_HOLDER
from privacy.base import Model, never_rewritten
from privacy.editions.models import Edition

LONGEST = timedelta(days=365)
"""The database lets no grant be longer; the setting LONGEST_GRANT_DAYS may ask for less."""

REVIEW_AFTER = timedelta(days=92)
"""Each quarter somebody says anew that a grant is still needed."""


def controllers_name() -> str:
    """Give the employer of those who work for nobody else."""
    return str(settings.CONTROLLER["name"])[:100]


class GrantQuerySet(models.QuerySet["Grant"]):
    """Grants, by whether they give anything."""

    def running(self, day: date) -> Self:
        """Keep the grants that are in force on a day."""
        return self.filter(ended_at=None, begins_date__lte=day, last_date__gte=day)

    def to_come(self, day: date) -> Self:
        """Keep the grants that begin later."""
        return self.filter(ended_at=None, begins_date__gt=day)

    def over(self, day: date) -> Self:
        """Keep the grants whose time has passed, and those that were ended."""
        return self.filter(Q(ended_at__isnull=False) | Q(last_date__lt=day))

    def ending(self, day: date, *, within: timedelta) -> Self:
        """Keep the running grants whose last day is near."""
        return self.running(day).filter(last_date__lte=day + within)

    def with_review(self) -> Self:
        """Know of each when somebody last said that it is needed: when it was given, at first."""
        return self.annotate(confirmed_at=Coalesce(Max("reviews__at"), F("given_at")))

    def to_review(self, at: datetime) -> Self:
        """Keep the running grants that nobody has confirmed for a quarter, the longest first."""
        running = self.running(timezone.localdate(at)).with_review()
        return running.filter(confirmed_at__lte=at - REVIEW_AFTER).order_by("confirmed_at", "pk")


class Grant(Model):
    """A role, given to a named person for a time. What was given is never rewritten, only ended."""

    account = models.ForeignKey(
        "customers.Account",
        verbose_name=_("to whom"),
        on_delete=models.CASCADE,
        related_name="grants",
    )
    role = models.ForeignKey(
        Group, verbose_name=_("role"), on_delete=models.PROTECT, related_name="grants"
    )
    employer = models.CharField(
        _("works for"),
        max_length=100,
        default=controllers_name,
        help_text=_("The company, for those who work for a partner."),
    )
    begins_date = models.DateField(_("first day"))
    last_date = models.DateField(_("last day"))
    reason = models.CharField(
        _("reason"), max_length=300, help_text=_("What work needs the access.")
    )
    given_by = models.ForeignKey(
        "customers.Account",
        verbose_name=_("given by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    given_at = models.DateTimeField(_("given"))
    at_installation = models.BooleanField(
        _("at installation"),
        default=False,
        help_text=_("Given by whoever runs the server, not by another of the staff."),
    )
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_by = models.ForeignKey(
        "customers.Account",
        verbose_name=_("ended by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    ended_why = models.CharField(_("why it was ended"), max_length=300, blank=True)
    reminded_at = models.DateTimeField(
        _("reminded"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("When it was written that the access is about to end."),
    )

    objects = GrantQuerySet.as_manager()

    class Meta:
        app_label = "customers"
        default_permissions = ("add", "change", "view")
        verbose_name = _("access grant")
        verbose_name_plural = _("access grants")
        ordering = ["-begins_date", "-given_at"]
        indexes = [
            models.Index(fields=["-begins_date", "-given_at"], name="grants_by_first_day"),
            models.Index(
                fields=["last_date"], condition=Q(ended_at=None), name="grants_by_last_day"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(reason__regex=r"\S"),
                name="grant_has_a_reason",
                violation_error_message=_("Say what work needs the access."),
            ),
            models.CheckConstraint(
                condition=Q(employer__regex=r"\S"),
                name="grant_names_an_employer",
                violation_error_message=_("Say whom the person works for."),
            ),
            models.CheckConstraint(
                condition=Q(last_date__gte=F("begins_date"))
                & Q(last_date__lte=F("begins_date") + LONGEST),
                name="grant_has_an_end_within_a_year",
                violation_error_message=_("Access ends after it begins, and within a year."),
            ),
            models.CheckConstraint(
                condition=Q(given_by=None) | ~Q(given_by=F("account")),
                name="grant_is_given_by_another",
                violation_error_message=_("Nobody gives access to themselves."),
            ),
            models.CheckConstraint(
                condition=Q(at_installation=False) | Q(given_by=None),
                name="grant_at_installation_has_no_giver",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None, ended_why="")
                | Q(ended_at__isnull=False, ended_why__regex=r"\S"),
                name="grant_is_ended_with_a_reason",
                violation_error_message=_("Say why the access ends."),
            ),
            ExclusionConstraint(
                name="grants_of_one_role_do_not_overlap",
                expressions=[
                    (F("account"), RangeOperators.EQUAL),
                    (F("role"), RangeOperators.EQUAL),
                    (
                        Func(
                            F("begins_date"),
                            F("last_date"),
                            RangeBoundary(inclusive_lower=True, inclusive_upper=True),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                condition=Q(ended_at=None),
                violation_error_message=_("This person has that role on some of those days."),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="grant_names_its_giver",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=NAMES_ITS_GIVER,
            ),
            never_rewritten(
                "grant_is_never_rewritten",
                forgets=["given_by_id"],
                may_change=["ended_at", "ended_by_id", "ended_why", "reminded_at"],
            ),
            pgtrigger.Protect(
                name="grant_that_ended_stays_ended",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.ended_at IS NOT NULL AND ("
                    "NEW.ended_at IS DISTINCT FROM OLD.ended_at "
                    "OR NEW.ended_why IS DISTINCT FROM OLD.ended_why "
                    "OR (NEW.ended_by_id IS NOT NULL "
                    "AND NEW.ended_by_id IS DISTINCT FROM OLD.ended_by_id))"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{role_words(self.role)} {self.begins_date:%Y-%m-%d} – {self.last_date:%Y-%m-%d}"

    def is_over(self, day: date) -> bool:
        """Tell whether it gives nothing any more."""
        return self.ended_at is not None or self.last_date < day

    @property
    def end_date(self) -> date:
        """Give the day on which it ends, or has been ended."""
        if self.ended_at is None:
            return self.last_date
        return min(timezone.localdate(self.ended_at), self.last_date)


class GrantReview(Model):
    """Somebody has said that a grant is still needed."""

    grant = models.ForeignKey(
        Grant, verbose_name=_("access grant"), on_delete=models.CASCADE, related_name="reviews"
    )
    at = models.DateTimeField(_("confirmed"))
    by = models.ForeignKey(
        "customers.Account",
        verbose_name=_("confirmed by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        app_label = "customers"
        default_permissions = ()
        verbose_name = _("review of access")
        verbose_name_plural = _("reviews of access")
        ordering = ["-at"]
        indexes = [models.Index(fields=["grant", "-at"], name="reviews_by_grant")]
        triggers = [
            never_rewritten("review_is_never_rewritten", forgets=["by_id"]),
            pgtrigger.Trigger(
                name="review_is_by_another",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=NOT_BY_ITS_HOLDER,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"


class Acknowledgement(Model):
    """Somebody of the staff has promised confidentiality under an edition of the statement."""

    account = models.ForeignKey(
        "customers.Account",
        verbose_name=_("staff"),
        on_delete=models.CASCADE,
        related_name="acknowledgements",
    )
    edition = models.ForeignKey(
        Edition,
        verbose_name=_("edition of the register statement"),
        on_delete=models.PROTECT,
        related_name="+",
    )
    at = models.DateTimeField(pgettext_lazy("of a statement", "acknowledged"))

    class Meta:
        app_label = "customers"
        default_permissions = ("view",)
        verbose_name = _("confidentiality acknowledgement")
        verbose_name_plural = _("confidentiality acknowledgements")
        ordering = ["-at"]
        indexes = [models.Index(fields=["-at"], name="acknowledgements_by_time")]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "edition"], name="one_acknowledgement_of_an_edition"
            )
        ]
        triggers = [never_rewritten("acknowledgement_is_never_rewritten")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"
