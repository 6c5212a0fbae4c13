"""Invoices and credit notes: numbered without gaps, and never altered once issued."""

from typing import Any, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orders.invoicing import triggers
from orders.sales.models import Order, OrderLine
from orders.taxation.areas import HOME
from orders.taxation.treatments import (
    BEARS_NO_TAX,
    FINNISH,
    UNTAXED,
    WITH_EVIDENCE,
    Treatment,
    name_of,
)
from privacy.base import Model, Remnant, release_is_final, stays_released
from privacy.copies.models import private_storage

BUYER = (
    "buyer_name",
    "company_name",
    "business_id",
    "buyer_vat_id",
    "street",
    "postcode",
    "city",
    "buyer_reference",
    "einvoice_address",
    "einvoice_operator",
)
"""Whom an invoice names; a simplified receipt names nobody."""

DOCUMENTS = ("pdf", "finvoice", "ubl")
"""Files made of an invoice, which name the buyer too."""

_FACTS = (
    "kind",
    "number",
    "order_id",
    "corrects_id",
    "issued_at",
    "date",
    "tax_point",
    "due_date",
    "reference",
    "language",
    "currency",
    "country",
    "is_simplified",
    "treatment",
    "destination_country",
    "seller",
    "reason",
    "total_net",
    "total_vat",
    "total",
)


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    """Invoices and credit notes."""

    def invoices(self) -> Self:
        """Keep the invoices."""
        return self.filter(kind=Invoice.Kind.INVOICE)

    def about(self, order: Order) -> Self:
        """Keep what was issued of an order."""
        return self.filter(order=order)


