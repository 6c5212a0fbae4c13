"""Companies that work for the shop and receive data for it (Articles 28 and 30)."""

from datetime import date
from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast, Lower
from django.db.models.lookups import Exact
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from privacy.base import Model
from privacy.processors.countries import Country
from privacy.registry import Line, Role

_HOSTS = Cast("hosts", models.TextField())


class ProcessorQuerySet(models.QuerySet["Processor"]):
    """Companies, by whether they may be called."""

    def in_force(self, day: date) -> Self:
        """Keep those that may be called on a day."""
        unended = Q(ends_date=None) | Q(ends_date__gte=day)
        return self.filter(unended, begins_date__lte=day)

    def of(self, role: Role) -> Self:
        """Keep those that do one thing."""
        return self.filter(role=role)

    def reached_at(self, host: str) -> Self:
        """Keep those that answer at a host."""
        return self.filter(hosts__contains=[host])


class Processor(Model):
    """One company, what it does, where it is, and what it receives."""

    name = models.CharField(pgettext_lazy("of a company", "name"), max_length=100)
    role = models.CharField(pgettext_lazy("of a company", "role"), max_length=12, choices=Role)
    country = models.CharField(
        _("country"),
        max_length=2,
        choices=Country,
        help_text=_(
            "Nothing goes outside the European Economic Area (section 8 of the statement)."
        ),
    )
    purpose = models.CharField(
        _("purpose"), max_length=200, help_text=_("What it does for the shop, in a few words.")
    )
    lines = ArrayField(
        models.CharField(max_length=20, choices=Line),
        verbose_name=_("what it receives"),
        help_text=_("Lines of section 5 of the statement."),
    )
    hosts = ArrayField(
        models.CharField(max_length=253),
        verbose_name=_("hosts"),
        default=list,
        blank=True,
        help_text=_(
            "The names under which the shop reaches it, one a line, such as mail.example. "
            "The shop calls no other."
        ),
    )
    agreed_date = models.DateField(_("agreement made"), null=True, blank=True)
    agreement = models.CharField(
        _("agreement"),
        max_length=200,
        blank=True,
        help_text=_("Its reference, or the name of the document (Article 28)."),
    )
    erasure_email = models.EmailField(
        _("address for erasures"),
        blank=True,
        help_text=_(
            "Where the shop writes by itself when somebody whose data were passed on is "
            "forgotten. Without one it has to be told by hand."
        ),
    )
    erasure_how = models.CharField(
        _("how to tell it"),
        max_length=300,
        blank=True,
        help_text=_("What else has to be done so that it destroys data, such as a form."),
    )
    begins_date = models.DateField(
        _("in force from"),
        null=True,
        blank=True,
        help_text=_("Before that day, and without one, it is not called."),
    )
    ends_date = models.DateField(_("last day in force"), null=True, blank=True)
    is_example = models.BooleanField(
        _("example"),
        default=False,
        editable=False,
        help_text=_("Shows how a company is entered; never in force."),
    )

    objects = ProcessorQuerySet.as_manager()

    class Meta:
        app_label = "privacy"
        verbose_name = _("processor of data")
        verbose_name_plural = _("processors of data")
        ordering = ["is_example", "role", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(country__in=Country.values),
                name="processor_is_in_the_european_economic_area",
                violation_error_message=_("It is outside the European Economic Area."),
            ),
            models.CheckConstraint(condition=Q(role__in=Role.values), name="processor_has_a_role"),
            models.CheckConstraint(
                condition=Q(lines__contained_by=Line.values) & Q(lines__len__gte=1),
                name="processor_receives_lines_of_the_statement",
                violation_error_message=_("Say what it receives."),
            ),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(purpose=""), name="processor_has_a_name_and_a_purpose"
            ),
            models.CheckConstraint(
                condition=Q(begins_date=None)
                | Q(agreed_date__isnull=False, agreed_date__lte=F("begins_date"))
                & Q(agreement__regex=r"\S"),
                name="processor_works_under_an_agreement",
                violation_error_message=_(
                    "Before it is in force there is an agreement: say of which day, and where."
                ),
            ),
            models.CheckConstraint(
                condition=Q(ends_date=None)
                | Q(begins_date__isnull=False, ends_date__gte=F("begins_date")),
                name="processor_ends_after_it_begins",
                violation_error_message=_("It would end before it begins."),
            ),
            models.CheckConstraint(
                condition=Q(is_example=False) | Q(begins_date=None),
                name="example_of_a_processor_is_never_in_force",
            ),
            models.CheckConstraint(
                condition=Q(Exact(_HOSTS, Lower(_HOSTS))),
                name="processor_hosts_are_in_small_letters",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("admin:privacy_processor_change", args=[self.pk])

    @property
    def called(self) -> str:
        """Name the company and its country, as people are told of it."""
        return f"{self.name} ({self.get_country_display()})"

    def is_in_force(self, day: date) -> bool:
        """Tell whether it may be called on a day."""
        if self.begins_date is None or day < self.begins_date:
            return False
        return self.ends_date is None or day <= self.ends_date


class SubProcessor(Model):
    """A company that works for one of these in its turn (Article 28(2))."""

    processor = models.ForeignKey(
        Processor,
        verbose_name=_("processor of data"),
        on_delete=models.CASCADE,
        related_name="subs",
    )
    name = models.CharField(pgettext_lazy("of a company", "name"), max_length=100)
    country = models.CharField(_("country"), max_length=2, choices=Country)

    class Meta:
        app_label = "privacy"
        verbose_name = _("sub-processor")
        verbose_name_plural = _("sub-processors")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(country__in=Country.values),
                name="sub_processor_is_in_the_european_economic_area",
                violation_error_message=_("It is outside the European Economic Area."),
            ),
            models.CheckConstraint(condition=~Q(name=""), name="sub_processor_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def called(self) -> str:
        """Name the company and its country."""
        return f"{self.name} ({self.get_country_display()})"
