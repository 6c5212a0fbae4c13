"""What was ordered: frozen at the moment of ordering, moved only along the table of states."""

from decimal import Decimal
from typing import Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.companies.purchases import own, own_or_to_approve
from customers.models import Account, Company, Customer, Membership, NormalEmailField
from orders.catalogue.exclusions import Exclusion, words_of
from orders.catalogue.models import Variant
from orders.sales import triggers
from orders.sales.states import (
    BY_BUYERS,
    BY_MONEY,
    PaymentStatus,
    State,
    Status,
    Step,
    payment_changes,
    status_changes,
    steps_from,
)
from orders.taxation.areas import HOME
from orders.taxation.treatments import (
    ACROSS_BORDERS,
    BEARS_NO_TAX,
    UNTAXED,
    WITH_EVIDENCE,
    Treatment,
    name_of,
)
from privacy.base import Model, Remnant, release_is_final, released, stays_released


class OrderQuerySet(models.QuerySet["Order"]):
    """Orders, by whose they are and where they stand."""

    def of(self, customer: Customer) -> Self:
        """Keep the customer's own orders: the only door to them."""
        return self.filter(own(customer))

    def of_company(self, member: Membership) -> Self:
        """Keep of a company's orders what a member may see: all, or of a buyer's the own ones."""
        theirs = self.filter(company=member.company_id)
        return theirs if member.approves else theirs.filter(customer=member.customer_id)

    def visible_to(self, customer: Customer) -> Self:
        """Keep the customer's own orders, and those of others which the customer approves."""
        return self.filter(pk__in=own_or_to_approve(self.model, customer))

    def open(self) -> Self:
        """Keep the orders that still need something done."""
        ended = Q(status=Status.CANCELLED) | Q(
            status=Status.DELIVERED, payment_status=PaymentStatus.PAID
        )
        return self.exclude(ended)


CONTACT = (
    "email",
    "phone",
    "note",
    "delivery_name",
    "delivery_street",
    "delivery_postcode",
    "delivery_city",
)
"""What an order needs until it is done."""

BUYER = (
    "first_name",
    "last_name",
    "company_name",
    "business_id",
    "vat_id",
    "buyer_reference",
    "einvoice_address",
    "einvoice_operator",
    "street",
    "postcode",
    "city",
)
"""Whom the books name as the buyer."""


