"""People are told in time, in their language and with all of Article 14, where data came from."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.models import Account, Customer
from privacy.notices.operations import (
    NoAddress,
    ToldAlready,
    note_told_otherwise,
    notices_are_overdue,
    tell_by_letter,
    tell_those_written_to,
)
from privacy.outbox.models import Letter
from privacy.outbox.operations import post
from privacy.provenance.models import SourceNotice, Whence
from privacy.provenance.operations import note_provenance
from privacy.registry import Basis, Purpose
from soluto_shop.staff_groups import ensure_groups
from tests.conftest import NOON
from tests.doors import let_in
from tests.factories import CustomerFactory, MembershipFactory, StaffFactory
from tests.races import at_once

pytestmark = pytest.mark.django_db

LIST = "/en/admin/privacy/sourcenotice/"


@pytest.fixture
def contact() -> Account:
    ensure_groups()
    return StaffFactory.create(role="gdpr_contact", is_superuser=False, full_name="Tiina T")


def owed(card: Customer, **facts: Any) -> SourceNotice:
    said: dict[str, Any] = {
        "source": Whence.THIRD_PARTY,
        "party": "Numeropalvelu Oy",
        "basis": Basis.INTEREST,
        "purpose": Purpose.CARE,
        "at": NOON,
        **facts,
    }
    note_provenance(rows={card: ["phone"]}, **said)
    return SourceNotice.objects.get(card=card, done_at=None)


def test_the_letter_says_all_that_article_14_asks(anna: Customer, contact: Account) -> None:
    Customer.objects.filter(pk=anna.pk).update(language="en")
    company = MembershipFactory.create(customer=anna).company
    note_provenance(
        rows={company: ["name"]},
        source=Whence.AUTHORITY,
        party="Patent and Registration Office",
        is_public=True,
        basis=Basis.LAW,
        purpose=Purpose.ORDERS,
        at=NOON,
    )

    letter = tell_by_letter(owed(anna), at=NOON, by=contact)

    assert (letter.to, letter.language) == ("anna@example.fi", "en")
    assert letter.reply_to == "gdpr@soluto.fi"
    for words in (
        # 14(1): who, contact, why and on what basis, which data, to whom, no third country
        "Soluto Oy",
        "Vanha Talvitie 2-6",
        "Jani-Petteri Pohjonen",
        "gdpr@soluto.fi",
        "Managing the customer relationship",
        "Archiving and processing orders",
        "Legitimate interest (Article 6(1)(f)): Managing the customer relationship",
        "Legal obligation (Article 6(1)(c))",
        "Telephone number",
        "Company name",
        "No data go outside the European Union",
        # 14(2): how long, rights, complaint, from whom and whether that is public, machines
        "30 days from when you were told that the account is about to go",
        "Right of access",
        "Right to rectification",
        "Right to erasure",
        "Right to restriction of processing",
        "Right to object",
        "Right to data portability",
        "Right to withdraw consent",
        "Right to complain",
        "Another third party: Numeropalvelu Oy",
        "The source is not open to everybody.",
        "An authority: Patent and Registration Office",
        "The source is open to everybody.",
        "No decision that has legal or similarly significant effects",
    ):
        assert words in letter.text, words
        assert words.split("(")[0].replace("'", "&#x27;") in letter.html, words
    assert "/en/privacy/" in letter.text
    assert "+358" not in letter.text.split("Ombudsman")[0]


@pytest.mark.parametrize(
    ("language", "subject"),
    [
        ("fi", "Mistä osa tiedoistasi on saatu"),
        ("sv", "Varifrån vi har fått en del av dina uppgifter"),
        ("en", "Where we got some of your data"),
    ],
)
def test_it_is_written_in_the_persons_language(anna: Customer, language: str, subject: str) -> None:
    Customer.objects.filter(pk=anna.pk).update(language=language)

    assert tell_by_letter(owed(anna), at=NOON).subject == subject


def test_a_person_is_told_once(anna: Customer, contact: Account) -> None:
    notice = owed(anna)
    tell_by_letter(notice, at=NOON, by=contact)

    with pytest.raises(ToldAlready):
        tell_by_letter(notice, at=NOON, by=contact)
    with pytest.raises(ToldAlready):
        note_told_otherwise(notice, at=NOON, by=contact)
    notice.refresh_from_db()
    assert (notice.done_at, notice.done_how, notice.done_by) == (NOON, "letter", contact)
    assert Letter.objects.count() == 1


def test_what_comes_later_is_told_again(anna: Customer) -> None:
    tell_by_letter(owed(anna), at=NOON)

    again = owed(anna, party="Toinen Oy", at=NOON + timedelta(days=40))

    assert SourceNotice.objects.count() == 2
    assert "Toinen Oy" in tell_by_letter(again, at=NOON + timedelta(days=41)).text


@pytest.mark.django_db(transaction=True)
def test_of_several_who_tell_at_once_one_does(anna: Customer) -> None:
    notice = owed(anna)

    results = at_once([partial(tell_by_letter, notice, at=NOON) for _each in range(4)])

    assert len([each for each in results if isinstance(each, Letter)]) == 1
    assert len([each for each in results if isinstance(each, ToldAlready)]) == 3
    assert Letter.objects.count() == 1


def test_who_has_no_address_is_told_otherwise(contact: Account) -> None:
    card = CustomerFactory.create(email="")
    notice = owed(card)

    with pytest.raises(NoAddress):
        tell_by_letter(notice, at=NOON, by=contact)
    notice.refresh_from_db()
    assert notice.done_at is None

    note_told_otherwise(notice, at=NOON, by=contact)
    notice.refresh_from_db()
    assert notice.done_how == "otherwise"


def test_the_notice_goes_with_the_first_letter_to_the_person(
    anna: Customer, celia: Customer
) -> None:
    for to in ("anna@example.fi", "celia@example.fi"):
        post(to=to, language="fi", kind="x", subject="x", text="x", at=NOON - timedelta(days=1))
    owed(anna)
    owed(celia)
    assert tell_those_written_to(at=NOON + timedelta(hours=1)) == 0

    post(to="anna@example.fi", language="fi", kind="x", subject="x", text="x", at=NOON)

    assert tell_those_written_to(at=NOON + timedelta(hours=1)) == 1
    assert tell_those_written_to(at=NOON + timedelta(hours=1)) == 0
    told = Letter.objects.get(kind="source_notice")
    assert told.to == "anna@example.fi"
    assert SourceNotice.objects.get(done_at=None).card == celia


def test_a_notice_that_is_late_turns_the_duties_and_the_start_page_red(
    anna: Customer, contact: Account
) -> None:
    owed(anna, at=timezone.now() - timedelta(days=40))
    desk = let_in(Client(), contact)

    assert notices_are_overdue(at=timezone.now())
    assert Client().get("/healthz/duties").json()["notices"] is False
    assert Client().get("/healthz/duties").status_code == 503
    assert "Somebody should have been told" in desk.get("/en/admin/").content.decode()
    keeper = let_in(Client(), StaffFactory.create(role="catalogue", is_superuser=False))
    assert "Somebody should have been told" not in keeper.get("/en/admin/").content.decode()

    tell_by_letter(SourceNotice.objects.get(), at=timezone.now(), by=contact)

    assert Client().get("/healthz/duties").json()["notices"] is True
    assert "Somebody should have been told" not in desk.get("/en/admin/").content.decode()


def test_a_notice_within_its_month_is_not_late(anna: Customer) -> None:
    notice = owed(anna)

    assert not notices_are_overdue(at=notice.due_at)
    assert notices_are_overdue(at=notice.due_at + timedelta(seconds=1))


def test_the_contact_person_sees_what_is_owed_and_sends_it(
    anna: Customer, contact: Account
) -> None:
    notice = owed(anna, at=timezone.now())
    desk = let_in(Client(), contact)

    assert "to be told" in desk.get(LIST).content.decode()
    page = desk.get(f"{LIST}{notice.pk}/change/").content.decode()
    assert "Numeropalvelu Oy" in page
    assert "Send the letter" in page
    assert not Letter.objects.exists()

    answer = desk.post(f"{LIST}{notice.pk}/tell/", {"how": "letter"}, follow=True)

    assert "The letter is on its way." in answer.content.decode()
    notice.refresh_from_db()
    assert notice.done_by == contact
    assert Letter.objects.get().kind == "source_notice"
    again = desk.post(f"{LIST}{notice.pk}/tell/", {"how": "letter"}, follow=True)
    assert "told meanwhile" in again.content.decode()
    assert "Send the letter" not in again.content.decode()
    assert Letter.objects.count() == 1


def test_the_list_is_parted_and_asks_equally_much_for_few_and_many(contact: Account) -> None:
    desk = let_in(Client(), contact)
    late = owed(CustomerFactory.create(), at=timezone.now() - timedelta(days=40))
    owed(CustomerFactory.create(), at=timezone.now())
    done = owed(CustomerFactory.create(), at=timezone.now())
    note_told_otherwise(done, at=timezone.now(), by=contact)

    def shown(state: str) -> list[SourceNotice]:
        return list(desk.get(f"{LIST}?state={state}").context["cl"].result_list)

    assert shown("overdue") == [late]
    assert len(shown("owed")) == 2
    assert shown("done") == [done]
    counts = []
    for more in (1, 10):
        for _each in range(more):
            owed(CustomerFactory.create())
        with CaptureQueriesContext(connection) as asked:
            desk.get(LIST)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_who_may_not_tell_does_not(anna: Customer) -> None:
    ensure_groups()
    notice = owed(anna)
    desk = let_in(Client(), StaffFactory.create(role="care", is_superuser=False))

    assert desk.get(LIST).status_code == 403
    assert desk.post(f"{LIST}{notice.pk}/tell/", {"how": "letter"}).status_code == 403
    assert not Letter.objects.exists()
