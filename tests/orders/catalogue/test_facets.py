"""Counts beside choices, against a naive count of a small random shelf."""

from dataclasses import dataclass, field
from decimal import Decimal

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orders.catalogue import facets, listing, vocabulary
from orders.catalogue.models import Category, Product, Variant
from tests.factories import (
    AttributeFactory,
    AttributeOptionFactory,
    CategoryFactory,
    ManufacturerFactory,
    ProductFactory,
    VariantFactory,
    in_stock,
    put_on_shelf,
    say,
)
from tests.orders.catalogue.shelf import commit, undone

pytestmark = pytest.mark.django_db

COLOURS = ("musta", "valkoinen", "vihrea")
SIZES = ("s", "l")
BRANDS = ("Aalto", "Berg")


@dataclass
class Thing:
    """A product, as a naive reader remembers it."""

    price: int
    brand: str
    stock: bool
    colours: set[str] = field(default_factory=set)
    sizes: set[str] = field(default_factory=set)
    washable: bool = False
    shelves: set[str] = field(default_factory=set)


things = st.builds(
    Thing,
    price=st.integers(1, 5),
    brand=st.sampled_from(BRANDS),
    stock=st.booleans(),
    colours=st.sets(st.sampled_from(COLOURS)),
    sizes=st.sets(st.sampled_from(SIZES)),
    washable=st.booleans(),
    shelves=st.sets(st.sampled_from(["koti", "koti/keittio", "koti/keittio/padat", "koti/sauna"])),
)


@dataclass
class Wish:
    lowest: int | None = None
    stock: bool = False
    brands: set[str] = field(default_factory=set)
    colours: set[str] = field(default_factory=set)
    sizes: set[str] = field(default_factory=set)
    washable: bool = False

    def meets(self, thing: Thing, *, but: str = "") -> bool:
        conditions = {
            "price": self.lowest is None or thing.price >= self.lowest,
            "stock": not self.stock or thing.stock,
            "brand": not self.brands or thing.brand in self.brands,
            "vari": not self.colours or bool(self.colours & thing.colours),
            "koko": not self.sizes or bool(self.sizes & thing.sizes),
            "pesu": not self.washable or thing.washable,
        }
        return all(met for name, met in conditions.items() if name != but)

    def query(self) -> QueryDict:
        query = QueryDict(mutable=True)
        if self.lowest is not None:
            query["min"] = str(self.lowest)
        query.setlist("brand", sorted(self.brands))
        query.setlist("a-vari", sorted(self.colours))
        query.setlist("a-koko", sorted(self.sizes))
        if self.washable:
            query["a-pesu"] = "yes"
        if self.stock:
            query["stock"] = "yes"
        return query


wishes = st.builds(
    Wish,
    lowest=st.none() | st.integers(1, 5),
    stock=st.booleans(),
    brands=st.sets(st.sampled_from(BRANDS)),
    colours=st.sets(st.sampled_from(COLOURS)),
    sizes=st.sets(st.sampled_from(SIZES)),
    washable=st.booleans(),
)


def shelve(remembered: list[Thing]) -> dict[str, Category]:
    home = CategoryFactory.create(slug="koti")
    kitchen = CategoryFactory.create(slug="keittio", parent=home)
    branches = {
        "koti": home,
        "koti/keittio": kitchen,
        "koti/keittio/padat": CategoryFactory.create(slug="padat", parent=kitchen),
        "koti/sauna": CategoryFactory.create(slug="sauna", parent=home),
    }
    makers = {name: ManufacturerFactory.create(name=name) for name in BRANDS}
    colour = AttributeFactory.create(code="vari", kind="choice")
    size = AttributeFactory.create(code="koko", kind="choice")
    washable = AttributeFactory.create(code="pesu", kind="boolean")
    options = {
        code: AttributeOptionFactory.create(attribute=attribute, code=code)
        for attribute, codes in ((colour, COLOURS), (size, SIZES))
        for code in codes
    }
    for thing in remembered:
        product = ProductFactory.create(manufacturer=makers[thing.brand])
        variant = VariantFactory.create(product=product, price=Decimal(thing.price))
        in_stock(5 if thing.stock else 0, variant=variant)
        for code in thing.colours:
            say(product, colour, option=options[code])
        for code in thing.sizes:
            say(product, size, option=options[code], variant=variant)
        say(product, washable, truth=thing.washable)
        for path in thing.shelves:
            put_on_shelf(product, branches[path])
    commit()
    home.refresh_from_db()  # the database has written its path
    return branches


