"""Coupons: what they take off, for whom and how often, and who has used them."""

from decimal import Decimal
from typing import Self

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from customers.models import Customer, NormalEmailField
from orders.catalogue.models import in_language
from orders.catalogue.scopes import Scope, once_and_of_one_kind
from orders.offers import triggers
from orders.offers.codes import written
from privacy.base import Model

CENT = Decimal("0.01")


class Coupon(Model):
    """What a coupon gives, and under which terms; its codes are what buyers type."""

    class Kind(models.TextChoices):
        PERCENT = "percent", _("Per cent off")
        SUM = "sum", _("A sum off")
        DELIVERY = "delivery", _("Free delivery")

    name_fi = models.CharField(_("name in Finnish"), max_length=80)
    name_sv = models.CharField(_("name in Swedish"), max_length=80, blank=True)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.PERCENT)
    percent = models.DecimalField(
        _("per cent"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(CENT), MaxValueValidator(100)],
    )
    amount = models.DecimalField(
        _("sum, €"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(CENT)],
    )
    minimum = models.DecimalField(
        _("minimum sum, €"),
        max_digits=12,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(0)],
        help_text=_("The products that it counts for must cost this much together, with VAT."),
    )
    with_reduced = models.BooleanField(
        _("counts for reduced products too"),
        default=True,
        help_text=_("Otherwise products that are reduced or in a campaign pay their own price."),
    )
    valid_from = models.DateTimeField(_("valid from"), default=timezone.now)
    valid_until = models.DateTimeField(_("valid until"), null=True, blank=True)
    most_per_buyer = models.PositiveSmallIntegerField(
        _("uses by one buyer"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1)],
        help_text=_("Over all its codes; a buyer is known by the e-mail address. Empty: any."),
    )
    budget = models.DecimalField(
        _("budget, €"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(CENT)],
        help_text=_("All that it may take off in all orders together. Empty: without a limit."),
    )
    given = models.DecimalField(
        _("given so far, €"), max_digits=12, decimal_places=2, default=0, editable=False
    )
    is_active = models.BooleanField(_("in use"), default=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("coupon")
        verbose_name_plural = _("coupons")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="percent", percent__gt=0, percent__lte=100, amount=None)
                | Q(kind="sum", amount__gt=0, percent=None)
                | Q(kind="delivery", amount=None, percent=None, budget=None),
                name="coupon_takes_off_one_thing",
                violation_error_message=_(
                    "Give the per cent or the sum that it takes off; free delivery has neither, "
                    "and no budget."
                ),
            ),
            models.CheckConstraint(
                condition=Q(minimum__gte=0), name="coupon_minimum_is_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
                name="coupon_begins_before_it_ends",
                violation_error_message=_("It must begin before it ends."),
            ),
            models.CheckConstraint(
                condition=Q(most_per_buyer=None) | Q(most_per_buyer__gte=1),
                name="coupon_can_be_used",
            ),
            models.CheckConstraint(
                condition=Q(given__gte=0) & (Q(budget=None) | Q(given__lte=F("budget"))),
                name="coupon_stays_within_its_budget",
                violation_error_message=_("More than this has been given already."),
            ),
        ]
        triggers = [triggers.counted_by_uses_only("given")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self, "name")

    @property
    def gives(self) -> str:
        """Say what it takes off."""
        if self.kind == self.Kind.PERCENT and self.percent is not None:
            return f"−{number_format(self.percent.normalize(), use_l10n=True)} %"
        if self.kind == self.Kind.SUM and self.amount is not None:
            return f"−{number_format(self.amount)} €"
        return gettext("Free delivery")


class CouponScope(Scope):
    """A product or a category, with all below it, that a coupon counts for; without any, all."""

    coupon = models.ForeignKey(Coupon, on_delete=models.CASCADE, related_name="scopes")

    class Meta:
        verbose_name = _("what a coupon counts for")
        verbose_name_plural = _("what a coupon counts for")
        ordering = ["pk"]
        constraints = once_and_of_one_kind(
            "coupon", "coupon_counts_for_a_product_or_a_category", "coupon_names_it_once"
        )


class CouponCodeQuerySet(models.QuerySet["CouponCode"]):
    """Codes, by what is left of them."""

    def of(self, coupon: Coupon) -> Self:
        """Keep the codes of a coupon."""
        return self.filter(coupon=coupon)


class CouponCode(Model):
    """A code that buyers type, and how often it may be used."""

    coupon = models.ForeignKey(
        Coupon, verbose_name=_("coupon"), on_delete=models.PROTECT, related_name="codes"
    )
    code = models.CharField(
        pgettext_lazy("coupon", "code"),
        max_length=32,
        unique=True,
        error_messages={"unique": _("There is already a coupon with this code.")},
    )
    most_uses = models.PositiveIntegerField(
        _("uses at most"), null=True, blank=True, help_text=_("Empty: without a limit.")
    )
    uses = models.PositiveIntegerField(_("used"), default=0, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)

    objects = CouponCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("coupon code")
        verbose_name_plural = _("coupon codes")
        ordering = ["-created_at", "code"]
        indexes = [models.Index(fields=["-created_at", "code"], name="coupon_codes_by_time")]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[[:alnum:]]{4,32}$"),
                name="coupon_code_is_in_its_normal_form",
                violation_error_message=_("A code has 4 to 32 letters and digits."),
            ),
            models.CheckConstraint(
                condition=Q(most_uses=None) | Q(most_uses__gte=F("uses")),
                name="coupon_code_is_not_used_too_often",
                violation_error_message=_("It has been used more often already."),
            ),
        ]
        triggers = [triggers.counted_by_uses_only("uses")]

    def __str__(self) -> str:
        return written(self.code)


class CouponUse(Model):
    """That an order used a code: whose it was, as long as a second use may have to be refused."""

    code = models.ForeignKey(
        CouponCode,
        verbose_name=pgettext_lazy("coupon", "code"),
        on_delete=models.PROTECT,
        related_name="uses_made",
    )
    order_number = models.CharField(pgettext_lazy("purchase", "order"), max_length=20, unique=True)
    customer = models.ForeignKey(
        Customer,
        verbose_name=pgettext_lazy("person", "customer"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    email = NormalEmailField(_("e-mail address"), blank=True)
    discount = models.DecimalField(_("discount, €"), max_digits=12, decimal_places=2)
    at = models.DateTimeField(_("when"))
    needed_until = models.DateTimeField(
        _("needed until"), help_text=_("Until then the buyer could try to use it again.")
    )
    given_back_at = models.DateTimeField(_("given back"), null=True, blank=True)

    class Meta:
        verbose_name = _("use of a coupon")
        verbose_name_plural = _("uses of coupons")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["email"], condition=~Q(email=""), name="coupon_uses_by_email"),
            models.Index(
                fields=["needed_until"],
                condition=~Q(email="") | Q(customer__isnull=False),
                name="coupon_uses_to_forget",
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(discount__gte=0), name="coupon_use_gives_nothing_negative"
            ),
        ]
        triggers = [
            triggers.use_is_counted(),
            triggers.use_is_frozen("code_id", "order_number", "discount", "at"),
            pgtrigger.Protect(name="coupon_uses_stay", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}"
