"""Quotes: what somebody asked a price for, what the shop offers, and until when."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Self

import pgtrigger
from django.conf import settings
from django.core import signing
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.companies.purchases import own, own_or_to_approve
from customers.models import Account, Company, Customer, NormalEmailField
from orders.basket.models import MOST_OF_ONE, Basket
from orders.catalogue.models import Variant
from orders.delivery.models import DeliveryMethod
from orders.quotes.states import OPEN, QUOTE_WAYS, QuoteState
from orders.quotes.triggers import (
    lines_are_changed_while_asked,
    lines_are_written_while_asked,
    lines_go_with_their_quote,
    quote_is_answered_whole,
)
from orders.sales.models import Order
from orders.sales.triggers import frozen
from privacy.base import Model, goes_its_way

SALT = "orders.quotes.quote"
ADDRESS_LIVES = timedelta(days=30)
"""So long after its last day a quote can still be read at the address in its letter."""


class QuoteQuerySet(models.QuerySet["Quote"]):
    """Quotes, by whose they are and where they stand."""

    def of(self, customer: Customer) -> Self:
        """Keep the customer's own: the only door to them."""
        return self.filter(own(customer))

    def visible_to(self, customer: Customer) -> Self:
        """Keep the customer's own, and those of others whose purchases the customer approves."""
        return self.filter(pk__in=own_or_to_approve(self.model, customer))

    def waiting(self) -> Self:
        """Keep those that the shop has not answered yet, the oldest first."""
        return self.filter(state=QuoteState.ASKED).order_by("asked_at")


