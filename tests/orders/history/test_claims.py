"""What a guest did becomes an account's when the address is proved, and never before."""

from functools import partial

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from customers.models import Account, Customer
from orders.bookings.models import Booking
from orders.history.claims import Waiting, claim_what_waits, guest_orders_of, guest_quotes_of
from orders.offers.models import CouponUse
from orders.quotes.models import Quote
from orders.sales.models import Order
from orders.subscriptions.models import Subscription
from tests.conftest import NOON
from tests.doors import let_in, prove_email
from tests.factories import AccountFactory, CustomerFactory, VariantFactory
from tests.orders.quotes.quoting import asked, filled, given
from tests.privacy.lives import keeps_services, login_of, order_of, used_coupon
from tests.races import at_once

pytestmark = pytest.mark.django_db

HISTORY = "/tili/tilaukset/"
CLAIM = "/tili/tilaukset/liita/"
QUOTES = "/tili/tarjoukset/"
OFFER = "Liitä omalle tilille"


def owner(email: str, *, proved: bool = True) -> Customer:
    account = AccountFactory.create(email=email)
    EmailAddress.objects.create(user=account, email=account.email, verified=proved, primary=True)
    return CustomerFactory.create(account=account, email=account.email)


def asked_by_a_guest(email: str) -> Quote:
    return given(asked(filled(VariantFactory.create()), email=email, at=NOON), "9.99", at=NOON)


def test_guest_orders_are_offered_and_taken_once_the_address_is_proved(anna: Customer) -> None:
    order = order_of(None, "Anna@Example.fi")
    prove_email(login_of(anna))
    client = let_in(Client(), login_of(anna))

    page = client.get(HISTORY).content.decode()
    assert OFFER in page
    assert OFFER in client.get("/tili/").content.decode()
    assert client.get(f"{HISTORY}{order.number}/").status_code == 404  # not before it is taken
    page = client.post(CLAIM, follow=True).content.decode()

    order.refresh_from_db()
    assert order.customer == anna
    assert "1 tilaus liitettiin tilauksiisi." in page
    assert OFFER not in page
    assert client.get(f"{HISTORY}{order.number}/").status_code == 200


def test_before_the_proof_nothing_is_offered_and_nothing_taken() -> None:
    order = order_of(None, "anna@example.fi")
    quote = asked_by_a_guest("anna@example.fi")
    thief = owner("anna@example.fi", proved=False)
    client = let_in(Client(), login_of(thief))

    assert order.number not in client.get(HISTORY).content.decode()
    for page in (HISTORY, QUOTES, "/tili/"):
        assert OFFER not in client.get(page).content.decode()
    assert quote.number not in client.get(QUOTES).content.decode()
    client.post(CLAIM)

    order.refresh_from_db()
    quote.refresh_from_db()
    assert (order.customer, quote.customer) == (None, None)


def test_a_proof_of_another_address_proves_nothing() -> None:
    order_of(None, "anna@example.fi")
    card = owner("celia@example.fi")
    account = login_of(card)
    Account.objects.filter(pk=account.pk).update(email="anna@example.fi")

    assert claim_what_waits(Account.objects.get(pk=account.pk), card=card) == Waiting()
    assert Order.objects.get().customer is None


@pytest.mark.parametrize(
    ("ordered_as", "proved_as", "taken"),
    [
        ("mike@example.fi", "mıke@example.fi", 0),  # a dotless i is another letter
        ("mıke@example.fi", "mike@example.fi", 0),
        ("mike@example.fi", "mіke@example.fi", 0),  # and so is the Cyrillic one
        ("\N{KELVIN SIGN}aisa@example.fi", "kaisa@example.fi", 1),  # one letter, two spellings
        ("ſofia@example.fi", "SOFIA@example.fi", 1),
    ],
)
def test_au_03_twins_are_never_merged(ordered_as: str, proved_as: str, taken: int) -> None:
    order_of(None, ordered_as)
    card = owner(proved_as)

    assert claim_what_waits(login_of(card), card=card) == Waiting(orders=taken)


