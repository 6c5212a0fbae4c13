"""The register of breaches: its clock, what the database keeps of it, and who is told."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import ProgrammingError
from django.test import Client
from django.utils import timezone, translation
from procrastinate.contrib.django.models import ProcrastinateJob

from customers.models import Account, Customer
from privacy.breaches.affected import Seen, add_affected
from privacy.breaches.clock import Clock, any_is_pressing
from privacy.breaches.models import Affected, Breach
from privacy.breaches.operations import (
    NotDone,
    NothingToTell,
    close_breach,
    open_breach,
    raise_alarms,
    tell_people,
    write_batch,
)
from privacy.breaches.tasks import watch_breaches, write_to_people
from privacy.erase import erase
from privacy.outbox.models import Letter
from privacy.subject import subject_of
from privacy.sweep import sweep
from soluto_shop.staff_groups import ensure_groups
from tests.conftest import NOON
from tests.doors import let_in, seen_by
from tests.privacy.lives import member, order_of
from tests.races import at_once

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
WORDS = {f"letter_{code}": f"Words in {code}." for code in ("fi", "sv", "en")}


@pytest.fixture
def breach() -> Breach:
    return open_breach(noticed_at=NOON, what="A laptop was stolen.")


@pytest.fixture
def high(breach: Breach) -> Breach:
    return said(breach, risk="high", risk_reasons="Addresses of customers", **WORDS)


def said(breach: Breach, **facts: Any) -> Breach:
    for name, value in facts.items():
        setattr(breach, name, value)
    breach.save()
    return breach


def concerns(breach: Breach, *people: Any) -> None:
    add_affected(breach, {each: Seen({"orders.Order"}, NOON, NOON) for each in people}, at=NOON)


# --- The clock


def test_the_authority_is_to_be_told_within_seventy_two_hours(breach: Breach) -> None:
    assert breach.due_at == NOON + 72 * HOUR
    assert breach.number == 1
    assert open_breach(noticed_at=NOON, what="Another").number == 2


def test_the_hours_are_a_setting(settings: Any) -> None:
    settings.BREACH_NOTICE_HOURS = 96

    assert open_breach(noticed_at=NOON, what="x").due_at == NOON + 96 * HOUR


@pytest.mark.parametrize(
    ("hours", "pressing", "words"),
    [
        (0, "", "72 hours left"),
        (35.9, "", "36 hours left"),
        (36, "half over", "36 hours left"),
        (71.9, "nearly over", "6 minutes left"),
        (73, "over", "over its time by 1 hour"),
    ],
)
def test_the_clock_runs(breach: Breach, hours: float, pressing: str, words: str) -> None:
    at = NOON + hours * HOUR
    assert any_is_pressing(at=at) is bool(pressing)
    with translation.override("en"):
        assert Clock.of(breach, at=at).words == words


@pytest.mark.parametrize(
    "stopped",
    [
        {"notified_at": NOON + HOUR},
        {"risk": "none", "risk_reasons": "It was encrypted."},
    ],
    ids=["notified", "no risk"],
)
def test_the_clock_stops(breach: Breach, stopped: dict[str, Any]) -> None:
    said(breach, **stopped)

    assert not any_is_pressing(at=NOON + 100 * HOUR)
    assert raise_alarms(at=NOON + 100 * HOUR) == []


def test_the_contact_person_hears_at_half_three_quarters_and_nine_tenths(breach: Breach) -> None:
    written = [len(raise_alarms(at=NOON + hours * HOUR)) for hours in range(80)]

    assert [hour for hour, count in enumerate(written) if count] == [36, 54, 65]
    assert {letter.to for letter in Letter.objects.all()} == {"gdpr@soluto.fi"}
    assert Letter.objects.count() == 3


def test_a_worker_that_was_away_writes_one_letter_for_all_it_missed(breach: Breach) -> None:
    [letter] = raise_alarms(at=NOON + 73 * HOUR)

    assert raise_alarms(at=NOON + 80 * HOUR) == []
    assert "1" in letter.subject


def test_duties_and_start_page_turn_red_and_the_worker_watches(
    client: Client, bertil: Account
) -> None:
    breach = open_breach(noticed_at=timezone.now() - 40 * HOUR, what="x")
    let_in(client, bertil)

    assert client.get("/healthz/duties").json()["breaches"] is False
    assert client.get("/healthz/duties").status_code == 503
    assert "supervisory authority" in client.get("/en/admin/").content.decode()
    watch_breaches(0)
    assert Letter.objects.get().kind == "breach_clock"

    said(breach, notified_at=timezone.now())
    assert client.get("/healthz/duties").json()["breaches"] is True
    assert "supervisory authority" not in client.get("/en/admin/").content.decode()


# --- What the database keeps


@pytest.mark.parametrize(
    "wrong",
    [
        {"notified_at": NOON + 73 * HOUR},
        {"notified_at": NOON - HOUR},
        {"risk": "risk"},
        {"what": ""},
        {"happened_from": NOON, "happened_until": NOON - HOUR},
        {"told_at": NOON},
        {"closed_at": NOON},
        {"closed_at": NOON, "risk": "risk", "risk_reasons": "x"},
        {"closed_at": NOON, "risk": "high", "risk_reasons": "x", "notified_at": NOON},
        {"due_at": NOON},
    ],
    ids="+".join,
)
def test_the_database_refuses(breach: Breach, wrong: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Breach.objects.update(**wrong)


def test_told_late_with_reasons_is_taken(breach: Breach) -> None:
    said(breach, notified_at=NOON + 73 * HOUR, delay_reasons="The worker was ill.")

    assert Breach.objects.get().delay_reasons


def test_no_breach_is_taken_away(breach: Breach) -> None:
    with pytest.raises(ProgrammingError), transaction.atomic():
        Breach.objects.all().delete()
    assert Breach.objects.get() == breach


def test_a_closed_breach_is_never_altered(breach: Breach, bertil: Account) -> None:
    said(breach, risk="none", risk_reasons="It was encrypted.", session_of=bertil)
    close_breach(breach, at=NOON)

    for change in ({"what": "Nothing"}, {"closed_at": None}, {"people": 5}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Breach.objects.update(**change)
    Breach.objects.update(what="A laptop was stolen.")
    Account.objects.filter(pk=bertil.pk).delete()
    assert Breach.objects.get().session_of is None


def test_a_breach_is_closed_when_all_is_done(high: Breach) -> None:
    with pytest.raises(NotDone) as left:
        close_breach(high, at=NOON)
    assert len(left.value.args) == 2

    said(high, notified_at=NOON + HOUR)
    with pytest.raises(NotDone):
        close_breach(high, at=NOON)
    said(high, untold_reasons="The data were encrypted (Article 34(3)(a)).")
    close_breach(high, at=NOON + 2 * HOUR)

    high.refresh_from_db()
    assert high.closed_at == NOON + 2 * HOUR
    close_breach(high, at=NOON + 3 * HOUR)
    high.refresh_from_db()
    assert high.closed_at == NOON + 2 * HOUR


# --- The people


def test_adding_the_same_twice_changes_nothing(breach: Breach) -> None:
    anna = member("anna@example.fi")
    concerns(breach, anna.pk)
    concerns(breach, anna.pk)

    assert (breach.people, breach.tables) == (1, {"orders.Order": 1})
    assert "orders" in breach.lines
    row = Affected.objects.get()
    add_affected(breach, {anna.pk: Seen({"privacy.Letter"}, NOON - HOUR, NOON - HOUR)}, at=NOON)
    row.refresh_from_db()
    assert row.tables == ["orders.Order", "privacy.Letter"]
    assert (row.first_at, row.last_at) == (NOON - HOUR, NOON)
    assert breach.tables == {"orders.Order": 1, "privacy.Letter": 1}


def test_a_person_is_forgotten_and_counted_still(breach: Breach) -> None:
    anna, celia = member("anna@example.fi"), member("celia@example.fi")
    concerns(breach, anna.pk, celia.pk)

    erase(subject_of(cards=[anna.pk]), at=NOON)

    assert [row.about for row in Affected.objects.all()] == [celia.pk]
    breach.refresh_from_db()
    assert (breach.people, breach.tables) == (2, {"orders.Order": 2})


def test_the_people_of_a_closed_breach_go_after_their_time(breach: Breach) -> None:
    anna = member("anna@example.fi")
    concerns(breach, anna.pk)
    late = NOON + timedelta(days=800)

    sweep(at=late)
    assert Affected.objects.count() == 1
    breach.refresh_from_db()
    said(breach, risk="none", risk_reasons="Nobody saw it.")
    close_breach(breach, at=NOON)
    sweep(at=NOON + timedelta(days=730))
    assert Affected.objects.count() == 1
    sweep(at=NOON + timedelta(days=731))

    assert not Affected.objects.exists()
    breach.refresh_from_db()
    assert breach.people == 1


@pytest.mark.parametrize("lacking", [{"risk": "risk"}, {"letter_sv": ""}], ids=["risk", "words"])
def test_nobody_is_written_to_without_a_high_risk_and_words(
    high: Breach, lacking: dict[str, str]
) -> None:
    concerns(high, member("anna@example.fi").pk)
    said(high, **lacking)

    with pytest.raises(NothingToTell):
        tell_people(high, at=NOON)

    assert not Affected.objects.filter(chosen_at__isnull=False).exists()
    assert not Letter.objects.exists()


def people_of(high: Breach) -> dict[str, Customer]:
    anna = member("anna@example.fi", language="sv")
    bea = order_of(None, "bea@example.fi", language="en")
    again = order_of(None, "bea@example.fi", language="en")
    typed = order_of(None, "anna@example.fi")
    concerns(high, anna.pk, bea.pk, again.pk, typed.pk)
    return {"anna": anna}


def test_each_mailbox_gets_one_letter_in_its_language(high: Breach) -> None:
    people_of(high)

    assert tell_people(high, at=NOON) == 2
    assert tell_people(high, at=NOON) == 0
    assert write_batch(high, at=NOON) == 2
    assert write_batch(high, at=NOON) == 0

    letters = {letter.to: letter for letter in Letter.objects.all()}
    assert set(letters) == {"anna@example.fi", "bea@example.fi"}
    assert "Words in sv." in letters["anna@example.fi"].text
    assert "Words in en." in letters["bea@example.fi"].text
    for letter in letters.values():
        assert "gdpr@soluto.fi" in letter.text
        assert letter.reply_to == "gdpr@soluto.fi"
        assert letter.about is not None
    high.refresh_from_db()
    assert high.told_at == NOON


def test_whoever_is_found_later_is_told_later_and_nobody_twice(high: Breach) -> None:
    anna, celia = member("anna@example.fi"), member("celia@example.fi")
    concerns(high, anna.pk)
    tell_people(high, at=NOON)
    write_batch(high, at=NOON)
    concerns(high, anna.pk, celia.pk)

    assert tell_people(high, at=NOON + HOUR) == 1
    write_batch(high, at=NOON + HOUR)

    assert sorted(Letter.objects.values_list("to", flat=True)) == [
        "anna@example.fi",
        "celia@example.fi",
    ]
    high.refresh_from_db()
    assert high.told_at == NOON


def test_the_letters_are_written_in_batches_by_jobs(
    high: Breach, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("privacy.breaches.operations.BATCH", 2)
    concerns(high, *(member(f"anna{n}@example.fi").pk for n in range(3)))
    tell_people(high, at=NOON)

    write_to_people(breach_id=str(high.pk))
    assert Letter.objects.count() == 2
    job = ProcrastinateJob.objects.get(task_name__endswith="write_to_people")
    assert job.args == {"breach_id": str(high.pk)}
    write_to_people(breach_id=str(high.pk))

    assert Letter.objects.count() == 3
    write_to_people(breach_id=str(high.pk))
    assert Letter.objects.count() == 3


@pytest.mark.django_db(transaction=True)
def test_two_clicks_and_three_workers_at_once_write_to_nobody_twice(high: Breach) -> None:
    concerns(high, *(member(f"anna{n}@example.fi").pk for n in range(12)))

    chosen = at_once([lambda: tell_people(high, at=NOON)] * 2)
    looked_at = at_once([lambda: write_batch(high, at=NOON)] * 3)

    assert sorted(map(str, chosen)) == ["0", "12"]
    assert sum(count for count in looked_at if isinstance(count, int)) == 12
    assert Letter.objects.count() == 12
    assert len(set(Letter.objects.values_list("to", flat=True))) == 12


@pytest.mark.django_db(transaction=True)
def test_breaches_noted_at_once_get_numbers_of_their_own() -> None:
    at_once([lambda: open_breach(noticed_at=NOON, what="x")] * 5)

    assert sorted(Breach.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5]


def test_who_is_forgotten_before_the_letter_gets_none(high: Breach) -> None:
    anna, celia = member("anna@example.fi"), member("celia@example.fi")
    concerns(high, anna.pk, celia.pk)
    tell_people(high, at=NOON)
    erase(subject_of(cards=[anna.pk]), at=NOON)

    write_batch(high, at=NOON)

    assert Letter.objects.get().to == "celia@example.fi"


def test_the_person_reads_that_a_breach_concerns_them(high: Breach) -> None:
    ensure_groups()
    anna, celia = member("anna@example.fi"), member("celia@example.fi")
    concerns(high, anna.pk)

    annas = seen_by(anna).get("/en/account/own-data/").content.decode()
    celias = seen_by(celia).get("/en/account/own-data/").content.decode()

    assert "Security breaches that concern your data" in annas
    assert "Security breaches that concern your data" not in celias
