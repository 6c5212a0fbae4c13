"""The shop's own ledger: every event of money as an entry whose postings sum to nothing."""

from decimal import Decimal
from typing import Self
from uuid import UUID

import pgtrigger
from django.db import models
from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orders.books import triggers
from orders.money import ZERO
from orders.sales.models import Order
from orders.taxation.treatments import Treatment


class LedgerAccount(models.TextChoices):
    """Where money stands. A positive amount is a debit, a negative one a credit."""

    RECEIVABLE = "receivable", pgettext_lazy("ledger account", "Receivables from buyers")
    BANK = "bank", pgettext_lazy("ledger account", "Bank account")
    PROVIDER = "provider", pgettext_lazy("ledger account", "Receivable from the payment service")
    SALES = "sales", pgettext_lazy("ledger account", "Sales without VAT")
    VAT = "vat", pgettext_lazy("ledger account", "VAT to be paid")
    OWED = "owed", pgettext_lazy("ledger account", "Owed back to buyers")
    UNKNOWN = "unknown", pgettext_lazy("ledger account", "Payments not yet matched")
    VAT_ABROAD = "vat_abroad", pgettext_lazy("ledger account", "VAT to be paid to other countries")
    LOSS = "loss", pgettext_lazy("ledger account", "Losses on receivables")


OF_A_RATE = (LedgerAccount.SALES, LedgerAccount.VAT, LedgerAccount.VAT_ABROAD)
"""Accounts whose postings name the rate of VAT that they belong to."""


class Series(models.Model):
    """Numbers that follow each other without a gap; whoever takes one holds the row."""

    name = models.CharField(_("series"), max_length=20, unique=True)
    last = models.PositiveBigIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")
        triggers = [
            triggers.goes_one_by_one("series_has_no_gaps"),
            pgtrigger.Protect(name="series_are_never_taken_away", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.last}"


class EntryQuerySet(models.QuerySet["Entry"]):
    """Entries of the ledger."""

    def about(self, order: Order) -> Self:
        """Keep what was posted of an order."""
        return self.filter(order=order)


class Entry(models.Model):
    """One event of money: what, when, of which order, and what stands behind it."""

    class Kind(models.TextChoices):
        INVOICE = "invoice", pgettext_lazy("ledger entry", "Invoice")
        CREDIT_NOTE = "credit_note", pgettext_lazy("ledger entry", "Credit note")
        PAYMENT = "payment", pgettext_lazy("ledger entry", "Payment")
        REFUND = "refund", pgettext_lazy("ledger entry", "Refund")
        MATCH = "match", pgettext_lazy("ledger entry", "Payment matched")
        SETTLEMENT = "settlement", pgettext_lazy("ledger entry", "Paid out by the payment service")
        LOSS = "loss", pgettext_lazy("ledger entry", "Written off")

    number = models.PositiveBigIntegerField(_("number"), unique=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    order = models.ForeignKey(
        Order,
        verbose_name=pgettext_lazy("purchase", "order"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="entries",
    )
    source = models.UUIDField(
        pgettext_lazy("ledger entry", "voucher"),
        help_text=_("The invoice, payment or refund behind it: none is posted twice."),
    )
    at = models.DateTimeField(_("when"))
    date = models.DateField(_("date in the books"))

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("ledger entry")
        verbose_name_plural = _("ledger entries")
        ordering = ["-number"]
        indexes = [
            models.Index(fields=["date", "number"], name="entries_by_date"),
            models.Index(fields=["order", "number"], name="entries_of_an_order"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["kind", "source"], name="nothing_is_posted_twice"),
            models.CheckConstraint(condition=Q(number__gte=1), name="entry_has_a_number"),
        ]
        triggers = [
            triggers.entry_balances("entry_has_postings", "NEW.id"),
            triggers.written_once("entries_are_written_once"),
        ]

    def __str__(self) -> str:
        return str(self.number)


class PostingQuerySet(models.QuerySet["Posting"]):
    """Postings, summed."""

    def balance(self) -> Decimal:
        """Sum what is posted; nothing is nothing."""
        return self.aggregate(sum=Sum("amount"))["sum"] or ZERO

    def on(self, account: LedgerAccount) -> Self:
        """Keep what stands on an account."""
        return self.filter(account=account)

    def of(self, order_id: UUID) -> Self:
        """Keep what was posted of an order."""
        return self.filter(entry__order=order_id)


class Posting(models.Model):
    """An amount on an account: positive on its debit side, negative on its credit side."""

    entry = models.ForeignKey(
        Entry, verbose_name=_("ledger entry"), on_delete=models.PROTECT, related_name="postings"
    )
    account = models.CharField(_("ledger account"), max_length=10, choices=LedgerAccount)
    amount = models.DecimalField(_("amount, €"), max_digits=12, decimal_places=2)
    vat_rate = models.DecimalField(
        _("VAT rate, %"), max_digits=4, decimal_places=1, null=True, blank=True
    )
    vat_country = models.CharField(
        _("country of the VAT"),
        max_length=2,
        blank=True,
        help_text=_("To whom VAT of another country is owed."),
    )
    treatment = models.CharField(
        _("VAT treatment"),
        max_length=8,
        choices=Treatment,
        blank=True,
        help_text=_("Of what was sold; an entry without it is taxed as its voucher says."),
    )
    sold_to = models.CharField(_("country of destination"), max_length=2, blank=True)

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = _("posting")
        verbose_name_plural = _("postings")
        ordering = ["entry", "pk"]
        indexes = [
            # The sum of an account is read from the index alone.
            models.Index(fields=["account"], include=["amount"], name="postings_by_account"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(amount=0), name="posting_is_of_something"),
            models.CheckConstraint(
                condition=Q(account__in=OF_A_RATE, vat_rate__isnull=False)
                | ~Q(account__in=OF_A_RATE) & Q(vat_rate=None),
                name="sales_and_vat_name_their_rate",
            ),
            models.CheckConstraint(
                condition=Q(account=LedgerAccount.VAT_ABROAD) ^ Q(vat_country=""),
                name="vat_abroad_names_its_country",
            ),
            models.CheckConstraint(
                condition=Q(account__in=OF_A_RATE) | Q(treatment="", sold_to=""),
                name="only_sales_and_vat_name_a_treatment",
            ),
        ]
        triggers = [
            triggers.entry_balances("postings_sum_to_nothing", "NEW.entry_id"),
            triggers.written_once("postings_are_written_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_account_display()} {self.amount}"


class BooksAudit(models.Model):
    """One night's look at the books, so that a night without one is noticed."""

    at = models.DateTimeField(_("when"), db_index=True)
    debit = models.DecimalField(_("debits, €"), max_digits=16, decimal_places=2)
    credit = models.DecimalField(_("credits, €"), max_digits=16, decimal_places=2)
    findings = models.JSONField(_("findings"), default=list, blank=True)

    class Meta:
        verbose_name = _("audit of the books")
        verbose_name_plural = _("audits of the books")
        ordering = ["-at"]
        triggers = [triggers.written_once("audits_are_written_once")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"

    @property
    def is_fine(self) -> bool:
        return self.debit == self.credit and not self.findings