@given(st.lists(things, max_size=7), wishes)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_counts_are_those_of_a_naive_count(remembered: list[Thing], wish: Wish) -> None:
    with undone():
        compare(remembered, wish)


def compare(remembered: list[Thing], wish: Wish) -> None:
    branches = shelve(remembered)
    words = vocabulary.gather()
    narrowing = listing.resolve(listing.read(wish.query()), words)

    products = Product.objects.under(branches["koti"])
    counts = facets.count(products, narrowing, below="koti")

    here = [thing for thing in remembered if thing.shelves]
    meeting = [thing for thing in here if wish.meets(thing)]
    assert counts.total == len(meeting)
    assert listing.narrowed(products, narrowing).count() == len(meeting)
    assert counts.in_stock == sum(t.stock for t in here if wish.meets(t, but="stock"))
    costs = [thing.price for thing in here if wish.meets(thing, but="price")]
    assert (counts.cheapest, counts.dearest) == (min(costs, default=None), max(costs, default=None))
    for brand in BRANDS:
        number = sum(t.brand == brand for t in here if wish.meets(t, but="brand"))
        assert counts.brands.get(brand, 0) == number
    for code, wanted, has in (
        *(("vari", colour, "colours") for colour in COLOURS),
        *(("koko", size, "sizes") for size in SIZES),
    ):
        number = sum(wanted in getattr(t, has) for t in here if wish.meets(t, but=code))
        assert counts.options.get(words[code].words[wanted].pk, 0) == number
    number = sum(t.washable for t in here if wish.meets(t, but="pesu"))
    assert counts.truths.get(words["pesu"].pk, 0) == number
    kitchen = sum(any("keittio" in path for path in t.shelves) for t in meeting)
    assert counts.branches.get("keittio", 0) == kitchen
    assert counts.branches.get("sauna", 0) == sum("koti/sauna" in t.shelves for t in meeting)


def test_what_only_a_withdrawn_variant_has_is_not_counted() -> None:
    product = VariantFactory.create().product
    colour = AttributeFactory.create(code="vari")
    option = AttributeOptionFactory.create(attribute=colour, code="musta")
    gone = VariantFactory.create(product=product, is_active=False)
    say(product, colour, option=option, variant=gone)
    commit()
    words = vocabulary.gather()
    narrowing = listing.resolve(listing.read(QueryDict("a-vari=musta")), words)

    assert facets.count(Product.objects.all(), narrowing).total == 0

    Variant.objects.filter(pk=gone.pk).update(is_active=True)
    assert facets.count(Product.objects.all(), narrowing).total == 1


def test_a_choice_that_all_share_is_not_offered_and_one_that_is_made_is() -> None:
    colour = AttributeFactory.create(code="vari")
    black = AttributeOptionFactory.create(attribute=colour, code="musta")
    for _number in range(2):
        say(VariantFactory.create().product, colour, option=black)
    commit()
    words = vocabulary.gather()

    def offered(query: str) -> list[str]:
        narrowing = listing.resolve(listing.read(QueryDict(query)), words)
        counts = facets.count(Product.objects.all(), narrowing)
        return [facet.name for facet in facets.facets(counts, narrowing, words)]

    assert offered("") == []
    assert offered("a-vari=musta") == ["a-vari"]


def test_of_many_facets_those_stay_that_say_most_and_those_that_are_used() -> None:
    product, other = VariantFactory.create().product, VariantFactory.create().product
    used = AttributeOptionFactory.create(attribute__code="o00")
    for thing in (product, other):
        say(thing, used.attribute, option=used)
    for number in range(1, facets.MOST_FACETS + 3):
        attribute = AttributeFactory.create(code=f"o{number:02}")
        for thing in (product, other) if number > 3 else (product,):
            say(thing, attribute, option=AttributeOptionFactory.create(attribute=attribute))
    commit()
    words = vocabulary.gather()
    narrowing = listing.resolve(listing.read(QueryDict(f"a-o00={used.code}")), words)
    counts = facets.count(Product.objects.all(), narrowing)
    names = [facet.name for facet in facets.facets(counts, narrowing, words)]

    assert len(names) == facets.MOST_FACETS
    assert names[0] == "a-o00"
    assert names == sorted(names)
