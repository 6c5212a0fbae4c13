"""What is sold by appointment: calendars, their times, and how many places each has left."""

from datetime import datetime, timedelta
from typing import Self
from uuid import UUID

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q
from django.template.defaultfilters import date as date_in_words
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from orders.catalogue import triggers
from orders.catalogue.models import Product
from privacy.base import Model

MOST_HOURS = 24 * 90
MOST_PLACES = 1000
FEW_PLACES = 3
"""From this number down the page says how many places are left."""


class Bookable(Model):
    """A service that is sold for a time which the buyer chooses."""

    product = models.OneToOneField(
        Product,
        verbose_name=gettext_lazy("service"),
        on_delete=models.CASCADE,
        related_name="bookable",
    )
    book_hours = models.PositiveSmallIntegerField(
        gettext_lazy("booked at the latest, hours before"),
        default=2,
        validators=[MaxValueValidator(MOST_HOURS)],
    )
    change_hours = models.PositiveSmallIntegerField(
        gettext_lazy("moved or cancelled at the latest, hours before"),
        default=24,
        validators=[MaxValueValidator(MOST_HOURS)],
        help_text=gettext_lazy("Until then the buyer may do it alone, and gets the money back."),
    )

    class Meta:
        verbose_name = gettext_lazy("service by appointment")
        verbose_name_plural = gettext_lazy("services by appointment")
        constraints = [
            models.CheckConstraint(
                condition=Q(book_hours__lte=MOST_HOURS, change_hours__lte=MOST_HOURS),
                name="appointment_terms_are_within_reason",
                violation_error_message=gettext_lazy("Ninety days before at the most."),
            )
        ]
        triggers = [triggers.booked_is_a_service(), triggers.catalogue_changed()]

    def __str__(self) -> str:
        return self.product.name

    @property
    def words(self) -> str:
        """Say until when the buyer may think otherwise."""
        return change_in_words(self.change_hours)


def change_in_words(hours: int) -> str:
    """Say until how long before an appointment it can be moved or cancelled."""
    return ngettext(
        "You may move or cancel the appointment until %(hours)d hour before it begins.",
        "You may move or cancel the appointment until %(hours)d hours before it begins.",
        hours,
    ) % {"hours": hours}


class Calendar(Model):
    """A person, a room or a device that can be at one thing at a time."""

    name = models.CharField(gettext_lazy("name"), max_length=80, unique=True)

    class Meta:
        verbose_name = gettext_lazy("calendar")
        verbose_name_plural = gettext_lazy("calendars")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class CalendarService(models.Model):
    """A service that is booked in a calendar."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="services")
    bookable = models.ForeignKey(
        Bookable,
        verbose_name=gettext_lazy("service by appointment"),
        on_delete=models.CASCADE,
        related_name="calendars",
    )

    class Meta:
        verbose_name = gettext_lazy("service of a calendar")
        verbose_name_plural = gettext_lazy("services of calendars")
        ordering = ["calendar", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["calendar", "bookable"], name="a_service_is_in_a_calendar_once"
            )
        ]
        triggers = [triggers.catalogue_changed()]

    def __str__(self) -> str:
        return f"{self.pk}"


class SlotQuerySet(models.QuerySet["Slot"]):
    """Times, by when and for what they are."""

    def for_product(self, product_id: UUID) -> Self:
        """Keep the times of the calendars in which a service is booked."""
        return self.filter(calendar__services__bookable__product=product_id)

    def to_book(self, at: datetime, *, hours_before: int) -> Self:
        """Keep those that can still be booked, whether a place is left or not."""
        return self.filter(is_open=True, starts_at__gte=at + timedelta(hours=hours_before))

    def with_places(self, places: int = 1) -> Self:
        """Keep those with so many places left."""
        return self.filter(places__gte=F("held") + F("taken") + places)


class Slot(Model):
    """A time in a calendar. Only holds and bookings change how many of its places are gone."""

    calendar = models.ForeignKey(
        Calendar,
        verbose_name=gettext_lazy("calendar"),
        on_delete=models.PROTECT,
        related_name="slots",
    )
    starts_at = models.DateTimeField(gettext_lazy("begins"))
    ends_at = models.DateTimeField(pgettext_lazy("appointment", "ends"))
    places = models.PositiveSmallIntegerField(
        gettext_lazy("places"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_PLACES)],
    )
    held = models.PositiveSmallIntegerField(
        gettext_lazy("held at the checkout"), default=0, editable=False
    )
    taken = models.PositiveSmallIntegerField(gettext_lazy("booked"), default=0, editable=False)
    is_open = models.BooleanField(
        gettext_lazy("can be booked"),
        default=True,
        help_text=gettext_lazy("Who has booked a closed time keeps it; nobody else gets it."),
    )

    objects = SlotQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("time for appointments")
        verbose_name_plural = gettext_lazy("times for appointments")
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(fields=["starts_at", "id"], name="times_by_day"),
            models.Index(fields=["calendar", "starts_at"], name="times_of_a_calendar"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="a_time_ends_after_it_begins",
                violation_error_message=gettext_lazy("It must begin before it ends."),
            ),
            models.CheckConstraint(
                condition=Q(places__gte=F("held") + F("taken")),
                name="a_time_is_never_overbooked",
                violation_error_message=gettext_lazy("More places than that are promised."),
            ),
            models.CheckConstraint(
                condition=Q(places__gte=1, places__lte=MOST_PLACES), name="a_time_has_places"
            ),
            ExclusionConstraint(
                name="times_of_a_calendar_do_not_overlap",
                expressions=[
                    ("calendar", RangeOperators.EQUAL),
                    (
                        Func(
                            F("starts_at"),
                            F("ends_at"),
                            function="tstzrange",
                            output_field=DateTimeRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
                violation_error_message=gettext_lazy("The calendar has another time then."),
            ),
        ]
        triggers = [
            triggers.places_go_by_promises_only(),
            triggers.a_promised_time_stays(),
            triggers.catalogue_changed_by_places(FEW_PLACES),
            triggers.catalogue_changed_by_times(),
        ]

    def __str__(self) -> str:
        return self.when

    @property
    def free(self) -> int:
        """Give the places that can still be promised."""
        return self.places - self.held - self.taken

    @property
    def is_few(self) -> bool:
        """Tell whether so few of several places are left that one should hear of it."""
        return self.places > 1 and 0 < self.free <= FEW_PLACES

    @property
    def when(self) -> str:
        """Say day and hours, in the reader's language and the shop's own time."""
        return in_words(self.starts_at, self.ends_at)

    @property
    def hours(self) -> str:
        return _hours(self.starts_at, self.ends_at)


def in_words(starts_at: datetime, ends_at: datetime) -> str:
    """Say when an appointment is: the day of the week, the date, and from when until when."""
    begins = timezone.localtime(starts_at)
    return _("%(weekday)s %(day)s at %(hours)s") % {
        "weekday": date_in_words(begins, "D"),
        "day": date_in_words(begins, "SHORT_DATE_FORMAT"),
        "hours": _hours(starts_at, ends_at),
    }


def _hours(starts_at: datetime, ends_at: datetime) -> str:
    begins, ends = timezone.localtime(starts_at), timezone.localtime(ends_at)
    first, last = date_in_words(begins, "TIME_FORMAT"), date_in_words(ends, "TIME_FORMAT")
    if begins.date() != ends.date():
        last = f"{date_in_words(ends, 'SHORT_DATE_FORMAT')} {last}"
    return f"{first}–{last}"
