"""Appointments that were bought: each has its places in a time."""

from datetime import datetime, timedelta
from typing import Self

import pgtrigger
from django.core import signing
from django.db import models
from django.db.models import Case, F, Q, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.companies.purchases import own_or_to_approve
from customers.models import Customer, NormalEmailField
from orders.bookings import triggers
from orders.bookings.states import WAYS, BookingState
from orders.catalogue.times import Slot, change_in_words
from orders.sales.models import Order, OrderLine
from orders.sales.triggers import frozen
from privacy.base import Model, Remnant, goes_its_way, release_is_final, released, stays_released

SALT = "orders.bookings.booking"


class BookingQuerySet(models.QuerySet["Booking"]):
    """Appointments, by whose they are and where they stand."""

    def of(self, customer: Customer) -> Self:
        """Keep those of the customer's own orders."""
        return self.filter(bought_as__order__in=Order.objects.of(customer))

    def visible_to(self, customer: Customer) -> Self:
        """Keep the customer's own, and those of companies for which the customer approves."""
        return self.filter(bought_as__order__in=own_or_to_approve(Order, customer))

    def soonest_first(self, at: datetime) -> Self:
        """Begin with what is to come, the soonest first; then what was, the latest first."""
        is_to_come = Q(state=BookingState.BOOKED, ends_at__gt=at)
        return self.alias(
            comes_at=Case(When(is_to_come, then="starts_at")),
        ).order_by(F("comes_at").asc(nulls_last=True), "-starts_at", "-pk")

    def to_come(self) -> Self:
        """Keep those that nobody has cancelled and that are not over."""
        return self.filter(state=BookingState.BOOKED)


class Booking(Remnant, Model):
    """Places in a time, for a service that somebody has bought.

    The database copies when it begins and ends from the time, so that its person can read it.
    """

    bought_as = models.OneToOneField(
        OrderLine,
        verbose_name=_("bought as"),
        on_delete=models.PROTECT,
        related_name="booking",
    )
    customer = models.ForeignKey(
        Customer,
        verbose_name=pgettext_lazy("person", "customer"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="bookings",
    )
    email = NormalEmailField(_("e-mail address"), blank=True)
    slot = models.ForeignKey(
        Slot,
        verbose_name=pgettext_lazy("appointment", "time"),
        on_delete=models.PROTECT,
        related_name="bookings",
    )
    starts_at = models.DateTimeField(_("begins"), editable=False)
    ends_at = models.DateTimeField(pgettext_lazy("appointment", "ends"), editable=False)
    places = models.PositiveSmallIntegerField(_("places"))
    change_hours = models.PositiveSmallIntegerField(
        _("moved or cancelled at the latest, hours before")
    )
    state = models.CharField(
        pgettext_lazy("appointment", "state"),
        max_length=9,
        choices=BookingState,
        default=BookingState.BOOKED,
    )
    moves = models.PositiveSmallIntegerField(_("how often it was moved"), default=0)
    booked_at = models.DateTimeField(pgettext_lazy("appointment", "booked on"))
    told_at = models.DateTimeField(
        _("time told"), help_text=_("When the buyer was told of the time that stands now.")
    )
    reminded_at = models.DateTimeField(_("reminded"), null=True, blank=True)
    ended_at = models.DateTimeField(_("over or cancelled"), null=True, blank=True)

    objects = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("appointment")
        verbose_name_plural = _("appointments")
        ordering = ["-booked_at", "-pk"]
        default_permissions = ("view", "change")
        indexes = [
            models.Index(fields=["-booked_at", "-id"], name="bookings_by_time"),
            models.Index(fields=["customer", "-booked_at"], name="bookings_of_a_customer"),
            models.Index(fields=["email"], name="bookings_by_email"),
            models.Index(
                fields=["starts_at", "id"],
                condition=Q(state=BookingState.BOOKED),
                name="bookings_to_come",
            ),
            models.Index(
                fields=["booked_at"], condition=~released("party"), name="bookings_with_a_party"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(places__gte=1), name="a_booking_has_a_place"),
            models.CheckConstraint(
                condition=Q(state=BookingState.BOOKED, ended_at=None)
                | ~Q(state=BookingState.BOOKED) & Q(ended_at__isnull=False),
                name="a_booking_knows_when_it_ended",
            ),
            stays_released("booking", "party", "email"),
        ]
        triggers = [
            release_is_final("booking"),
            frozen("what_was_booked_stays", "bought_as_id", "change_hours", "booked_at"),
            goes_its_way("booking_goes_its_way", WAYS),
            pgtrigger.Protect(name="bookings_are_never_taken_away", operation=pgtrigger.Delete),
            triggers.only_what_is_to_come_moves(),
            triggers.tells_its_time(),
            triggers.bookings_add_up(),
        ]

    def __str__(self) -> str:
        return str(self.pk)[:8]

    @property
    def signed_address(self) -> str:
        """Give the page on which it can be moved or cancelled; nobody can guess its address."""
        return reverse("orders:booking", args=[signing.dumps(str(self.pk), salt=SALT)])

    @property
    def name(self) -> str:
        """Call the service as it was called when it was bought."""
        return self.bought_as.called

    @property
    def is_to_come(self) -> bool:
        return self.state == BookingState.BOOKED

    @property
    def change_until(self) -> datetime:
        """Give the last moment at which the buyer can move or cancel it alone."""
        return self.slot.starts_at - timedelta(hours=self.change_hours)

    @property
    def words(self) -> str:
        return change_in_words(self.change_hours)

    def can_be_changed(self, at: datetime) -> bool:
        """Tell whether the buyer can move or cancel it alone."""
        return self.is_to_come and at <= self.change_until
