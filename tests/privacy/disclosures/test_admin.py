"""The desk of the disclosures: registered in words, approved by two, fetched once."""

import html
import io
import zipfile

import pytest
from django.test import Client

from customers.models import Account
from privacy.disclosures.models import Disclosure
from soluto_shop.staff_groups import GDPR_CONTACT
from tests.doors import let_in, seated_as
from tests.privacy.lives import disclosure_of, member, order_of

pytestmark = pytest.mark.django_db

LIST = "/en/admin/privacy/disclosure/"
ANNA = "anna@example.fi"


@pytest.fixture
def disclosure() -> Disclosure:
    card = member(ANNA)
    order_of(card, ANNA)
    return disclosure_of(card, ANNA)


def said(**changed: object) -> dict[str, object]:
    form: dict[str, object] = {
        "authority": "Poliisi",
        "statute": "Pakkokeinolaki 806/2011, 7 luku 2 §",
        "case_number": "5500/R/1/26",
        "asked_at_0": "2026-11-20",
        "asked_at_1": "12:00:00",
        "about_email": ANNA,
        "lines": ["name", "orders"],
        "silence_statute": "",
        "silent_until": "",
    }
    return {**form, **changed}


def step(disclosure: Disclosure, name: str) -> str:
    return f"{LIST}{disclosure.pk}/{name}/"


def test_the_contact_person_registers_one() -> None:
    member(ANNA)

    answer = seated_as(GDPR_CONTACT).post(f"{LIST}add/", said())

    assert answer.status_code == 302
    made = Disclosure.objects.get()
    assert (made.statute, made.lines) == (said()["statute"], ["name", "orders"])
    assert made.about_email == ANNA
    assert made.registered_name.startswith("Myyjä")
    assert made.state == "asked"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"statute": ""}, "Nothing is handed over unless a law obliges the shop: name the statute"),
        ({"statute": "  "}, "Nothing is handed over unless a law obliges the shop"),
        ({"about_email": "tuntematon@example.fi"}, "The register holds nothing about anybody"),
        ({"lines": []}, "This field is required"),
        ({"silence_statute": "ETL 4:15"}, "name the statute that forbids it, and until when"),
        ({"silent_until": "2027-01-01"}, "name the statute that forbids it, and until when"),
        ({"asked_at_0": "2099-01-01"}, "That is still to come"),
    ],
)
def test_what_is_not_whole_is_refused_in_words(changed: dict[str, object], words: str) -> None:
    member(ANNA)

    answer = seated_as(GDPR_CONTACT).post(f"{LIST}add/", said(**changed))

    assert answer.status_code == 200
    page = html.unescape(answer.content.decode())
    assert words in page
    assert "5500/R/1/26" in page, "what was typed is lost"
    assert not Disclosure.objects.exists()


def test_two_approve_and_the_contact_person_fetches_once(
    disclosure: Disclosure, bertil: Account
) -> None:
    contact, second = seated_as(GDPR_CONTACT), let_in(Client(), bertil)

    contact.post(step(disclosure, "approve"))
    page = html.unescape(contact.get(f"{LIST}{disclosure.pk}/change/").content.decode())
    assert "You have approved it." in page
    assert step(disclosure, "approve") not in page
    refused = contact.post(step(disclosure, "approve"), follow=True).content.decode()
    assert "the second is another person" in refused
    early = contact.post(step(disclosure, "fetch"), follow=True).content.decode()
    assert "Two people have to approve it first" in early

    second.post(step(disclosure, "approve"))
    assert (
        step(disclosure, "fetch") in contact.get(f"{LIST}{disclosure.pk}/change/").content.decode()
    )
    answer = contact.post(step(disclosure, "fetch"))

    assert answer["Content-Type"] == "application/zip"
    assert "no-store" in answer["Cache-Control"]
    assert ANNA not in answer["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        assert "Virtanen" in archive.read("data.json").decode()
    disclosure.refresh_from_db()
    assert disclosure.fetched_at is not None
    again = contact.post(step(disclosure, "fetch"), follow=True).content.decode()
    assert "It has been handed over already" in again


def test_a_refusal_needs_a_reason(disclosure: Disclosure) -> None:
    contact = seated_as(GDPR_CONTACT)

    assert contact.post(step(disclosure, "refuse"), {"because": " "}).status_code == 400
    contact.post(step(disclosure, "refuse"), {"because": "Pyynnöllä ei ole lakia."})

    disclosure.refresh_from_db()
    assert disclosure.refused_because == "Pyynnöllä ei ole lakia."
    page = contact.get(f"{LIST}{disclosure.pk}/change/").content.decode()
    assert "Pyynnöllä ei ole lakia." in page
    assert step(disclosure, "approve") not in page


def test_nobody_else_takes_a_step_or_looks(disclosure: Disclosure) -> None:
    for group in ("orders", "care", "catalogue", "auditor"):
        clerk = seated_as(group)
        assert clerk.get(LIST).status_code == 403
        for name in ("approve", "refuse", "fetch"):
            assert clerk.post(step(disclosure, name)).status_code == 403
    disclosure.refresh_from_db()
    assert disclosure.state == "asked"


def test_no_step_is_taken_by_looking(disclosure: Disclosure) -> None:
    contact = seated_as(GDPR_CONTACT)

    for name in ("approve", "refuse", "fetch"):
        assert contact.get(step(disclosure, name)).status_code == 405
    assert contact.post(f"{LIST}{disclosure.pk}/delete/").status_code == 403


def test_the_list_names_no_person(disclosure: Disclosure) -> None:
    page = seated_as(GDPR_CONTACT).get(LIST).content.decode()

    assert disclosure.case_number in page
    assert "Waits for two approvals" in page
    assert ANNA not in page
    assert "Virtanen" not in page