class Quote(Model):
    """One quote: asked for from a basket, answered once, and accepted into one order at most."""

    number = models.CharField(_("number"), max_length=12, unique=True)
    submission = models.UUIDField(
        unique=True, editable=False, help_text=_("The form that sent it: sent twice, it is one.")
    )
    customer = models.ForeignKey(
        Customer,
        verbose_name=pgettext_lazy("person", "customer"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="quotes",
    )
    company = models.ForeignKey(
        Company,
        verbose_name=_("company"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="quotes",
    )
    email = NormalEmailField(_("e-mail address"))
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    message = models.TextField(_("message to the shop"), max_length=1000, blank=True)
    is_net = models.BooleanField(
        _("prices without VAT"), help_text=_("As companies buy; a piece's VAT is added to it.")
    )
    asked_at = models.DateTimeField(pgettext_lazy("quote", "asked for"))
    state = models.CharField(
        pgettext_lazy("quote", "state"),
        max_length=9,
        choices=QuoteState,
        default=QuoteState.ASKED,
    )

    # What the shop offers
    answered_at = models.DateTimeField(pgettext_lazy("quote", "given"), null=True, blank=True)
    answered_by = models.ForeignKey(
        Account,
        verbose_name=_("by staff"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    answer = models.TextField(_("text to the buyer"), max_length=2000, blank=True)
    delivery_method = models.ForeignKey(
        DeliveryMethod,
        verbose_name=_("delivery method"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    delivery_price = models.DecimalField(
        _("delivery, €"), max_digits=8, decimal_places=2, default=0
    )

    # What became of it
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    basket = models.OneToOneField(
        Basket, null=True, blank=True, on_delete=models.SET_NULL, related_name="quote"
    )
    order = models.OneToOneField(
        Order,
        verbose_name=pgettext_lazy("purchase", "order"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="quote",
    )

    objects = QuoteQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("offer", "quote")
        verbose_name_plural = pgettext_lazy("offers", "quotes")
        ordering = ["-asked_at", "-pk"]
        indexes = [
            models.Index(fields=["-asked_at", "-id"], name="quotes_by_time"),
            models.Index(fields=["customer", "-asked_at"], name="quotes_of_a_customer"),
            models.Index(fields=["company", "-asked_at"], name="quotes_of_a_company"),
            models.Index(fields=["email"], name="quotes_by_email"),
            models.Index(fields=["asked_at"], condition=Q(state="asked"), name="quotes_that_wait"),
            models.Index(
                fields=["valid_until"], condition=Q(state="answered"), name="quotes_that_stand"
            ),
            models.Index(
                Greatest("asked_at", "answered_at", "closed_at"), name="quotes_by_last_step"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(answered_at=None, valid_until=None)
                & ~Q(state__in=(QuoteState.ANSWERED, QuoteState.ACCEPTED, QuoteState.EXPIRED))
                | Q(answered_at__isnull=False, valid_until__isnull=False)
                & ~Q(state=QuoteState.ASKED),
                name="quote_that_is_given_has_its_last_day",
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gte=F("answered_at__date")),
                name="quote_is_valid_on_the_day_it_is_given",
                violation_error_message=_("This day is over already."),
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None, state__in=OPEN)
                | Q(closed_at__isnull=False) & ~Q(state__in=OPEN),
                name="quote_knows_when_it_was_closed",
            ),
            models.CheckConstraint(
                condition=~Q(state=QuoteState.ACCEPTED) | Q(closed_at__date__lte=F("valid_until")),
                name="quote_is_accepted_while_it_is_valid",
            ),
            models.CheckConstraint(
                condition=Q(order=None) | Q(state=QuoteState.ACCEPTED),
                name="only_an_accepted_quote_is_ordered",
            ),
            models.CheckConstraint(
                condition=Q(delivery_price__gte=0), name="quoted_delivery_is_not_negative"
            ),
        ]
        triggers = [
            goes_its_way("quote_goes_its_way", QUOTE_WAYS),
            pgtrigger.Trigger(
                name="quote_begins_asked_for",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Condition("NEW.state <> 'asked'"),
                func="RAISE EXCEPTION 'a quote begins asked for' "
                "USING ERRCODE = 'check_violation';",
            ),
            quote_is_answered_whole(),
            frozen(
                "what_was_asked_of_a_quote_stays",
                "number",
                "submission",
                "email",
                "language",
                "message",
                "is_net",
                "asked_at",
            ),
            pgtrigger.Protect(
                name="what_a_quote_offers_stays",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.state <> 'asked' AND "
                    "ROW(OLD.answered_at, OLD.valid_until, OLD.answer, OLD.delivery_method_id,"
                    " OLD.delivery_price) IS DISTINCT FROM "
                    "ROW(NEW.answered_at, NEW.valid_until, NEW.answer, NEW.delivery_method_id,"
                    " NEW.delivery_price)"
                ),
            ),
            pgtrigger.Protect(
                name="accepted_quote_has_its_order",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "NEW.state = 'accepted' AND OLD.state <> 'accepted' AND NEW.order_id IS NULL"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def is_asked(self) -> bool:
        return self.state == QuoteState.ASKED

    @property
    def is_given(self) -> bool:
        return self.state == QuoteState.ANSWERED

    def stands_on(self, today: date) -> bool:
        """Tell whether it can be accepted on a day."""
        return self.is_given and self.valid_until is not None and today <= self.valid_until

    @property
    def last_day_of_address(self) -> date | None:
        """Give the last day on which the address in its letter leads to it."""
        return None if self.valid_until is None else self.valid_until + ADDRESS_LIVES

    @property
    def signed_address(self) -> str:
        """Give the address at which whoever has it sees the quote; nobody can make one up."""
        return reverse("orders:quote", args=[signing.dumps(str(self.pk), salt=SALT)])


class QuoteLine(Model):
    """A product as it was asked for, and the pieces and the price that the shop offers."""

    quote = models.ForeignKey(Quote, on_delete=models.CASCADE, related_name="lines")
    variant = models.ForeignKey(
        Variant,
        verbose_name=_("variant"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    position = models.PositiveSmallIntegerField(_("position"))
    sku = models.CharField(_("SKU"), max_length=64)
    name = models.CharField(_("name"), max_length=150)
    options = models.CharField(
        pgettext_lazy("of an attribute", "options"), max_length=200, blank=True
    )
    kind = models.CharField(_("kind"), max_length=8)
    vat_class = models.CharField(_("VAT class"), max_length=20)
    asked_quantity = models.PositiveIntegerField(
        _("pieces asked for"), default=0, help_text=_("None where the shop has added it.")
    )
    shown_price = models.DecimalField(
        _("price in the basket with VAT, €"), max_digits=12, decimal_places=2
    )
    quantity = models.PositiveIntegerField(
        _("pieces offered"), help_text=_("None where the shop does not offer it.")
    )
    price = models.DecimalField(
        _("price of a piece, €"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("With or without VAT, as the quote says."),
    )

    class Meta:
        verbose_name = pgettext_lazy("quote", "line")
        verbose_name_plural = pgettext_lazy("quote", "lines")
        ordering = ["quote", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["quote", "variant"], name="a_quote_names_a_variant_once"
            ),
            models.CheckConstraint(
                condition=Q(quantity__lte=MOST_OF_ONE, asked_quantity__lte=MOST_OF_ONE)
                & (Q(price=None) | Q(price__gte=0)),
                name="quote_line_is_not_absurd",
            ),
        ]
        triggers = [
            lines_are_written_while_asked(),
            lines_are_changed_while_asked(),
            lines_go_with_their_quote(),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku}"

    @property
    def total(self) -> Decimal | None:
        return None if self.price is None else self.price * self.quantity
