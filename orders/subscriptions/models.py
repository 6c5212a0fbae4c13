"""Services that go on, and their periods: each is paid for once."""

from datetime import date, timedelta
from typing import Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core import signing
from django.db import models
from django.db.models import F, Func, Q, Value
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.companies.purchases import own, own_or_to_approve
from customers.models import Company, Customer, NormalEmailField
from orders.catalogue.models import Variant
from orders.catalogue.plans import DAYS_TO_DECIDE, Period, begins, in_words
from orders.sales.models import Order, OrderLine
from orders.sales.triggers import frozen
from orders.subscriptions.states import RUNNING, WAYS, ServiceState
from privacy.base import Model, Remnant, goes_its_way, release_is_final, released, stays_released

SALT = "orders.subscriptions.service"
_DAY = timedelta(days=1)


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    """Running services, by whose they are and where they stand."""

    def of(self, customer: Customer) -> Self:
        """Keep the customer's own: the only door to them."""
        return self.filter(own(customer))

    def visible_to(self, customer: Customer) -> Self:
        """Keep the customer's own, and those of companies for which the customer approves."""
        return self.filter(pk__in=own_or_to_approve(self.model, customer))

    def running(self) -> Self:
        """Keep those that have not ended."""
        return self.filter(state__in=RUNNING)

    def to_see_to(self, today: date) -> Self:
        """Keep those of which something is to be done by a day."""
        return self.running().filter(look_date__lte=today)


