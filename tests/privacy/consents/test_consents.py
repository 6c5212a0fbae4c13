"""Everything is off at first; a yes and a no are one press each; the history is only added to."""

import re
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from customers.models import Account
from privacy.consents.links import confirm_address, end_address
from privacy.consents.models import AskedConsent, Consent, stands
from privacy.consents.operations import ask_for_newsletter, confirm, give, withdraw
from privacy.consents.purposes import For, Place, words_to_give
from privacy.erase import erase
from privacy.outbox.models import Letter
from privacy.requests.models import Request
from privacy.requests.operations import ask, ask_by_email
from privacy.requests.operations import confirm as confirm_request
from privacy.requests.states import Kind
from privacy.statement import edition_in_force
from privacy.subject import Subject, subject_of
from privacy.sweep import sweep
from tests.conftest import NOON
from tests.doors import let_in
from tests.privacy.lives import login_of, member

pytestmark = pytest.mark.django_db

ANNA, CELIA, GUEST = "anna@example.fi", "celia@example.fi", "vieras@example.fi"
HOUR = timedelta(hours=1)
PAGE = "/tili/suostumukset/"


def person(account: Account) -> Subject:
    return subject_of(accounts=[account.pk])


def said_yes(account: Account, purpose: For = For.PERSONAL, *, at: datetime = NOON) -> Consent:
    return give(purpose=purpose, account_id=account.pk, place=Place.ACCOUNT, language="fi", at=at)


def said_no(who: Subject, purpose: For, *, at: datetime) -> Consent | None:
    return withdraw(purpose=purpose, subject=who, place=Place.ACCOUNT, language="fi", at=at)


def subscribed(email: str = GUEST, *, at: datetime = NOON) -> Consent:
    ask_for_newsletter(email=email, place=Place.FORM, language="fi", at=at)
    given = confirm(AskedConsent.objects.get(email=email), at=at)
    assert given is not None
    return given


def path(address: str) -> str:
    return address.removeprefix("http://").partition("/")[2].join(["/", ""])


def test_everything_is_off_at_first_and_one_press_turns_it_on_or_off(client: Client) -> None:
    account = login_of(member(ANNA))
    let_in(client, account)
    assert client.get(PAGE).content.decode().count('value="yes"') == len(For)

    client.post(PAGE, {"purpose": "personal", "say": "yes"})

    given = Consent.objects.get()
    assert (given.account, given.email, given.purpose) == (account, "", "personal")
    assert (given.wording, given.language) == (words_to_give(For.PERSONAL, "fi"), "fi")
    assert (given.edition, given.place) == (edition_in_force(), Place.ACCOUNT)
    page = client.get(PAGE).content.decode()
    assert page.count('value="no"') == 1
    assert given.wording in page

    client.post(PAGE, {"purpose": "personal", "say": "no"})

    assert [each.is_given for each in Consent.objects.order_by("at")] == [True, False]
    assert client.get(PAGE).content.decode().count('value="yes"') == len(For)


def test_what_stood_at_a_moment_can_be_told_afterwards() -> None:
    account, celia = login_of(member(ANNA)), login_of(member(CELIA))
    said_yes(account)
    said_yes(account, at=NOON + HOUR)  # said twice, it is said once
    said_no(person(account), For.PERSONAL, at=NOON + 2 * HOUR)

    stood = [
        stands(For.PERSONAL, person(account), at=NOON + HOUR * hours) for hours in (-1, 0, 1, 2, 3)
    ]
    assert stood == [False, True, True, False, False]
    assert not stands(For.NEWSLETTER, person(account), at=NOON)
    assert not stands(For.PERSONAL, person(celia), at=NOON)
    assert said_no(person(celia), For.PERSONAL, at=NOON) is None
    assert Consent.objects.count() == 2


@pytest.mark.parametrize(
    "change",
    [
        {"is_given": False},
        {"wording": "Jotain muuta"},
        {"at": NOON - HOUR},
        {"email": CELIA},
        {"place": Place.FORM},
    ],
)
def test_nothing_in_the_history_is_rewritten(change: dict[str, object]) -> None:
    said_yes(login_of(member(ANNA)))
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.all().delete()


def test_an_ended_consent_never_stands_again() -> None:
    account = login_of(member(ANNA))
    said_yes(account)
    said_no(person(account), For.PERSONAL, at=NOON + HOUR)
    with pytest.raises(IntegrityError), transaction.atomic():
        Consent.objects.filter(is_given=True).update(ended_at=None)


