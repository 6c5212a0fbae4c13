"""What people ask for of the register, with the clock that runs from the day it came."""

from datetime import date, datetime, timedelta
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from privacy.base import Model, Remnant, goes_its_way, release_is_final, stays_released
from privacy.normal import normal_email
from privacy.numbers import spoken
from privacy.requests.states import (
    ANSWERED,
    WAYS,
    Channel,
    Identity,
    Kind,
    Refusal,
    State,
)
from privacy.subject import Subject

ASKER = (
    "email",
    "name",
    "postal_address",
    "said",
    "identity_note",
    "extension_reason",
    "reason",
    "remedies",
)
"""Columns that may tell who asked; they go once the request has been answered."""

_ANSWERED = Q(state__in=ANSWERED)
_IN_PART_OR_NOT = Q(state__in=(State.PARTLY, State.REFUSED))


def overdue_on(today: date) -> Q:
    """Give the open requests whose last day has passed."""
    passed = Q(extended_until=None, due_date__lt=today) | Q(extended_until__lt=today)
    return Q(state=State.OPEN) & passed


class RequestQuerySet(models.QuerySet["Request"]):
    """Requests, by where they stand and how long there is."""

    def open(self) -> Self:
        """Keep the requests that wait for an answer."""
        return self.filter(state=State.OPEN)

    def by_due_date(self) -> Self:
        """Put first what has to be answered first."""
        return self.annotate(last=Coalesce("extended_until", "due_date")).order_by(
            "last", "received_at", "pk"
        )

    def overdue(self, today: date) -> Self:
        """Keep the open requests whose last day has passed."""
        return self.filter(overdue_on(today))

    def of_account(self, account_id: object) -> Self:
        """Keep the requests that somebody made when signed in."""
        return self.filter(account=account_id)

    def of(self, subject: Subject) -> Self:
        """Keep a person's own: made when signed in, or by e-mail from a proved address."""
        return self.filter(
            Q(account__in=subject.accounts)
            | Q(account=None, email__in=subject.emails)
            | Q(account=None, card__in=subject.cards)
        )

    def confirmed(self) -> Self:
        """Leave out what anybody may have typed, and nobody has confirmed."""
        return self.exclude(state=State.UNCONFIRMED)

    def without_asker(self) -> Self:
        """Keep the open requests of people who have been forgotten in the meantime."""
        return self.open().filter(account=None, card=None, email="", postal_address="", name="")


