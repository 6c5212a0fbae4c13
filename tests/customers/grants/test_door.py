"""At the door: access that has ended is told of, and confidentiality is promised first of all."""

import hashlib
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from customers.grants.operations import end_grant
from customers.models import Account, Acknowledgement, Customer
from privacy.editions.models import Edition
from privacy.statement import edition_in_force, statement_text
from soluto_shop.staff_groups import ensure_groups
from tests.doors import let_in, prove_email
from tests.factories import StaffFactory, give_access

pytestmark = pytest.mark.django_db

DESK = "/en/admin/orders/order/"
PROMISE = "/en/admin/confidentiality/"


@pytest.fixture(autouse=True)
def groups() -> None:
    ensure_groups()


@pytest.fixture
def carl() -> Account:
    return StaffFactory.create(role="orders", is_superuser=False, full_name="Carl Clerk")


def new_edition() -> Edition:
    texts = {f"text_{code}": statement_text(code) for code in ("fi", "sv", "en")}
    texts["text_fi"] += "\nUusi rivi.\n"
    return Edition.objects.create(
        number=edition_in_force().number + 1,
        valid_from=timezone.now() - timedelta(minutes=1),
        approved_by="Jani-Petteri Pohjonen",
        sha256=hashlib.sha256(texts["text_fi"].encode()).hexdigest(),
        **texts,
    )


def test_the_page_says_on_which_day_access_ended_and_whom_to_ask(
    carl: Account, bertil: Account, client: Client
) -> None:
    let_in(client, carl)
    end_grant(carl.grants.get(), by=bertil, why="Lähti", at=timezone.now())

    answer = client.get(DESK)

    page = answer.content.decode()
    today = timezone.localdate()
    assert answer.status_code == 403
    assert f"ended on {today.day}" in page
    assert "Bertil Ek" in page
    assert "Lähti" not in page
    assert "no-store" in answer["Cache-Control"]
    assert client.get("/en/admin/login/").status_code == 403
    assert client.post(DESK, {"x": "y"}).status_code == 403


def test_access_that_lapsed_or_begins_later_is_told_as_such(client: Client) -> None:
    carl = StaffFactory.create(role="", is_superuser=False)
    let_in(client, carl)
    assert "nobody has given it access" in client.get(DESK).content.decode()

    today = timezone.localdate()
    past = today - timedelta(days=40)
    give_access(carl, "care", begins_date=past, last_date=past + timedelta(days=9))
    day = past + timedelta(days=9)
    assert f"ended on {day.day} {day:%B}"[:14] in client.get(DESK).content.decode()

    give_access(carl, "orders", begins_date=today + timedelta(days=3))
    page = client.get(DESK).content.decode()
    assert "begins on" in page


def test_who_has_lost_access_is_still_a_visitor_of_the_shop(carl: Account, client: Client) -> None:
    let_in(client, carl)
    carl.grants.all().delete()

    assert client.get(DESK).status_code == 403
    assert client.get("/en/account/").status_code == 200
    assert client.post("/en/account/sign-out/").status_code == 302


def test_nothing_opens_before_confidentiality_has_been_promised(
    carl: Account, anna: Customer, client: Client
) -> None:
    let_in(client, carl)
    Acknowledgement.objects.all().delete()

    for address in ("/en/admin/", DESK, f"/en/admin/customers/customer/{anna.pk}/change/"):
        answer = client.get(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith(f"{PROMISE}?next=")
        assert "Virtanen" not in answer.content.decode()
    assert client.post(DESK, {"action": "x"})["Location"].startswith(PROMISE)

    page = client.get(f"{PROMISE}?next={DESK}").content.decode()
    assert "Customer register of Soluto Oy" in page
    assert client.get(DESK).status_code == 302


def test_the_promise_is_noted_with_its_edition_and_leads_on(carl: Account, client: Client) -> None:
    let_in(client, carl)
    Acknowledgement.objects.all().delete()

    unticked = client.post(PROMISE, {"next": DESK})
    assert unticked.status_code == 200
    assert "Tick the promise first" in unticked.content.decode()
    assert not Acknowledgement.objects.exists()

    answer = client.post(PROMISE, {"promised": "yes", "next": DESK})
    assert answer["Location"] == DESK
    said = Acknowledgement.objects.get()
    assert (said.account, said.edition) == (carl, edition_in_force())
    assert client.get(DESK).status_code == 200


def test_a_new_edition_asks_anew(carl: Account, client: Client) -> None:
    let_in(client, carl)
    assert client.get(DESK).status_code == 200
    edition = new_edition()
    assert client.get(DESK).status_code == 302

    client.post(PROMISE, {"promised": "yes"})

    assert client.get(DESK).status_code == 200
    assert carl.acknowledgements.count() == 2
    assert carl.acknowledgements.filter(edition=edition).exists()


def test_se_05_the_promise_leads_nowhere_outside(carl: Account, client: Client) -> None:
    let_in(client, carl)
    for elsewhere in ("//evil.example", "https://evil.example/", "javascript:alert(1)"):
        answer = client.post(PROMISE, {"promised": "yes", "next": elsewhere})
        assert answer["Location"] == "/en/admin/"


def test_nobody_promises_without_access_or_a_second_factor(carl: Account, client: Client) -> None:
    assert client.get(PROMISE)["Location"].startswith("/en/account/sign-in/")
    prove_email(carl)
    client.force_login(carl, backend="allauth.account.auth_backends.AuthenticationBackend")
    Acknowledgement.objects.all().delete()
    client.post(PROMISE, {"promised": "yes"})
    assert not Acknowledgement.objects.exists()


def test_the_contact_person_sees_who_has_promised_and_who_has_not(
    carl: Account, client: Client
) -> None:
    contact = StaffFactory.create(role="gdpr_contact", is_superuser=False, full_name="Tiina T")
    left = StaffFactory.create(role="", is_superuser=False, full_name="Lauri Lähtenyt")
    let_in(client, contact)
    Acknowledgement.objects.exclude(account=contact).delete()

    page = client.get("/en/admin/customers/acknowledgement/").content.decode()
    assert "Not yet under edition 1: Carl Clerk" in page
    assert left.full_name not in page
    assert "Tiina T" in page

    let_in(Client(), carl)
    page = client.get("/en/admin/customers/acknowledgement/?edition=current").content.decode()
    assert "Everybody with access has promised" in page


def test_an_orders_own_page_is_not_reached_by_a_role_that_may_not_see_orders() -> None:
    """Django's "view on site" would lead anybody of the staff to any row's address."""
    keeper = StaffFactory.create(role="catalogue", is_superuser=False)

    assert let_in(Client(), keeper).get("/en/admin/r/999999/1/").status_code == 404