def test_a_guest_consents_by_the_link_only_and_two_clicks_are_one(client: Client) -> None:
    client.post("/uutiskirje/", {"email": GUEST}, headers={"sec-fetch-site": "same-origin"})
    letter = Letter.objects.get(to=GUEST)
    [address] = re.findall(r"(/tietosuoja/suostumus/vahvista/\S+)", letter.text)
    assert not client.cookies

    assert client.get(address).status_code == 200
    assert not Consent.objects.exists()  # a scanner has looked
    for _click in range(2):
        answer = client.post(address, headers={"sec-fetch-site": "same-origin"}, follow=True)
        assert answer.status_code == 200

    given = Consent.objects.get()
    assert (given.email, given.account, given.place) == (GUEST, None, Place.FORM)
    assert not AskedConsent.objects.exists()


def test_the_answer_is_the_same_for_whoever_has_it_and_who_does_not(client: Client) -> None:
    subscribed(ANNA)
    answers = [
        client.post("/uutiskirje/", {"email": email}, headers={"sec-fetch-site": "same-origin"})
        for email in (ANNA, GUEST)
    ]
    assert {(answer.status_code, answer["Location"]) for answer in answers} == {
        (302, "/uutiskirje/lahetetty/")
    }
    assert AskedConsent.objects.count() == 2


def test_a_link_of_yesterday_leads_nowhere(client: Client) -> None:
    now = timezone.now()
    ask_for_newsletter(email=GUEST, place=Place.FORM, language="fi", at=now)
    AskedConsent.objects.update(asked_at=now - timedelta(hours=24))
    address = path(confirm_address(AskedConsent.objects.get()))
    assert client.post(address, headers={"sec-fetch-site": "same-origin"}).status_code == 404
    assert not Consent.objects.exists()
    sweep(at=now + timedelta(days=2))
    assert not AskedConsent.objects.exists()


def test_a_mail_program_ends_it_without_sign_in_and_a_look_does_not() -> None:
    given = subscribed()
    address = path(end_address(given, "fi"))
    program = Client(enforce_csrf_checks=True)
    assert program.get(address).status_code == 200
    assert stands(For.NEWSLETTER, subject_of(emails=[GUEST]), at=NOON)

    for _time in range(2):
        answer = program.post(address, {"List-Unsubscribe": "One-Click"})
        assert (answer.status_code, answer.content) == (200, b"")

    assert not program.cookies
    said = Consent.objects.order_by("at").last()
    assert said is not None
    assert (said.is_given, said.place, said.email) == (False, Place.ONE_CLICK, GUEST)
    assert Consent.objects.count() == 2


def test_what_a_guest_said_is_told_once_there_is_an_account_and_ends_with_it() -> None:
    subscribed(ANNA)
    account = login_of(member(ANNA))
    assert stands(For.NEWSLETTER, person(account), at=NOON)
    said_no(person(account), For.NEWSLETTER, at=NOON + HOUR)
    assert not Consent.objects.filter(ended_at=None).exists()


def test_an_objection_ends_every_consent_at_once() -> None:
    account = login_of(member(ANNA))
    said_yes(account)
    subscribed(GUEST)
    ask(kind=Kind.OBJECTION, account_id=account.pk, said="Ei.", language="fi", at=NOON + HOUR)
    ask_by_email(kind=Kind.OBJECTION, email=GUEST, said="Ei.", language="fi", at=NOON + HOUR)
    assert stands(For.NEWSLETTER, subject_of(emails=[GUEST]), at=NOON + HOUR)  # not proved yet

    confirm_request(Request.objects.get(email=GUEST), at=NOON + HOUR)

    assert not Consent.objects.filter(ended_at=None).exists()
    places = Consent.objects.filter(is_given=False).values_list("place", flat=True)
    assert list(places) == [Place.OBJECTION, Place.OBJECTION]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_an_erasure_leaves_the_evidence_without_its_person_and_nothing_stands() -> None:
    account = login_of(member(ANNA))
    said_yes(account)
    subscribed(GUEST)
    erase(person(account), at=NOON + HOUR)
    erase(subject_of(emails=[GUEST]), at=NOON + HOUR)

    left = list(Consent.objects.all())
    assert [(each.account_id, each.email, each.is_given) for each in left] == [(None, "", True)] * 2
    assert all(each.ended_at is not None for each in left)
    sweep(at=NOON + timedelta(days=2000))
    assert not Consent.objects.exists()
