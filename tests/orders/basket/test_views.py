"""The basket's pages."""

from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from customers.models import Customer, Session
from orders.basket.models import MOST_LINES, MOST_OF_ONE, Basket, BasketLine
from orders.catalogue.models import Variant
from orders.stock.models import Movement, Reservation
from orders.stock.operations import reserve
from tests.conftest import NOON
from tests.factories import (
    BasketFactory,
    BasketLineFactory,
    LevelFactory,
    VariantFactory,
    in_stock,
)
from tests.orders.buying import ADD, BASKET, CHANGE, CHECKOUT, HERE, change, put

pytestmark = pytest.mark.django_db


@pytest.fixture
def lamp() -> Variant:
    return in_stock(10, variant=VariantFactory.create(sku="LAMPPU", price=Decimal("12.55")))


def held(client: Client) -> dict[str, int]:
    """Read what lies in the visitor's basket."""
    basket = client.session.get("basket")
    lines = BasketLine.objects.filter(basket=basket)
    return dict(lines.values_list("variant__sku", "quantity"))


def test_looking_sets_no_cookie_and_leaves_no_row(client: Client, lamp: Variant) -> None:
    answer = client.get(BASKET)

    assert answer.status_code == 200
    assert not answer.cookies
    assert not Session.objects.exists()
    assert not Basket.objects.exists()
    assert "noindex" in answer.content.decode()


def test_the_first_cookie_comes_with_the_first_product(client: Client, lamp: Variant) -> None:
    answer = put(client, "LAMPPU", 2)

    assert (answer.status_code, answer["Location"]) == (303, BASKET)
    assert "sessionid" in answer.cookies
    assert held(client) == {"LAMPPU": 2}
    page = client.get(BASKET).content.decode()
    assert "€25.10" in page
    assert client.session["basket_count"] == 2


@pytest.mark.parametrize(
    "headers", [{}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}]
)
def test_another_site_cannot_fill_a_basket(lamp: Variant, headers: dict[str, str]) -> None:
    stranger = Client(enforce_csrf_checks=True)

    answer = stranger.post(ADD, {"sku": "LAMPPU"}, headers=headers)

    assert answer.status_code == 403
    assert not Basket.objects.exists()


def test_a_page_of_ours_needs_no_token_to_fill_a_basket(lamp: Variant) -> None:
    visitor = Client(enforce_csrf_checks=True)

    assert visitor.post(ADD, {"sku": "LAMPPU"}, headers=HERE).status_code == 303
    assert BasketLine.objects.get().quantity == 1


def test_changing_needs_the_token(lamp: Variant) -> None:
    visitor = Client(enforce_csrf_checks=True)
    put(visitor, "LAMPPU")

    answer = visitor.post(CHANGE, {"sku": "LAMPPU", "quantity": 3}, headers=HERE)

    assert answer.status_code == 403
    assert BasketLine.objects.get().quantity == 1


def test_the_price_is_the_shops_and_not_the_clients(client: Client, lamp: Variant) -> None:
    client.post(
        ADD,
        {"sku": "LAMPPU", "price": "0.01", "unit_price": "0.01", "shown_price": "0.01"},
        headers=HERE,
    )

    assert BasketLine.objects.get().shown_price == Decimal("12.55")


@pytest.mark.parametrize("quantity", ["0", "-1", "1000", "1e9", "٣٣٣٣", "x", "\x00", "9" * 400])
def test_an_absurd_quantity_leaves_no_basket(client: Client, lamp: Variant, quantity: str) -> None:
    answer = put(client, "LAMPPU", quantity)

    assert answer.status_code == 303
    assert not Basket.objects.exists()


@pytest.mark.parametrize("sku", ["", "EI-OLE", "x" * 300, "\x00", "' OR 1=1 --"])
def test_an_unknown_product_is_refused_in_words(client: Client, sku: str) -> None:
    assert put(client, sku).status_code == 303
    assert not Basket.objects.exists()


