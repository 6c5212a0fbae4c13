"""To an authority on a statute, approved by two, once; and the person is told."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone, translation

from customers.models import Account, Customer
from privacy.disclosures.models import Disclosure
from privacy.disclosures.operations import (
    Decided,
    FetchedAlready,
    Forgotten,
    NobodyKnown,
    NotApproved,
    NotTwice,
    approve,
    fetch,
    refuse,
    register_disclosure,
)
from privacy.erase import erase, preview
from privacy.registry import Line
from privacy.subject import subject_of
from privacy.sweep import sweep
from privacy.telling.holdings import holdings_of
from privacy.telling.own import Log, logs
from tests.conftest import NOON
from tests.factories import StaffFactory
from tests.privacy.copying import copied
from tests.privacy.lives import disclosure_of, member, order_of
from tests.races import at_once

pytestmark = pytest.mark.django_db

ANNA = "anna@example.fi"
LATER = NOON + timedelta(hours=1)


@pytest.fixture
def anna() -> Customer:
    card = member(ANNA)
    order_of(card, ANNA, note="Ovikoodi 4321")
    return card


@pytest.fixture
def celia() -> Customer:
    card = member("celia@example.fi", first_name="Celia", last_name="Lindström")
    order_of(card, "celia@example.fi", first_name="Celia", last_name="Lindström")
    return card


@pytest.fixture
def gunilla() -> Account:
    return StaffFactory.create(full_name="Gunilla Gård")


def asked_about(email: str, by: Account, **said: Any) -> Disclosure:
    facts: dict[str, Any] = {
        "authority": "Helsingin poliisilaitos",
        "statute": "Pakkokeinolaki 806/2011, 7 luku 2 §",
        "case_number": "5500/R/1/26",
        "lines": [Line.NAME, Line.ORDERS],
        "asked_at": NOON,
        "silence_statute": "",
        "silent_until": None,
    }
    return register_disclosure(email=email, by=by, at=NOON, **{**facts, **said})


def by_two(disclosure: Disclosure, first: Account, second: Account) -> None:
    for each in (first, second):
        approve(disclosure_id=disclosure.pk, by=each, at=LATER)


def said_in(packed: bytes) -> dict[str, object]:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.namelist() == ["data.json"]
        said: dict[str, object] = json.loads(archive.read("data.json"))
        return said


@pytest.mark.parametrize("statute", ["", "  "])
def test_without_a_statute_nothing_is_registered(
    anna: Customer, bertil: Account, statute: str
) -> None:
    with pytest.raises(IntegrityError, match="disclosure_rests_on_a_statute"):
        asked_about(ANNA, bertil, statute=statute)


@pytest.mark.parametrize(
    ("said", "constraint"),
    [
        ({"authority": " "}, "disclosure_names_authority_and_case"),
        ({"case_number": ""}, "disclosure_names_authority_and_case"),
        ({"lines": []}, "disclosure_hands_over_lines"),
        ({"silence_statute": "ETL 1 §"}, "told_unless_a_law_forbids"),
        ({"silent_until": date(2027, 1, 1)}, "told_unless_a_law_forbids"),
    ],
)
def test_what_is_not_whole_is_not_registered(
    anna: Customer, bertil: Account, said: dict[str, object], constraint: str
) -> None:
    with pytest.raises(IntegrityError, match=constraint):
        asked_about(ANNA, bertil, **said)


def test_about_nobody_nothing_is_registered(anna: Customer, bertil: Account) -> None:
    with pytest.raises(NobodyKnown):
        asked_about("tuntematon@example.fi", bertil)


def test_two_people_approve_and_the_one_who_registers_may_be_one(
    anna: Customer, bertil: Account, gunilla: Account
) -> None:
    disclosure = asked_about(ANNA, bertil)

    assert approve(disclosure_id=disclosure.pk, by=bertil, at=LATER).state == "half"
    decided = approve(disclosure_id=disclosure.pk, by=gunilla, at=LATER)

    assert decided.state == "approved"
    assert (decided.first_name, decided.second_name) == (str(bertil), "Gunilla Gård")
    assert decided.decided_at == LATER


def test_neither_alone_can_do_it(anna: Customer, bertil: Account) -> None:
    disclosure = asked_about(ANNA, bertil)
    approve(disclosure_id=disclosure.pk, by=bertil, at=LATER)

    with pytest.raises(NotTwice):
        approve(disclosure_id=disclosure.pk, by=bertil, at=LATER)
    with pytest.raises(NotApproved):
        fetch(disclosure_id=disclosure.pk, by=bertil, at=LATER)
    rows = Disclosure.objects.filter(pk=disclosure.pk)
    with pytest.raises(IntegrityError, match="approved_by_two_people"), transaction.atomic():
        rows.update(second_by=bertil.pk, second_at=LATER)
    with pytest.raises(IntegrityError, match="approved_before_it_is_fetched"), transaction.atomic():
        rows.update(fetched_by=bertil.pk, fetched_at=LATER)


def test_nothing_is_approved_at_its_birth(anna: Customer) -> None:
    with pytest.raises(IntegrityError, match="registered first"), transaction.atomic():
        disclosure_of(
            anna, ANNA, first_by=uuid4(), first_at=NOON, second_by=uuid4(), second_at=NOON
        )


def test_a_refusal_gives_its_reason_and_is_final(anna: Customer, bertil: Account) -> None:
    disclosure = asked_about(ANNA, bertil)
    refused = refuse(disclosure_id=disclosure.pk, because="Ei lakia", by=bertil, at=LATER)

    assert refused.state == "refused"
    with pytest.raises(Decided):
        approve(disclosure_id=disclosure.pk, by=bertil, at=LATER)
    with pytest.raises(Decided):
        refuse(disclosure_id=disclosure.pk, because="x", by=bertil, at=LATER)
    with pytest.raises(NotApproved):
        fetch(disclosure_id=disclosure.pk, by=bertil, at=LATER)
    with pytest.raises(IntegrityError, match="refused_with_a_reason"), transaction.atomic():
        Disclosure.objects.filter(pk=asked_about(ANNA, bertil).pk).update(
            refused_by=bertil.pk, refused_at=LATER
        )


def test_the_package_holds_the_chosen_lines_of_this_person_and_nothing_else(
    anna: Customer, celia: Customer, bertil: Account, gunilla: Account
) -> None:
    disclosure = asked_about(ANNA, bertil)
    by_two(disclosure, bertil, gunilla)

    said = said_in(fetch(disclosure_id=disclosure.pk, by=gunilla, at=LATER))

    everything = json.dumps(said, ensure_ascii=False)
    assert said["statute"] == "Pakkokeinolaki 806/2011, 7 luku 2 §"
    assert said["lines"] == ["Henkilön nimi", "Tiedot tilauksista"]
    assert "Virtanen" in everything
    assert "Ovikoodi 4321" in everything
    for unasked in (ANNA, "+358401234567", "Mannerheimintie", "Lindström", "celia"):
        assert unasked not in everything
    disclosure.refresh_from_db()
    assert (disclosure.fetched_at, disclosure.fetched_name) == (LATER, "Gunilla Gård")


def test_it_is_handed_over_once(anna: Customer, bertil: Account, gunilla: Account) -> None:
    disclosure = asked_about(ANNA, bertil)
    by_two(disclosure, bertil, gunilla)
    fetch(disclosure_id=disclosure.pk, by=gunilla, at=LATER)

    with pytest.raises(FetchedAlready):
        fetch(disclosure_id=disclosure.pk, by=bertil, at=LATER)


def test_a_guest_is_found_by_the_address(bertil: Account, gunilla: Account) -> None:
    order_of(None, "vieras@example.fi", last_name="Vieras")
    disclosure = asked_about(" Vieras@Example.fi", bertil)
    by_two(disclosure, bertil, gunilla)

    assert disclosure.about is None
    packed = fetch(disclosure_id=disclosure.pk, by=bertil, at=LATER)
    assert "Vieras" in json.dumps(said_in(packed))


@pytest.mark.parametrize(
    "changed",
    [
        {"authority": "Verohallinto"},
        {"statute": "x"},
        {"case_number": "x"},
        {"lines": ["email"]},
        {"asked_at": LATER},
        {"registered_name": "x"},
        {"silent_until": date(2027, 1, 1), "silence_statute": "x"},
        {"about": uuid4()},
        {"about_email": "celia@example.fi"},
        {"first_by": uuid4()},
        {"first_name": "x"},
        {"first_by": None, "first_at": None},
    ],
    ids="+".join,
)
def test_its_facts_are_never_altered(
    anna: Customer, bertil: Account, changed: dict[str, object]
) -> None:
    disclosure = asked_about(ANNA, bertil)
    approve(disclosure_id=disclosure.pk, by=bertil, at=LATER)

    with pytest.raises(IntegrityError, match="stays as it was noted"), transaction.atomic():
        Disclosure.objects.filter(pk=disclosure.pk).update(**changed)
    with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
        disclosure.delete()


def told(card: Customer) -> list[Log]:
    with translation.override("en"):
        found = logs(holdings_of(subject_of(cards=[card.pk]), at=timezone.now()))
    return [log for log in found if log.name == "Handed to authorities"]


def test_the_person_sees_who_when_on_what_law_and_which_lines(
    anna: Customer, celia: Customer, bertil: Account, gunilla: Account
) -> None:
    disclosure = asked_about(ANNA, bertil)
    by_two(disclosure, bertil, gunilla)
    fetch(disclosure_id=disclosure.pk, by=gunilla, at=LATER)

    [log] = told(anna)
    row = dict(zip(log.columns, log.rows[0], strict=True))
    assert row["Authority"] == "Helsingin poliisilaitos"
    assert row["Statute"] == "Pakkokeinolaki 806/2011, 7 luku 2 §"
    assert row["What is handed over"] == "Person's name, Order data"
    assert row["Handed over"]
    copy = copied(subject_of(cards=[anna.pk]), language="en", at=NOON)
    with zipfile.ZipFile(io.BytesIO(copy)) as archive:
        everything = "".join(archive.read(name).decode() for name in archive.namelist())
    assert "Helsingin poliisilaitos" in everything
    for staff in ("Gunilla Gård", str(bertil), str(gunilla.pk)):
        assert staff not in str(log)
    for staff in ("Gunilla Gård", bertil.full_name):
        assert staff not in everything
    assert told(celia) == []


def test_while_a_law_forbids_it_the_person_is_not_told(anna: Customer, bertil: Account) -> None:
    today = timezone.localdate()
    asked_about(ANNA, bertil, silence_statute="ETL 4:15", silent_until=today)
    asked_about(ANNA, bertil, silence_statute="ETL 4:16", silent_until=today - timedelta(days=1))

    [log] = told(anna)
    assert len(log.rows) == 1
    assert "ETL 4:16" in str(log.rows)
    copy = copied(subject_of(cards=[anna.pk]), language="en", at=NOON)
    with zipfile.ZipFile(io.BytesIO(copy)) as archive:
        everything = "".join(archive.read(name).decode() for name in archive.namelist())
    assert "ETL 4:15" not in everything
    assert "ETL 4:16" in everything


def test_a_silence_shows_neither_in_the_preview_nor_in_the_receipt(
    anna: Customer, bertil: Account
) -> None:
    asked_about(ANNA, bertil, silence_statute="ETL 4:15", silent_until=timezone.localdate())
    subject = subject_of(cards=[anna.pk])

    shown = str(preview(subject, at=NOON))
    receipt = erase(subject, at=NOON)

    assert "Disclosure" not in shown
    assert "Disclosure" not in f"{receipt.removed}{receipt.kept}"
    assert not Disclosure.objects.get().names_somebody


def test_an_erasure_leaves_the_evidence_and_names_nobody(
    anna: Customer, bertil: Account, gunilla: Account
) -> None:
    disclosure = asked_about(ANNA, bertil)
    by_two(disclosure, bertil, gunilla)

    erase(subject_of(cards=[anna.pk]), at=LATER)

    disclosure.refresh_from_db()
    assert (disclosure.about, disclosure.about_email) == (None, "")
    assert disclosure.statute == "Pakkokeinolaki 806/2011, 7 luku 2 §"
    assert disclosure.state == "approved"
    assert ANNA not in str(Disclosure.objects.values().get())
    with pytest.raises(Forgotten):
        fetch(disclosure_id=disclosure.pk, by=bertil, at=LATER)


def test_the_reference_to_the_person_goes_unasked_after_three_years(
    anna: Customer, bertil: Account
) -> None:
    disclosure = asked_about(ANNA, bertil)

    sweep(at=NOON + timedelta(days=3 * 365))
    disclosure.refresh_from_db()
    assert disclosure.about_email == ANNA
    sweep(at=NOON + timedelta(days=3 * 365 + 1))
    disclosure.refresh_from_db()
    assert not disclosure.names_somebody


@pytest.mark.django_db(transaction=True)
def test_two_who_fetch_at_once_get_one_package() -> None:
    card = member(ANNA)
    first, second = StaffFactory.create(), StaffFactory.create()
    disclosure = asked_about(card.email, first)
    by_two(disclosure, first, second)

    def fetching(by: Account) -> Callable[[], bytes]:
        return lambda: fetch(disclosure_id=disclosure.pk, by=by, at=LATER)

    results = at_once([fetching(each) for each in (first, second, first, second)])

    assert sum(isinstance(each, bytes) for each in results) == 1
    assert sum(isinstance(each, FetchedAlready) for each in results) == 3


@pytest.mark.django_db(transaction=True)
def test_one_person_who_approves_twice_at_once_is_one_person() -> None:
    card = member(ANNA)
    clerk = StaffFactory.create()
    disclosure = asked_about(card.email, clerk)

    results = at_once(
        [lambda: approve(disclosure_id=disclosure.pk, by=clerk, at=LATER) for _each in range(4)]
    )

    assert sum(isinstance(each, NotTwice) for each in results) == 3
    assert Disclosure.objects.get().state == "half"
