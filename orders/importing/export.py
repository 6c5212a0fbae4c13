"""The whole catalogue in the shop's own format, written as it is read: nothing piles up.

What is written is read back to the same: importing an export changes nothing. Every cell is
guarded, so that a spreadsheet finds no formula in it.
"""

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Model
from django.utils import timezone

from orders.catalogue.models import (
    Attribute,
    AttributeValue,
    Category,
    Picture,
    Product,
    ProductCategory,
    Variant,
)
from orders.importing.cells import IS, PART, STEP, escaped, guarded, joined, written
from orders.importing.readers.own import COLUMNS
from orders.importing.rows import LANGUAGES
from orders.stock.models import Level

CHUNK = 200

Row = dict[str, str]


class Line:
    """What the writer of CSV takes for a file: it hands on each line as it comes."""

    def write(self, line: str) -> str:
        """Hand on the line."""
        return line


def exported() -> Iterator[str]:
    """Give the lines of the file, the header first."""
    writer = csv.writer(Line(), lineterminator="\r\n")
    yield writer.writerow(COLUMNS)
    for row in rows():
        yield writer.writerow([guarded(row.get(column, "")) for column in COLUMNS])


def rows() -> Iterator[Row]:
    """Give the rows: a product's variants together, the products by their addresses."""
    after = ""
    while True:
        products = list(
            Product.objects.filter(slug__gt=after)
            .select_related("manufacturer")
            .defer("search", "folded")
            .order_by("slug")[:CHUNK]
        )
        if not products:
            return
        around = _Around.of(products)
        for product in products:
            yield from _rows_of(product, around)
        after = products[-1].slug


@dataclass(slots=True)
class _Around:
    """What stands around some products, each by the number of what it belongs to."""

    categories: dict[str, Category] = field(default_factory=dict)
    paths: dict[UUID, list[str]] = field(default_factory=dict)
    variants: dict[UUID, list[Variant]] = field(default_factory=dict)
    levels: dict[UUID, Level] = field(default_factory=dict)
    values: dict[UUID, list[AttributeValue]] = field(default_factory=dict)
    pictures: dict[UUID, list[Picture]] = field(default_factory=dict)

    @classmethod
    def of(cls, products: Sequence[Product]) -> "_Around":
        """Read it by a few queries, however many products there are."""
        ids = [product.pk for product in products]
        around = cls()
        shelves = ProductCategory.objects.filter(product__in=ids).order_by("position", "pk")
        for product, path in shelves.values_list("product", "category__path"):
            around.paths.setdefault(product, []).append(path)
        branches = {branch for paths in around.paths.values() for branch in _branches(paths)}
        around.categories = {row.path: row for row in Category.objects.filter(path__in=branches)}
        for variant in Variant.objects.filter(product__in=ids).order_by("position", "sku"):
            around.variants.setdefault(variant.product_id, []).append(variant)
        levels = Level.objects.filter(variant__product__in=ids)
        around.levels = {level.variant_id: level for level in levels}
        values = AttributeValue.objects.filter(product__in=ids).order_by("position", "pk")
        for value in values.select_related("attribute", "option"):
            around.values.setdefault(value.variant_id or value.product_id, []).append(value)
        for picture in Picture.objects.filter(product__in=ids).order_by("position", "pk"):
            owner = picture.variant_id or picture.product_id
            around.pictures.setdefault(owner, []).append(picture)
        return around


def _branches(paths: Iterable[str]) -> Iterator[str]:
    """Give every path with those above it."""
    for path in paths:
        steps = path.split("/")
        for depth in range(1, len(steps) + 1):
            yield "/".join(steps[:depth])


def _rows_of(product: Product, around: _Around) -> Iterator[Row]:
    """Write a product; its first row speaks of it, every row of one variant."""
    of_product = {"product": product.slug, **_product(product, around)}
    for variant in around.variants.get(product.pk, []):
        yield {**of_product, **_variant(variant, around)}
        of_product = {"product": product.slug}
    if not around.variants.get(product.pk):
        yield of_product


