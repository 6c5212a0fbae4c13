"""What a buyer has filled in so far, and what was told before the order."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models import Company, Customer, NormalEmailField
from orders.basket.models import Basket
from orders.delivery.models import DeliveryMethod
from orders.sales.models import Order
from orders.sales.triggers import frozen
from orders.taxation.models import VatIdField
from privacy.base import Model
from privacy.copies.models import private_storage

ADDRESS = ("street", "postcode", "city")
CONTACT = ("email", "phone", "first_name", "last_name", *ADDRESS)
COMPANY = (
    "company_name",
    "business_id",
    "vat_id",
    "buyer_reference",
    "einvoice_address",
    "einvoice_operator",
)
ELSEWHERE = ("delivery_name", "delivery_street", "delivery_postcode", "delivery_city")
COUNTRIES = ("country", "delivery_country")
TYPED = (*CONTACT, *COMPANY, *ELSEWHERE, "note")
"""What a buyer types, and an order takes over."""


class CheckoutDraft(Model):
    """The checkout of one basket. Its number is the token that makes an order once only."""

    basket = models.OneToOneField(
        Basket, null=True, on_delete=models.CASCADE, related_name="checkout"
    )
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES)
    email = NormalEmailField(_("e-mail address"), blank=True)
    phone = models.CharField(_("telephone"), max_length=20, blank=True)
    first_name = models.CharField(_("first name"), max_length=50, blank=True)
    last_name = models.CharField(_("last name"), max_length=50, blank=True)
    for_company = models.BooleanField(_("I buy for a company"), default=False)
    company_name = models.CharField(_("company name"), max_length=100, blank=True)
    business_id = models.CharField(_("business ID"), max_length=9, blank=True)
    vat_id = VatIdField(
        _("VAT ID"),
        max_length=14,
        blank=True,
        help_text=_("Of a company in another EU country, such as SE556012579001."),
    )
    buyer_reference = models.CharField(_("buyer's reference"), max_length=50, blank=True)
    einvoice_address = models.CharField(_("e-invoice address"), max_length=35, blank=True)
    einvoice_operator = models.CharField(_("e-invoice operator"), max_length=35, blank=True)
    street = models.CharField(_("street address"), max_length=50, blank=True)
    postcode = models.CharField(_("postal code"), max_length=15, blank=True)
    city = models.CharField(_("town"), max_length=30, blank=True)
    country = models.CharField(_("country"), max_length=2, default="FI", blank=True)
    deliver_elsewhere = models.BooleanField(_("deliver to another address"), default=False)
    delivery_name = models.CharField(_("recipient"), max_length=100, blank=True)
    delivery_street = models.CharField(_("street address"), max_length=50, blank=True)
    delivery_postcode = models.CharField(_("postal code"), max_length=15, blank=True)
    delivery_city = models.CharField(_("town"), max_length=30, blank=True)
    delivery_country = models.CharField(_("country"), max_length=2, default="FI", blank=True)
    note = models.CharField(_("message to the shop"), max_length=500, blank=True)
    delivery_method = models.ForeignKey(
        DeliveryMethod,
        verbose_name=_("delivery method"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
    )
    payment_method = models.CharField(_("payment method"), max_length=10, blank=True)
    shown = models.JSONField(
        _("what the summary showed"),
        default=dict,
        help_text=_("Prices, rates and sums as the buyer last saw them."),
    )
    order_secret = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    touched_at = models.DateTimeField(_("last touched"), default=timezone.now)

    class Meta:
        verbose_name = _("checkout")
        verbose_name_plural = _("checkouts")
        indexes = [models.Index(fields=["touched_at"], name="checkouts_by_last_touch")]
        constraints = [
            models.CheckConstraint(
                condition=Q(for_company=True) | Q(business_id=""),
                name="only_a_company_has_a_business_id",
            )
        ]

    def __str__(self) -> str:
        return f"{_('checkout')} {str(self.pk)[:8]}"


class PurchaseState(models.TextChoices):
    """Where a purchase stands that goes over its buyer's limit."""

    WAITING = "waiting", pgettext_lazy("purchase request", "Waits for approval")
    PLACED = "placed", pgettext_lazy("purchase request", "Approved and ordered")
    REFUSED = "refused", pgettext_lazy("purchase request", "Refused")
    WITHDRAWN = "withdrawn", pgettext_lazy("purchase request", "Withdrawn")
    EXPIRED = "expired", pgettext_lazy("purchase request", "Expired")
    CANCELLED = "cancelled", pgettext_lazy("purchase request", "Cancelled by the shop")
    LEFT = "left", pgettext_lazy("purchase request", "The buyer has left the company")