def test_more_than_there_is_is_refused_and_told(client: Client, lamp: Variant) -> None:
    put(client, "LAMPPU", 11)
    page = client.get(BASKET)

    assert "There are only 10 left." in page.content.decode()
    assert not BasketLine.objects.exists()


def test_a_refusal_returns_to_its_page_but_never_to_another_site(
    client: Client, lamp: Variant
) -> None:
    for back, expected in (
        ("/tuote/lamppu/", "/tuote/lamppu/"),
        ("//evil.example/", BASKET),
        ("https://evil.example/", BASKET),
        ("/\\evil.example", BASKET),
        ("javascript:alert(1)", BASKET),
    ):
        answer = client.post(ADD, {"sku": "LAMPPU", "quantity": 99, "next": back}, headers=HERE)
        assert answer["Location"] == expected


def test_a_quantity_is_edited_in_place(client: Client, lamp: Variant) -> None:
    put(client, "LAMPPU")

    assert change(client, "LAMPPU", 4)["Location"] == BASKET
    assert held(client) == {"LAMPPU": 4}
    assert client.session["basket_count"] == 4


def test_an_edit_beyond_the_stock_says_what_is_left(client: Client, lamp: Variant) -> None:
    put(client, "LAMPPU", 3)

    answer = change(client, "LAMPPU", 12)

    assert answer.status_code == 409
    assert "There are only 10 left." in answer.content.decode()
    assert held(client) == {"LAMPPU": 3}


@pytest.mark.parametrize("quantity", ["-1", "1000", "", "x"])
def test_a_quantity_that_is_none_changes_nothing(
    client: Client, lamp: Variant, quantity: str
) -> None:
    put(client, "LAMPPU", 3)

    answer = change(client, "LAMPPU", quantity)

    assert answer.status_code == 400
    assert str(MOST_OF_ONE) in answer.content.decode()
    assert held(client) == {"LAMPPU": 3}


def test_what_was_removed_can_be_put_back(client: Client, lamp: Variant) -> None:
    put(client, "LAMPPU", 3)

    address = change(client, "LAMPPU", 0)["Location"]

    assert held(client) == {}
    assert client.session["basket_count"] == 0
    assert parse_qs(urlsplit(address).query) == {"removed": ["LAMPPU"], "pieces": ["3"]}
    page = client.get(address).content.decode()
    assert "Put it back" in page
    put(client, "LAMPPU", 3)
    assert held(client) == {"LAMPPU": 3}
    assert "Put it back" not in client.get(address).content.decode()


def test_a_full_basket_says_so(client: Client, lamp: Variant) -> None:
    put(client, "LAMPPU")
    basket = Basket.objects.get()
    BasketLineFactory.create_batch(MOST_LINES - 1, basket=basket)

    put(client, VariantFactory.create(sku="LIIKAA").sku)

    assert f"at most {MOST_LINES} different products" in client.get(BASKET).content.decode()
    assert basket.lines.count() == MOST_LINES


def test_a_changed_price_is_told_beside_the_line(client: Client, lamp: Variant) -> None:
    put(client, "LAMPPU")
    Variant.objects.update(price=Decimal("13.00"))

    page = client.get(BASKET).content.decode()

    assert "from €12.55 to €13.00" in page


def test_what_is_gone_is_told_and_bars_the_checkout(client: Client, lamp: Variant) -> None:
    put(client, "LAMPPU")
    Variant.objects.update(is_active=False)

    page = client.get(BASKET).content.decode()

    assert "no longer for sale" in page
    assert f'href="{CHECKOUT}"' not in page
    assert held(client) == {"LAMPPU": 1}


def test_what_has_become_short_is_told_with_a_way_out(client: Client, lamp: Variant) -> None:
    put(client, "LAMPPU", 5)
    Movement.objects.create(level=lamp.level, kind="count", change=-8, at=NOON)

    page = client.get(BASKET).content.decode()

    assert "There are only 2 left." in page
    assert "Take the 2" in page
    assert change(client, "LAMPPU", 2).status_code == 303


