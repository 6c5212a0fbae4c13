"""How many products each further choice would leave: all counts of a page by one query.

Within one facet the choices widen each other (red or blue), between facets they narrow. The count
beside a choice is therefore taken among the products that meet the wishes of all *other* facets.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper

from orders.catalogue.listing import ATTRIBUTE, Narrowing
from orders.catalogue.models import ProductQuerySet
from orders.catalogue.vocabulary import Term, Vocabulary

MOST_FACETS = 10
MOST_ITEMS = 24
MOST_BRANDS = 24
Row = tuple[str, str, int, Decimal | None, Decimal | None]
_COLUMNS = ("id", "manufacturer_id", "lowest_price", "in_stock")
#: More than anybody looks through by material and colour: such a list first asks for a category.
MOST_FOR_ATTRIBUTES = 20_000


@dataclass(frozen=True, slots=True)
class Item:
    """A choice, and how many products it would leave."""

    value: str
    label: str
    count: int
    is_chosen: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """Choices of one kind."""

    name: str
    title: str
    items: tuple[Item, ...]


@dataclass(slots=True)
class Counts:
    """What the database has counted."""

    total: int = 0
    cheapest: Decimal | None = None
    dearest: Decimal | None = None
    in_stock: int = 0
    branches: dict[str, int] = field(default_factory=dict)
    brands: dict[str, int] = field(default_factory=dict)
    options: dict[UUID, int] = field(default_factory=dict)
    truths: dict[UUID, int] = field(default_factory=dict)


def count(products: ProductQuerySet, narrowing: Narrowing, *, below: str | None = "") -> Counts:
    """Count the products of a list before it is narrowed, by everything it may be narrowed by.

    :param below: the category whose children are counted; empty for the trunk's own.
    """
    names = {name: f"meets_{place}" for place, name in enumerate(narrowing.conditions)}
    try:
        base, parameters = _base(products, narrowing, names)
    except EmptyResultSet:  # a search without words: Django knows that nothing can be found
        return Counts()
    depth = below.count("/") + 2 if below else 1
    sql = _SQL.format(
        base=base,
        columns=", ".join((*_COLUMNS, *names.values())),
        all=_meets(names.values()),
        but_price=_meets(_others(names, "price")),
        but_brand=_meets(_others(names, "brand")),
        but_stock=_meets(_others(names, "stock")),
        but_own=_meets_but_own(names),
    )
    counts = Counts()
    with connection.cursor() as cursor:
        cursor.execute(
            sql,
            [
                *parameters,
                depth,
                f"{below}/" if below else "",
                MOST_BRANDS,
                MOST_FOR_ATTRIBUTES,
                MOST_FACETS * 4 * MOST_ITEMS,
            ],
        )
        for row in cursor.fetchall():
            _note(counts, row)
    return counts


def facets(counts: Counts, narrowing: Narrowing, vocabulary: Vocabulary) -> list[Facet]:
    """Name the counted choices; makers first, then attributes in the merchant's order."""
    lists: list[Facet] = []
    truths: list[Facet] = []
    for term in vocabulary.values():
        (truths if term.is_boolean else lists).append(_facet(term, counts, narrowing))
    found = [_brands(counts, narrowing), *_most_telling(lists), *_most_telling(truths)]
    return [facet for facet in found if facet.items]


def _most_telling(found: list[Facet]) -> list[Facet]:
    """Keep the facets of which most products say something, and those already used."""

    def weight(facet: Facet) -> tuple[bool, int]:
        return any(item.is_chosen for item in facet.items), sum(item.count for item in facet.items)

    kept = sorted(found, key=weight, reverse=True)[:MOST_FACETS]
    return [facet for facet in found if facet in kept]


def _brands(counts: Counts, narrowing: Narrowing) -> Facet:
    """List the makers by name; one alone is no choice."""
    chosen = {brand.name for brand in narrowing.brands}
    items = [
        Item(name, name, counts.brands.get(name, 0), name in chosen)
        for name in sorted(chosen | set(counts.brands), key=str.casefold)
    ]
    return Facet(name="brand", title="", items=tuple(items if len(items) > 1 or chosen else ()))


def _facet(term: Term, counts: Counts, narrowing: Narrowing) -> Facet:
    """List the answers of an attribute that products of the list give."""
    chosen = {word.code for one, words in narrowing.chosen if one.pk == term.pk for word in words}
    numbers = counts.truths if term.is_boolean else counts.options
    items = [
        Item(word.code, word.name, numbers.get(word.pk, 0), word.code in chosen)
        for word in term.words.values()
        if word.pk in numbers or word.code in chosen
    ]
    worth = items if chosen or _is_worth_asking(items, counts.total) else []
    return Facet(name=f"{ATTRIBUTE}{term.code}", title=term.name, items=tuple(_fewer(worth)))


