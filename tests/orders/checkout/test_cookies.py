"""PR-06: which cookies a whole purchase sets, and when.

That browsers ask no other host on the way is seen by the witness of the browser journeys.
"""

from decimal import Decimal

import pytest
from django.test import Client
from pytest_django import Settings

from orders.sales.models import Order
from tests.factories import VariantFactory, in_stock
from tests.orders.buying import BANK, CHECKOUT, fill_in, order, put
from tests.orders.catalogue.shelf import commit

pytestmark = pytest.mark.django_db


def test_pr_06_a_guest_looks_about_without_a_cookie_and_buys_with_two(
    client: Client, settings: Settings
) -> None:
    settings.BANK_ACCOUNT = BANK
    lamp = VariantFactory.create(
        sku="LAMPPU", product__slug="lamppu", price=Decimal("12.55"), weight_g=900
    )
    in_stock(5, variant=lamp)
    commit()
    for address in ("/en/", "/en/search/?q=lamp", "/en/product/lamppu/", "/en/basket/"):
        assert client.get(address).status_code == 200
        assert not client.cookies, address

    put(client, "LAMPPU")
    assert set(client.cookies) == {"sessionid"}, "the visit, for the basket"
    client.get(CHECKOUT)
    assert set(client.cookies) == {"sessionid", "csrftoken"}, "the form, against forgeries"
    fill_in(client)
    assert client.get(order(client)["Location"]).status_code == 200

    assert Order.objects.count() == 1
    assert set(client.cookies) == {"sessionid", "csrftoken"}
    for cookie in client.cookies.values():
        assert (cookie["httponly"], cookie["samesite"], cookie["domain"]) == (True, "Lax", "")