def test_ones_own_promised_pieces_are_not_missing(client: Client, lamp: Variant) -> None:
    put(client, "LAMPPU", 10)
    reserve(
        holder=Basket.objects.get().pk,
        wanted={lamp.pk: 10},
        until=NOON.replace(year=2100),
        at=NOON,
    )

    assert "left" not in client.get(BASKET).content.decode()
    assert change(client, "LAMPPU", 9).status_code == 303
    assert change(client, "LAMPPU", 10).status_code == 303


def test_how_much_is_missing_until_free_delivery(client: Client, lamp: Variant) -> None:
    put(client, "LAMPPU", 2)

    # The parcel of the first rows is free from 80 €: 80 - 25.10.
    assert "€54.90" in client.get(BASKET).content.decode()
    put(client, "LAMPPU", 5)
    assert "delivered free" not in client.get(BASKET).content.decode()


def test_a_guests_basket_is_carried_over_at_sign_in(
    client: Client, lamp: Variant, anna: Customer
) -> None:
    chair = in_stock(5, variant=VariantFactory.create(sku="TUOLI"))
    own = BasketFactory.create(customer=anna)
    BasketLineFactory.create(basket=own, variant=lamp, quantity=1)
    BasketLineFactory.create(basket=own, variant=chair, quantity=2)
    put(client, "LAMPPU", 3)
    assert anna.account is not None
    client.force_login(anna.account)

    client.get(BASKET)
    client.get(BASKET)

    assert Basket.objects.get() == own
    assert dict(own.lines.values_list("variant__sku", "quantity")) == {"LAMPPU": 3, "TUOLI": 2}
    assert "basket" not in client.session
    assert '<span aria-hidden="true">5</span>' in client.get(BASKET).content.decode()


def test_what_was_promised_to_the_guest_is_left_for_the_member(
    client: Client, lamp: Variant, anna: Customer
) -> None:
    put(client, "LAMPPU", 10)
    guest = Basket.objects.get()
    reserve(holder=guest.pk, wanted={lamp.pk: 10}, until=NOON.replace(year=2100), at=NOON)
    assert anna.account is not None
    client.force_login(anna.account)

    page = client.get(BASKET).content.decode()

    assert "sold out" not in page
    assert not Reservation.objects.exists()
    assert Basket.objects.get(customer=anna).lines.get().quantity == 10


def test_celia_sees_nothing_of_annas_basket(
    client: Client, lamp: Variant, anna: Customer, celia: Customer
) -> None:
    own = BasketFactory.create(customer=anna)
    BasketLineFactory.create(basket=own, variant=lamp)
    session = client.session
    session["basket"] = str(own.pk)
    session.save()

    assert "Your basket is empty" in client.get(BASKET).content.decode()
    assert celia.account is not None
    client.force_login(celia.account)
    assert "Your basket is empty" in client.get(BASKET).content.decode()
    put(client, "LAMPPU", 4)
    assert own.lines.get().quantity == 1
    assert Basket.objects.get(customer=celia).lines.get().quantity == 4


def test_get_changes_nothing(client: Client, lamp: Variant) -> None:
    for address in (ADD, CHANGE):
        assert client.get(address).status_code == 405
    put(client, "LAMPPU")
    before = list(Basket.objects.values()) + list(BasketLine.objects.values())

    client.get(BASKET)

    assert list(Basket.objects.values()) + list(BasketLine.objects.values()) == before


def test_queries_stay_level(client: Client, lamp: Variant) -> None:
    put(client, "LAMPPU")
    basket = Basket.objects.get()

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert client.get(BASKET).status_code == 200
        return len(asked)

    client.get(BASKET)
    few = queries()
    for line in BasketLineFactory.create_batch(10, basket=basket):
        LevelFactory.create(variant=line.variant)
    assert queries() == few
    assert few <= 12
