"""Products as cards in a list: two queries, however many they are."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import IntEnum
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import (
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
)
from django.db.models.functions import Cast, JSONObject
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from orders.catalogue.asking import asked_price
from orders.catalogue.campaigns import CampaignPrice
from orders.catalogue.models import (
    Picture,
    PriceHistory,
    Product,
    ProductQuerySet,
    Variant,
    VatRate,
)
from orders.catalogue.prices import PriceRow, Reduction, Window, announced
from orders.catalogue.ratings import Rated, rated
from orders.catalogue.renditions import Image, image_from
from orders.catalogue.unit_price import UnitPrice, unit_price
from orders.vat import split_gross

NEW_FOR = timedelta(days=30)
#: A card tells of so many variants at most; no shopper compares more.
MOST_VARIANTS = 300
#: Price changes of a variant that are looked back on.
MOST_CHANGES = 200

NO_BREAK_SPACE = "\u00a0"
Badge = tuple[str, str]


class Stock(IntEnum):
    """How a variant can be had, the best last."""

    OUT = 0
    BACKORDER = 1
    LOW = 2
    IN = 3


@dataclass(frozen=True, slots=True)
class Offer:
    """A variant's price and availability at a moment."""

    pk: str
    price: Decimal
    asked: Decimal
    is_reduced: bool
    stock: Stock
    content: Decimal | None = None
    content_unit: str = ""


@dataclass(frozen=True, slots=True)
class Prices:
    """What a price tag says."""

    price: Decimal
    price_before: Decimal | None
    lowest_30_days: Decimal | None
    per_cent: int | None
    from_price: bool
    net_price: Decimal | None
    unit_price: UnitPrice | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A product as a list shows it."""

    url: str
    name: str
    summary: str
    image: Image | None
    price: Decimal
    price_before: Decimal | None
    lowest_30_days: Decimal | None
    from_price: bool
    net_price: Decimal | None
    badges: tuple[Badge, ...]
    sold_out: bool
    unit_price: UnitPrice | None = None
    rated: Rated | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """A product that a list will show, with its offers."""

    row: Any
    offers: list[Offer]


def cards(
    products: ProductQuerySet,
    *,
    at: datetime,
    net: bool = False,
    start: int = 0,
    stop: int | None = None,
) -> list[Card]:
    """Show a part of a list of products as cards."""
    shown = fetch(products, at=at, net=net, start=start, stop=stop)
    reductions = reductions_of((offer for one in shown for offer in one.offers), at=at)
    return [card(one, reductions, at=at, net=net) for one in shown]


def rows_of_cards(
    lists: Mapping[str, ProductQuerySet], *, at: datetime, net: bool = False, stop: int
) -> dict[str, list[Card]]:
    """Show the first of several lists, whose reductions are looked up together."""
    shown = {name: fetch(products, at=at, net=net, stop=stop) for name, products in lists.items()}
    every = (offer for each in shown.values() for one in each for offer in one.offers)
    reductions = reductions_of(every, at=at)
    return {
        name: [card(one, reductions, at=at, net=net) for one in each]
        for name, each in shown.items()
    }


def fetch(
    products: ProductQuerySet,
    *,
    at: datetime,
    net: bool = False,
    start: int = 0,
    stop: int | None = None,
) -> list[Shown]:
    """Read what cards show, by one query; what has no offer has just been withdrawn."""
    rows = with_offers(products, at=at, net=net)[start:stop]
    shown = (Shown(row, offers_of(row.offers, is_goods=row.is_goods)) for row in rows)
    return [one for one in shown if one.offers]


def with_offers(products: ProductQuerySet, *, at: datetime, net: bool) -> QuerySet[Any]:
    """Add to products their offers, first picture and, for companies, today's rate of VAT."""
    told = products.annotate(
        offers=ArraySubquery(_offers(at)),
        first_picture=Subquery(told_pictures()[:1]),
        reviews=F("rating__reviews"),
        points=F("rating__points"),
    )
    if net:
        told = told.annotate(vat_rate=rate_on(at))
    return told.defer("text_fi", "text_sv", "text_en", "search", "folded")


