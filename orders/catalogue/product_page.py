"""Everything that a product's own page tells."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, F, OuterRef, Value, When
from django.utils.formats import number_format

from orders.catalogue import cards, free_times
from orders.catalogue.asking import Agreed, Tiers, asked, campaign_now
from orders.catalogue.cards import Card, Offer, Prices, Shown, Stock
from orders.catalogue.free_times import Week
from orders.catalogue.models import (
    AttributeValue,
    Manufacturer,
    Product,
    ProductCategory,
    Variant,
)
from orders.catalogue.plans import Plan
from orders.catalogue.prose import Block, blocks
from orders.catalogue.ratings import Rated, rated
from orders.catalogue.renditions import Image, thumbnail_from
from orders.catalogue.tree import Branch, Tree
from orders.catalogue.unit_price import unit_price
from orders.catalogue.wares import lacks_wares

MOST_PICTURES = 24
MOST_RELATED = 4
MOST_AT_ONCE = 999


@dataclass(frozen=True, slots=True)
class Pill:
    """One answer of an option, and the variant to which it leads."""

    name: str
    sku: str
    is_chosen: bool
    is_sold_out: bool


@dataclass(frozen=True, slots=True)
class Option:
    """Something that tells variants apart: their colour, their size."""

    code: str
    title: str
    pills: tuple[Pill, ...]


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of the table of attributes: some words, or yes or no."""

    title: str
    text: str
    truth: bool | None


@dataclass(frozen=True, slots=True)
class GalleryImage:
    """A picture and its place in the gallery."""

    place: int
    image: Image
    thumbnail: str


@dataclass(frozen=True, slots=True)
class Tier:
    """What an agreement asks for a piece, from so many pieces on."""

    from_pieces: int
    price: Decimal
    net: Decimal


@dataclass(frozen=True, slots=True)
class AgreedPrices:
    """What an agreement asks for the chosen variant where that is less than everybody pays."""

    number: str
    until: date | None
    everybodys: Decimal
    tiers: tuple[Tier, ...]

    @property
    def for_one(self) -> Tier | None:
        return next((tier for tier in self.tiers if tier.from_pieces == 1), None)

    @property
    def has_tiers(self) -> bool:
        return self.for_one is None or len(self.tiers) > 1


@dataclass(frozen=True, slots=True)
class ProductPage:
    """A product as its page shows it, with one of its variants chosen."""

    product: Product
    variant: Variant
    tag: Prices
    vat_rate: Decimal | None
    stock: Stock
    pieces_left: int
    most_at_once: int
    badges: tuple[cards.Badge, ...]
    options: tuple[Option, ...]
    variants: tuple[Pill, ...]
    facts: tuple[Fact, ...]
    gallery: tuple[GalleryImage, ...]
    text: tuple[Block, ...]
    manufacturer: Manufacturer | None
    way: tuple[Branch, ...]
    related: tuple[Card, ...]
    rated: Rated | None
    agreed: AgreedPrices | None = None
    times: Week | None = None
    """The free times of a week, for what is sold by appointment."""

    @property
    def stock_class(self) -> str:
        return self.stock.name.lower()

    @property
    def plan_words(self) -> str:
        """Say how a service goes on by the period, and how it ends; else nothing."""
        plan: Plan | None = getattr(self.product, "plan", None)
        return plan.words if plan is not None else ""

    @property
    def lacks_wares(self) -> bool:
        """Tell whether it is a download of which the merchant has laid in no file yet."""
        return bool(self.variant.__dict__["lacks_wares"])

    @property
    def can_be_bought(self) -> bool:
        return self.stock is not Stock.OUT and not self.lacks_wares


def find(slug: str, *, at: datetime) -> Product | None:
    """Find a product that is on sale, with its maker, rate of VAT, shelves and pictures."""
    shelves = ProductCategory.objects.filter(product=OuterRef("pk")).order_by("position", "pk")
    return (
        Product.objects.published(at)
        .filter(slug=slug)
        .select_related("manufacturer", "plan", "bookable")
        .defer("search", "folded")
        .annotate(
            vat_rate=cards.rate_on(at),
            shelf_paths=ArraySubquery(shelves.values("category__path")),
            gallery=ArraySubquery(cards.told_pictures()[:MOST_PICTURES]),
            reviews=F("rating__reviews"),
            points=F("rating__points"),
        )
        .first()
    )


