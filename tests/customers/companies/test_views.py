"""The pages of a company, and who sees them."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from customers.companies.operations import key_of
from customers.models import Company, Customer, Invitation, Membership
from tests.doors import let_in, prove_email, seen_by
from tests.factories import CompanyFactory, CustomerFactory, MembershipFactory
from tests.privacy.lives import login_of

pytestmark = pytest.mark.django_db

ADMIN, APPROVER, BUYER = Membership.Role.ADMIN, Membership.Role.APPROVER, Membership.Role.BUYER


@pytest.fixture
def company(anna: Customer) -> Company:
    """Anna looks after Lamppu Oy."""
    made = CompanyFactory.create(name="Lamppu Oy", business_id="2077474-0")
    MembershipFactory.create(company=made, customer=anna, role=ADMIN)
    return made


@pytest.fixture
def annas(client: Client, anna: Customer) -> Client:
    return let_in(client, login_of(anna))


def page_of(company: Company) -> str:
    return f"/tili/yritys/{company.pk}/"


def test_nobody_sees_another_company(client: Client, company: Company, celia: Customer) -> None:
    let_in(client, login_of(celia))
    mine = company.memberships.get()

    for way in ("", "tiedot/", "muutokset/", "kutsu/", f"jasenet/{mine.pk}/", "tilaukset/"):
        assert client.get(page_of(company) + way).status_code == 404
    for way in ("eroa/", f"jasenet/{mine.pk}/poista/"):
        assert client.post(page_of(company) + way).status_code == 404
    assert company.memberships.get() == mine


def test_a_buyer_sees_whom_to_ask_and_changes_nothing(
    client: Client, company: Company, celia: Customer
) -> None:
    MembershipFactory.create(company=company, customer=celia)
    other = CustomerFactory.create(first_name="Muu", last_name="Ostaja")
    MembershipFactory.create(company=company, customer=other)
    let_in(client, login_of(celia))

    page = client.get(page_of(company)).content.decode()

    assert "Anna Virtanen" in page
    assert "Muu Ostaja" not in page
    for way in ("tiedot/", "muutokset/", "kutsu/"):
        assert client.get(page_of(company) + way).status_code == 404


def test_an_admin_invites_and_whoever_was_invited_joins(
    annas: Client, company: Company, celia: Customer
) -> None:
    said = {"email": "celia@example.fi", "role": "buyer", "order_limit": "1000,50"}
    answer = annas.post(page_of(company) + "kutsu/", said)
    assert answer["Location"] == page_of(company)
    address = f"/tili/yritys/kutsu/{key_of(Invitation.objects.get())}/"

    celias = seen_by(celia)
    assert "Kutsu on toiselle" in celias.get(address).content.decode()
    assert celias.post(address).status_code == 410
    prove_email(login_of(celia))
    assert "Osta yritykselle Lamppu Oy" in celias.get(address).content.decode()
    assert celias.post(address)["Location"] == page_of(company)

    member = celia.memberships.get()
    assert (member.role, str(member.order_limit)) == (BUYER, "1000.50")
    assert celias.get(address).status_code == 410


def test_an_admin_corrects_the_company_and_a_wrong_address_is_told(
    annas: Client, company: Company
) -> None:
    said = {
        "name": "Lamppu Oy",
        "in_vat_register": "on",
        "einvoice_address": "0037 2077 4740",
        "einvoice_operator": "ndeafihh",
        "street": "Tehtaankatu 1",
        "postcode": "00140",
    }
    wrong = annas.post(page_of(company) + "tiedot/", {**said, "einvoice_address": "003720774741"})
    assert "Verkkolaskuosoite" in wrong.content.decode()
    assert annas.post(page_of(company) + "tiedot/", said).status_code == 302

    company.refresh_from_db()
    assert (company.vat_id, company.einvoice_address) == ("FI20774740", "003720774740")
    assert (company.einvoice_operator, company.city) == ("NDEAFIHH", "Helsinki")


def test_the_last_admin_is_told_why_they_stay(annas: Client, company: Company) -> None:
    MembershipFactory.create(company=company)

    page = annas.post(page_of(company) + "eroa/", follow=True).content.decode()

    assert "Anna ensin jollekulle toiselle" in page
    assert company.memberships.count() == 2


def test_a_thousand_members_ask_no_more_of_the_database(annas: Client, company: Company) -> None:
    counts = []
    for more in (30, 1000):
        cards = Customer.objects.bulk_create(
            Customer(first_name="Aino", last_name=f"Nro {n}", email=f"a{n}-{more}@example.fi")
            for n in range(more)
        )
        Membership.objects.bulk_create(Membership(company=company, customer=each) for each in cards)
        annas.get(page_of(company))
        with CaptureQueriesContext(connection) as queries:
            assert annas.get(page_of(company)).status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1]
