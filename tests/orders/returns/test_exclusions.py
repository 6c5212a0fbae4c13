"""What has no right of withdrawal says so before it is bought, and the order keeps that."""

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone, translation

from orders.catalogue.exclusions import WORDS, Exclusion
from orders.catalogue.models import Product, Variant
from orders.returns.states import Flag
from orders.sales.models import Order, OrderLine
from tests.factories import (
    CategoryFactory,
    ProductFactory,
    VariantFactory,
    in_stock,
    put_on_shelf,
    ware_of,
)
from tests.orders.buying import BANK, BASKET, CONFIRM, fill_in, put, see_summary
from tests.orders.catalogue.shelf import commit
from tests.orders.returns.withdrawing import withdraw

pytestmark = pytest.mark.django_db

PERISHABLE = "the product goes bad or out of date quickly"
TICK = "I want the digital content at once"


@pytest.fixture(autouse=True)
def bank(settings: Any) -> None:
    settings.BANK_ACCOUNT = BANK


def sold(exclusion: str, **facts: Any) -> Variant:
    product = ProductFactory.create(withdrawal_exclusion=exclusion, **facts)
    put_on_shelf(product, CategoryFactory.create())
    variant = in_stock(5, variant=VariantFactory.create(product=product))
    if product.kind == Product.Kind.DIGITAL:
        ware_of(variant)
    commit()
    return variant


def test_every_ground_has_words_of_its_own() -> None:
    assert set(WORDS) == set(Exclusion)
    assert len({str(words) for words in WORDS.values()}) == len(Exclusion)


def test_the_reason_is_read_before_buying_and_frozen_on_the_line(client: Client) -> None:
    cake = sold(Exclusion.PERISHABLE)
    with translation.override("en"):
        address = cake.product.get_absolute_url()
    assert PERISHABLE in client.get(address).content.decode()
    put(client, cake.sku)
    assert PERISHABLE in client.get(BASKET).content.decode()
    fill_in(client)
    seen = see_summary(client)
    assert PERISHABLE in client.get(CONFIRM).content.decode()
    assert client.post(CONFIRM, seen).status_code == 303

    Product.objects.update(withdrawal_exclusion="")
    line = OrderLine.objects.get()
    assert line.withdrawal_exclusion == Exclusion.PERISHABLE
    assert PERISHABLE in client.get(f"/en/order/{line.order.secret}/").content.decode()
    with pytest.raises(DatabaseError), transaction.atomic():
        OrderLine.objects.update(withdrawal_exclusion="")
    notice = withdraw(order=line.order, at=timezone.now())
    assert notice.flags == [Flag.EXCLUDED]


def test_digital_content_at_once_needs_the_buyers_word(client: Client) -> None:
    book = sold(Exclusion.DIGITAL, kind=Product.Kind.DIGITAL)
    put(client, book.sku)
    fill_in(client)
    seen = see_summary(client)
    assert TICK in client.get(CONFIRM).content.decode()

    refused = client.post(CONFIRM, seen)
    assert refused.status_code == 409
    assert "Nothing was ordered yet." in refused.content.decode()
    assert "Something has changed" not in refused.content.decode()
    assert not Order.objects.exists()

    assert client.post(CONFIRM, {**seen, "digital_consent": "on"}).status_code == 303
    order = Order.objects.get()
    assert order.digital_consent_at == order.placed_at
    with pytest.raises(DatabaseError), transaction.atomic():
        Order.objects.update(digital_consent_at=None)


def test_nobody_is_asked_for_it_without_such_content(client: Client) -> None:
    put(client, in_stock(1).sku)
    fill_in(client)
    assert TICK not in client.get(CONFIRM).content.decode()
    client.post(CONFIRM, see_summary(client))
    assert Order.objects.get().digital_consent_at is None


def test_a_page_that_did_not_show_the_exclusion_does_not_order(client: Client) -> None:
    cake = in_stock(5)
    put(client, cake.sku)
    fill_in(client)
    seen = see_summary(client)
    Product.objects.update(withdrawal_exclusion=Exclusion.PERISHABLE)
    assert client.post(CONFIRM, seen).status_code == 409
    assert not Order.objects.exists()
