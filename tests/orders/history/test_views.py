"""An order after it was placed."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from customers.models import Account, Customer
from orders.catalogue.models import Variant
from orders.checkout.operations import place_order, show_summary
from orders.checkout.steps import cancel_order, ship_order
from orders.delivery.models import DeliveryMethod
from orders.sales.models import Order
from orders.sales.operations import move
from orders.sales.states import Step
from tests.conftest import NOON
from tests.factories import (
    BasketFactory,
    BasketLineFactory,
    CheckoutDraftFactory,
    VariantFactory,
    in_stock,
)
from tests.orders.buying import BANK

pytestmark = pytest.mark.django_db
HISTORY = "/en/account/orders/"

Ordered = Callable[..., Order]


@pytest.fixture(autouse=True)
def account_for_payments(settings: Settings) -> None:
    settings.BANK_ACCOUNT = BANK


@pytest.fixture
def lamp() -> Variant:
    return in_stock(1000, variant=VariantFactory.create(sku="LAMPPU", price=Decimal("12.55")))


@pytest.fixture
def ordered(lamp: Variant) -> Ordered:
    """Give a function that orders a lamp."""

    def place(customer: Customer | None = None, **said: object) -> Order:
        basket = BasketFactory.create(customer=customer)
        BasketLineFactory.create(basket=basket, variant=lamp, quantity=2)
        draft = CheckoutDraftFactory.create(
            basket=basket, delivery_method=DeliveryMethod.objects.get(code="parcel"), **said
        )
        show_summary(draft=draft, at=NOON)
        return place_order(draft_id=draft.pk, at=NOON)

    return place


def signed_in(customer: Customer) -> Client:
    client = Client()
    assert customer.account is not None
    client.force_login(customer.account)
    return client


def test_whoever_has_the_address_sees_the_order(client: Client, ordered: Ordered) -> None:
    order = ordered()

    answer = client.get(f"/en/order/{order.secret}/")

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Thank you for your order!" in page
    for words in (order.number, "FI21 1234 5600 0007 85", "NDEAFIHH", "€31.00", "€24.70", "€6.30"):
        assert words in page
    # In groups of five from the right, as a payer copies it.
    assert order.reference not in page
    assert f"{order.reference[-5:]}</dd>" in page
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "same-origin"
    assert not answer.cookies


@pytest.mark.parametrize("secret", ["x", "x" * 43, "..%2f", "%ED%A0%80"])
def test_a_guessed_address_is_none(client: Client, ordered: Ordered, secret: str) -> None:
    order = ordered()

    assert client.get(f"/en/order/{secret}/").status_code == 404
    assert client.get(f"/en/order/{order.number}/").status_code == 404
    assert client.get(f"/en/order/{order.secret.swapcase()}/").status_code == 404


def test_the_page_speaks_the_language_of_its_address(client: Client, ordered: Ordered) -> None:
    order = ordered(language="sv")

    for prefix, language in (("/tilaus", "fi"), ("/sv/bestallning", "sv"), ("/en/order", "en")):
        answer = client.get(f"{prefix}/{order.secret}/")
        assert answer.status_code == 200
        assert f'<html lang="{language}">' in answer.content.decode()


def test_what_is_paid_or_cancelled_asks_for_no_payment(client: Client, ordered: Ordered) -> None:
    paid, cancelled = ordered(), ordered()
    move(order=paid, step=Step.PAY, at=NOON)
    cancel_order(order=cancelled, at=NOON)

    for order in (paid, cancelled):
        page = client.get(f"/en/order/{order.secret}/").content.decode()
        assert "FI21" not in page
    assert "The order was cancelled" in page


def test_the_way_of_the_parcel_is_told(client: Client, ordered: Ordered, bertil: Account) -> None:
    order = ordered()
    DeliveryMethod.objects.update(tracking_address="https://carrier.example/{code}")
    move(order=order, step=Step.PACK, at=NOON, by=bertil)
    ship_order(order=order, tracking_code="JJFI 1<2", at=NOON, by=bertil)

    page = client.get(f"/en/order/{order.secret}/").content.decode()

    assert 'href="https://carrier.example/JJFI%201%3C2"' in page
    assert "JJFI 1&lt;2" in page
    assert "Bertil" not in page
    assert "Thank you for your order!" not in page
    assert "Your order</h1>" in page


def test_an_erased_order_still_has_its_page(client: Client, ordered: Ordered) -> None:
    order = ordered()
    Order.objects.filter(pk=order.pk).update(email="", first_name="", last_name="", street="")

    page = client.get(f"/en/order/{order.secret}/").content.decode()

    assert order.number in page
    assert "pekka" not in page


def test_a_product_that_is_gone_stays_on_the_order(
    client: Client, ordered: Ordered, lamp: Variant
) -> None:
    order = ordered(language="fi")
    name = order.lines.get().name
    lamp.product.delete()

    assert name in client.get(f"/en/order/{order.secret}/").content.decode()


def test_anna_sees_her_orders_and_celia_none_of_them(
    ordered: Ordered, anna: Customer, celia: Customer
) -> None:
    mine, guests = ordered(anna), ordered()
    own = f"{HISTORY}{mine.number}/"

    page = signed_in(anna).get(HISTORY).content.decode()
    assert mine.number in page
    assert guests.number not in page
    assert signed_in(anna).get(own).status_code == 200

    other = signed_in(celia)
    assert mine.number not in other.get(HISTORY).content.decode()
    foreign, missing = other.get(own), other.get(f"{HISTORY}99999999/")
    assert foreign.status_code == missing.status_code == 404
    assert foreign.content.replace(mine.number.encode(), b"") == missing.content.replace(
        b"99999999", b""
    )
    assert signed_in(anna).get(f"{HISTORY}{guests.number}/").status_code == 404


def test_a_stranger_is_asked_to_sign_in(client: Client, ordered: Ordered, anna: Customer) -> None:
    mine = ordered(anna)

    for address in (HISTORY, f"{HISTORY}{mine.number}/"):
        answer = client.get(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/en/account/sign-in/?next=")


def test_staff_without_a_card_have_no_orders(bertil: Account, ordered: Ordered) -> None:
    order = ordered()
    client = Client()
    client.force_login(bertil)

    assert order.number not in client.get(HISTORY).content.decode()
    assert client.get(f"{HISTORY}{order.number}/").status_code == 404


def test_a_long_list_has_pages(ordered: Ordered, anna: Customer) -> None:
    orders = [ordered(anna) for _ in range(21)]
    client = signed_in(anna)

    first = client.get(HISTORY).content.decode()
    second = client.get(HISTORY, {"page": 2}).content.decode()

    shown = [[order.number in page for order in orders].count(True) for page in (first, second)]
    assert shown == [20, 1]
    for odd in ("0", "-1", "x", "9" * 30):
        assert client.get(HISTORY, {"page": odd}).status_code == 200


def test_nothing_here_can_be_posted(client: Client, ordered: Ordered, anna: Customer) -> None:
    order = ordered(anna)
    for address in (HISTORY, f"{HISTORY}{order.number}/", f"/en/order/{order.secret}/"):
        assert signed_in(anna).post(address).status_code == 405


def test_queries_stay_level(ordered: Ordered, anna: Customer) -> None:
    client = signed_in(anna)
    ordered(anna)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert client.get(HISTORY).status_code == 200
        return len(asked)

    queries()
    few = queries()
    for _ in range(10):
        ordered(anna)
    assert queries() == few
    assert few <= 10