class Subscription(Remnant, Model):
    """A service that somebody has bought, and that goes on until it is ended."""

    bought_as = models.OneToOneField(
        OrderLine,
        verbose_name=_("bought as"),
        on_delete=models.PROTECT,
        related_name="subscription",
    )
    order = models.ForeignKey(
        Order,
        verbose_name=_("latest order"),
        on_delete=models.PROTECT,
        related_name="subscriptions",
        help_text=_("Whoever it names is billed for the next period."),
    )
    customer = models.ForeignKey(
        Customer,
        verbose_name=pgettext_lazy("person", "customer"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="subscriptions",
    )
    company = models.ForeignKey(
        Company,
        verbose_name=_("company"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="subscriptions",
    )
    variant = models.ForeignKey(
        Variant,
        verbose_name=_("variant"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="subscriptions",
    )
    email = NormalEmailField(_("e-mail address"), blank=True)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)

    # As it was agreed
    period = models.CharField(_("period"), max_length=7, choices=Period)
    notice_days = models.PositiveSmallIntegerField(_("notice time, days"))
    letter_days = models.PositiveSmallIntegerField(_("renewal letter, days before"))
    first_date = models.DateField(_("first day"))
    started_at = models.DateTimeField(pgettext_lazy("service", "bought"))

    # Where it stands
    state = models.CharField(
        pgettext_lazy("service", "state"),
        max_length=6,
        choices=ServiceState,
        default=ServiceState.ACTIVE,
    )
    last_date = models.DateField(_("last day"), null=True, blank=True)
    notice_at = models.DateTimeField(_("notice given"), null=True, blank=True)
    ended_at = models.DateTimeField(pgettext_lazy("service", "ended"), null=True, blank=True)
    look_date = models.DateField(
        _("next seen to"), help_text=_("The day on which the worker has something to do about it.")
    )

    objects = SubscriptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("running service")
        verbose_name_plural = _("running services")
        ordering = ["-started_at", "-pk"]
        indexes = [
            models.Index(fields=["-started_at", "-id"], name="services_by_time"),
            models.Index(fields=["customer", "-started_at"], name="services_of_a_customer"),
            models.Index(fields=["company", "-started_at"], name="services_of_a_company"),
            models.Index(fields=["email"], name="services_by_email"),
            models.Index(
                fields=["look_date"], condition=Q(state__in=RUNNING), name="services_to_see_to"
            ),
            models.Index(
                fields=["started_at"], condition=~released("party"), name="services_with_a_party"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="active", last_date=None, notice_at=None, ended_at=None)
                | Q(state="ending", last_date__isnull=False, notice_at__isnull=False, ended_at=None)
                | Q(
                    state="ended",
                    last_date__isnull=False,
                    notice_at__isnull=False,
                    ended_at__isnull=False,
                ),
                name="service_knows_when_it_ends",
            ),
            models.CheckConstraint(
                condition=Q(letter_days__gte=F("notice_days") + DAYS_TO_DECIDE),
                name="service_leaves_time_to_end_it",
            ),
            stays_released("subscription", "party", "email"),
        ]
        triggers = [
            release_is_final("subscription"),
            frozen(
                "what_was_agreed_of_a_service_stays",
                "bought_as_id",
                "period",
                "notice_days",
                "letter_days",
                "first_date",
                "started_at",
            ),
            pgtrigger.Protect(
                name="an_end_that_was_told_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.last_date IS NOT NULL AND NEW.last_date IS DISTINCT FROM OLD.last_date"
                    " AND NOT (OLD.state = 'ending' AND NEW.state = 'ended'"
                    " AND NEW.last_date < OLD.last_date)"
                ),
            ),
            goes_its_way("service_goes_its_way", WAYS),
            pgtrigger.Protect(name="services_are_never_taken_away", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return str(self.pk)[:8]

    @property
    def signed_address(self) -> str:
        """Give the page on which the service can be ended, by an address that nobody can guess.

        It is no `get_absolute_url`, by which staff would find it who may only look.
        """
        return reverse("orders:service", args=[signing.dumps(str(self.pk), salt=SALT)])

    @property
    def name(self) -> str:
        """Call the service as it was called when it was bought."""
        return self.bought_as.called

    @property
    def words(self) -> str:
        """Say how it goes on, and how it ends."""
        return in_words(Period(self.period), self.notice_days, self.letter_days)

    @property
    def is_running(self) -> bool:
        return self.state in RUNNING

    @property
    def latest(self) -> "ServicePeriod":
        """Give the last period that is known."""
        return max(self.periods.all(), key=lambda period: period.number)

    def begins(self, number: int) -> date:
        """Give the first day of a period."""
        return begins(self.first_date, Period(self.period), number)

    def ends(self, number: int) -> date:
        """Give the last day of a period."""
        return self.begins(number + 1) - _DAY


class ServicePeriod(Model):
    """A period of a service: told before it begins, and billed by one order."""

    subscription = models.ForeignKey(
        Subscription,
        verbose_name=_("running service"),
        on_delete=models.PROTECT,
        related_name="periods",
    )
    number = models.PositiveIntegerField(pgettext_lazy("period", "number"))
    starts_date = models.DateField(_("first day"))
    ends_date = models.DateField(_("last day"))
    price = models.DecimalField(
        _("price with VAT, €"),
        max_digits=12,
        decimal_places=2,
        help_text=_("Of one piece; without VAT where the buyer owes none."),
    )
    told_at = models.DateTimeField(_("told"), null=True, blank=True)
    order = models.ForeignKey(
        Order,
        verbose_name=pgettext_lazy("purchase", "order"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="service_periods",
    )

    class Meta:
        verbose_name = _("period of a service")
        verbose_name_plural = _("periods of services")
        ordering = ["subscription", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["subscription", "number"], name="a_period_of_a_service_is_there_once"
            ),
            models.UniqueConstraint(
                fields=["subscription", "order"], name="an_order_bills_one_period_of_a_service"
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, ends_date__gte=F("starts_date"), price__gte=0),
                name="a_period_of_a_service_has_its_days_and_price",
            ),
            ExclusionConstraint(
                name="periods_of_a_service_do_not_overlap",
                expressions=[
                    ("subscription", RangeOperators.EQUAL),
                    (
                        Func(
                            F("starts_date"),
                            F("ends_date"),
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]
        triggers = [
            frozen(
                "a_period_that_was_told_stays",
                "subscription_id",
                "number",
                "starts_date",
                "ends_date",
                "price",
                "told_at",
            ),
            pgtrigger.Protect(
                name="a_period_is_billed_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.order_id IS NOT NULL AND NEW.order_id IS DISTINCT FROM OLD.order_id"
                ),
            ),
            pgtrigger.Protect(
                name="a_period_that_was_billed_stays",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.order_id IS NOT NULL"),
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)