class Order(Remnant, Model):
    """An order as it was placed."""

    class PaymentMethod(models.TextChoices):
        INVOICE = "invoice", _("Invoice or bank transfer")
        PAYTRAIL = "paytrail", _("Card, bank or mobile payment")

    number = models.CharField(_("order number"), max_length=20, unique=True)
    secret = models.CharField(max_length=64, unique=True, editable=False)
    checkout = models.UUIDField(_("checkout"), unique=True, editable=False)
    customer = models.ForeignKey(
        Customer,
        verbose_name=pgettext_lazy("person", "customer"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="orders",
    )
    company = models.ForeignKey(
        Company,
        verbose_name=_("company"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="orders",
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.PLACED)
    payment_status = models.CharField(
        _("payment"), max_length=10, choices=PaymentStatus, default=PaymentStatus.UNPAID
    )
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    placed_at = models.DateTimeField(pgettext_lazy("order", "placed"))
    paid_at = models.DateTimeField(pgettext_lazy("order", "paid"), null=True, blank=True)
    shipped_at = models.DateTimeField(pgettext_lazy("order", "shipped"), null=True, blank=True)
    delivered_at = models.DateTimeField(pgettext_lazy("order", "delivered"), null=True, blank=True)
    cancelled_at = models.DateTimeField(pgettext_lazy("order", "cancelled"), null=True, blank=True)

    # Who buys
    email = NormalEmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=20, blank=True)
    first_name = models.CharField(_("first name"), max_length=50, blank=True)
    last_name = models.CharField(_("last name"), max_length=50, blank=True)
    company_name = models.CharField(_("company name"), max_length=100, blank=True)
    business_id = models.CharField(_("business ID"), max_length=9, blank=True)
    vat_id = models.CharField(_("VAT ID"), max_length=14, blank=True)
    buyer_reference = models.CharField(_("buyer's reference"), max_length=50, blank=True)
    einvoice_address = models.CharField(_("e-invoice address"), max_length=35, blank=True)
    einvoice_operator = models.CharField(_("e-invoice operator"), max_length=35, blank=True)
    street = models.CharField(_("street address"), max_length=50, blank=True)
    postcode = models.CharField(_("postal code"), max_length=15, blank=True)
    city = models.CharField(_("town"), max_length=30, blank=True)
    country = models.CharField(_("country"), max_length=2, default="FI")

    # Where it goes, when elsewhere
    delivery_name = models.CharField(_("recipient"), max_length=100, blank=True)
    delivery_street = models.CharField(_("street address"), max_length=50, blank=True)
    delivery_postcode = models.CharField(_("postal code"), max_length=15, blank=True)
    delivery_city = models.CharField(_("town"), max_length=30, blank=True)
    delivery_country = models.CharField(_("country"), max_length=2, blank=True)
    note = models.CharField(_("message to the shop"), max_length=500, blank=True)

    # How
    delivery_code = models.CharField(_("delivery method"), max_length=40, blank=True)
    delivery_method = models.CharField(_("delivery method"), max_length=80, blank=True)
    delivery_price = models.DecimalField(
        _("delivery, €"), max_digits=8, decimal_places=2, default=0
    )
    payment_method = models.CharField(
        _("payment method"),
        max_length=10,
        choices=PaymentMethod,
        default=PaymentMethod.INVOICE,
    )
    reference = models.CharField(_("reference number"), max_length=20, unique=True)
    due_date = models.DateField(_("due date"))

    # How much
    currency = models.CharField(_("currency"), max_length=3, default="EUR")
    discount = models.DecimalField(
        _("discount by coupon, €"), max_digits=12, decimal_places=2, default=0
    )
    coupon_code = models.CharField(_("coupon code"), max_length=32, blank=True)
    coupon_name = models.CharField(_("coupon"), max_length=80, blank=True)
    total = models.DecimalField(_("total with VAT, €"), max_digits=12, decimal_places=2)
    total_net = models.DecimalField(_("total without VAT, €"), max_digits=12, decimal_places=2)
    total_vat = models.DecimalField(_("VAT, €"), max_digits=12, decimal_places=2)

    # How it is taxed, and who found out that it may be
    treatment = models.CharField(
        _("VAT treatment"),
        max_length=8,
        choices=Treatment,
        default=Treatment.DOMESTIC,
        blank=True,
        help_text=_("What its lines have in common; nothing where they are taxed in several ways."),
    )
    destination_country = models.CharField(
        _("country of destination"),
        max_length=2,
        default="FI",
        help_text=_("As the tax sees it: Åland is AX, Northern Ireland XI."),
    )
    vat_id_checked_at = models.DateTimeField(_("VAT ID checked"), null=True, blank=True)
    vat_id_checked_by = models.ForeignKey(
        Account,
        verbose_name=_("VAT ID checked by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    # Under which words
    terms_edition = models.PositiveIntegerField(_("edition of the terms"))
    statement_sha256 = models.CharField(_("register statement"), max_length=64)
    digital_consent_at = models.DateTimeField(
        _("consented to digital content at once"),
        null=True,
        blank=True,
        help_text=_("The buyer asked for it at once, and knew that the right of withdrawal ends."),
    )
    informed_at = models.DateTimeField(
        _("told of the right of withdrawal"),
        null=True,
        blank=True,
        help_text=_("When the confirmation with the instructions left, or they were given later."),
    )

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = pgettext_lazy("purchase", "order")
        verbose_name_plural = pgettext_lazy("purchases", "orders")
        ordering = ["-placed_at", "-pk"]
        indexes = [
            models.Index(fields=["-placed_at", "-id"], name="orders_by_time"),
            models.Index(fields=["customer", "-placed_at"], name="orders_of_a_customer"),
            models.Index(fields=["company", "-placed_at"], name="orders_of_a_company"),
            models.Index(fields=["status", "-placed_at"], name="orders_by_status"),
            models.Index(fields=["payment_status", "-placed_at"], name="orders_by_payment"),
            models.Index(fields=["email"], name="orders_by_email"),
            models.Index(
                fields=["placed_at"],
                condition=Q(payment_method="paytrail", payment_status="unpaid", status="placed"),
                name="orders_waiting_for_payment",
            ),
            models.Index(
                Greatest("placed_at", "paid_at", "delivered_at", "cancelled_at"),
                condition=~released("contact"),
                name="orders_with_contact_data",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(currency="EUR"), name="order_is_in_euros"),
            models.CheckConstraint(
                condition=Q(total=F("total_net") + F("total_vat")), name="order_totals_add_up"
            ),
            models.CheckConstraint(
                condition=Q(total__gte=0, total_net__gte=0, delivery_price__gte=0)
                & Q(discount__gte=0),
                name="order_totals_are_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(payment_status=PaymentStatus.UNPAID, paid_at=None)
                | (~Q(payment_status=PaymentStatus.UNPAID) & Q(paid_at__isnull=False)),
                name="order_knows_when_it_was_paid",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None) ^ Q(status=Status.CANCELLED),
                name="order_knows_when_it_was_cancelled",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.SHIPPED) | Q(shipped_at__isnull=False),
                name="order_knows_when_it_was_shipped",
            ),
            models.CheckConstraint(
                condition=Q(delivered_at=None) ^ Q(status=Status.DELIVERED),
                name="order_knows_when_it_was_delivered",
            ),
            models.CheckConstraint(
                condition=~Q(payment_status__in=(PaymentStatus.REFUND_DUE, PaymentStatus.REFUNDED))
                | Q(status=Status.CANCELLED),
                name="only_a_cancelled_order_is_refunded",
            ),
            models.CheckConstraint(
                condition=~Q(payment_method="paytrail", payment_status=PaymentStatus.UNPAID)
                | Q(status__in=(Status.PLACED, Status.CANCELLED)),
                name="what_is_paid_at_once_leaves_paid",
            ),
            models.CheckConstraint(
                condition=Q(reference__regex=r"^[1-9][0-9]{3,19}$"),
                name="order_reference_has_its_form",
            ),
            models.CheckConstraint(
                condition=~Q(treatment__in=UNTAXED) | Q(total_vat=0),
                name="an_untaxed_order_bears_no_tax",
            ),
            models.CheckConstraint(
                condition=~Q(treatment__in=WITH_EVIDENCE) | Q(vat_id_checked_at__isnull=False),
                name="an_untaxed_company_was_checked",
            ),
            stays_released("order", "contact", *CONTACT),
            stays_released("order", "buyer", *BUYER),
        ]
        triggers = [
            release_is_final("order"),
            pgtrigger.FSM(name="order_goes_its_way", field="status", transitions=status_changes()),
            pgtrigger.FSM(
                name="order_payment_goes_its_way",
                field="payment_status",
                transitions=payment_changes(),
            ),
            pgtrigger.Trigger(
                name="order_begins_at_the_beginning",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                condition=pgtrigger.Condition(
                    "NEW.status <> 'placed' OR NEW.payment_status <> 'unpaid'"
                ),
                func="RAISE EXCEPTION 'an order begins placed and unpaid' "
                "USING ERRCODE = 'check_violation';",
            ),
            triggers.frozen(
                "order_figures_are_frozen",
                "number",
                "secret",
                "checkout",
                "placed_at",
                "currency",
                "total",
                "total_net",
                "total_vat",
                "delivery_price",
                "discount",
                "coupon_code",
                "coupon_name",
                "reference",
                "terms_edition",
                "statement_sha256",
                "treatment",
                "destination_country",
                "vat_id_checked_at",
                "digital_consent_at",
            ),
            triggers.only_goes("vat_id_of_an_order_only_goes", "buyer", "vat_id"),
            pgtrigger.Protect(
                name="who_was_told_was_told",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.informed_at IS NOT NULL "
                    "AND (NEW.informed_at IS NULL OR NEW.informed_at < OLD.informed_at)"
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("orders:order", args=[self.secret])

    @property
    def state(self) -> State:
        return State(Status(self.status), PaymentStatus(self.payment_status))

    @property
    def steps(self) -> list[Step]:
        """Give the steps that staff may take now; what is paid at once leaves when it is paid."""
        steps = [step for step in steps_from(self.state) if step not in (*BY_MONEY, *BY_BUYERS)]
        waits = self.is_paid_at_once and self.payment_status == PaymentStatus.UNPAID
        return [step for step in steps if step in (Step.PAY, Step.CANCEL)] if waits else steps

    @property
    def treatment_name(self) -> str:
        return name_of(self.treatment)

    @property
    def is_paid_at_once(self) -> bool:
        return self.payment_method == self.PaymentMethod.PAYTRAIL

    @property
    def is_cancelled(self) -> bool:
        return self.status == Status.CANCELLED


class OrderLine(Model):
    """A product as it was when it was ordered, and how its price came about."""

    class PriceReason(models.TextChoices):
        """Whose price a piece was sold at; an agreement's has its place beside the others."""

        SHELF = "shelf", pgettext_lazy("price", "Regular price")
        REDUCED = "reduced", pgettext_lazy("price", "Reduced price")
        CAMPAIGN = "campaign", pgettext_lazy("price", "Campaign price")
        AGREEMENT = "agreement", pgettext_lazy("price", "Agreed price")
        QUOTE = "quote", pgettext_lazy("price", "Quoted price")

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    variant = models.ForeignKey(
        Variant,
        verbose_name=_("variant"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="order_lines",
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    sku = models.CharField(_("SKU"), max_length=64)
    name = models.CharField(_("name"), max_length=150)
    options = models.CharField(
        pgettext_lazy("of an attribute", "options"), max_length=200, blank=True
    )
    kind = models.CharField(_("kind"), max_length=8)
    quantity = models.PositiveIntegerField(_("quantity"))
    base_price = models.DecimalField(
        _("regular price with VAT, €"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("Of a piece, without any reduction."),
    )
    unit_price = models.DecimalField(_("unit price with VAT, €"), max_digits=12, decimal_places=2)
    price_reason = models.CharField(
        _("kind of price"), max_length=9, choices=PriceReason, default=PriceReason.SHELF
    )
    price_words = models.CharField(
        _("campaign, agreement or quote"),
        max_length=80,
        blank=True,
        help_text=_("What it was called when the order was placed."),
    )
    discount = models.DecimalField(
        _("share of the coupon, €"), max_digits=12, decimal_places=2, default=0
    )
    rounding = models.DecimalField(
        _("rounding, €"),
        max_digits=8,
        decimal_places=4,
        default=0,
        help_text=_("What rounding to cents has added to the line."),
    )
    vat_rate = models.DecimalField(_("VAT rate, %"), max_digits=4, decimal_places=1)
    vat_class = models.CharField(
        _("VAT class"),
        max_length=20,
        blank=True,
        help_text=_("By it the invoice finds the rate of the day on which the tax arises."),
    )
    treatment = models.CharField(
        _("VAT treatment"), max_length=8, choices=Treatment, default=Treatment.DOMESTIC
    )
    country = models.CharField(
        _("country of destination"),
        max_length=2,
        default=HOME,
        help_text=_("As the tax sees it: Åland is AX, Northern Ireland XI."),
    )
    exempt_reason = models.CharField(
        _("why it is exempt"), max_length=200, blank=True, help_text=_("In the buyer's language.")
    )
    exempt_code = models.CharField(_("code of the exemption"), max_length=20, blank=True)
    total = models.DecimalField(_("total with VAT, €"), max_digits=12, decimal_places=2)
    withdrawal_exclusion = models.CharField(
        _("no right of withdrawal"),
        max_length=10,
        choices=Exclusion,
        blank=True,
        help_text=_("As the buyer read it before buying."),
    )

    class Meta:
        verbose_name = _("order line")
        verbose_name_plural = _("order lines")
        ordering = ["order", "position"]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gte=1),
                name="order_line_is_not_empty",
                violation_error_message=_("Order at least one."),
            ),
            models.CheckConstraint(
                condition=Q(unit_price__gte=0) & Q(vat_rate__gte=0) & Q(vat_rate__lt=100),
                name="order_line_price_is_not_negative",
            ),
            models.CheckConstraint(
                condition=Q(total=F("unit_price") * F("quantity") - F("discount"))
                & Q(discount__gte=0, total__gte=0),
                name="order_line_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(base_price=None) | Q(base_price__gte=F("unit_price")),
                name="order_line_is_not_dearer_than_its_regular_price",
            ),
            models.CheckConstraint(
                condition=~Q(treatment__in=BEARS_NO_TAX) | Q(vat_rate=0),
                name="an_untaxed_line_bears_no_tax",
            ),
            models.CheckConstraint(
                condition=~Q(treatment=Treatment.EXEMPT) ^ ~Q(exempt_reason=""),
                name="an_exempt_line_says_why",
            ),
        ]
        triggers = [
            triggers.taxed_as_its_order(WITH_EVIDENCE),
            triggers.frozen(
                "order_lines_are_frozen",
                "order_id",
                "sku",
                "name",
                "options",
                "quantity",
                "base_price",
                "unit_price",
                "price_reason",
                "price_words",
                "discount",
                "rounding",
                "vat_rate",
                "vat_class",
                "treatment",
                "country",
                "exempt_reason",
                "exempt_code",
                "total",
                "withdrawal_exclusion",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.sku}"

    @property
    def called(self) -> str:
        """Call what was bought by its name and what was chosen of it."""
        return f"{self.name}, {self.options}" if self.options else self.name

    @property
    def full(self) -> Decimal:
        """Give what the line cost before the coupon."""
        return self.unit_price * self.quantity

    @property
    def exclusion_words(self) -> str:
        """Say why the buyer cannot withdraw, or until when; else nothing."""
        return words_of(self.withdrawal_exclusion)


class OrderVat(models.Model):
    """The value added tax of an order at one rate, for one reason and country."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="vat_rows")
    treatment = models.CharField(
        _("VAT treatment"), max_length=8, choices=Treatment, default=Treatment.DOMESTIC
    )
    country = models.CharField(_("country of destination"), max_length=2, default=HOME)
    rate = models.DecimalField(_("rate, %"), max_digits=4, decimal_places=1)
    net = models.DecimalField(_("without VAT, €"), max_digits=12, decimal_places=2)
    vat = models.DecimalField(_("VAT, €"), max_digits=12, decimal_places=2)
    gross = models.DecimalField(_("with VAT, €"), max_digits=12, decimal_places=2)

    class Meta:
        verbose_name = _("VAT of an order")
        verbose_name_plural = _("VAT of orders")
        ordering = ["order", "-rate", "treatment", "country"]
        indexes = [
            models.Index(
                fields=["order"],
                include=["net"],
                condition=Q(treatment__in=ACROSS_BORDERS),
                name="vat_across_borders",
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["order", "treatment", "country", "rate"], name="one_vat_row_of_a_rate"
            ),
            models.CheckConstraint(
                condition=~Q(treatment__in=BEARS_NO_TAX) | Q(vat=0, rate=0),
                name="an_untaxed_row_bears_no_tax",
            ),
            models.CheckConstraint(
                condition=Q(gross=F("net") + F("vat")), name="order_vat_row_adds_up"
            ),
        ]
        triggers = [pgtrigger.Protect(name="order_vat_is_frozen", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.rate} %: {self.vat}"


class OrderEvent(models.Model):
    """One thing that happened to an order: what, when, and by whose hand."""

    class Kind(models.TextChoices):
        PLACED = "placed", pgettext_lazy("order event", "Order placed")
        PAID = "pay", pgettext_lazy("order event", "Payment received")
        PACKED = "pack", pgettext_lazy("order event", "Packed")
        UNPACKED = "unpack", pgettext_lazy("order event", "To be packed anew")
        SHIPPED = "ship", pgettext_lazy("order event", "Shipped")
        DELIVERED = "deliver", pgettext_lazy("order event", "Delivered")
        CANCELLED = "cancel", pgettext_lazy("order event", "Cancelled")
        REFUNDED = "refund", pgettext_lazy("order event", "Refunded")
        LETTER = "letter", pgettext_lazy("order event", "Letter written")
        INFORMED = "informed", pgettext_lazy("order event", "Told of the right of withdrawal")

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(_("what"), max_length=10, choices=Kind)
    at = models.DateTimeField(_("when"))
    staff = models.ForeignKey(
        Account,
        verbose_name=_("by staff"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    detail = models.CharField(_("detail"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("order event")
        verbose_name_plural = _("order events")
        ordering = ["order", "at", "pk"]
        indexes = [models.Index(fields=["order", "at"], name="events_of_an_order")]
        triggers = [
            triggers.frozen("events_are_never_rewritten", "order_id", "kind", "at", "detail")
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}"