def _is_worth_asking(items: list[Item], total: int) -> bool:
    """Tell whether a choice changes anything: one that all products share does not."""
    return len(items) > 1 or (len(items) == 1 and items[0].count < total)


def _fewer(items: list[Item]) -> list[Item]:
    """Keep the choices that leave most, in their own order, and those already made."""
    kept = sorted(items, key=lambda item: (not item.is_chosen, -item.count))[:MOST_ITEMS]
    return [item for item in items if item in kept]


def _base(
    products: ProductQuerySet, narrowing: Narrowing, names: Mapping[str, str]
) -> tuple[str, tuple[Any, ...]]:
    """Write the query for the list before it is narrowed, with a column for each condition."""
    columns = {
        names[name]: ExpressionWrapper(condition, BooleanField())
        for name, condition in narrowing.conditions.items()
    }
    chosen = products.order_by().values(*_COLUMNS, **columns)
    sql, parameters = chosen.query.sql_with_params()
    return str(sql), tuple(parameters)


def _others(names: Mapping[str, str], facet: str) -> list[str]:
    return [column for name, column in names.items() if name != facet]


def _meets(columns: Iterable[str]) -> str:
    return " AND ".join(columns) or "true"


def _meets_but_own(names: Mapping[str, str]) -> str:
    """Write that all wishes are met but those of the attribute whose value is counted."""
    terms = []
    for name, column in names.items():
        if name.startswith(ATTRIBUTE):
            own = UUID(name.removeprefix(ATTRIBUTE))
            terms.append(f"({column} OR said.attribute_id = '{own}')")
        else:
            terms.append(column)
    return " AND ".join(terms) or "true"


def _note(counts: Counts, row: Row) -> None:
    """Put one row of the answer in its place."""
    kind, key, number, low, high = row
    if kind == "total":
        counts.total = number
    elif kind == "price":
        counts.cheapest, counts.dearest = low, high
    elif kind == "stock":
        counts.in_stock = number
    elif kind == "branch":
        counts.branches[key] = number
    elif kind == "brand":
        counts.brands[key] = number
    else:
        (counts.options if kind == "option" else counts.truths)[UUID(key)] = number


# Only names and conditions of our own are put into this text; whatever a visitor has chosen is a
# parameter of the first query, which Django writes.
_SQL = """
WITH base ({columns}) AS MATERIALIZED ({base})
SELECT 'total', NULL::text, count(*), NULL::numeric, NULL::numeric
    FROM base WHERE {all}
UNION ALL
SELECT 'price', NULL, count(*), min(lowest_price), max(lowest_price)
    FROM base WHERE {but_price}
UNION ALL
SELECT 'stock', NULL, count(*), NULL, NULL
    FROM base WHERE in_stock AND {but_stock}
UNION ALL
SELECT 'branch', split_part(c.path, '/', %s), count(DISTINCT base.id), NULL, NULL
    FROM base
    JOIN orders_productcategory s ON s.product_id = base.id
    JOIN orders_category c ON c.id = s.category_id
    WHERE starts_with(c.path, %s) AND {all}
    GROUP BY 2
UNION ALL
(SELECT 'brand', m.name, count(*), NULL, NULL
    FROM base JOIN orders_manufacturer m ON m.id = base.manufacturer_id
    WHERE {but_brand}
    GROUP BY m.id ORDER BY 3 DESC, 2 LIMIT %s)
UNION ALL
(SELECT CASE WHEN said.option_id IS NULL THEN 'truth' ELSE 'option' END,
        coalesce(said.option_id, said.attribute_id)::text,
        count(DISTINCT base.id), NULL, NULL
    FROM base
    JOIN orders_attributevalue said ON said.product_id = base.id
    JOIN orders_attribute a ON a.id = said.attribute_id AND a.is_facet
    WHERE (SELECT count(*) FROM base) <= %s
      AND (said.option_id IS NOT NULL OR said.truth)
      AND NOT EXISTS (
          SELECT FROM orders_variant v WHERE v.id = said.variant_id AND NOT v.is_active
      )
      AND {but_own}
    GROUP BY said.attribute_id, said.option_id ORDER BY 3 DESC LIMIT %s)
"""
