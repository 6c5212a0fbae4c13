"""Guest orders become an account's when the address is proved, and never before."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client

from customers.models import Account, Customer
from orders.history.claims import claim_guest_orders, guest_orders_of
from orders.sales.models import Order
from tests.doors import let_in, prove_email
from tests.factories import AccountFactory, CustomerFactory
from tests.privacy.lives import login_of, order_of

pytestmark = pytest.mark.django_db

HISTORY = "/tili/tilaukset/"
CLAIM = "/tili/tilaukset/liita/"


def owner(email: str, *, proved: bool = True) -> Customer:
    account = AccountFactory.create(email=email)
    EmailAddress.objects.create(user=account, email=account.email, verified=proved, primary=True)
    return CustomerFactory.create(account=account, email=account.email)


def test_guest_orders_are_offered_and_taken_once_the_address_is_proved(anna: Customer) -> None:
    order = order_of(None, "Anna@Example.fi")
    prove_email(login_of(anna))
    client = let_in(Client(), login_of(anna))

    page = client.get(HISTORY).content.decode()
    assert "Liitä ne omiin tilauksiini" in page
    assert client.get(f"{HISTORY}{order.number}/").status_code == 404  # not before it is taken
    page = client.post(CLAIM, follow=True).content.decode()

    order.refresh_from_db()
    assert order.customer == anna
    assert "1 tilaus liitettiin tilauksiisi." in page
    assert "Liitä ne" not in page
    assert client.get(f"{HISTORY}{order.number}/").status_code == 200


def test_before_the_proof_nothing_is_offered_and_nothing_taken() -> None:
    order = order_of(None, "anna@example.fi")
    thief = owner("anna@example.fi", proved=False)
    client = let_in(Client(), login_of(thief))

    assert order.number not in client.get(HISTORY).content.decode()
    assert "Liitä ne" not in client.get(HISTORY).content.decode()
    client.post(CLAIM)

    order.refresh_from_db()
    assert order.customer is None


def test_a_proof_of_another_address_proves_nothing() -> None:
    order_of(None, "anna@example.fi")
    card = owner("celia@example.fi")
    account = login_of(card)
    Account.objects.filter(pk=account.pk).update(email="anna@example.fi")

    assert claim_guest_orders(Account.objects.get(pk=account.pk), card=card) == 0
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

    assert claim_guest_orders(login_of(card), card=card) == taken


def test_law_8_nobody_takes_what_is_anothers(anna: Customer, celia: Customer) -> None:
    prove_email(login_of(anna))
    prove_email(login_of(celia))
    taken = order_of(anna, "celia@example.fi")
    waiting = order_of(None, "anna@example.fi")

    assert claim_guest_orders(login_of(celia), card=celia) == 0
    assert claim_guest_orders(login_of(anna), card=celia) == 0  # another's card
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
