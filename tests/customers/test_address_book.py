"""The address book: one default for parcels and one for bills, an end, and one's own only."""

from functools import partial
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from customers.address_book.operations import MOST, add_address
from customers.models import Account, Address, Customer
from privacy.provenance.models import Provenance, Whence
from privacy.provenance.operations import note_provenance
from privacy.registry import Basis, Purpose
from tests.conftest import NOON
from tests.doors import let_in, seen_by
from tests.factories import AddressFactory
from tests.races import at_once

pytestmark = pytest.mark.django_db

BOOK = "/tili/osoitteet/"
ADD = "/tili/osoitteet/lisaa/"
HOME = {"name": "Anna Virtanen", "street": "Kotikatu 1", "postcode": "00100", "city": "Helsinki"}


@pytest.fixture
def signed_in(anna: Customer) -> Client:
    return seen_by(anna)


def test_the_first_address_is_where_parcels_and_bills_go(signed_in: Client, anna: Customer) -> None:
    assert signed_in.post(ADD, HOME)["Location"] == BOOK
    home = Address.objects.get()

    assert (home.customer, home.street) == (anna, "Kotikatu 1")
    assert (home.is_delivery, home.is_billing) == (True, True)


def test_a_new_default_takes_the_place_of_the_old(signed_in: Client) -> None:
    signed_in.post(ADD, HOME)
    signed_in.post(ADD, {**HOME, "street": "Mökkitie 2", "is_delivery": "on"})

    assert Address.objects.get(is_delivery=True).street == "Mökkitie 2"
    assert Address.objects.get(is_billing=True).street == "Kotikatu 1"


def test_the_database_knows_one_default_only(anna: Customer) -> None:
    AddressFactory.create(customer=anna, is_delivery=True, is_billing=True)
    for column in ("is_delivery", "is_billing"):
        with pytest.raises(IntegrityError), transaction.atomic():
            AddressFactory.create(customer=anna, **{column: True})


def test_the_town_follows_from_the_postcode(signed_in: Client) -> None:
    signed_in.post(ADD, {**HOME, "postcode": "FI-20100", "city": ""})

    assert (Address.objects.get().postcode, Address.objects.get().city) == ("20100", "Turku")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"postcode": "123"}, "viisi numeroa"),
        ({"street": "Kotikatu 1, 131052-308T"}, "Poista henkilötunnus"),
        ({"postcode": "99998", "city": ""}, "Täytä tämä kenttä"),
        ({"street": " "}, "id_street_error"),
    ],
)
def test_what_cannot_be_kept_is_told_and_nothing_typed_is_lost(
    signed_in: Client, wrong: dict[str, str], words: str
) -> None:
    page = signed_in.post(ADD, {**HOME, **wrong}).content.decode()

    assert words in page
    assert 'value="Anna Virtanen"' in page
    assert not Address.objects.exists()


def test_an_address_stands_once_and_the_book_has_an_end(signed_in: Client, anna: Customer) -> None:
    signed_in.post(ADD, HOME)
    assert "osoitekirjassasi jo" in signed_in.post(ADD, HOME).content.decode()
    for _each in range(MOST - 1):
        AddressFactory.create(customer=anna)
    page = signed_in.post(ADD, {**HOME, "street": "Liikaa 1"}).content.decode()

    assert "Osoitekirja on täynnä" in page
    assert Address.objects.count() == MOST


def test_rectification_is_immediate_and_noted_as_ones_own_word(
    signed_in: Client, anna: Customer
) -> None:
    address = AddressFactory.create(customer=anna)
    note_provenance(
        rows={address: ["street"]},
        source=Whence.THIRD_PARTY,
        party="Osoitepalvelu Oy",
        basis=Basis.CONTRACT,
        purpose=Purpose.REGISTER,
        at=NOON,
    )
    signed_in.post(f"{BOOK}{address.pk}/", {**HOME, "street": "Uusikatu 3"})

    address.refresh_from_db()
    assert address.street == "Uusikatu 3"
    newest = Provenance.objects.filter(row=address.pk, column="street").latest("at")
    assert newest.whence == Whence.THEMSELVES


def test_law_8_anothers_address_is_as_unknown_as_none(
    signed_in: Client, anna: Customer, celia: Customer
) -> None:
    hers = AddressFactory.create(customer=celia, street="Salakatu 9")
    for key in (hers.pk, uuid4()):
        assert signed_in.get(f"{BOOK}{key}/").status_code == 404
        assert signed_in.post(f"{BOOK}{key}/", HOME).status_code == 404
        assert signed_in.post(f"{BOOK}{key}/poista/").status_code == 404
    assert "Salakatu" not in signed_in.get(BOOK).content.decode()
    hers.refresh_from_db()
    assert hers.street == "Salakatu 9"


def test_an_address_is_removed_by_its_owner_and_by_no_look(
    signed_in: Client, anna: Customer
) -> None:
    address = AddressFactory.create(customer=anna)
    assert signed_in.get(f"{BOOK}{address.pk}/poista/").status_code == 405
    assert Address.objects.exists()
    signed_in.post(f"{BOOK}{address.pk}/poista/")

    assert not Address.objects.exists()


def test_staff_have_no_card_and_so_no_book(bertil: Account) -> None:
    staff = let_in(Client(), bertil)

    assert staff.get(BOOK).status_code == 403


@pytest.mark.django_db(transaction=True)
def test_additions_at_once_keep_the_end_and_one_default(anna: Customer) -> None:
    for _each in range(MOST - 2):
        AddressFactory.create(customer=anna)

    def add(number: int) -> Address:
        return add_address(
            anna, **{**HOME, "street": f"Katu {number}"}, is_delivery=True, is_billing=True, at=NOON
        )

    results = at_once([partial(add, number) for number in range(4)])

    assert sorted(type(result).__name__ for result in results) == [
        "Address",
        "Address",
        "BookIsFull",
        "BookIsFull",
    ]
    assert Address.objects.filter(is_delivery=True).count() == 1
