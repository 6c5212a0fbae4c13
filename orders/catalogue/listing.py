"""What a shopper asks of a list of products, read from the address and written back into it.

Whatever is unknown or absurd is as if it were not there: an old link still shows a list. Every
number of choices is bounded before the database hears of it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any

from django.db.models import F, Q, QuerySet
from django.db.models.expressions import Combinable
from django.http import QueryDict

from orders.catalogue.models import AttributeValue, Manufacturer, ProductQuerySet, name_key
from orders.catalogue.vocabulary import YES, Term, Vocabulary, Word

PER_PAGE = 24
MOST_PAGES = 200
MOST_GROUPS = 8
MOST_CHOICES = 20
LONGEST = 100
DEAREST = Decimal(10_000_000)
ATTRIBUTE = "a-"

RELEVANCE, NEWEST, CHEAPEST, DEAREST_FIRST, BY_NAME = (
    "relevance",
    "newest",
    "price",
    "-price",
    "name",
)
SORTS = (NEWEST, CHEAPEST, DEAREST_FIRST, BY_NAME)


@dataclass(frozen=True, slots=True)
class Wishes:
    """The choices of an address, as they are typed: nothing is asked of the database."""

    sort: str = ""
    page: int = 1
    lowest: Decimal | None = None
    highest: Decimal | None = None
    in_stock: bool = False
    brands: tuple[str, ...] = ()
    options: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def query(self, **others: str) -> QueryDict:
        """Write the choices as an address has them, always in the same order."""
        query = QueryDict(mutable=True)
        for name, value in {**others, **self._single()}.items():
            if value:
                query[name] = value
        query.setlist("brand", list(self.brands))
        for code, values in self.options.items():
            query.setlist(f"{ATTRIBUTE}{code}", list(values))
        return QueryDict(query.urlencode())

    def _single(self) -> dict[str, str]:
        """Write the choices that have one value."""
        return {
            "min": "" if self.lowest is None else f"{self.lowest:f}",
            "max": "" if self.highest is None else f"{self.highest:f}",
            "stock": YES if self.in_stock else "",
            "sort": self.sort,
            "page": str(self.page) if self.page > 1 else "",
        }

    @property
    def are_narrow(self) -> bool:
        """Tell whether anything is left out of the list."""
        prices = self.lowest is not None or self.highest is not None
        return bool(prices or self.in_stock or self.brands or self.options)


@dataclass(frozen=True, slots=True)
class Narrowing:
    """The wishes that can be met, with the names of what is wished."""

    wishes: Wishes
    brands: tuple[Manufacturer, ...] = ()
    chosen: tuple[tuple[Term, tuple[Word, ...]], ...] = ()

    @property
    def conditions(self) -> dict[str, Q]:
        """Write a condition for each facet by which the list is narrowed."""
        wishes, conditions = self.wishes, {}
        price = Q()
        if wishes.lowest is not None:
            price &= Q(lowest_price__gte=wishes.lowest)
        if wishes.highest is not None:
            price &= Q(lowest_price__lte=wishes.highest)
        if price:
            conditions["price"] = price
        if self.brands:
            conditions["brand"] = Q(manufacturer__in=[brand.pk for brand in self.brands])
        if wishes.in_stock:
            conditions["stock"] = Q(in_stock=True)
        for term, words in self.chosen:
            conditions[f"{ATTRIBUTE}{term.pk}"] = Q(pk__in=_said(term, words))
        return conditions


def read(query: QueryDict, *, sorts: Iterable[str] = SORTS) -> Wishes:
    """Read the choices of an address."""
    sort = query.get("sort", "")
    lowest, highest = _price(query.get("min")), _price(query.get("max"))
    if lowest is not None and highest is not None and lowest > highest:
        lowest, highest = highest, lowest
    return Wishes(
        sort=sort if sort in sorts else "",
        page=_page(query.get("page", "")),
        lowest=lowest,
        highest=highest,
        in_stock=query.get("stock") == YES,
        brands=_values(query.getlist("brand")),
        options=_options(query),
    )


def resolve(wishes: Wishes, vocabulary: Vocabulary) -> Narrowing:
    """Look up what is wished for, and forget what there is not."""
    brands = tuple(Manufacturer.objects.filter(name__in=wishes.brands)) if wishes.brands else ()
    chosen = tuple(_known(wishes, vocabulary))
    met = replace(
        wishes,
        brands=tuple(sorted(brand.name for brand in brands)),
        options={term.code: tuple(word.code for word in words) for term, words in chosen},
    )
    return Narrowing(wishes=met, brands=brands, chosen=chosen)


def narrowed(products: ProductQuerySet, narrowing: Narrowing) -> ProductQuerySet:
    """Keep the products that meet all wishes."""
    for condition in narrowing.conditions.values():
        products = products.filter(condition)
    return products


def sorted_by(products: ProductQuerySet, sort: str, language: str) -> ProductQuerySet:
    """Put a list in the wished order; one without a wish stays as it is."""
    orders: dict[str, tuple[str | Combinable, ...]] = {
        NEWEST: ("-published_from", "pk"),
        CHEAPEST: (F("lowest_price").asc(nulls_last=True), "pk"),
        DEAREST_FIRST: (F("lowest_price").desc(nulls_last=True), "pk"),
        BY_NAME: (name_key(language), "pk"),
    }
    return products.order_by(*orders[sort]) if sort in orders else products


def _said(term: Term, words: Iterable[Word]) -> QuerySet[AttributeValue, Any]:
    """Find the products of which one of some words is said, of an offered variant at least."""
    wanted = Q(attribute=term.pk, truth=True)
    if not term.is_boolean:
        wanted = Q(option__in=[word.pk for word in words])
    offered = Q(variant=None) | Q(variant__is_active=True)
    return AttributeValue.objects.filter(wanted & offered).values("product")


def _known(wishes: Wishes, vocabulary: Vocabulary) -> Iterator[tuple[Term, tuple[Word, ...]]]:
    """Find the attributes and answers that codes stand for."""
    for code, values in wishes.options.items():
        term = vocabulary.get(code)
        words = tuple(term.words[value] for value in values if value in term.words) if term else ()
        if term and words:
            yield term, words


def _options(query: QueryDict) -> dict[str, tuple[str, ...]]:
    """Read the choices of attributes: a-colour=black."""
    names = sorted(
        name
        for name in query
        if name.startswith(ATTRIBUTE)
        and len(ATTRIBUTE) < len(name) <= LONGEST
        and name.isprintable()
    )
    return {
        name.removeprefix(ATTRIBUTE): values
        for name in names[:MOST_GROUPS]
        if (values := _values(query.getlist(name)))
    }


def _values(typed: Iterable[str]) -> tuple[str, ...]:
    known = {value for value in typed if 0 < len(value) <= LONGEST and value.isprintable()}
    return tuple(sorted(known))[:MOST_CHOICES]


def _page(typed: str) -> int:
    """Read the number of a page; too large a one stays too large, whatever its size."""
    if not (typed.isascii() and typed.isdigit()):
        return 1
    return max(int(typed), 1) if len(typed) <= len(str(MOST_PAGES)) else MOST_PAGES + 1


def _price(typed: str | None) -> Decimal | None:
    """Read a price as people type it: 12,50 or 12.5."""
    if not typed or len(typed) > LONGEST:
        return None
    try:
        price = Decimal("".join(typed.split()).replace(",", ".").removesuffix("€"))
    except InvalidOperation:
        return None
    if not price.is_finite() or not 0 <= price <= DEAREST:
        return None
    return price.quantize(Decimal("0.01")).normalize()
