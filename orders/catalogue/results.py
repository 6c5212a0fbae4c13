"""A narrowed, sorted, paged list of products, with everything its page shows around it."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.core.paginator import Page, Paginator
from django.http import Http404
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from orders.catalogue import facets
from orders.catalogue.cards import Card, cards
from orders.catalogue.facets import Counts, Facet
from orders.catalogue.listing import (
    MOST_PAGES,
    PER_PAGE,
    Narrowing,
    Wishes,
    narrowed,
    resolve,
    sorted_by,
)
from orders.catalogue.models import ProductQuerySet
from orders.catalogue.tree import Branch
from orders.catalogue.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Tag:
    """A choice that has been made, and the address without it."""

    label: str
    query: str


@dataclass(frozen=True, slots=True)
class CountedBranch:
    """A category, and how many products of the list stand in it."""

    name: str
    url: str
    count: int


@dataclass(frozen=True, slots=True)
class Results:
    """What a list's page shows."""

    narrowing: Narrowing
    counts: Counts
    cards: list[Card]
    page: "Page[int]"
    facets: list[Facet]
    sort: str
    others: dict[str, str]
    """Choices of the address that are not the list's own: the words of a search."""

    @property
    def wishes(self) -> Wishes:
        return self.narrowing.wishes

    @property
    def total(self) -> int:
        return self.counts.total

    @property
    def lowest(self) -> str:
        return _sum(self.wishes.lowest)

    @property
    def highest(self) -> str:
        return _sum(self.wishes.highest)

    @property
    def cheapest(self) -> str:
        return _sum(self.counts.cheapest)

    @property
    def dearest(self) -> str:
        return _sum(self.counts.dearest)

    @property
    def tags(self) -> list[Tag]:
        """List what has been chosen, each with the address that drops it."""
        return [
            Tag(label, wishes.query(**self.others).urlencode())
            for label, wishes in _without_each(self.narrowing)
        ]

    @property
    def query_of_all(self) -> str:
        """Write the address of the list when nothing is left out."""
        return Wishes(sort=self.wishes.sort).query(**self.others).urlencode()

    @property
    def hidden_beside_facets(self) -> list[tuple[str, str]]:
        """List what the form of the facets must send along."""
        query = Wishes(sort=self.wishes.sort).query(**self.others)
        return [(name, value) for name, values in query.lists() for value in values]

    @property
    def hidden_beside_sort(self) -> list[tuple[str, str]]:
        """List what the form of the order must send along."""
        query = replace(self.wishes, sort="", page=1).query(**self.others)
        return [(name, value) for name, values in query.lists() for value in values]

    def counted(self, branches: list[Branch], *, stay: bool = False) -> list[CountedBranch]:
        """Lead to categories with the choices made so far, leaving out the empty ones.

        :param stay: on the same page, with the category as one choice more.
        """
        wishes = replace(self.wishes, page=1)
        counted = []
        for branch in branches:
            number = self.counts.branches.get(branch.path.rpartition("/")[2], 0)
            others = {**self.others, "in": branch.path} if stay else self.others
            query = wishes.query(**others).urlencode()
            address = ("" if stay else branch.url) + (f"?{query}" if query else "")
            if number:
                counted.append(CountedBranch(branch.name, address, number))
        return counted


def gather(
    products: ProductQuerySet,
    wishes: Wishes,
    vocabulary: Vocabulary,
    *,
    default: str,
    below: str,
    at: datetime,
    net: bool,
    others: dict[str, str] | None = None,
) -> Results:
    """Narrow, count, sort and page a list.

    :param below: the category whose children are counted; empty for the tree's trunk.
    :raises Http404: when the asked page is behind the last one.
    """
    narrowing = resolve(wishes, vocabulary)
    counts = facets.count(products, narrowing, below=below)
    page = _page(counts.total, narrowing.wishes.page)
    sort = narrowing.wishes.sort or default
    ordered = sorted_by(narrowed(products, narrowing), sort, (get_language() or "fi")[:2])
    start = (page.number - 1) * PER_PAGE
    return Results(
        narrowing=narrowing,
        counts=counts,
        cards=cards(ordered, at=at, net=net, start=start, stop=start + PER_PAGE),
        page=page,
        facets=facets.facets(counts, narrowing, vocabulary),
        sort=sort,
        others=others or {},
    )


def _page(total: int, number: int) -> "Page[int]":
    """Find a page by its number alone; pages far behind are for no reader."""
    pages = Paginator(range(min(total, MOST_PAGES * PER_PAGE)), PER_PAGE)
    if number > pages.num_pages:
        raise Http404
    return pages.page(number)


def _without_each(narrowing: Narrowing) -> Iterator[tuple[str, Wishes]]:
    """Give the wishes without each of the choices, and what that one says."""
    wishes = replace(narrowing.wishes, page=1)
    for brand in narrowing.brands:
        rest = tuple(name for name in wishes.brands if name != brand.name)
        yield brand.name, replace(wishes, brands=rest)
    for term, words in narrowing.chosen:
        for word in words:
            rest_of_words = tuple(one.code for one in words if one != word)
            options = {**wishes.options, term.code: rest_of_words}
            yield word.name, replace(wishes, options=options)
    if wishes.lowest is not None or wishes.highest is not None:
        yield _range(wishes), replace(wishes, lowest=None, highest=None)
    if wishes.in_stock:
        yield _("In stock"), replace(wishes, in_stock=False)


def _range(wishes: Wishes) -> str:
    """Say a range of prices."""
    low, high = _sum(wishes.lowest), _sum(wishes.highest)
    if low and high:
        return f"{low}–{high} €"
    return (
        _("From %(price)s €") % {"price": low}
        if low
        else _("At most %(price)s €") % {"price": high}
    )


def _sum(price: Decimal | None) -> str:
    """Write a sum as it was typed, with the comma of the language."""
    if price is None:
        return ""
    figures = f"{price:f}" if price == price.to_integral_value() else f"{price:.2f}"
    return figures if get_language() == "en" else figures.replace(".", ",")
