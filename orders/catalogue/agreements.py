"""Agreements with a person or a company: which prices they give, for whom, and until when.

A price list holds prices without VAT, some of them from so many pieces on. An agreement gives one
list to one party for a time. Which variants that covers is written down beside it by the database,
which refuses two agreements of one party for one variant on the same day.
"""

from datetime import date
from typing import Self
from uuid import UUID

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Func, Q, Subquery, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models import Company, Customer, Membership
from orders.catalogue import agreed_triggers
from orders.catalogue.models import Variant
from privacy.base import Model, Remnant, never_rewritten
from privacy.copies.models import private_storage

LONGEST_TERM = 180
MOST_PIECES = 100_000


class PriceList(Model):
    """Prices without VAT that agreements give, for a time; frozen once an agreement gives them."""

    name = models.CharField(
        _("name"), max_length=80, unique=True, help_text=_("For staff alone. Name no person in it.")
    )
    valid_from = models.DateField(_("first day"), default=timezone.localdate)
    valid_until = models.DateField(_("last day"), null=True, blank=True)

    class Meta:
        verbose_name = _("price list")
        verbose_name_plural = _("price lists")
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="price_list_ends_after_it_begins",
                violation_error_message=_("It must begin before it ends."),
            )
        ]
        triggers = [agreed_triggers.given_lists_stay()]

    def __str__(self) -> str:
        return self.name


class ListPrice(models.Model):
    """What a list asks for a piece of a variant, from so many pieces on."""

    price_list = models.ForeignKey(
        PriceList, verbose_name=_("price list"), on_delete=models.CASCADE, related_name="prices"
    )
    variant = models.ForeignKey(
        Variant, verbose_name=_("variant"), on_delete=models.PROTECT, related_name="list_prices"
    )
    from_pieces = models.PositiveIntegerField(
        _("from so many pieces"),
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(MOST_PIECES)],
    )
    net = models.DecimalField(_("price without VAT, €"), max_digits=10, decimal_places=2)

    class Meta:
        verbose_name = _("price of a list")
        verbose_name_plural = _("prices of lists")
        ordering = ["price_list", "variant", "from_pieces"]
        constraints = [
            models.UniqueConstraint(
                fields=["price_list", "variant", "from_pieces"],
                name="one_list_price_from_so_many_pieces",
                violation_error_message=_("The list has a price from so many pieces already."),
            ),
            models.CheckConstraint(
                condition=Q(net__gte=0) & Q(from_pieces__gte=1, from_pieces__lte=MOST_PIECES),
                name="list_price_is_a_price",
                violation_error_message=_("A price is not negative, and is for a piece or more."),
            ),
        ]
        triggers = [agreed_triggers.given_prices_stay()]

    def __str__(self) -> str:
        return f"{self.net}"


class AgreementState(models.TextChoices):
    """Where an agreement stands."""

    DRAFT = "draft", pgettext_lazy("agreement", "Draft")
    OFFERED = "offered", pgettext_lazy("agreement", "Waits for acceptance")
    IN_FORCE = "in_force", pgettext_lazy("agreement", "In force")
    ENDED = "ended", pgettext_lazy("agreement", "Ended")


NOT_YET = (AgreementState.DRAFT, AgreementState.OFFERED)
"""As long as nobody has accepted an agreement, it gives no price."""


class AgreementQuerySet(models.QuerySet["Agreement"]):
    """Agreements, by whose they are and where they stand."""

    def seen_by(self, customer: Customer) -> Self:
        """Keep what somebody may see: the own ones, and those of companies they buy for."""
        mine = Company.objects.filter(memberships__customer=customer)
        theirs = self.filter(Q(customer=customer) | Q(company__in=mine))
        return theirs.exclude(state=AgreementState.DRAFT)

    def in_hands_of(self, customer: Customer) -> Self:
        """Keep those that are somebody's to accept, and whose document is theirs to read.

        That is the person, and of a company its admins: a contract names more than a buyer needs.
        """
        minds = Membership.objects.admins().filter(customer=customer)
        theirs = self.filter(Q(customer=customer) | Q(company__in=minds.values("company")))
        return theirs.exclude(state=AgreementState.DRAFT)

    def in_force(self) -> Self:
        """Keep those that were accepted and that nobody has closed."""
        return self.filter(state=AgreementState.IN_FORCE)