def rate_on(at: datetime) -> Subquery:
    """Look up the rate of VAT at which a product is sold on a day."""
    rates = VatRate.objects.on(timezone.localdate(at)).filter(vat_class=OuterRef("vat_class"))
    return Subquery(rates.values("rate")[:1])


def offers_of(facts: Iterable[Mapping[str, Any]], *, is_goods: bool) -> list[Offer]:
    """Read offers from what the database tells of variants."""
    return [
        Offer(
            pk=one["pk"],
            price=Decimal(one["price"]),
            asked=Decimal(one["asked"]),
            is_reduced=Decimal(one["asked"]) < Decimal(one["price"]),
            stock=stock_of(
                free=one["free"],
                low_at=one["low_at"],
                backorder=one["backorder"],
                is_goods=is_goods,
            ),
            content=None if one["content"] is None else Decimal(one["content"]),
            content_unit=one["unit"],
        )
        for one in facts
    ]


def stock_of(
    *, free: int | None, low_at: int | None, backorder: bool | None, is_goods: bool = True
) -> Stock:
    """Tell how a variant can be had; one without a level is never short.

    A file or a service that may be sold beyond its level is not waited for.
    """
    if free is None or (backorder and not is_goods):
        return Stock.IN
    if free > 0:
        return Stock.LOW if free <= (low_at or 0) else Stock.IN
    return Stock.BACKORDER if backorder else Stock.OUT


def reductions_of(offers: Iterable[Offer], *, at: datetime) -> dict[str, Reduction]:
    """Look up how the reduced ones among offers may be announced, by one query."""
    reduced = [offer.pk for offer in offers if offer.is_reduced]
    if not reduced:
        return {}
    latest = PriceHistory.objects.filter(variant=OuterRef("pk"), at__lte=at).order_by("-at", "-pk")
    told = Variant.objects.filter(pk__in=reduced).values_list(
        "pk",
        ArraySubquery(
            latest.values(
                row=JSONObject(
                    at="at",
                    price=Cast("price", TextField()),
                    reduced_price=Cast("reduced_price", TextField()),
                    reduced_from="reduced_from",
                    reduced_until="reduced_until",
                )
            )[:MOST_CHANGES]
        ),
        ArraySubquery(_windows(at)),
    )
    found = {
        str(pk): announced(_rows(changes), at=at, windows=_read_windows(windows))
        for pk, changes, windows in told
    }
    return {pk: reduction for pk, reduction in found.items() if reduction is not None}


def prices_of(
    offers: Sequence[Offer], reductions: Mapping[str, Reduction], rate: Decimal | None
) -> Prices:
    """Write the price tag of the cheapest among offers."""
    # A variant that can be had comes before an equally cheap one that cannot.
    cheapest = min(offers, key=lambda offer: (offer.asked, -offer.stock))
    reduction = reductions.get(cheapest.pk)
    return Prices(
        price=cheapest.asked,
        price_before=reduction.before if reduction else None,
        lowest_30_days=reduction.lowest_in_window if reduction else None,
        per_cent=reduction.per_cent if reduction else None,
        from_price=any(offer.asked != cheapest.asked for offer in offers),
        net_price=None if rate is None else split_gross(cheapest.asked, rate).net,
        unit_price=unit_price(cheapest.asked, cheapest.content, cheapest.content_unit),
    )


def reduction_badge(per_cent: int | None) -> list[Badge]:
    """Tell by how much a price is reduced."""
    if per_cent is None:
        return []
    if per_cent < 1:
        return [("sale", _("Reduced"))]
    space = "" if get_language() == "en" else NO_BREAK_SPACE
    return [("sale", f"−{per_cent}{space}%")]


def new_badge(published_from: datetime, at: datetime) -> list[Badge]:
    """Tell that a product is new."""
    return [("new", pgettext("product", "New"))] if published_from > at - NEW_FOR else []


def stock_badge(stock: Stock) -> list[Badge]:
    """Tell that a product is running out or has run out."""
    words = {
        Stock.LOW: ("low-stock", _("Only a few left")),
        Stock.BACKORDER: ("plain", _("On order")),
        Stock.OUT: ("sold-out", _("Sold out")),
    }
    return [words[stock]] if stock in words else []


