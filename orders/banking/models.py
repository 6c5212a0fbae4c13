"""What the bank told: its files, each payment in them, and what was done about it."""

from decimal import Decimal
from typing import Self

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models import Account
from orders.banking.facts import Format, Problem
from orders.banking.states import WAYS, EntryState, Why
from orders.payments.models import Payment, Refund
from orders.sales.models import Order
from orders.sales.triggers import frozen
from privacy.base import Model, Remnant, goes_its_way, release_is_final, released, stays_released

PAYER = ("payer_name", "payer_account", "message")
"""What tells who paid."""


class BankFile(Model):
    """A file of the bank's, once: an account statement, a notification or a list of payments."""

    class State(models.TextChoices):
        READ = "read", pgettext_lazy("bank file", "Read, not counted yet")
        COUNTED = "counted", pgettext_lazy("bank file", "Counted")

    sha256 = models.CharField(_("checksum"), max_length=64, unique=True)
    file_name = models.CharField(_("file"), max_length=200)
    format = models.CharField(
        pgettext_lazy("of a file", "format"),
        max_length=8,
        choices=[(each.value, each.value) for each in Format],
    )
    state = models.CharField(
        pgettext_lazy("bank file", "state"), max_length=7, choices=State, default=State.READ
    )
    content = models.BinaryField(_("content"), null=True, editable=False)
    problems = models.JSONField(_("left out"), default=list, blank=True)
    known = models.PositiveIntegerField(_("known already"), default=0)
    uploaded_at = models.DateTimeField(_("uploaded"))
    counted_at = models.DateTimeField(_("counted"), null=True, blank=True)
    by = models.ForeignKey(
        Account,
        verbose_name=_("by staff"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("bank file")
        verbose_name_plural = _("bank files")
        ordering = ["-uploaded_at"]
        indexes = [models.Index(fields=["-uploaded_at"], name="bank_files_by_time")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="counted", counted_at__isnull=False, content=None)
                | Q(state="read", counted_at=None),
                name="counted_bank_file_is_let_go",
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="bank_file_goes_its_way", field="state", transitions=[("read", "counted")]
            ),
            frozen("bank_file_facts_are_frozen", "sha256", "file_name", "format", "uploaded_at"),
            pgtrigger.Protect(
                name="counted_bank_files_stay",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.state = 'counted'"),
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    def get_absolute_url(self) -> str:
        return reverse("admin:orders_bankfile_change", args=[self.pk])

    @property
    def told_problems(self) -> list[Problem]:
        """Give what could not be read, to be told in the reader's language."""
        return [Problem(**each) for each in self.problems]


class BankEntryQuerySet(models.QuerySet["BankEntry"]):
    """Entries of the bank, by what is to be done about them."""

    def waiting(self) -> Self:
        """Keep what somebody has to look at or to pay back."""
        return self.filter(state__in=(EntryState.OPEN, EntryState.TO_RETURN))


class BankEntry(Remnant, Model):
    """One payment that came or went, as the bank told it."""

    file = models.ForeignKey(
        BankFile, verbose_name=_("bank file"), on_delete=models.PROTECT, related_name="entries"
    )
    key = models.CharField(
        _("identity"),
        max_length=64,
        unique=True,
        help_text=_("Account and number of the bank, in one: what is told again counts once."),
    )
    family = models.CharField(pgettext_lazy("of a file", "format"), max_length=4)
    number = models.CharField(_("number of the bank"), max_length=35, blank=True)
    is_credit = models.BooleanField(_("money that came"))
    amount = models.DecimalField(_("amount"), max_digits=12, decimal_places=2)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    booked_date = models.DateField(pgettext_lazy("bank entry", "booked"))
    reference = models.CharField(
        _("reference number"),
        max_length=20,
        blank=True,
        help_text=_(
            "Only one that is right by its check digit; a wrong one stands in the message."
        ),
    )
    payer_name = models.CharField(_("payer"), max_length=140, blank=True)
    payer_account = models.CharField(_("payer's account"), max_length=34, blank=True)
    message = models.CharField(_("message"), max_length=700, blank=True)
    state = models.CharField(
        pgettext_lazy("bank entry", "state"),
        max_length=9,
        choices=EntryState,
        default=EntryState.OPEN,
    )
    why = models.CharField(_("why"), max_length=17, choices=Why, blank=True)
    order = models.ForeignKey(
        Order,
        verbose_name=pgettext_lazy("purchase", "order"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="bank_entries",
    )
    payment = models.OneToOneField(
        Payment,
        verbose_name=_("payment"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="bank_entry",
    )
    refund = models.OneToOneField(
        Refund,
        verbose_name=_("refund"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="bank_entry",
    )
    read_at = models.DateTimeField(_("read"))

    objects = BankEntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("bank entry")
        verbose_name_plural = _("bank entries")
        ordering = ["-booked_date", "-id"]
        indexes = [
            models.Index(fields=["-booked_date", "-id"], name="bank_entries_by_date"),
            models.Index(fields=["state", "-booked_date", "-id"], name="bank_entries_by_state"),
            models.Index(fields=["reference"], name="bank_entries_by_reference"),
            models.Index(
                fields=["read_at"], condition=~released("payer"), name="bank_entries_with_payer"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(amount__gt=0), name="bank_entry_is_of_something"),
            models.CheckConstraint(
                condition=Q(state="matched", payment__isnull=False, order__isnull=False)
                | ~Q(state="matched") & Q(payment=None),
                name="matched_bank_entry_has_its_payment",
            ),
            models.CheckConstraint(
                condition=Q(state="settled", refund__isnull=False, is_credit=False)
                | ~Q(state="settled") & Q(refund=None),
                name="settled_bank_entry_has_its_refund",
            ),
            stays_released("bankentry", "payer", *PAYER),
        ]
        triggers = [
            release_is_final("bankentry"),
            goes_its_way("bank_entry_goes_its_way", WAYS),
            frozen(
                "bank_entry_facts_are_frozen",
                "file_id",
                "key",
                "number",
                "is_credit",
                "amount",
                "currency",
                "booked_date",
                "reference",
            ),
            pgtrigger.Protect(name="bank_entries_stay", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.number or str(self.pk)[:8]

    @property
    def signed_amount(self) -> Decimal:
        """Give the amount, less than nothing where money went."""
        return self.amount if self.is_credit else -self.amount

    @property
    def is_waiting(self) -> bool:
        return self.state in (EntryState.OPEN, EntryState.TO_RETURN)


class BankEntryStep(models.Model):
    """What was done about an entry, when, and by whom; never altered."""

    entry = models.ForeignKey(
        BankEntry, verbose_name=_("bank entry"), on_delete=models.PROTECT, related_name="steps"
    )
    state = models.CharField(pgettext_lazy("bank entry", "state"), max_length=9, choices=EntryState)
    at = models.DateTimeField(_("when"))
    staff = models.ForeignKey(
        Account,
        verbose_name=_("by staff"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    class Meta:
        verbose_name = _("step of a bank entry")
        verbose_name_plural = _("steps of bank entries")
        ordering = ["entry", "at", "pk"]
        indexes = [models.Index(fields=["entry", "at"], name="steps_of_a_bank_entry")]
        triggers = [
            frozen("bank_entry_steps_are_frozen", "entry_id", "state", "at"),
            pgtrigger.Protect(name="bank_entry_steps_stay", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.get_state_display()
