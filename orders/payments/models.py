"""Money that comes for an order and money that goes back, and each word that was heard of it."""

from datetime import datetime
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orders.payments.states import (
    PAYMENT_WAYS,
    REFUND_WAYS,
    PaymentState,
    RefundState,
)
from orders.payments.triggers import no_more_is_refunded_than_paid
from orders.sales.models import Order
from orders.sales.triggers import frozen
from privacy.base import Model, goes_its_way


class Provider(models.TextChoices):
    """By whom money comes and goes."""

    PAYTRAIL = "paytrail", "Paytrail"
    BANK = "bank", pgettext_lazy("way of paying", "Bank transfer")


class PaymentQuerySet(models.QuerySet["Payment"]):
    """Payments, by where they stand."""

    def paid(self) -> Self:
        """Keep what was paid."""
        return self.filter(state=PaymentState.PAID)

    def unheard(self, since: datetime) -> Self:
        """Keep the payments begun before a moment of which the last word has not been heard."""
        return self.filter(state__in=(PaymentState.NEW, PaymentState.PENDING), created_at__lt=since)


class Payment(Model):
    """One attempt to pay an order, or a transfer that came for it. Its key is its stamp."""

    order = models.ForeignKey(
        Order,
        verbose_name=pgettext_lazy("purchase", "order"),
        on_delete=models.PROTECT,
        related_name="payments",
    )
    provider = models.CharField(_("by"), max_length=10, choices=Provider)
    state = models.CharField(
        pgettext_lazy("payment", "state"),
        max_length=8,
        choices=PaymentState,
        default=PaymentState.NEW,
    )
    amount = models.DecimalField(_("amount, €"), max_digits=12, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    transaction_id = models.CharField(
        _("number of the payment service or bank"), max_length=64, blank=True
    )
    method = models.CharField(_("method"), max_length=40, blank=True)
    page = models.URLField(_("page of the payment service"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("begun"))
    paid_at = models.DateTimeField(pgettext_lazy("payment", "paid"), null=True, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["-created_at"], name="payments_by_time"),
            models.Index(
                fields=["created_at"],
                condition=Q(state__in=("new", "pending")),
                name="payments_unheard",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["provider", "transaction_id"],
                condition=~Q(transaction_id=""),
                name="one_payment_of_a_transaction",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_is_of_something"),
            models.CheckConstraint(condition=Q(currency="EUR"), name="payment_is_in_euros"),
            models.CheckConstraint(
                condition=Q(state=PaymentState.PAID, paid_at__isnull=False)
                | ~Q(state=PaymentState.PAID) & Q(paid_at=None),
                name="payment_knows_when_it_was_paid",
            ),
        ]
        triggers = [
            goes_its_way("payment_goes_its_way", PAYMENT_WAYS),
            frozen("payment_facts_are_frozen", "order_id", "provider", "amount", "currency"),
            pgtrigger.Protect(name="payments_are_never_taken_away", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return str(self.pk)[:8]


class PaymentEvent(Model):
    """One word heard of a payment or a refund, as it was heard; never altered."""

    class Source(models.TextChoices):
        CREATED = "created", pgettext_lazy("payment event", "Answer of the payment service")
        CALLBACK = "callback", pgettext_lazy("payment event", "Call of the payment service")
        RETURN = "return", pgettext_lazy("payment event", "The buyer came back")
        POLL = "poll", pgettext_lazy("payment event", "We asked the payment service")
        STATEMENT = "statement", pgettext_lazy("payment event", "Bank statement")
        STAFF = "staff", pgettext_lazy("payment event", "Staff")

    class Verdict(models.TextChoices):
        TAKEN = "taken", pgettext_lazy("payment event", "Counted")
        REPEATED = "repeated", pgettext_lazy("payment event", "Known already")
        REFUSED = "refused", pgettext_lazy("payment event", "Refused")

    payment = models.ForeignKey(
        Payment,
        verbose_name=_("payment"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="events",
    )
    source = models.CharField(_("source"), max_length=9, choices=Source)
    verdict = models.CharField(_("verdict"), max_length=8, choices=Verdict)
    why = models.CharField(
        _("why"), max_length=40, blank=True, help_text=_("A code, such as amount or signature.")
    )
    status = models.CharField(_("status as told"), max_length=20, blank=True)
    at = models.DateTimeField(_("when"))

    class Meta:
        verbose_name = _("payment event")
        verbose_name_plural = _("payment events")
        ordering = ["-at"]
        indexes = [
            models.Index(fields=["payment", "at"], name="events_of_a_payment"),
            models.Index(fields=["-at"], name="payment_events_by_time"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="payment_events_are_written_once",
                operation=pgtrigger.Update | pgtrigger.Delete,
            )
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.verdict}"


class RefundQuerySet(models.QuerySet["Refund"]):
    """Refunds, by what they need."""

    def stuck(self) -> Self:
        """Keep what staff must look at: perhaps sent, or failed with nothing in its place."""
        later = self.model._base_manager.filter(
            ~Q(state=RefundState.FAILED),
            payment=models.OuterRef("payment"),
            created_at__gt=models.OuterRef("created_at"),
        )
        doubtful = ~Q(trouble="") & Q(state__in=("new", "pending"))
        return self.filter(doubtful | Q(state="failed") & ~models.Exists(later))


class Refund(Model):
    """Money that goes back to where a payment came from."""

    payment = models.ForeignKey(
        Payment, verbose_name=_("payment"), on_delete=models.PROTECT, related_name="refunds"
    )
    state = models.CharField(
        pgettext_lazy("refund", "state"),
        max_length=8,
        choices=RefundState,
        default=RefundState.NEW,
    )
    amount = models.DecimalField(_("amount, €"), max_digits=12, decimal_places=2)
    transaction_id = models.CharField(
        _("number of the payment service or bank"), max_length=64, blank=True
    )
    trouble = models.CharField(_("trouble"), max_length=40, blank=True)
    created_at = models.DateTimeField(_("asked for"))
    done_at = models.DateTimeField(_("paid back"), null=True, blank=True)

    objects = RefundQuerySet.as_manager()

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering = ["-created_at"]
        indexes = [
            models.Index(
                fields=["created_at"],
                condition=Q(state__in=("new", "pending")),
                name="refunds_under_way",
            ),
            models.Index(
                fields=["created_at"], condition=Q(state="failed"), name="refunds_that_failed"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["transaction_id"],
                condition=~Q(transaction_id=""),
                name="one_refund_of_a_transaction",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_is_of_something"),
            models.CheckConstraint(
                condition=Q(state=RefundState.DONE, done_at__isnull=False)
                | ~Q(state=RefundState.DONE) & Q(done_at=None),
                name="refund_knows_when_it_was_done",
            ),
        ]
        triggers = [
            no_more_is_refunded_than_paid(),
            goes_its_way("refund_goes_its_way", REFUND_WAYS),
            frozen("refund_facts_are_frozen", "payment_id", "amount", "created_at"),
            pgtrigger.Protect(name="refunds_are_never_taken_away", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return str(self.pk)[:8]