class Invoice(Remnant, Model):
    """A voucher as it was issued: Value Added Tax Act 1501/1993, section 209 e.

    The amounts of a credit note are negative.
    """

    class Kind(models.TextChoices):
        INVOICE = "invoice", pgettext_lazy("document", "Invoice")
        CREDIT_NOTE = "credit_note", pgettext_lazy("document", "Credit note")

    class Reason(models.TextChoices):
        """Why a credit note was issued."""

        CANCELLED = "cancelled", pgettext_lazy("credit note", "The order was cancelled")
        WITHDRAWN = "withdrawn", pgettext_lazy("credit note", "The buyer withdrew")
        RETURNED = "returned", pgettext_lazy("credit note", "Goods came back")
        DEFECT = "defect", pgettext_lazy("credit note", "A defect")
        MISTAKE = "mistake", pgettext_lazy("credit note", "The invoice was wrong")

    kind = models.CharField(_("kind"), max_length=11, choices=Kind)
    number = models.PositiveBigIntegerField(_("number"), unique=True)
    order = models.ForeignKey(
        Order,
        verbose_name=pgettext_lazy("purchase", "order"),
        on_delete=models.PROTECT,
        related_name="invoices",
    )
    corrects = models.ForeignKey(
        "self",
        verbose_name=_("corrects"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="credit_notes",
    )
    reason = models.CharField(_("reason"), max_length=10, choices=Reason, blank=True)
    issued_at = models.DateTimeField(_("issued"))
    date = models.DateField(_("date"))
    tax_point = models.DateField(
        _("delivered or paid in advance"), help_text=_("The day whose VAT rates apply.")
    )
    due_date = models.DateField(_("due date"))
    reference = models.CharField(_("reference number"), max_length=20)
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    is_simplified = models.BooleanField(
        _("simplified receipt"),
        default=False,
        help_text=_("Without the buyer: Value Added Tax Act, section 209 f."),
    )
    seller = models.JSONField(_("seller"), help_text=_("As the seller was when it was issued."))

    # To whom
    buyer_name = models.CharField(_("name"), max_length=101, blank=True)
    company_name = models.CharField(_("company name"), max_length=100, blank=True)
    business_id = models.CharField(_("business ID"), max_length=9, blank=True)
    buyer_vat_id = models.CharField(_("VAT ID"), max_length=14, blank=True)
    street = models.CharField(_("street address"), max_length=50, blank=True)
    postcode = models.CharField(_("postal code"), max_length=15, blank=True)
    city = models.CharField(_("town"), max_length=30, blank=True)
    country = models.CharField(_("country"), max_length=2, default="FI")
    buyer_reference = models.CharField(_("buyer's reference"), max_length=50, blank=True)
    einvoice_address = models.CharField(_("e-invoice address"), max_length=35, blank=True)
    einvoice_operator = models.CharField(_("e-invoice operator"), max_length=35, blank=True)

    # How much
    treatment = models.CharField(
        _("VAT treatment"),
        max_length=8,
        choices=Treatment,
        default=Treatment.DOMESTIC,
        blank=True,
        help_text=_("What its lines have in common; nothing where they are taxed in several ways."),
    )
    destination_country = models.CharField(_("country of destination"), max_length=2, default="FI")
    total = models.DecimalField(_("total with VAT, €"), max_digits=12, decimal_places=2)
    total_net = models.DecimalField(_("total without VAT, €"), max_digits=12, decimal_places=2)
    total_vat = models.DecimalField(_("VAT, €"), max_digits=12, decimal_places=2)

    # On paper, and for machines
    pdf = models.FileField(_("PDF"), storage=private_storage, max_length=100, blank=True)
    finvoice = models.FileField(_("Finvoice"), storage=private_storage, max_length=100, blank=True)
    ubl = models.FileField(_("UBL"), storage=private_storage, max_length=100, blank=True)

    # When it is not paid
    disputed_at = models.DateTimeField(
        _("disputed"), null=True, blank=True, help_text=_("While it is, nobody is reminded.")
    )

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("document", "invoice")
        verbose_name_plural = pgettext_lazy("documents", "invoices")
        ordering = ["-number"]
        permissions = [
            ("export_books", _("May take out a month's books")),
            ("dispute_invoice", _("May mark an invoice as disputed")),
        ]
        indexes = [
            models.Index(fields=["-date", "-number"], name="invoices_by_date"),
            models.Index(fields=["issued_at"], name="invoices_by_issue"),
            models.Index(fields=["reference"], name="invoices_by_reference"),
            models.Index(
                fields=["due_date"], condition=Q(kind="invoice"), name="invoices_by_due_date"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(kind="invoice"), name="an_order_is_invoiced_once"
            ),
            models.CheckConstraint(
                condition=Q(kind="invoice", corrects=None, reason="", total__gte=0)
                | Q(kind="credit_note", corrects__isnull=False, total__lt=0) & ~Q(reason=""),
                name="credit_note_corrects_an_invoice",
            ),
            models.CheckConstraint(
                condition=Q(total=F("total_net") + F("total_vat")), name="invoice_totals_add_up"
            ),
            models.CheckConstraint(condition=Q(currency="EUR"), name="invoice_is_in_euros"),
            models.CheckConstraint(
                condition=~Q(treatment__in=UNTAXED) | Q(total_vat=0),
                name="an_untaxed_invoice_bears_no_tax",
            ),
            models.CheckConstraint(
                condition=Q(is_simplified=False)
                | Q(treatment__in=FINNISH, **dict.fromkeys(BUYER, "")),
                name="simplified_receipt_names_nobody",
            ),
            stays_released("invoice", "buyer", *BUYER, *DOCUMENTS),
        ]
        triggers = [
            release_is_final("invoice"),
            triggers.facts_are_frozen(*_FACTS),
            triggers.buyer_only_goes(*BUYER),
            triggers.files_are_laid_in_once(*DOCUMENTS),
            triggers.adds_up(),
            triggers.no_more_is_credited_than_invoiced(),
            pgtrigger.Protect(name="invoices_are_never_taken_away", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return str(self.number)

    @property
    def is_credit_note(self) -> bool:
        return self.kind == self.Kind.CREDIT_NOTE

    @property
    def treatment_name(self) -> str:
        return name_of(self.treatment)


class Reminder(Model):
    """A friendly letter about an invoice that has not been paid; two at the most."""

    invoice = models.ForeignKey(
        Invoice, verbose_name=_("invoice"), on_delete=models.PROTECT, related_name="reminders"
    )
    step = models.PositiveSmallIntegerField(_("reminder"))
    sent_at = models.DateTimeField(_("written"))
    owed = models.DecimalField(_("to be paid, €"), max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["invoice", "step"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "step"], name="one_reminder_of_a_step"),
            models.CheckConstraint(condition=Q(step__in=(1, 2)), name="two_reminders_at_most"),
            models.CheckConstraint(condition=Q(owed__gt=0), name="reminder_is_of_something"),
        ]
        triggers = [
            pgtrigger.Protect(
                name="reminders_are_frozen", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.step}"


class InvoiceLine(Model):
    """One line; what the lines of a rate sum to is what its VAT was reckoned on."""

    invoice = models.ForeignKey(
        Invoice, verbose_name=_("invoice"), on_delete=models.PROTECT, related_name="lines"
    )
    order_line = models.ForeignKey(
        OrderLine,
        verbose_name=_("order line"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="invoice_lines",
        help_text=_("Nothing for delivery."),
    )
    position = models.PositiveSmallIntegerField(_("position"))
    sku = models.CharField(_("SKU"), max_length=64, blank=True)
    name = models.CharField(_("name"), max_length=350)
    quantity = models.PositiveIntegerField(_("quantity"), default=1)
    unit_price = models.DecimalField(_("unit price with VAT, €"), max_digits=12, decimal_places=2)
    vat_rate = models.DecimalField(_("VAT rate, %"), max_digits=4, decimal_places=1)
    treatment = models.CharField(
        _("VAT treatment"), max_length=8, choices=Treatment, default=Treatment.DOMESTIC
    )
    country = models.CharField(_("country of destination"), max_length=2, default=HOME)
    exempt_reason = models.CharField(_("why it is exempt"), max_length=200, blank=True)
    exempt_code = models.CharField(_("code of the exemption"), max_length=20, blank=True)
    net = models.DecimalField(_("without VAT, €"), max_digits=12, decimal_places=2)
    vat = models.DecimalField(_("VAT, €"), max_digits=12, decimal_places=2)
    gross = models.DecimalField(_("with VAT, €"), max_digits=12, decimal_places=2)
    is_reduction = models.BooleanField(
        _("price reduction"), default=False, help_text=_("The price is lowered, no piece is taken.")
    )

    class Meta:
        verbose_name = _("invoice line")
        verbose_name_plural = _("invoice lines")
        ordering = ["invoice", "position"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "position"], name="one_line_in_a_place"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="invoice_line_is_not_empty"),
            models.CheckConstraint(
                condition=Q(gross=F("net") + F("vat")), name="invoice_line_adds_up"
            ),
            models.CheckConstraint(
                condition=~Q(treatment__in=BEARS_NO_TAX) | Q(vat=0, vat_rate=0),
                name="an_untaxed_invoice_line_bears_no_tax",
            ),
            models.CheckConstraint(
                condition=~Q(treatment=Treatment.EXEMPT) ^ ~Q(exempt_reason=""),
                name="an_exempt_invoice_line_says_why",
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="invoice_lines_are_frozen", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku}"


class InvoiceVat(Model):
    """The VAT of an invoice at one rate, for one reason and country, reckoned once on the sum."""

    invoice = models.ForeignKey(
        Invoice, verbose_name=_("invoice"), on_delete=models.PROTECT, related_name="vat_rows"
    )
    treatment = models.CharField(
        _("VAT treatment"), max_length=8, choices=Treatment, default=Treatment.DOMESTIC
    )
    country = models.CharField(_("country of destination"), max_length=2, default=HOME)
    rate = models.DecimalField(_("rate, %"), max_digits=4, decimal_places=1)
    net = models.DecimalField(_("without VAT, €"), max_digits=12, decimal_places=2)
    vat = models.DecimalField(_("VAT, €"), max_digits=12, decimal_places=2)
    gross = models.DecimalField(_("with VAT, €"), max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = _("VAT of an invoice")
        verbose_name_plural = _("VAT of invoices")
        ordering = ["invoice", "-rate", "treatment", "country"]
        indexes = [
            models.Index(
                fields=["invoice"],
                condition=Q(treatment__in=WITH_EVIDENCE),
                name="vat_with_evidence",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["invoice", "treatment", "country", "rate"], name="one_row_of_a_rate"
            ),
            models.CheckConstraint(
                condition=~Q(treatment__in=BEARS_NO_TAX) | Q(vat=0, rate=0),
                name="an_untaxed_invoice_row_bears_no_tax",
            ),
            models.CheckConstraint(
                condition=Q(gross=F("net") + F("vat")), name="invoice_vat_row_adds_up"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="invoice_vat_is_frozen", operation=pgtrigger.Update | pgtrigger.Delete
            )
        ]

    def __str__(self) -> str:
        return f"{self.rate} %: {self.vat}"


def seller_now() -> dict[str, Any]:
    """Give the seller as the settings say, to be kept on what is issued now."""
    facts = ("name", "address", "business_id", "email", "phone")
    return {
        **{fact: settings.CONTROLLER[fact] for fact in facts},
        "iban": settings.BANK_ACCOUNT["iban"],
        "bic": settings.BANK_ACCOUNT["bic"],
    }