def show(
    product: Product,
    *,
    sku: str,
    at: datetime,
    net: bool,
    tree: Tree,
    agreed: Mapping[UUID, Tiers] | None = None,
    week: str = "",
) -> ProductPage | None:
    """Gather a product's page; None when no variant is offered.

    :param agreed: what agreements of this visitor ask, by variant.
    :param week: the week whose free times are shown, by its Monday.
    """
    variants = _variants(product, at)
    if not variants:
        return None
    values = list(
        AttributeValue.objects.filter(product=product)
        .select_related("attribute", "option")
        .order_by("position", "attribute__position", "pk")
    )
    chosen = _chosen(variants, sku)
    offers = {variant.pk: _offer(variant, product, at) for variant in variants}
    way = _way(product, tree)
    related = _related(product, way, at=at, net=net)
    beside = (offer for one in related for offer in one.offers)
    reductions = cards.reductions_of([offers[chosen.pk], *beside], at=at)
    rate: Decimal | None = product.__dict__["vat_rate"]
    tag = cards.prices_of([offers[chosen.pk]], reductions, rate if net else None)
    own = _agreed((agreed or {}).get(chosen.pk, ()), tag.price, rate)
    tag = _with_agreed(tag, own, chosen)
    stock = offers[chosen.pk].stock
    left = _pieces_left(chosen)
    options = tuple(_options(variants, values, chosen, offers))
    return ProductPage(
        product=product,
        variant=chosen,
        tag=tag,
        vat_rate=rate,
        stock=stock,
        pieces_left=left or 0,
        most_at_once=MOST_AT_ONCE if left is None else min(max(left, 1), MOST_AT_ONCE),
        badges=(
            *cards.reduction_badge(tag.per_cent),
            *cards.new_badge(product.published_from, at),
        ),
        options=options,
        variants=() if options else tuple(_plain_pills(variants, chosen, offers)),
        facts=tuple(_facts(values, chosen)),
        gallery=tuple(_gallery(product, chosen)),
        text=tuple(blocks(product.text)),
        manufacturer=product.manufacturer,
        way=tuple(way),
        related=tuple(cards.card(one, reductions, at=at, net=net) for one in related),
        rated=rated(product.__dict__["reviews"], product.__dict__["points"]),
        agreed=own,
        times=free_times.week_of(product, week=week, at=at),
    )


def _agreed(tiers: Tiers, everybodys: Decimal, rate: Decimal | None) -> AgreedPrices | None:
    """Keep of an agreement's prices those that are less than everybody pays."""
    if rate is None:
        return None
    lower = [each for each in tiers if each.gross(rate) < everybodys]
    if not lower:
        return None
    return AgreedPrices(
        number=lower[0].number,
        until=lower[0].until,
        everybodys=everybodys,
        tiers=tuple(_tier(each, rate) for each in lower),
    )


def _tier(agreed: Agreed, rate: Decimal) -> Tier:
    return Tier(agreed.from_pieces, agreed.gross(rate), agreed.net)


def _with_agreed(tag: Prices, agreed: AgreedPrices | None, variant: Variant) -> Prices:
    """Write the agreed price of one piece on the tag; it is no reduction, and announces none."""
    first = agreed.for_one if agreed else None
    if first is None:
        return tag
    return replace(
        tag,
        price=first.price,
        price_before=None,
        lowest_30_days=None,
        per_cent=None,
        net_price=None if tag.net_price is None else first.net,
        unit_price=unit_price(first.price, variant.content, variant.content_unit),
    )


def _variants(product: Product, at: datetime) -> list[Variant]:
    return list(
        Variant.objects.active()
        .filter(product=product)
        .annotate(
            free=F("level__on_hand") - F("level__reserved"),
            low_at=F("level__low_at"),
            backorder=F("level__backorder"),
            campaign=campaign_now(at),
            lacks_wares=Case(
                When(lacks_wares(), then=Value(value=True)), default=Value(value=False)
            ),
        )
        .order_by("position", "sku")[: cards.MOST_VARIANTS]
    )


def _offer(variant: Variant, product: Product, at: datetime) -> Offer:
    facts = variant.__dict__
    now = asked(variant, facts["campaign"], at)
    return Offer(
        pk=str(variant.pk),
        price=variant.price,
        asked=now.price,
        is_reduced=now.is_reduced,
        content=variant.content,
        content_unit=variant.content_unit,
        stock=cards.stock_of(
            free=facts["free"],
            low_at=facts["low_at"],
            backorder=facts["backorder"],
            is_goods=product.is_goods,
        ),
    )


def _chosen(variants: Sequence[Variant], sku: str) -> Variant:
    """Choose the variant that the address names, else the first that can be had."""
    named = next((variant for variant in variants if variant.sku == sku), None)
    if named is not None:
        return named
    at_hand = (variant for variant in variants if _pieces_left(variant) != 0)
    return next(at_hand, variants[0])


def _pieces_left(variant: Variant) -> int | None:
    """Count what can still be promised; None when it is not counted or may be owed."""
    facts = variant.__dict__
    if facts["free"] is None or facts["backorder"]:
        return None
    return max(int(facts["free"]), 0)