class Agreement(Remnant, Model):
    """What was agreed with a person or a company. Once accepted it can only be ended."""

    number = models.CharField(
        pgettext_lazy("of an agreement", "number"), max_length=20, unique=True
    )
    customer = models.ForeignKey(
        Customer,
        verbose_name=pgettext_lazy("person", "customer"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="agreements",
    )
    company = models.ForeignKey(
        Company,
        verbose_name=_("company"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="agreements",
    )
    party_name = models.CharField(
        _("with"), max_length=110, blank=True, help_text=_("As it was when it was accepted.")
    )
    party_gone = models.BooleanField(
        default=False,
        editable=False,
        help_text="The party's own row has gone; the database notes it.",
    )
    state = models.CharField(
        _("state"), max_length=8, choices=AgreementState, default=AgreementState.DRAFT
    )
    valid_from = models.DateField(_("first day"), default=timezone.localdate)
    valid_until = models.DateField(
        _("last day"), null=True, blank=True, help_text=_("Empty: until further notice.")
    )
    notice_days = models.PositiveSmallIntegerField(
        _("notice period, days"), default=30, help_text=_("So long it runs on after notice.")
    )
    payment_days = models.PositiveSmallIntegerField(
        _("payment term, days"), default=14, help_text=_("From it the invoice's due date follows.")
    )
    price_list = models.ForeignKey(
        PriceList, verbose_name=_("price list"), on_delete=models.PROTECT, related_name="agreements"
    )
    document_name = models.CharField(
        _("document"), max_length=100, blank=True, help_text=_("What the signed paper is called.")
    )
    document_place = models.CharField(
        _("where it lies"), max_length=200, blank=True, help_text=_("A folder, an archive.")
    )
    accepted_by = models.ForeignKey(
        Customer,
        verbose_name=_("accepted by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("The person, or somebody who buys for the company."),
    )
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    accepted_online = models.BooleanField(
        _("accepted in the account"),
        default=False,
        editable=False,
        help_text=_("By the party itself. Otherwise staff have written it down from a paper."),
    )
    accepted_sha256 = models.CharField(
        _("SHA-256 of the accepted document"), max_length=64, blank=True, editable=False
    )
    offered_at = models.DateTimeField(_("laid before the party"), null=True, editable=False)
    notice_at = models.DateTimeField(_("notice given"), null=True, blank=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreement")
        verbose_name_plural = _("agreements")
        ordering = ["-created_at", "-pk"]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="agreements_by_time"),
            models.Index(
                fields=["valid_until"],
                condition=Q(state=AgreementState.IN_FORCE),
                name="agreements_by_last_day",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(customer__isnull=False, company=None)
                | Q(customer=None, company__isnull=False)
                | Q(customer=None, company=None, party_gone=True),
                name="agreement_has_one_party",
                violation_error_message=_("Name a person or a company, and not both."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("valid_from")),
                name="agreement_ends_after_it_begins",
                violation_error_message=_("It must begin before it ends."),
            ),
            models.CheckConstraint(
                condition=Q(payment_days__lte=LONGEST_TERM, notice_days__lte=LONGEST_TERM * 4),
                name="agreement_terms_are_within_reason",
                violation_error_message=_("A payment term is 180 days at most, a notice 720."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=NOT_YET) | Q(accepted_at__isnull=False) & ~Q(party_name=""),
                name="agreement_in_force_was_accepted",
                violation_error_message=_("Say who has accepted it, and when."),
            ),
            models.CheckConstraint(
                condition=~Q(state=AgreementState.OFFERED)
                | Q(accepted_at=None, accepted_by=None, offered_at__isnull=False),
                name="offered_agreement_waits_for_its_party",
            ),
            models.CheckConstraint(
                condition=Q(accepted_online=False, accepted_sha256="")
                | ~Q(state__in=NOT_YET) & ~Q(accepted_sha256=""),
                name="what_was_accepted_is_known_by_its_checksum",
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="agreement_goes_its_way",
                field="state",
                transitions=[
                    ("draft", "offered"),
                    ("offered", "draft"),
                    ("draft", "in_force"),
                    ("offered", "in_force"),
                    ("in_force", "ended"),
                ],
            ),
            agreed_triggers.begins_as_a_draft(),
            agreed_triggers.notes_that_its_party_is_gone(),
            agreed_triggers.accepted_stays(),
            agreed_triggers.accepts_its_last_document(),
            agreed_triggers.covers_its_list(),
        ]

    def __str__(self) -> str:
        return self.number

    def clean(self) -> None:
        """Say to staff what the database would refuse: their form does not hold all its columns.

        :raises ValidationError: when there is not exactly one party.
        """
        parties = (self.customer_id, self.company_id)
        if not self.party_gone and sum(party is not None for party in parties) != 1:
            raise ValidationError(_("Name a person or a company, and not both."))

    @property
    def is_draft(self) -> bool:
        return self.state == AgreementState.DRAFT

    @property
    def is_offered(self) -> bool:
        return self.state == AgreementState.OFFERED

    @property
    def is_in_force(self) -> bool:
        return self.state == AgreementState.IN_FORCE


class AgreementDocument(Remnant, Model):
    """An edition of an agreement's document. A change is another edition, never a rewritten one.

    It is called by its agreement's number and its edition: what it was called may name somebody.
    """

    agreement = models.ForeignKey(
        Agreement, verbose_name=_("agreement"), on_delete=models.CASCADE, related_name="documents"
    )
    edition = models.PositiveSmallIntegerField(_("edition"))
    file = models.FileField(_("PDF"), storage=private_storage, max_length=100)
    size = models.PositiveIntegerField(_("size"))
    sha256 = models.CharField("SHA-256", max_length=64)
    added_at = models.DateTimeField(_("laid in"))

    class Meta:
        default_permissions = ()
        verbose_name = _("document of an agreement")
        verbose_name_plural = _("documents of agreements")
        ordering = ["agreement", "edition"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "edition"], name="one_document_of_an_edition"
            ),
            models.CheckConstraint(
                condition=~Q(file="") & Q(edition__gte=1, sha256__regex=r"^[0-9a-f]{64}$"),
                name="agreement_document_is_one",
            ),
        ]
        triggers = [
            agreed_triggers.documents_are_laid_before_drafts(),
            agreed_triggers.accepted_documents_stay(),
            never_rewritten("documents_are_never_rewritten", may_change=["erasure", "released"]),
        ]

    def __str__(self) -> str:
        return f"{self.edition}"