class PurchaseRequest(Model):
    """A purchase for a company that waits for an approver: not an order yet, and in no books.

    The checkout it came from lies apart with its basket until it is decided.
    """

    company = models.ForeignKey(
        Company, verbose_name=_("company"), on_delete=models.CASCADE, related_name="purchases"
    )
    customer = models.ForeignKey(
        Customer, verbose_name=_("buyer"), on_delete=models.CASCADE, related_name="purchases"
    )
    draft = models.OneToOneField(
        CheckoutDraft, null=True, on_delete=models.SET_NULL, related_name="purchase"
    )
    state = models.CharField(
        _("state"), max_length=10, choices=PurchaseState, default=PurchaseState.WAITING
    )
    shown = models.JSONField(_("what the buyer asked for"), default=dict)
    total_net = models.DecimalField(_("total without VAT, €"), max_digits=12, decimal_places=2)
    total = models.DecimalField(_("total with VAT, €"), max_digits=12, decimal_places=2)
    digital_consent = models.BooleanField(_("consented to digital content at once"), default=False)
    asked_at = models.DateTimeField(_("asked"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        Customer,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    order = models.OneToOneField(
        Order,
        verbose_name=pgettext_lazy("purchase", "order"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="purchase_request",
    )

    class Meta:
        verbose_name = _("purchase to approve")
        verbose_name_plural = _("purchases to approve")
        indexes = [
            models.Index(fields=["-asked_at", "-id"], name="purchases_by_time"),
            models.Index(fields=["company", "-asked_at"], name="purchases_of_a_company"),
            models.Index(
                fields=["asked_at"], condition=Q(state="waiting"), name="purchases_that_wait"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at=None)
                | (~Q(state="waiting") & Q(decided_at__isnull=False)),
                name="purchase_knows_when_it_was_decided",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("customer")),
                name="nobody_decides_about_the_own_purchase",
            ),
            models.CheckConstraint(
                condition=Q(order=None) | Q(state="placed"),
                name="only_an_approved_purchase_is_ordered",
            ),
        ]
        triggers = [
            pgtrigger.FSM(
                name="purchase_is_decided_once",
                field="state",
                transitions=[
                    (PurchaseState.WAITING.value, state.value)
                    for state in PurchaseState
                    if state != PurchaseState.WAITING
                ],
            )
        ]

    def __str__(self) -> str:
        return f"{self.state} {str(self.pk)[:8]}"


class Confirmation(Model):
    """What the buyer was told before an order, word for word, and the paper made of it.

    It names no buyer: the paper stands with the order, and tells of nobody once that does not.
    """

    order = models.OneToOneField(
        Order,
        verbose_name=pgettext_lazy("purchase", "order"),
        on_delete=models.CASCADE,
        related_name="confirmation",
    )
    for_consumer = models.BooleanField(_("the buyer is a consumer"))
    told = models.JSONField(_("what was told"))
    seller = models.JSONField(_("seller"), help_text=_("As the seller was when it was ordered."))
    told_at = models.DateTimeField(_("when"))
    pdf = models.FileField(_("PDF"), storage=private_storage, max_length=100, blank=True)

    class Meta:
        verbose_name = _("order confirmation")
        verbose_name_plural = _("order confirmations")
        triggers = [
            frozen(
                "what_was_told_is_never_rewritten",
                "order_id",
                "for_consumer",
                "told",
                "seller",
                "told_at",
            ),
            pgtrigger.Protect(
                name="confirmation_is_laid_in_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.pdf <> '' AND NEW.pdf <> OLD.pdf"),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
