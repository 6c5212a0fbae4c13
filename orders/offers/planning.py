"""Plan a campaign: see beforehand what it does, reckon its prices, end it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import connection, transaction
from django.db.models import (
    DateTimeField,
    DecimalField,
    ExpressionWrapper,
    F,
    Q,
    QuerySet,
    Sum,
    UUIDField,
    Value,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Greatest, Now, Round

from orders import money
from orders.catalogue import clock
from orders.catalogue.asking import asked_price
from orders.catalogue.campaigns import Campaign, CampaignPrice, CampaignScope
from orders.catalogue.models import Category, PriceHistory, ProductCategory, Variant
from orders.catalogue.prices import PriceRow, Reduction, Window, announced

MOST_SHOWN = 50
_EUROS: "DecimalField[Decimal, Decimal]" = DecimalField(max_digits=14, decimal_places=2)


class NothingReduced(ValueError):
    """No product would cost less."""


class HasBegun(ValueError):
    """Prices that buyers have seen are not taken back; a campaign that runs can be ended."""


class IsOver(ValueError):
    """The campaign has ended, or would end before it begins."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a campaign does to one variant when it begins."""

    sku: str
    name: str
    asked: Decimal
    """What is asked now, by the shelf, a reduction or another campaign."""
    price: Decimal
    reduction: Reduction | None
    """As it may be announced; nothing where the price is no lower than it was in thirty days."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a campaign will do, before anybody sees it."""

    variants: int
    cost: Decimal
    """What is given up when all that lies in the store room is sold at its prices."""
    shown: Sequence[Foreseen]

    @property
    def not_shown(self) -> int:
        return self.variants - len(self.shown)


def price_of(campaign: Campaign, base: Decimal) -> Decimal:
    """Reckon a campaign's price from the shelf's, rounded once."""
    if campaign.percent is None:
        return campaign.fixed_price or money.ZERO
    return money.percentage(base, 100 - campaign.percent)


def variants_of(campaign: Campaign) -> QuerySet[Variant]:
    """Find the variants that a campaign is for."""
    offered = Variant.objects.active()
    if campaign.is_for_all:
        return offered
    scopes = CampaignScope.objects.filter(campaign=campaign)
    here = Q()
    for path in Category.objects.filter(pk__in=scopes.values("category")).values_list(
        "path", flat=True
    ):
        here |= Q(category__path=path) | Q(category__path__startswith=f"{path}/")
    standing = ProductCategory.objects.filter(here) if here else ProductCategory.objects.none()
    named = scopes.filter(product__isnull=False).values("product")
    return offered.filter(Q(product__in=named) | Q(product__in=standing.values("product")))


def lowered_by(campaign: Campaign, variants: QuerySet[Variant]) -> QuerySet[Variant]:
    """Keep the variants that a campaign makes cheaper than the shelf, with its price for each."""
    if campaign.percent is None:
        price: Combinable = Value(campaign.fixed_price, output_field=_EUROS)
    else:
        left = Value(100 - campaign.percent, output_field=_EUROS)
        price = Round(F("price") * left / Value(100), precision=2, output_field=_EUROS)
    return variants.annotate(campaign_price=price).filter(campaign_price__lt=F("price"))


def preview(campaign: Campaign, *, at: datetime) -> Preview:
    """Show what a campaign would do: whom it reaches, what it costs, what would be announced."""
    begins = max(campaign.begins_at, at)
    reached = lowered_by(campaign, variants_of(campaign)).annotate(
        asked=asked_price(begins, without=campaign)
    )
    given = Greatest(F("asked") - F("campaign_price"), Value(money.ZERO)) * F("level__on_hand")
    cost = reached.filter(level__on_hand__gt=0).aggregate(
        sum=Sum(ExpressionWrapper(given, output_field=_EUROS))
    )["sum"]
    some = list(reached.select_related("product").order_by("sku")[:MOST_SHOWN])
    return Preview(
        variants=reached.count(),
        cost=money.round_to_cents(cost or money.ZERO),
        shown=_foreseen(campaign, some, begins),
    )