def _options(
    variants: Sequence[Variant],
    values: Iterable[AttributeValue],
    chosen: Variant,
    offers: Mapping[UUID, Offer],
) -> Iterable[Option]:
    """List what tells the variants apart, each answer leading to the variant nearest to this."""
    makes = _makes(variants, values)
    mine = makes[chosen.pk]
    by_attribute: dict[UUID, list[AttributeValue]] = {}
    for value in values:
        if value.variant_id in makes:
            by_attribute.setdefault(value.attribute_id, []).append(value)
    for attribute, said in by_attribute.items():
        answers = {_answer(value): value for value in said}
        if len(answers) < 2 and len(variants) > 1:  # noqa: PLR2004
            continue
        pills = []
        for answer, value in _in_order(answers):
            near = _nearest(variants, makes, {**mine, attribute: answer}, attribute, offers)
            pills.append(
                Pill(
                    name=_name(value),
                    sku=near.sku,
                    is_chosen=mine.get(attribute) == answer,
                    is_sold_out=offers[near.pk].stock is Stock.OUT,
                )
            )
        yield Option(said[0].attribute.code, said[0].attribute.name, tuple(pills))


Answer = tuple[str, object]
Make = dict[UUID, Answer]


def _makes(variants: Iterable[Variant], values: Iterable[AttributeValue]) -> dict[UUID, Make]:
    """Tell of each variant which answers make it."""
    makes: dict[UUID, Make] = {variant.pk: {} for variant in variants}
    for value in values:
        if value.variant_id in makes:
            makes[value.variant_id][value.attribute_id] = _answer(value)
    return makes


def _nearest(
    variants: Sequence[Variant],
    makes: Mapping[UUID, Make],
    wanted: Make,
    attribute: UUID,
    offers: Mapping[UUID, Offer],
) -> Variant:
    """Find the variant with the wanted answer that is otherwise most alike and can be had."""

    def fitness(variant: Variant) -> tuple[int, int]:
        make = makes[variant.pk]
        alike = sum(make.get(one) == answer for one, answer in wanted.items())
        return alike, offers[variant.pk].stock

    with_answer = [one for one in variants if makes[one.pk].get(attribute) == wanted[attribute]]
    return max(with_answer, key=fitness)


def _in_order(answers: Mapping[Answer, AttributeValue]) -> list[tuple[Answer, AttributeValue]]:
    """Put answers in the merchant's order, numbers by size, others as the variants have them."""

    def place(item: tuple[int, tuple[Answer, AttributeValue]]) -> tuple[Decimal, int]:
        seen, (_answer_given, value) = item
        if value.number is not None:
            return value.number, seen
        return Decimal(value.option.position if value.option else 0), seen

    return [item for _seen, item in sorted(enumerate(answers.items()), key=place)]


def _answer(value: AttributeValue) -> Answer:
    """Give an attribute's value as something that can be compared."""
    if value.option_id is not None:
        return "option", value.option_id
    if value.number is not None:
        return "number", value.number
    if value.truth is not None:
        return "truth", value.truth
    return "text", value.text_fi


def _name(value: AttributeValue) -> str:
    """Say an attribute's value in words."""
    if value.option is not None:
        return value.option.name
    if value.number is not None:
        figures = number_format(value.number.normalize())
        return f"{figures} {value.attribute.unit}".strip()
    return value.text or value.attribute.name


def _plain_pills(
    variants: Sequence[Variant], chosen: Variant, offers: Mapping[UUID, Offer]
) -> Iterable[Pill]:
    """List variants by their article numbers, where nothing is said of what tells them apart."""
    if len(variants) < 2:  # noqa: PLR2004
        return
    for variant in variants:
        sold_out = offers[variant.pk].stock is Stock.OUT
        yield Pill(variant.sku, variant.sku, variant.pk == chosen.pk, sold_out)


def _facts(values: Iterable[AttributeValue], chosen: Variant) -> Iterable[Fact]:
    """List what is said of the product and of the chosen variant."""
    for value in values:
        if value.variant_id in (None, chosen.pk):
            yield Fact(title=value.attribute.name, text=_name(value), truth=value.truth)


def _gallery(product: Product, chosen: Variant) -> Iterable[GalleryImage]:
    """Show the chosen variant's pictures first, then those of none, then the others'."""
    pictures: list[dict[str, Any]] = product.__dict__["gallery"]

    def place(picture: Mapping[str, Any]) -> int:
        if picture["variant"] == str(chosen.pk):
            return 0
        return 1 if picture["variant"] is None else 2

    for number, picture in enumerate(sorted(pictures, key=place), start=1):
        yield GalleryImage(number, cards.picture_in_language(picture), thumbnail_from(picture))


def _way(product: Product, tree: Tree) -> list[Branch]:
    """Find the way to the product's first shelf."""
    paths: list[str] = product.__dict__["shelf_paths"]
    return tree.way_to(paths[0]) if paths else []


def _related(product: Product, way: Sequence[Branch], *, at: datetime, net: bool) -> list[Shown]:
    """Find what stands on the same shelf."""
    if not way:
        return []
    beside = ProductCategory.objects.filter(category=way[-1].pk).exclude(product=product)
    products = cards.newest(at).filter(pk__in=beside.values("product"))
    return cards.fetch(products, at=at, net=net, stop=MOST_RELATED)
