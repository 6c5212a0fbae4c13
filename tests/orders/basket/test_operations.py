"""Putting into a basket."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from customers.models import Customer
from orders.basket.contents import contents_of
from orders.basket.models import MOST_LINES, MOST_OF_ONE, Basket
from orders.basket.operations import (
    NotForSale,
    TooMany,
    TooManyLines,
    accept_prices,
    change,
    merge,
    pieces_in,
    put,
)
from orders.catalogue.models import Product, Variant, VatRate
from tests.conftest import NOON
from tests.factories import BasketFactory, BasketLineFactory, VariantFactory, in_stock

pytestmark = pytest.mark.django_db


@pytest.fixture
def basket() -> Basket:
    return BasketFactory.create()


def test_the_same_variant_twice_is_one_line(basket: Basket) -> None:
    in_stock(10, variant=VariantFactory.create(sku="A"))

    put(basket=basket, sku="A", quantity=2, at=NOON)
    put(basket=basket, sku="A", quantity=3, at=NOON)

    assert basket.lines.get().quantity == 5


def test_what_is_not_offered_is_refused(basket: Basket) -> None:
    VariantFactory.create(sku="A", is_active=False)
    VariantFactory.create(sku="B", product__published_from=NOON.replace(year=2027))

    for sku in ("A", "B", "no-such"):
        with pytest.raises(NotForSale):
            put(basket=basket, sku=sku, quantity=1, at=NOON)

    assert not basket.lines.exists()


def test_more_than_there_is_is_refused_with_what_there_is(basket: Basket) -> None:
    in_stock(4, variant=VariantFactory.create(sku="A"))
    put(basket=basket, sku="A", quantity=3, at=NOON)

    with pytest.raises(TooMany) as refusal:
        put(basket=basket, sku="A", quantity=2, at=NOON)

    assert refusal.value.most == 4
    assert basket.lines.get().quantity == 3


def test_a_backordered_variant_has_only_the_baskets_own_limit(basket: Basket) -> None:
    in_stock(0, variant=VariantFactory.create(sku="A"), backorder=True)

    put(basket=basket, sku="A", quantity=MOST_OF_ONE, at=NOON)
    with pytest.raises(TooMany):
        put(basket=basket, sku="A", quantity=1, at=NOON)


def test_a_basket_has_an_end(basket: Basket) -> None:
    for _ in range(MOST_LINES):
        BasketLineFactory.create(basket=basket)
    VariantFactory.create(sku="ONE-MORE")

    with pytest.raises(TooManyLines):
        put(basket=basket, sku="ONE-MORE", quantity=1, at=NOON)


def test_less_can_be_kept_of_what_has_become_short(basket: Basket) -> None:
    variant = in_stock(1, variant=VariantFactory.create(sku="A"))
    BasketLineFactory.create(basket=basket, variant=variant, quantity=5)

    change(basket=basket, sku="A", quantity=4, at=NOON)
    with pytest.raises(TooMany):
        change(basket=basket, sku="A", quantity=5, at=NOON)

    assert basket.lines.get().quantity == 4


def test_no_pieces_take_the_line_out(basket: Basket) -> None:
    VariantFactory.create(sku="A")
    put(basket=basket, sku="A", quantity=1, at=NOON)

    change(basket=basket, sku="A", quantity=0, at=NOON)

    assert not basket.lines.exists()


def test_a_guests_basket_joins_the_members(anna: Customer, basket: Basket) -> None:
    both, only_guests = VariantFactory.create(), VariantFactory.create()
    own = BasketFactory.create(customer=anna)
    BasketLineFactory.create(basket=own, variant=both, quantity=2)
    BasketLineFactory.create(basket=basket, variant=both, quantity=5)
    BasketLineFactory.create(basket=basket, variant=only_guests, quantity=1)

    assert merge(guest=basket, customer=anna, at=NOON) == own
    assert merge(guest=basket, customer=anna, at=NOON) == own

    assert pieces_in(own) == 6
    assert Basket.objects.count() == 1


def test_contents_are_priced_now_and_tell_what_changed(basket: Basket) -> None:
    variant = in_stock(3, variant=VariantFactory.create(sku="A", price=Decimal("10.00")))
    put(basket=basket, sku="A", quantity=3, at=NOON)
    Variant.objects.update(price=Decimal("11.00"))

    [line] = contents_of(basket, at=NOON).lines
    assert (line.unit_price, line.total, line.price_has_changed) == (
        Decimal("11.00"),
        Decimal("33.00"),
        True,
    )
    assert not line.is_short

    accept_prices(basket=basket, at=NOON)
    assert not contents_of(basket, at=NOON).lines[0].price_has_changed
    assert variant.sku == line.sku


def test_what_is_no_longer_sold_stays_visible_but_costs_nothing(basket: Basket) -> None:
    VariantFactory.create(sku="A")
    put(basket=basket, sku="A", quantity=1, at=NOON)
    Product.objects.update(published_until=NOON)

    contents = contents_of(basket, at=NOON)

    assert [line.is_for_sale for line in contents.lines] == [False]
    assert contents.total == 0
    assert not contents.can_be_ordered


def test_without_a_rate_in_force_nothing_is_sold(basket: Basket) -> None:
    VariantFactory.create(sku="A")
    put(basket=basket, sku="A", quantity=1, at=NOON)
    VatRate.objects.all().delete()

    assert not contents_of(basket, at=NOON).can_be_ordered


def test_reading_a_basket_asks_the_same_of_the_database_however_full(
    basket: Basket,
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            contents_of(basket, at=NOON)
        return len(captured)

    for _ in range(2):
        BasketLineFactory.create(basket=basket, variant=in_stock(5))
    few = queries()
    for _ in range(10):
        BasketLineFactory.create(basket=basket, variant=in_stock(5))

    assert queries() == few
