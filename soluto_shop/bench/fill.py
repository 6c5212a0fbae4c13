"""Fill a scratch shop with the same made-up rows every time."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import TypeVar
from uuid import UUID

from django.db import models, transaction

from customers.models import Account, Customer
from orders.catalogue.models import (
    Attribute,
    AttributeOption,
    AttributeValue,
    Category,
    Manufacturer,
    Product,
    ProductCategory,
    Variant,
)
from orders.catalogue.search.index import refresh
from orders.sales.models import Order, OrderLine
from orders.stock.models import Level, Movement
from orders.viitenumero import generate

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)
SHOPPER = "bench@example.fi"
BATCH = 2000

_THINGS = [
    "tuoli",
    "pöytä",
    "lamppu",
    "matto",
    "kuppi",
    "lautanen",
    "kattila",
    "veitsi",
    "peitto",
    "tyyny",
    "hylly",
    "kello",
]
_KINDS = [
    "sininen",
    "vihreä",
    "puinen",
    "iso",
    "pieni",
    "kevyt",
    "talvinen",
    "kotimainen",
    "pehmeä",
    "musta",
]
_COLOURS = ["musta", "valkoinen", "sininen", "vihreä", "punainen", "harmaa"]

Row = TypeVar("Row", bound=models.Model)


class Filler:
    """Makes rows from one seeded source of chance, the same for the same sizes."""

    def __init__(self, *, products: int, categories: int, orders: int) -> None:
        self.products, self.categories, self.orders = products, categories, orders
        self.chance = random.Random(2026)  # noqa: S311 (nothing secret: the same rows every time)

    def fill(self) -> None:
        """Make everything, parents before children."""
        branches = self._branches()
        colour, colours = self._colours()
        makers = [Manufacturer.objects.create(name=f"Valmistaja {n}") for n in range(40)]
        keep(self._products(makers))
        keep(self._shelves(branches))
        keep(self._variants())
        keep(Level(id=self._id("level", n), variant_id=self._id("variant", n)) for n in self._all())
        keep(self._movements())
        keep(self._values(colour, colours))
        self._shopper()
        keep(self._orders())
        keep(self._lines())
        refresh()

    def _all(self) -> range:
        return range(self.products)

    @staticmethod
    def _id(kind: str, n: int) -> UUID:
        kinds = {"product": 1, "variant": 2, "level": 3, "order": 4, "card": 5}
        return UUID(int=kinds[kind] << 100 | n)

    def _branches(self) -> list[Category]:
        tops = [_category(f"osasto-{n}", None) for n in range(max(1, self.categories // 10))]
        rest = self.categories - len(tops)
        return tops + [_category(f"hylly-{n}", tops[n % len(tops)]) for n in range(rest)]

    def _colours(self) -> tuple[Attribute, list[AttributeOption]]:
        colour = Attribute.objects.create(code="vari", name_fi="Väri", name_en="Colour")
        options = [
            AttributeOption.objects.create(attribute=colour, code=name, name_fi=name.title())
            for name in _COLOURS
        ]
        return colour, options

    def _products(self, makers: list[Manufacturer]) -> Iterator[Product]:
        for n in self._all():
            kind, thing = self.chance.choice(_KINDS), self.chance.choice(_THINGS)
            yield Product(
                id=self._id("product", n),
                slug=f"tuote-{n}",
                name_fi=f"{kind.title()} {thing} {n}",
                name_sv=f"Produkt {n}",
                name_en=f"Product {n}",
                summary_fi=f"Hyvä {thing} arkeen ja juhlaan.",
                text_fi=f"Tämä {thing} kestää.\n\nSe on {kind}.",
                manufacturer=self.chance.choice(makers),
                published_from=BEGINNING + timedelta(minutes=n),
            )

    def _shelves(self, branches: list[Category]) -> Iterator[ProductCategory]:
        for n in self._all():
            yield ProductCategory(
                product_id=self._id("product", n), category=branches[n % len(branches)]
            )

    def _variants(self) -> Iterator[Variant]:
        for n in self._all():
            price = Decimal(self.chance.randrange(490, 49900)) / 100
            reduced = n % 12 == 0
            yield Variant(
                id=self._id("variant", n),
                product_id=self._id("product", n),
                sku=f"BENCH-{n}",
                price=price,
                reduced_price=(price / 2).quantize(Decimal("0.01")) if reduced else None,
                reduced_from=BEGINNING if reduced else None,
                weight_g=500,
            )

    def _movements(self) -> Iterator[Movement]:
        for n in self._all():
            if n % 20:
                yield Movement(
                    level_id=self._id("level", n),
                    kind=Movement.Kind.COUNT,
                    change=1 + n % 60,
                    at=BEGINNING,
                )

    def _values(
        self, colour: Attribute, options: list[AttributeOption]
    ) -> Iterator[AttributeValue]:
        for n in self._all():
            yield AttributeValue(
                product_id=self._id("product", n),
                attribute=colour,
                option=options[n % len(options)],
            )

    def _shopper(self) -> None:
        account = Account.objects.create_user(SHOPPER, "bench-bench-bench")
        Customer.objects.create(id=self._id("card", 0), account=account, email=SHOPPER)

    def _orders(self) -> Iterator[Order]:
        for n in range(self.orders):
            number = str(10_000_000 + n)
            yield Order(
                id=self._id("order", n),
                number=number,
                secret=f"bench-{n}",
                checkout=self._id("order", n),
                customer_id=self._id("card", 0) if n % 50 == 0 else None,
                language="fi",
                placed_at=BEGINNING + timedelta(minutes=n),
                informed_at=BEGINNING + timedelta(minutes=n),
                email=SHOPPER,
                reference=generate(number),
                due_date=(BEGINNING + timedelta(days=14)).date(),
                total=Decimal("12.55"),
                total_net=Decimal("10.00"),
                total_vat=Decimal("2.55"),
                terms_edition=1,
                statement_sha256="",
            )

    def _lines(self) -> Iterator[OrderLine]:
        for n in range(self.orders):
            yield OrderLine(
                order_id=self._id("order", n),
                sku="BENCH-0",
                name="Tuote",
                quantity=1,
                unit_price=Decimal("12.55"),
                vat_rate=Decimal("25.5"),
                total=Decimal("12.55"),
            )


def _category(slug: str, parent: Category | None) -> Category:
    made = Category.objects.create(slug=slug, parent=parent, name_fi=slug.title())
    made.refresh_from_db()
    return made


def keep(rows: Iterator[Row]) -> None:
    """Write rows in batches, each in a transaction of its own."""
    while batch := list(islice(rows, BATCH)):
        with transaction.atomic():
            type(batch[0])._default_manager.bulk_create(batch)