class Request(Remnant, Model):
    """One right that somebody uses. Who it is, is held until the answer has been given."""

    kind = models.CharField(_("kind"), max_length=13, choices=Kind)
    channel = models.CharField(pgettext_lazy("of a request", "way"), max_length=9, choices=Channel)
    state = models.CharField(pgettext_lazy("of a request", "state"), max_length=11, choices=State)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)

    # The clock
    received_at = models.DateTimeField(_("received"))
    due_date = models.DateField(_("to be answered by"))
    extended_at = models.DateTimeField(_("extended"), null=True, blank=True)
    extended_until = models.DateField(_("extended until"), null=True, blank=True)
    extension_reason = models.TextField(_("reasons for the extension"), blank=True)
    alarmed = models.PositiveSmallIntegerField(_("alarm given at, %"), default=0, editable=False)

    # Who asks
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("account"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="privacy_requests",
    )
    card = models.ForeignKey(
        settings.PRIVACY_CARD_MODEL,
        verbose_name=_("card"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="privacy_requests",
    )
    email = models.EmailField(_("e-mail address"), blank=True)
    name = models.CharField(_("name"), max_length=100, blank=True)
    postal_address = models.CharField(_("postal address"), max_length=300, blank=True)
    identity = models.CharField(
        _("identity"), max_length=9, choices=Identity, default=Identity.UNKNOWN, blank=True
    )
    link_sent_at = models.DateTimeField(_("link sent"), null=True, blank=True, editable=False)
    proved_at = models.DateTimeField(
        _("known since"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("Since when it is known who asks."),
    )
    identity_note = models.CharField(
        _("how the contact person is certain"),
        max_length=300,
        blank=True,
        help_text=_("Such as order numbers that only the person knows. Never ask for a document."),
    )
    said = models.TextField(_("what was asked, in the person's own words"), blank=True)

    # How it ended
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("answered by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    registered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("registered by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    refusal = models.CharField(_("ground"), max_length=14, choices=Refusal, blank=True)
    reason = models.TextField(_("reasons, as told to the person"), blank=True)
    remedies = models.TextField(_("remedies, as told to the person"), blank=True)
    copy_printed_at = models.DateTimeField(
        _("copy fetched for printing"), null=True, blank=True, editable=False
    )
    receipt = models.UUIDField(_("receipt of the erasure"), null=True, blank=True, editable=False)
    gone = models.PositiveIntegerField(_("values destroyed"), default=0, editable=False)
    kept = models.PositiveIntegerField(_("values kept"), default=0, editable=False)

    objects = RequestQuerySet.as_manager()

    class Meta:
        app_label = "privacy"
        verbose_name = _("request of a data subject")
        verbose_name_plural = _("requests of data subjects")
        ordering = ["-received_at"]
        permissions = [("answer_request", _("Can answer requests of data subjects"))]
        indexes = [
            models.Index(
                Coalesce("extended_until", "due_date"),
                "received_at",
                condition=Q(state="open"),
                name="requests_by_due_date",
            ),
            models.Index(fields=["-received_at"], name="requests_by_time"),
            models.Index(fields=["email"], condition=~Q(email=""), name="requests_by_email"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "kind"],
                condition=Q(state="open"),
                name="one_open_request_of_an_account",
            ),
            models.UniqueConstraint(
                fields=["email", "kind"],
                condition=Q(state="open", account=None) & ~Q(email=""),
                name="one_open_request_of_an_address",
                violation_error_message=_("The same is asked already under this address."),
            ),
            models.CheckConstraint(
                condition=_ANSWERED & Q(answered_at__isnull=False)
                | ~_ANSWERED & Q(answered_at=None, answered_by=None, receipt=None, refusal=""),
                name="request_knows_when_it_was_answered",
            ),
            models.CheckConstraint(
                condition=~_IN_PART_OR_NOT
                | ~Q(refusal="")
                & (Q(released__contains=["asker"]) | ~Q(reason="") & ~Q(remedies="")),
                name="request_is_refused_with_reasons_and_remedies",
                violation_error_message=_(
                    "A refusal tells its ground, the reasons, and where the person can complain."
                ),
            ),
            models.CheckConstraint(
                condition=Q(extended_at=None, extended_until=None)
                | Q(extended_at__isnull=False, extended_until__gt=F("due_date"))
                & (~Q(extension_reason="") | Q(released__contains=["asker"])),
                name="request_is_extended_with_reasons",
            ),
            models.CheckConstraint(
                condition=Q(due_date__gte=F("received_at__date"))
                & Q(due_date__lte=F("received_at__date") + timedelta(days=40)),
                name="request_is_due_a_month_after_it_came",
            ),
            models.CheckConstraint(
                condition=Q(extended_at=None)
                | Q(extended_at__date__lte=F("due_date"))
                & Q(extended_until__lte=F("due_date") + timedelta(days=70)),
                name="request_is_extended_in_time_and_by_two_months",
                violation_error_message=_("The time can be extended within the first month only."),
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(answered_at__gte=F("received_at")),
                name="request_is_answered_after_it_came",
            ),
            models.CheckConstraint(
                condition=~Q(channel=Channel.SIGNED_IN) | Q(identity=Identity.SIGNED_IN),
                name="who_signed_in_is_known",
            ),
            models.CheckConstraint(
                condition=Q(channel=Channel.LINK) | ~Q(state=State.UNCONFIRMED),
                name="only_a_link_waits_to_be_followed",
            ),
            models.CheckConstraint(
                condition=~Q(identity=Identity.VOUCHED)
                | ~Q(identity_note="")
                | Q(released__contains=["asker"]),
                name="who_is_vouched_for_is_said_why",
                violation_error_message=_("Say how you are certain who it is."),
            ),
            models.CheckConstraint(
                condition=Q(receipt=None) | Q(kind=Kind.ERASURE),
                name="only_an_erasure_has_a_receipt",
            ),
            models.CheckConstraint(
                condition=Q(copy_printed_at=None) | Q(kind__in=(Kind.ACCESS, Kind.PORTABILITY)),
                name="only_who_asks_for_a_copy_gets_one_printed",
            ),
            stays_released("request", "asker", *ASKER),
        ]
        triggers = [
            release_is_final("request"),
            goes_its_way("request_goes_its_way", WAYS),
            pgtrigger.Protect(
                name="request_clock_is_not_turned_back",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "ROW(OLD.kind, OLD.channel, OLD.received_at, OLD.due_date) "
                    "IS DISTINCT FROM ROW(NEW.kind, NEW.channel, NEW.received_at, NEW.due_date) "
                    "OR OLD.extended_at IS NOT NULL "
                    "AND (OLD.extended_at, OLD.extended_until) "
                    "IS DISTINCT FROM (NEW.extended_at, NEW.extended_until)"
                ),
            ),
            pgtrigger.Protect(
                name="open_requests_are_never_taken_away",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.state = 'open'"),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """Give the number that a person can quote."""
        return spoken(self.pk)

    @property
    def last_date(self) -> date:
        """Give the last day for the answer."""
        return self.extended_until or self.due_date

    @property
    def is_open(self) -> bool:
        return self.state == State.OPEN

    @property
    def has_lost_its_asker(self) -> bool:
        """Tell whether nothing is left of who asked: answered some time ago, or erased since."""
        known = (self.email, self.name, self.postal_address)
        return self.account_id is None and self.card_id is None and not any(known)

    @property
    def is_answered(self) -> bool:
        return self.state not in WAYS

    @property
    def is_proved(self) -> bool:
        """Tell whether it is known that the asker is the one whom the data are about."""
        return self.identity != Identity.UNKNOWN

    def spent(self, at: datetime) -> int:
        """Tell how much of the time has passed, in whole percent; over 100 is too late."""
        came = timezone.localdate(self.received_at)
        whole = max((self.last_date - came).days, 1)
        return (timezone.localdate(at) - came).days * 100 // whole

    def clean(self) -> None:
        self.email = normal_email(self.email)