def _foreseen(campaign: Campaign, variants: Sequence[Variant], begins: datetime) -> list[Foreseen]:
    """Tell of variants what would be announced in the campaign's first moment."""
    rows: dict[UUID, list[PriceRow]] = {variant.pk: [] for variant in variants}
    for row in PriceHistory.objects.filter(variant__in=rows, at__lte=begins).order_by("at", "pk"):
        decision = PriceRow(
            row.at, row.price, row.reduced_price, row.reduced_from, row.reduced_until
        )
        rows[row.variant_id].append(decision)
    windows: dict[UUID, list[Window]] = {variant.pk: [] for variant in variants}
    others = CampaignPrice.objects.begun(begins).exclude(campaign=campaign)
    for price in others.filter(variant__in=windows).select_related("campaign"):
        since = price.__dict__["since"]
        windows[price.variant_id].append(Window(price.price, since, price.campaign.ends_at))
    return [
        Foreseen(
            sku=variant.sku,
            name=variant.product.name,
            asked=variant.__dict__["asked"],
            price=variant.__dict__["campaign_price"],
            reduction=announced(
                rows[variant.pk],
                at=begins,
                windows=[
                    *windows[variant.pk],
                    Window(variant.__dict__["campaign_price"], begins, campaign.ends_at),
                ],
            ),
        )
        for variant in variants
    ]


@transaction.atomic
def plan(*, campaign: Campaign, at: datetime) -> int:
    """Reckon a campaign's prices; from its first moment they are asked. Gives how many there are.

    Planned again, it takes in what has come to its shelves since; prices that stand, stand. What
    should have begun already begins now.

    :raises IsOver: when it ends before it could begin.
    :raises NothingReduced: when nothing would cost less.
    """
    held = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if held.ends_at <= at:
        raise IsOver
    if held.planned_at is None:
        held.begins_at = max(held.begins_at, at)
        held.planned_at = at
        held.save(update_fields=["begins_at", "planned_at"])
    _write_prices(held, at)
    if not held.prices.exists():
        raise NothingReduced
    clock.follow_anew(held, at=at)
    clock.follow(at=at)
    campaign.refresh_from_db()
    return held.prices.count()


def _write_prices(campaign: Campaign, at: datetime) -> None:
    """Write the rows by one statement, however many they are."""
    rows = (
        lowered_by(campaign, variants_of(campaign))
        .order_by("pk")
        .values_list(
            Value(campaign.pk, output_field=UUIDField()),
            "pk",
            "price",
            "campaign_price",
            Value(at, output_field=DateTimeField()),
        )
    )
    sql, parameters = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO orders_campaignprice (campaign_id, variant_id, base, price, added_at) "
            f"{sql} ON CONFLICT (campaign_id, variant_id) DO NOTHING",
            parameters,
        )


@transaction.atomic
def take_back(*, campaign: Campaign) -> None:
    """Make a campaign a draft again, before anybody has seen its prices.

    :raises HasBegun: when somebody may have.
    """
    held = Campaign.objects.select_for_update().get(pk=campaign.pk)
    begun = Campaign.objects.filter(pk=held.pk, planned_at__isnull=False, begins_at__lte=Now())
    if begun.exists():
        raise HasBegun
    held.planned_at = None
    held.save(update_fields=["planned_at"])
    held.prices.all().delete()
    campaign.refresh_from_db()


@transaction.atomic
def end_now(*, campaign: Campaign, at: datetime) -> None:
    """End a campaign that runs; its prices stay in the history.

    :raises IsOver: when it has not begun, or has ended.
    """
    held = Campaign.objects.select_for_update().get(pk=campaign.pk)
    if not held.has_begun(at) or held.is_over(at) or held.begins_at >= at:
        raise IsOver
    held.ends_at = at
    held.save(update_fields=["ends_at"])
    clock.follow(at=at)
    campaign.refresh_from_db()
