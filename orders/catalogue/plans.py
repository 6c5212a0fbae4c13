"""What is sold by the period: how long a period is, and how it is ended."""

from calendar import monthrange
from datetime import date

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from orders.catalogue import triggers
from orders.catalogue.models import Product
from privacy.base import Model

LETTER_DAYS = 14
DAYS_TO_DECIDE = 8
"""Whoever is told of a period has a week, and the day of the letter, to say no to it."""
MOST_LETTER_DAYS = 60


class Period(models.TextChoices):
    """How often a service is renewed."""

    MONTH = "month", pgettext_lazy("period", "Month")
    QUARTER = "quarter", pgettext_lazy("period", "Quarter")
    YEAR = "year", pgettext_lazy("period", "Year")


MONTHS = {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}


class Plan(Model):
    """A service that goes on from period to period until somebody ends it."""

    product = models.OneToOneField(
        Product, verbose_name=gettext_lazy("service"), on_delete=models.CASCADE, related_name="plan"
    )
    period = models.CharField(gettext_lazy("period"), max_length=7, choices=Period)
    notice_days = models.PositiveSmallIntegerField(
        gettext_lazy("notice time, days"),
        default=0,
        help_text=gettext_lazy("So long before a period begins it can still be ended."),
    )
    letter_days = models.PositiveSmallIntegerField(
        gettext_lazy("renewal letter, days before"),
        default=LETTER_DAYS,
        validators=[MinValueValidator(DAYS_TO_DECIDE), MaxValueValidator(MOST_LETTER_DAYS)],
        help_text=gettext_lazy("So long before each period the customer is told of it."),
    )

    class Meta:
        verbose_name = gettext_lazy("continuing service")
        verbose_name_plural = gettext_lazy("continuing services")
        constraints = [
            models.CheckConstraint(
                condition=Q(period__in=Period.values), name="plan_has_a_known_period"
            ),
            models.CheckConstraint(
                condition=Q(letter_days__gte=F("notice_days") + DAYS_TO_DECIDE)
                & Q(letter_days__lte=MOST_LETTER_DAYS),
                name="plan_leaves_time_to_end_it",
                violation_error_message=gettext_lazy(
                    "The letter must go eight days before the notice time begins, "
                    "and sixty days before the period at the earliest."
                ),
            ),
        ]
        triggers = [triggers.plan_is_of_a_service(), triggers.catalogue_changed()]

    def __str__(self) -> str:
        return str(self.get_period_display())

    @property
    def words(self) -> str:
        """Say how it goes on, and how it ends."""
        return in_words(Period(self.period), self.notice_days, self.letter_days)


def in_words(period: Period, notice_days: int, letter_days: int) -> str:
    """Say how a service goes on, and how it ends."""
    goes_on = {
        Period.MONTH: _("The price is for a month. The service goes on until you end it."),
        Period.QUARTER: _("The price is for three months. The service goes on until you end it."),
        Period.YEAR: _("The price is for a year. The service goes on until you end it."),
    }[period]
    told = ngettext(
        "We write to you %(days)d day before each new period.",
        "We write to you %(days)d days before each new period.",
        letter_days,
    ) % {"days": letter_days}
    ends = _("You can end it at the end of any period, on the last day still.")
    if notice_days:
        ends = ngettext(
            "You can end it at the end of any period, %(days)d day before at the latest.",
            "You can end it at the end of any period, %(days)d days before at the latest.",
            notice_days,
        ) % {"days": notice_days}
    return f"{goes_on} {told} {ends}"


def begins(first: date, period: Period, number: int) -> date:
    """Give the day on which a period begins; the first has number 1.

    Counted from the first day each time, so that the 31st comes back after a short month.
    """
    months = first.month - 1 + MONTHS[period] * (number - 1)
    year, month = first.year + months // 12, months % 12 + 1
    return date(year, month, min(first.day, monthrange(year, month)[1]))
