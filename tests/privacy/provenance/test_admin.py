"""Staff who change data about somebody say in the same form who gave them."""

from typing import Any

import pytest
from django.test import Client

from customers.models import Account, Company, Customer, Membership
from privacy.provenance.models import Provenance, SourceNotice, Whence
from soluto_shop.staff_groups import ensure_groups
from tests.doors import let_in
from tests.factories import CompanyFactory, MembershipFactory, StaffFactory

pytestmark = pytest.mark.django_db

WHENCE = {
    "said_whence": "third_party",
    "said_party": "Numeropalvelu Oy",
    "said_basis": "b",
    "said_purpose": "care",
}


@pytest.fixture
def clerk() -> Account:
    ensure_groups()
    return StaffFactory.create(role="care", is_superuser=False, full_name="Carl Clerk")


@pytest.fixture
def desk(clerk: Account) -> Client:
    return let_in(Client(), clerk)


def address(row: Any) -> str:
    meta = row._meta
    return f"/en/admin/{meta.app_label}/{meta.model_name}/{row.pk}/change/"


def card(anna: Customer, **changed: str) -> dict[str, str]:
    return {
        "first_name": "Anna",
        "last_name": "Virtanen",
        "email": "anna@example.fi",
        "phone": "",
        "language": "fi",
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
        "former_orders-TOTAL_FORMS": "0",
        "former_orders-INITIAL_FORMS": "0",
        "said_whence": "",
        "said_party": "",
        "said_basis": "",
        "said_purpose": "register",
        **changed,
    }


def test_a_change_without_a_word_of_its_source_is_refused_and_nothing_typed_is_lost(
    desk: Client, anna: Customer
) -> None:
    answer = desk.post(address(anna), card(anna, phone="+358407654321"))

    page = answer.content.decode()
    assert answer.status_code == 200
    assert "Say who gave the data that you change." in page
    assert "Say on what legal basis" in page
    assert 'value="+358407654321"' in page
    anna.refresh_from_db()
    assert anna.phone == ""
    assert not Provenance.objects.exists()


def test_with_it_the_change_is_saved_and_noted(
    desk: Client, clerk: Account, anna: Customer
) -> None:
    answer = desk.post(address(anna), card(anna, phone="+358407654321", **WHENCE))

    assert answer.status_code == 302
    anna.refresh_from_db()
    assert anna.phone == "+358407654321"
    kept = Provenance.objects.get()
    assert (kept.row, kept.column, kept.party, kept.by) == (
        anna.pk,
        "phone",
        "Numeropalvelu Oy",
        clerk,
    )
    assert SourceNotice.objects.get().card == anna


@pytest.mark.parametrize("source", ["authority", "third_party"])
def test_an_authority_or_third_party_is_named(desk: Client, anna: Customer, source: str) -> None:
    said = {**WHENCE, "said_whence": source, "said_party": "  "}

    answer = desk.post(address(anna), card(anna, phone="+358407654321", **said))

    assert "Name the authority or the third party." in answer.content.decode()
    assert not Provenance.objects.exists()


def test_what_the_customer_told_needs_no_party_and_no_notice(desk: Client, anna: Customer) -> None:
    said = {**WHENCE, "said_whence": "told", "said_party": ""}

    assert desk.post(address(anna), card(anna, phone="+358407654321", **said)).status_code == 302

    assert Provenance.objects.get().whence == Whence.TOLD
    assert not SourceNotice.objects.exists()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("said_whence", "rumour"),
        ("said_whence", "themselves"),
        ("said_basis", "z"),
        ("said_purpose", "profiling"),
    ],
)
def test_only_what_the_statement_names_can_be_chosen(
    desk: Client, anna: Customer, name: str, value: str
) -> None:
    said = {**WHENCE, name: value}

    answer = desk.post(address(anna), card(anna, phone="+358407654321", **said))

    assert name in answer.context["adminform"].form.errors
    anna.refresh_from_db()
    assert anna.phone == ""


def test_a_save_that_changes_nothing_personal_asks_nothing(desk: Client, anna: Customer) -> None:
    assert desk.post(address(anna), card(anna)).status_code == 302
    assert not Provenance.objects.exists()