class AgreedVariant(models.Model):
    """A variant for which an agreement gives a price, and on which days; written by the database.

    `party` is the number of the card or company. The row goes with its agreement, and at once when
    the party's own row goes.
    """

    agreement = models.ForeignKey(Agreement, on_delete=models.CASCADE, related_name="covers")
    variant = models.ForeignKey(Variant, on_delete=models.PROTECT, related_name="+")
    party = models.UUIDField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True, blank=True)

    class Meta:
        default_permissions = ()
        verbose_name = _("what an agreement covers")
        verbose_name_plural = _("what agreements cover")
        ordering = ["agreement", "pk"]
        indexes = [models.Index(fields=["party", "variant"], name="agreed_by_party_and_variant")]
        constraints = [
            ExclusionConstraint(
                name="one_agreement_for_a_variant_a_day",
                expressions=[
                    ("party", RangeOperators.EQUAL),
                    ("variant", RangeOperators.EQUAL),
                    (
                        Func(
                            F("valid_from"),
                            F("valid_until"),
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            )
        ]
        triggers = [agreed_triggers.written_by_the_agreement()]

    def __str__(self) -> str:
        return f"{self.valid_from}"


Party = UUID | Combinable
"""The number of a card or a company, or a way for the database to find it."""


def party_of_account(account: UUID) -> Party:
    """Find for whom somebody who is signed in buys: the company first, else the own card."""
    return _company_or_card(Q(account=account))


def party_of_card(card: UUID) -> Party:
    """Find for whom somebody buys: the company first, else the own card."""
    return _company_or_card(Q(pk=card))


def party_for_company(card: UUID, business_id: str) -> Party:
    """Find the company that a checkout names, while its buyer is a member of it."""
    mine = Company.objects.filter(memberships__customer=card, business_id=business_id)
    return Subquery(mine.values("pk")[:1])


def _company_or_card(who: Q) -> Party:
    cards = Customer.objects.filter(who)
    mine = Company.objects.filter(memberships__customer__in=cards)
    oldest = mine.order_by("memberships__created_at", "memberships__pk")
    return Coalesce(Subquery(oldest.values("pk")[:1]), Subquery(cards.values("pk")[:1]))


def covering(party: Party, day: date) -> "models.QuerySet[AgreedVariant]":
    """Give what a party's agreements cover on a day."""
    rows = AgreedVariant.objects.filter(party=party, valid_from__lte=day)
    return rows.filter(Q(valid_until=None) | Q(valid_until__gte=day))
