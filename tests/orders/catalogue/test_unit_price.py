"""The price of a kilogram, a litre or a metre, beside the price."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from orders.catalogue.unit_price import unit_price
from tests.factories import VariantFactory, in_stock
from tests.orders import buying
from tests.orders.catalogue.shelf import commit, page, words


def test_a_unit_costs_its_share_rounded_once() -> None:
    coffee = unit_price(Decimal("5.99"), Decimal("0.450"), "kg")
    assert coffee is not None
    assert coffee.amount == Decimal("13.31")
    assert unit_price(Decimal("5.99"), None, "kg") is None
    assert unit_price(Decimal("5.99"), Decimal(0), "kg") is None


@pytest.mark.django_db
def test_a_content_has_a_unit_or_is_not_told() -> None:
    with pytest.raises(IntegrityError, match="content_has_a_unit"), transaction.atomic():
        VariantFactory.create(content=Decimal(1))
    with pytest.raises(IntegrityError, match="content_has_a_unit"), transaction.atomic():
        VariantFactory.create(content=Decimal(1), content_unit="span")


@pytest.mark.django_db
def test_it_stands_on_the_card_on_the_page_and_in_the_basket(client: Client) -> None:
    variant = in_stock(
        3,
        variant=VariantFactory.create(
            sku="KAHVI", price=Decimal("5.99"), content=Decimal("0.45"), content_unit="kg"
        ),
    )
    commit()
    assert "€13.31/kg" in words(page(client, f"/en/product/{variant.product.slug}/"))
    assert "€13.31/kg" in words(page(client, "/en/"))
    buying.put(client, "KAHVI", 2)
    assert "€13.31/kg" in words(page(client, buying.BASKET))
