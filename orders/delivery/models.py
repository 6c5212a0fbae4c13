"""The ways in which goods reach the buyer, and what they cost."""

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from orders.catalogue.models import in_language
from orders.taxation.areas import HOME
from privacy.base import Model


def only_home() -> list[str]:
    """Begin with Finland."""
    return [HOME]


class DeliveryMethodQuerySet(models.QuerySet["DeliveryMethod"]):
    """Ways of delivery."""

    def offered(self) -> Self:
        """Keep those that shoppers may choose."""
        return self.filter(is_active=True)


class DeliveryMethod(Model):
    """One way to get goods, with its price: flat, by steps of sum or weight, free above a sum."""

    class Kind(models.TextChoices):
        PARCEL = "parcel", _("To the buyer's address")
        PICKUP = "pickup", _("Picked up from us")

    class PricedBy(models.TextChoices):
        FLAT = "flat", _("One price")
        SUM = "sum", _("By the sum of the goods")
        WEIGHT = "weight", _("By the weight of the goods")

    code = models.SlugField(_("code"), max_length=40, unique=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind, default=Kind.PARCEL)
    name_fi = models.CharField(_("name in Finnish"), max_length=80)
    name_sv = models.CharField(_("name in Swedish"), max_length=80, blank=True)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    text_fi = models.CharField(_("text in Finnish"), max_length=200, blank=True)
    text_sv = models.CharField(_("text in Swedish"), max_length=200, blank=True)
    text_en = models.CharField(_("text in English"), max_length=200, blank=True)
    priced_by = models.CharField(_("priced"), max_length=8, choices=PricedBy, default=PricedBy.FLAT)
    price = models.DecimalField(
        _("price with VAT, €"),
        max_digits=8,
        decimal_places=2,
        default=0,
        validators=[MinValueValidator(0)],
    )
    free_from = models.DecimalField(
        _("free from, €"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("Sum of the goods from which delivery costs nothing."),
    )
    heaviest_g = models.PositiveIntegerField(
        _("heaviest, g"), null=True, blank=True, help_text=_("Empty: any weight.")
    )
    countries = ArrayField(
        models.CharField(max_length=2, validators=[RegexValidator(r"^[A-Z]{2}$")]),
        verbose_name=_("countries"),
        default=only_home,
        help_text=_("Two letters each, separated by commas: FI, SE, EE. Pick-up is for all."),
    )
    to_aland = models.BooleanField(_("also to Åland"), default=False)
    tracking_address = models.URLField(
        _("tracking address"),
        blank=True,
        help_text=_("Address of the carrier's tracking page, {code} in place of the number."),
    )
    is_active = models.BooleanField(_("offered"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    objects = DeliveryMethodQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery method")
        verbose_name_plural = _("delivery methods")
        ordering = ["position", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(price__gte=0) & (Q(free_from=None) | Q(free_from__gte=0)),
                name="delivery_price_is_not_negative",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self, "name")

    @property
    def text(self) -> str:
        return in_language(self, "text")


class DeliveryStep(models.Model):
    """From this sum or weight on, delivery costs this much."""

    method = models.ForeignKey(DeliveryMethod, on_delete=models.CASCADE, related_name="steps")
    start = models.DecimalField(
        _("from, € or g"), max_digits=12, decimal_places=2, validators=[MinValueValidator(0)]
    )
    price = models.DecimalField(
        _("price with VAT, €"), max_digits=8, decimal_places=2, validators=[MinValueValidator(0)]
    )

    class Meta:
        verbose_name = _("price step")
        verbose_name_plural = _("price steps")
        ordering = ["method", "start"]
        constraints = [
            models.UniqueConstraint(
                fields=["method", "start"],
                name="one_delivery_step_at_a_start",
                violation_error_message=_("There is already a step that starts here."),
            ),
            models.CheckConstraint(
                condition=Q(start__gte=0, price__gte=0), name="delivery_step_is_not_negative"
            ),
        ]

    def __str__(self) -> str:
        return f"≥ {self.start}: {self.price}"