def test_a_new_membership_and_a_new_role_are_asked_as_well(desk: Client, anna: Customer) -> None:
    company = CompanyFactory.create()
    said = {
        "memberships-TOTAL_FORMS": "1",
        "memberships-0-company": str(company.pk),
        "memberships-0-role": "buyer",
        "memberships-0-customer": str(anna.pk),
    }
    refused = desk.post(address(anna), card(anna, **said))
    assert refused.status_code == 200
    assert "Say above who gave the data that you change." in refused.content.decode()
    assert not Membership.objects.exists()

    assert desk.post(address(anna), card(anna, **said, **WHENCE)).status_code == 302
    membership = Membership.objects.get()
    assert set(Provenance.objects.filter(row=membership.pk).values_list("column", flat=True)) == {
        "company",
        "customer",
        "role",
    }

    Provenance.objects.all().delete()
    said |= {
        "memberships-INITIAL_FORMS": "1",
        "memberships-0-id": str(membership.pk),
        "memberships-0-role": "approver",
    }
    assert desk.post(address(anna), card(anna, **said)).status_code == 200
    assert desk.post(address(anna), card(anna, **said, **WHENCE)).status_code == 302
    assert Provenance.objects.get().column == "role"


def test_to_take_a_membership_away_asks_nothing(desk: Client, anna: Customer) -> None:
    membership = MembershipFactory.create(customer=anna)
    said = {
        "memberships-TOTAL_FORMS": "1",
        "memberships-INITIAL_FORMS": "1",
        "memberships-0-id": str(membership.pk),
        "memberships-0-customer": str(anna.pk),
        "memberships-0-company": str(membership.company_id),
        "memberships-0-role": "buyer",
        "memberships-0-DELETE": "on",
    }

    assert desk.post(address(anna), card(anna, **said)).status_code == 302
    assert not Membership.objects.exists()


def test_a_company_is_changed_with_a_word_of_its_source(desk: Client, anna: Customer) -> None:
    company = CompanyFactory.create(business_id="2077474-0")
    MembershipFactory.create(company=company, customer=anna)
    said = {
        "name": "Uusi Nimi Oy",
        "business_id": "2077474-0",
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
    }
    assert desk.post(address(company), said).status_code == 200

    whence = {**WHENCE, "said_whence": "authority", "said_party": "PRH", "said_is_public": "on"}
    assert desk.post(address(company), {**said, **whence}).status_code == 302

    assert Company.objects.get().name == "Uusi Nimi Oy"
    kept = Provenance.objects.get()
    assert (kept.column, kept.party, kept.is_public) == ("name", "PRH", True)
    assert SourceNotice.objects.get().card == anna


def test_a_card_made_by_staff_says_where_all_of_it_came_from(bertil: Account) -> None:
    desk = let_in(Client(), bertil)
    said = {
        "first_name": "Uuno",
        "last_name": "Uusi",
        "email": "uuno@example.fi",
        "phone": "",
        "language": "fi",
        "memberships-TOTAL_FORMS": "0",
        "memberships-INITIAL_FORMS": "0",
        "former_orders-TOTAL_FORMS": "0",
        "former_orders-INITIAL_FORMS": "0",
    }
    add = "/en/admin/customers/customer/add/"
    assert desk.post(add, said).status_code == 200
    assert desk.post(add, {**said, **WHENCE}).status_code == 302

    columns = set(Provenance.objects.values_list("column", flat=True))
    assert columns == {"first_name", "last_name", "email"}


def test_who_may_only_look_is_not_asked(anna: Customer) -> None:
    ensure_groups()
    looker = let_in(Client(), StaffFactory.create(role="orders", is_superuser=False))

    page = looker.get(address(anna)).content.decode()

    assert "said_whence" not in page
    assert "Virtanen" in page


def test_the_contact_person_looks_at_all_sources(desk: Client, anna: Customer) -> None:
    desk.post(address(anna), card(anna, phone="+358407654321", **WHENCE))
    contact = let_in(Client(), StaffFactory.create(role="gdpr_contact", is_superuser=False))

    page = contact.get("/en/admin/privacy/provenance/").content.decode()
    assert "Numeropalvelu Oy" in page
    assert "Card in the customer register: telephone" in page
    found = contact.get(f"/en/admin/privacy/provenance/?q={anna.pk}").content.decode()
    assert "Numeropalvelu Oy" in found
    nothing = contact.get("/en/admin/privacy/provenance/?q=Virtanen")
    assert nothing.status_code == 200
    assert "Numeropalvelu Oy" not in nothing.content.decode()
