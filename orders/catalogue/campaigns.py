"""Campaigns: for a time, prices below those of the shelf.

A campaign's prices are reckoned once, when it is planned, and lie as rows beside the variants.
From then on nobody has to do anything: they are asked from the campaign's first moment to its
last, because whoever asks for a price looks at the clock, and the same rows are the history in
which the lowest price of thirty days is sought. Where several reductions meet, the buyer pays the
lowest of them; they never add up.
"""

from datetime import datetime
from decimal import Decimal
from typing import Self

import pgtrigger
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders.catalogue import triggers
from orders.catalogue.models import Variant, in_language
from orders.catalogue.scopes import Scope, once_and_of_one_kind
from privacy.base import Model

CENT = Decimal("0.01")


class CampaignQuerySet(models.QuerySet["Campaign"]):
    """Campaigns, by whether they are on."""

    def live(self, at: datetime) -> Self:
        """Keep the campaigns whose prices are asked at a moment."""
        return self.filter(planned_at__isnull=False, begins_at__lte=at, ends_at__gt=at)


class Campaign(Model):
    """A reduction of many products, by per cent or to one price, from a moment to another."""

    class Followed(models.TextChoices):
        """How far the lists, which are sorted by price, have come along."""

        NOT_YET = "not_yet", _("not begun")
        BEGUN = "begun", _("begun")
        ENDED = "ended", _("ended")

    name_fi = models.CharField(_("name in Finnish"), max_length=80)
    name_sv = models.CharField(_("name in Swedish"), max_length=80, blank=True)
    name_en = models.CharField(_("name in English"), max_length=80, blank=True)
    percent = models.DecimalField(
        _("per cent off"),
        max_digits=5,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(CENT), MaxValueValidator(100)],
    )
    fixed_price = models.DecimalField(
        _("or one price, €"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
        help_text=_("With VAT. What costs less already stays as it is."),
    )
    begins_at = models.DateTimeField(_("begins"))
    ends_at = models.DateTimeField(_("ends"))
    is_for_all = models.BooleanField(
        _("all products"),
        default=False,
        help_text=_("Otherwise the products and categories below, with all that stands in them."),
    )
    planned_at = models.DateTimeField(_("planned"), null=True, blank=True, editable=False)
    followed = models.CharField(
        max_length=7, choices=Followed, default=Followed.NOT_YET, editable=False
    )

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-begins_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(percent__gt=0, percent__lte=100, fixed_price=None)
                | Q(percent=None, fixed_price__gte=0),
                name="campaign_reduces_by_one_rule",
                violation_error_message=_("Give the per cent, or the one price."),
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("begins_at")),
                name="campaign_begins_before_it_ends",
                violation_error_message=_("It must begin before it ends."),
            ),
        ]
        triggers = [
            triggers.what_a_campaign_asked_stays(),
            triggers.begun_campaigns_stay(),
            triggers.catalogue_changed(),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return in_language(self, "name")

    def has_begun(self, at: datetime) -> bool:
        """Tell whether its prices have been asked of anybody."""
        return self.planned_at is not None and self.begins_at <= at

    def is_over(self, at: datetime) -> bool:
        """Tell whether its prices are asked no more."""
        return self.planned_at is not None and self.ends_at <= at


class CampaignScope(Scope):
    """A product or a category, with all below it, that a campaign is for."""

    campaign = models.ForeignKey(Campaign, on_delete=models.CASCADE, related_name="scopes")

    class Meta:
        verbose_name = _("what a campaign is for")
        verbose_name_plural = _("what a campaign is for")
        ordering = ["pk"]
        constraints = once_and_of_one_kind(
            "campaign", "campaign_is_for_a_product_or_a_category", "campaign_names_it_once"
        )


class CampaignPriceQuerySet(models.QuerySet["CampaignPrice"]):
    """Prices of campaigns, by whether they are asked."""

    def live(self, at: datetime) -> Self:
        """Keep the prices that are asked at a moment."""
        return self.filter(
            campaign__planned_at__isnull=False,
            campaign__begins_at__lte=at,
            campaign__ends_at__gt=at,
            added_at__lte=at,
        )

    def begun(self, at: datetime) -> Self:
        """Keep the prices that are or were asked, with the moment from which they were."""
        begun = self.filter(campaign__planned_at__isnull=False, campaign__begins_at__lte=at)
        return begun.annotate(since=Greatest("campaign__begins_at", "added_at"))


class CampaignPrice(models.Model):
    """What a campaign asks for a variant; never altered, and kept once it has been asked."""

    campaign = models.ForeignKey(
        Campaign, verbose_name=_("campaign"), on_delete=models.CASCADE, related_name="prices"
    )
    variant = models.ForeignKey(
        Variant,
        verbose_name=_("variant"),
        on_delete=models.CASCADE,
        related_name="campaign_prices",
        db_index=False,  # covered by the index that knows the price too
    )
    base = models.DecimalField(_("price when planned, €"), max_digits=12, decimal_places=2)
    price = models.DecimalField(_("campaign price, €"), max_digits=12, decimal_places=2)
    added_at = models.DateTimeField(_("added"), default=timezone.now)

    objects = CampaignPriceQuerySet.as_manager()

    class Meta:
        verbose_name = _("campaign price")
        verbose_name_plural = _("campaign prices")
        ordering = ["campaign", "pk"]
        indexes = [
            models.Index(
                fields=["variant", "price"],
                include=["campaign"],
                name="campaign_prices_of_a_variant",
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "variant"], name="one_price_of_a_campaign"),
            models.CheckConstraint(
                condition=Q(price__gte=0) & Q(price__lt=F("base")),
                name="campaign_price_is_below_the_price",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="campaign_prices_are_frozen", operation=pgtrigger.Update),
            triggers.asked_prices_stay(),
        ]

    def __str__(self) -> str:
        return f"{self.price}"