def card(
    shown: Shown, reductions: Mapping[str, Reduction], *, at: datetime, net: bool = False
) -> Card:
    """Write a product's card."""
    row = shown.row
    tag = prices_of(shown.offers, reductions, row.vat_rate if net else None)
    best = max(offer.stock for offer in shown.offers)
    return Card(
        url=row.get_absolute_url(),
        name=row.name,
        summary=row.summary,
        image=picture_in_language(row.first_picture) if row.first_picture else None,
        price=tag.price,
        price_before=tag.price_before,
        lowest_30_days=tag.lowest_30_days,
        from_price=tag.from_price,
        net_price=tag.net_price,
        unit_price=tag.unit_price,
        badges=(
            *reduction_badge(tag.per_cent),
            *new_badge(row.published_from, at),
            *stock_badge(best),
        ),
        sold_out=best is Stock.OUT,
        rated=rated(row.reviews, row.points),
    )


def picture_in_language(facts: Mapping[str, Any]) -> Image:
    """Show a picture, described in the language of the visit."""
    asked = (get_language() or "fi")[:2]
    said = (facts[f"alt_{code}"] for code in (asked, "fi", "en", "sv"))
    return image_from(facts, alt=next(filter(None, said), ""))


def _offers(at: datetime) -> QuerySet[Variant, Any]:
    """Tell of a product's variants what a card needs; sums as text, so that no cent is lost."""
    return (
        Variant.objects.active()
        .filter(product=OuterRef("pk"))
        .order_by("position", "sku")
        .values(
            offer=JSONObject(
                pk="pk",
                price=Cast("price", TextField()),
                asked=Cast(asked_price(at), TextField()),
                free=F("level__on_hand") - F("level__reserved"),
                content=Cast("content", TextField()),
                unit="content_unit",
                low_at="level__low_at",
                backorder="level__backorder",
            )
        )[:MOST_VARIANTS]
    )


def told_pictures() -> QuerySet[Picture, Any]:
    """Tell of a product's pictures in the query that reads the product, the first one first."""
    columns = ("file", "width", "height", "rendition_widths", "alt_fi", "alt_sv", "alt_en")
    told = JSONObject(variant="variant_id", **{name: name for name in columns})
    pictures = Picture.objects.filter(product=OuterRef("pk")).order_by("position", "pk")
    return pictures.values(told=told)


def _rows(changes: Iterable[Mapping[str, Any]]) -> list[PriceRow]:
    """Read price changes, the oldest first."""
    return [
        PriceRow(
            at=datetime.fromisoformat(row["at"]),
            price=Decimal(row["price"]),
            reduced_price=None if row["reduced_price"] is None else Decimal(row["reduced_price"]),
            reduced_from=_moment(row["reduced_from"]),
            reduced_until=_moment(row["reduced_until"]),
        )
        for row in reversed(list(changes))
    ]


def _windows(at: datetime) -> QuerySet[CampaignPrice, Any]:
    """Tell when campaigns asked which price of a variant, the latest first."""
    begun = CampaignPrice.objects.begun(at).filter(variant=OuterRef("pk"))
    return begun.order_by(F("since").desc()).values(
        window=JSONObject(
            price=Cast("price", TextField()), since="since", until="campaign__ends_at"
        )
    )[:MOST_CHANGES]


def _read_windows(told: Iterable[Mapping[str, Any]]) -> list[Window]:
    return [
        Window(
            price=Decimal(one["price"]),
            since=datetime.fromisoformat(one["since"]),
            until=datetime.fromisoformat(one["until"]),
        )
        for one in told
    ]


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def newest(at: datetime) -> ProductQuerySet:
    """Give what is on sale, the latest first."""
    return Product.objects.published(at).order_by("-published_from", "pk")


def reduced(at: datetime) -> ProductQuerySet:
    """Give the products of which a variant is reduced at a moment, the latest reduction first."""
    not_over = Q(variants__reduced_until=None) | Q(variants__reduced_until__gt=at)
    begun = Q(variants__reduced_from__lte=at, variants__is_active=True)
    own = Product.objects.filter(begun & not_over).values("pk")
    live = CampaignPrice.objects.live(at).filter(variant__is_active=True)
    return newest(at).filter(pk__in=own.union(live.values("variant__product")))