def test_law_8_nobody_takes_what_is_anothers(anna: Customer, celia: Customer) -> None:
    prove_email(login_of(anna))
    prove_email(login_of(celia))
    taken = order_of(anna, "celia@example.fi")
    waiting = order_of(None, "anna@example.fi")

    assert claim_what_waits(login_of(celia), card=celia) == Waiting()
    assert claim_what_waits(login_of(anna), card=celia) == Waiting()  # another's card
    taken.refresh_from_db()
    waiting.refresh_from_db()
    assert (taken.customer, waiting.customer) == (anna, None)
    assert list(guest_orders_of(login_of(anna))) == [waiting]


def test_se_01_orders_are_not_taken_by_a_look_or_by_staff(anna: Customer, bertil: Account) -> None:
    order_of(None, "anna@example.fi")
    prove_email(login_of(anna))
    client = let_in(Client(), login_of(anna))
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies

    assert client.get(CLAIM).status_code == 405
    assert strict.post(CLAIM).status_code == 403
    assert let_in(Client(), bertil).post(CLAIM).status_code == 403
    assert Order.objects.get().customer is None


def test_what_hangs_on_an_order_goes_where_the_order_goes_and_quotes_in_the_same_step(
    anna: Customer, celia: Customer
) -> None:
    prove_email(login_of(anna))
    orders = [order_of(None, email) for email in ("anna@example.fi", "celia@example.fi")]
    for order in orders:
        keeps_services(order, at=NOON)
        used_coupon(order, at=NOON)
    annas, celias = (asked_by_a_guest(order.email) for order in orders)
    client = let_in(Client(), login_of(anna))
    before = client.get(QUOTES).content.decode()
    assert "1 tarjous on pyydetty sähköpostiosoitteellasi" in before
    assert annas.number not in before
    assert client.get(f"{QUOTES}{annas.number}/").status_code == 404

    page = client.post(CLAIM, follow=True).content.decode()

    assert "1 tilaus liitettiin tilauksiisi." in page
    assert "1 tarjous liitettiin tarjouksiisi." in page
    for model in (Order, Quote, Booking, Subscription, CouponUse):
        whose = model._default_manager.values_list("email", "customer")
        assert set(whose) == {("anna@example.fi", anna.pk), ("celia@example.fi", None)}
    for address in ("/tili/palvelut/", "/tili/ajanvaraukset/"):
        assert 'class="row-name"' in client.get(address).content.decode()
    assert client.get(f"{QUOTES}{annas.number}/").status_code == 200
    assert client.get(f"{QUOTES}{celias.number}/").status_code == 404
    # From now on it is decided by whoever is signed in, and not by whoever has the letter.
    assert Client().post(annas.signed_address).status_code == 403
    assert claim_what_waits(login_of(anna), card=anna) == Waiting()


def test_a_guest_who_only_asked_for_a_quote_is_led_to_it(anna: Customer) -> None:
    prove_email(login_of(anna))
    quote = asked_by_a_guest("anna@example.fi")
    client = let_in(Client(), login_of(anna))

    answer = client.post(CLAIM)

    assert answer["Location"] == QUOTES
    assert quote.number in client.get(QUOTES).content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_take_everything_once(anna: Customer) -> None:
    prove_email(login_of(anna))
    for _ in range(3):
        order_of(None, "anna@example.fi")
    asked_by_a_guest("anna@example.fi")

    taken = at_once([partial(claim_what_waits, login_of(anna), card=anna)] * 4)

    assert sorted(taken, key=str) == [Waiting(), Waiting(), Waiting(), Waiting(orders=3, quotes=1)]
    assert not guest_orders_of(login_of(anna)).exists()
    assert not guest_quotes_of(login_of(anna)).exists()
