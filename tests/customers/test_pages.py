"""A customer's own pages."""

import pytest
from django.test import Client

from customers.models import Account, Company, Customer, Membership
from tests.doors import let_in
from tests.factories import CompanyFactory, MembershipFactory

pytestmark = pytest.mark.django_db

PAGES = ["/tili/", "/tili/tiedot/", "/tili/yritys/", "/tili/sahkoposti/", "/tili/salasana/vaihda/"]


@pytest.fixture
def signed_in(client: Client, anna: Customer) -> Client:
    assert anna.account is not None
    return let_in(client, anna.account)


@pytest.mark.parametrize("page", PAGES)
def test_strangers_are_sent_to_sign_in_and_come_back(page: str, client: Client) -> None:
    assert client.get(page)["Location"] == f"/tili/kirjaudu/?next={page}"


@pytest.mark.parametrize("page", PAGES)
def test_law_15_own_pages_are_kept_by_nobody(page: str, signed_in: Client) -> None:
    answer = signed_in.get(page)

    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert 'content="noindex"' in answer.content.decode()


def test_the_account_shows_what_is_known(signed_in: Client, anna: Customer) -> None:
    MembershipFactory.create(customer=anna, company=CompanyFactory.create(name="Lamppu Oy"))
    page = signed_in.get("/tili/").content.decode()

    assert "Hei, Anna" in page
    assert "anna@example.fi" in page
    assert "Lamppu Oy" in page


def test_details_are_corrected_at_once(signed_in: Client, anna: Customer) -> None:
    form = {
        "first_name": "Anni",
        "last_name": "A\u030akerlund",  # IN-07: stored as everybody would look for it
        "phone": "040 123 4567",
        "language": "sv",
    }
    answer = signed_in.post("/tili/tiedot/", form)

    assert answer["Location"] == "/sv/konto/uppgifter/"
    anna.refresh_from_db()
    assert (anna.full_name, anna.phone, anna.language) == ("Anni Åkerlund", "+358401234567", "sv")
    assert Account.objects.get().language == "sv"


@pytest.mark.parametrize("field", ["first_name", "last_name"])
def test_pa_05_a_card_number_is_no_name(signed_in: Client, anna: Customer, field: str) -> None:
    form = {"first_name": "Anni", "last_name": "Å", "phone": "", "language": "fi"}
    answer = signed_in.post("/tili/tiedot/", {**form, field: "4153-0139-9970-0313"})

    assert answer.status_code in (200, 400)
    known = anna.full_name
    anna.refresh_from_db()
    assert anna.full_name == known


def test_a_number_that_is_none_is_told_and_nothing_is_saved(
    signed_in: Client, anna: Customer
) -> None:
    form = {"first_name": "X", "last_name": "", "phone": "12", "language": "fi"}
    page = signed_in.post("/tili/tiedot/", form).content.decode()

    assert "Tämä ei ole puhelinnumero" in page
    anna.refresh_from_db()
    assert anna.first_name == "Anna"


def test_only_ones_own_card_is_changed(signed_in: Client, anna: Customer, celia: Customer) -> None:
    form = {"first_name": "Anni", "last_name": "A", "phone": "", "language": "fi"}
    signed_in.post("/tili/tiedot/", {**form, "id": str(celia.pk), "account": str(celia.account_id)})

    celia.refresh_from_db()
    assert celia.first_name == "Celia"


def test_a_new_company_makes_its_registrar_the_admin(signed_in: Client, anna: Customer) -> None:
    answer = signed_in.post("/tili/yritys/", {"name": "Lamppu Oy", "business_id": "FI20774740"})

    assert answer.status_code == 302
    membership = Membership.objects.get()
    assert (membership.customer, membership.role) == (anna, "admin")
    assert (membership.company.name, membership.company.business_id) == ("Lamppu Oy", "2077474-0")


def test_a_known_company_is_joined_through_its_own_admin(signed_in: Client, anna: Customer) -> None:
    CompanyFactory.create(business_id="2077474-0")
    page = signed_in.post("/tili/yritys/", {"name": "Toinen", "business_id": "2077474-0"})

    assert "Pyydä sen pääkäyttäjää lisäämään sinut" in page.content.decode()
    assert not anna.memberships.exists()
    assert Company.objects.count() == 1


@pytest.mark.parametrize("number", ["2077474-1", "abc", "", "123"])
def test_a_business_id_is_checked(number: str, signed_in: Client) -> None:
    assert signed_in.post("/tili/yritys/", {"name": "X", "business_id": number}).status_code == 200
    assert not Company.objects.exists()


def test_staff_have_no_card_to_change(client: Client, bertil: Account) -> None:
    let_in(client, bertil)

    assert client.get("/tili/").status_code == 200
    assert client.get("/tili/tiedot/").status_code == 403