def _product(product: Product, around: _Around) -> Row:
    row = {
        "kind": product.kind,
        "vat_class": product.vat_class_id,
        "published_from": _moment(product.published_from),
        "published_until": _moment(product.published_until),
        **{
            f"{part}_{language}": getattr(product, f"{part}_{language}")
            for part in ("name", "summary", "text")
            for language in LANGUAGES
        },
    }
    if product.manufacturer is not None:
        row["manufacturer"] = product.manufacturer.name
        row["manufacturer_address"] = product.manufacturer.address
        row["manufacturer_email"] = product.manufacturer.email
    row |= _categories(around.paths.get(product.pk, []), around.categories)
    row |= _values("attributes", around.values.get(product.pk, []))
    return row | _pictures("images", around.pictures.get(product.pk, []))


def _categories(paths: Sequence[str], categories: Mapping[str, Category]) -> Row:
    row = {"categories": joined(paths)}
    for language in LANGUAGES:
        trails = (
            [getattr(categories[b], f"name_{language}") for b in _branches([p])] for p in paths
        )
        row[f"categories_{language}"] = joined(
            f" {STEP} ".join(escaped(name, STEP) for name in names) if any(names) else ""
            for names in trails
        )
    return row


def _values(column: str, values: Sequence[AttributeValue]) -> Row:
    row = {column: joined(_code(value) for value in values)}
    for language in LANGUAGES:
        row[f"{column}_{language}"] = joined(_words(value, language) for value in values)
    return row


def _code(value: AttributeValue) -> str:
    """Write what a program reads: `volume:number:l=1.5`."""
    attribute = value.attribute
    kind = attribute.kind
    if attribute.unit:
        kind = f"{kind}{PART}{escaped(attribute.unit, PART, IS)}"
    return f"{attribute.code}{PART}{kind}{IS}{_answer(value)}"


def _answer(value: AttributeValue) -> str:
    if value.option is not None:
        return value.option.code
    if value.number is not None:
        return written(value.number)
    if value.truth is not None:
        return "yes" if value.truth else "no"
    return ""


def _words(value: AttributeValue, language: str) -> str:
    """Write what people read: `Material = Oak`."""
    name = escaped(_in(value.attribute, "name", language), IS)
    if value.attribute.kind == Attribute.Kind.CHOICE:
        word = _in(value.option, "name", language)
    elif value.attribute.kind == Attribute.Kind.TEXT:
        word = _in(value, "text", language)
    else:
        return name
    return f"{name} {IS} {escaped(word)}" if name or word else ""


def _in(row: Model | None, part: str, language: str) -> str:
    return str(getattr(row, f"{part}_{language}", ""))


def _pictures(column: str, pictures: Sequence[Picture]) -> Row:
    row = {column: joined(escaped(base_name(picture)) for picture in pictures)}
    for language in LANGUAGES:
        row[f"{column}_{language}"] = joined(
            escaped(_in(picture, "alt", language)) for picture in pictures
        )
    return row


def base_name(picture: Picture) -> str:
    """Give the name of a picture's file without its folder."""
    return str(picture.file.name).rpartition("/")[2]


def _variant(variant: Variant, around: _Around) -> Row:
    row = {
        "sku": variant.sku,
        "gtin": variant.gtin,
        "weight_g": str(variant.weight_g),
        "content": "" if variant.content is None else f"{variant.content.normalize():f}",
        "content_unit": variant.content_unit,
        "price": _money(variant.price),
        "reduced_price": _money(variant.reduced_price),
        "reduced_from": _moment(variant.reduced_from),
        "reduced_until": _moment(variant.reduced_until),
        "active": _yes(is_so=variant.is_active),
        "position": str(variant.position),
    }
    row |= _values("options", around.values.get(variant.pk, []))
    row |= _pictures("variant_images", around.pictures.get(variant.pk, []))
    level = around.levels.get(variant.pk)
    if level is not None:
        row["stock"] = str(level.on_hand)
        row["backorder"] = _yes(is_so=level.backorder)
        row["low_stock"] = str(level.low_at)
    return row


def _yes(*, is_so: bool) -> str:
    return "yes" if is_so else "no"


def _money(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount:.2f}"


def _moment(at: datetime | None) -> str:
    return "" if at is None else timezone.localtime(at).isoformat()
