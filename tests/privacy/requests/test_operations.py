"""A request is asked by its person, answered in its time, and forgets who asked."""

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.db import DatabaseError, transaction
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from customers.models import Account, Customer
from orders.sales.models import Order
from privacy.base import Gone
from privacy.copies.models import DataCopy
from privacy.evidence import Erasure
from privacy.outbox.models import Letter
from privacy.requests.answering import (
    NeedsTheContact,
    TooLateToExtend,
    acknowledge,
    destroy,
    extend,
    plan,
    refuse,
    serve,
    settle,
)
from privacy.requests.asker import subject_of_asker
from privacy.requests.copying import answer_with_copy
from privacy.requests.ending import NotOpen, NotProved
from privacy.requests.letters import key_of
from privacy.requests.models import Request
from privacy.requests.operations import (
    AskedAlready,
    ask,
    ask_by_email,
    confirm,
    register,
    request_behind,
    vouch,
)
from privacy.requests.states import Channel, Identity, Kind, Refusal, State
from privacy.requests.upkeep import (
    discard_old,
    discard_unconfirmed,
    end_those_without_asker,
    raise_alarms,
    requests_are_late,
)
from privacy.restriction.models import is_restricted
from privacy.subject import subject_of
from privacy.sweep import sweep
from tests.conftest import NOON
from tests.privacy.lives import finish, login_of, member, order_of

pytestmark = pytest.mark.django_db

ANNA, CELIA = "anna@example.fi", "celia@example.fi"
A_YEAR_AGO = NOON - timedelta(days=366)


def asked_by(card: Customer, kind: Kind = Kind.ERASURE, at: datetime = NOON) -> Request:
    return ask(kind=kind, account_id=login_of(card).pk, said="", language="fi", at=at)


def asked_from(email: str, kind: Kind = Kind.ERASURE) -> Request:
    ask_by_email(kind=kind, email=email, said="", language="fi", at=NOON)
    return Request.objects.get(state=State.UNCONFIRMED, email=email)


def written_down(by: Account, kind: Kind = Kind.ERASURE, **facts: Any) -> Request:
    said: dict[str, Any] = {"email": ANNA, "channel": Channel.EMAIL, "received_at": NOON}
    return register(kind=kind, language="fi", by=by, at=NOON, **{**said, **facts})


# --- The clock


def test_the_clock_runs_a_month_from_receipt_not_from_typing_in(bertil: Account) -> None:
    came = NOON - timedelta(days=10)
    asked = written_down(bertil, received_at=came)

    assert asked.received_at == came
    assert asked.due_date == date(2026, 12, 14)  # the 13th is a Sunday


def test_the_time_is_extended_once_with_reasons_and_in_the_first_month(bertil: Account) -> None:
    asked = written_down(bertil)

    extend(asked, reason="Pyyntöjä on paljon.", at=NOON + timedelta(days=30))

    asked.refresh_from_db()
    assert asked.last_date == date(2027, 2, 23)
    letter = Letter.objects.get(kind="request_extended")
    assert "Pyyntöjä on paljon." in letter.text
    assert letter.reply_to == "gdpr@soluto.fi"
    with pytest.raises(TooLateToExtend):
        extend(asked, reason="Vielä.", at=NOON + timedelta(days=30))


def test_after_the_month_nothing_is_extended(bertil: Account) -> None:
    asked = written_down(bertil)
    with pytest.raises(TooLateToExtend):
        extend(asked, reason="Unohtui.", at=NOON + timedelta(days=31))
    assert not Letter.objects.filter(kind="request_extended").exists()


@pytest.mark.parametrize(
    "facts",
    [
        {"extended_until": date(2027, 2, 23), "extended_at": NOON, "extension_reason": ""},
        {
            "extended_until": date(2027, 2, 23),
            "extended_at": NOON + timedelta(days=31),
            "extension_reason": "x",
        },
        {"extended_until": date(2027, 4, 1), "extended_at": NOON, "extension_reason": "x"},
        {"state": State.REFUSED, "answered_at": NOON, "refusal": "others", "reason": "x"},
        {"state": State.REFUSED, "answered_at": NOON, "reason": "x", "remedies": "x"},
        {"state": State.DONE},
        {"answered_at": NOON},
        {"identity": Identity.VOUCHED},
        {"receipt": uuid4()},
    ],
)
def test_the_database_refuses_what_the_law_does_not_allow(
    bertil: Account, facts: dict[str, object]
) -> None:
    asked = written_down(bertil)
    with pytest.raises(DatabaseError), transaction.atomic():
        Request.objects.filter(pk=asked.pk).update(**facts)


def test_the_database_keeps_the_clock_and_the_states(bertil: Account) -> None:
    asked = written_down(bertil)
    for facts in ({"received_at": NOON + timedelta(days=1)}, {"due_date": date(2027, 1, 1)}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Request.objects.filter(pk=asked.pk).update(**facts)
    with pytest.raises(DatabaseError), transaction.atomic():
        asked.delete()
    refuse(asked, refusal=Refusal.UNFOUNDED, reason="Sama viikoittain.", by=bertil, at=NOON)
    with pytest.raises(DatabaseError), transaction.atomic():
        Request.objects.filter(pk=asked.pk).update(
            state=State.OPEN, answered_at=None, answered_by=None, refusal=""
        )


def test_alarms_come_at_a_half_three_quarters_and_nine_tenths(bertil: Account) -> None:
    written_down(bertil)  # due on 23 December, in thirty days
    told = []
    for days in range(32):
        at = NOON + timedelta(days=days)
        if raise_alarms(at=at):
            told.append(days)
        assert raise_alarms(at=at) == 0
        assert requests_are_late(at=at) == (days >= 23)

    assert told == [15, 23, 27]
    assert Letter.objects.filter(kind="request_alarm", to="gdpr@soluto.fi").count() == 3


# --- Who asks


def test_asking_twice_is_one_request() -> None:
    anna = member(ANNA)
    assert asked_by(anna).pk == asked_by(anna).pk
    assert asked_by(anna, Kind.OBJECTION).pk != asked_by(anna).pk


def test_an_address_is_asked_by_a_link_whether_or_not_it_is_known() -> None:
    order_of(None, ANNA)
    known, unknown = asked_from(ANNA), asked_from("nobody@example.fi")

    assert [known.state, unknown.state] == [State.UNCONFIRMED] * 2
    assert sorted(Letter.objects.values_list("to", flat=True)) == [ANNA, "nobody@example.fi"]
    assert Order.objects.get().email == ANNA


def test_a_stranger_causes_three_letters_an_hour_at_most() -> None:
    for _each in range(5):
        ask_by_email(kind=Kind.ERASURE, email=ANNA, said="", language="fi", at=NOON)
    assert Letter.objects.filter(to=ANNA).count() == 3
    ask_by_email(
        kind=Kind.ERASURE, email=ANNA, said="", language="fi", at=NOON + timedelta(minutes=61)
    )
    assert Letter.objects.filter(to=ANNA).count() == 4


def test_nothing_happens_before_the_link_is_followed(bertil: Account) -> None:
    order_of(None, ANNA)
    asked = asked_from(ANNA)

    assert serve(asked, at=NOON).state == State.UNCONFIRMED
    with pytest.raises(NotOpen):
        destroy(asked, by=bertil, at=NOON)
    with pytest.raises(NotOpen):
        refuse(asked, refusal=Refusal.LAW, reason="x", by=bertil, at=NOON)
    assert Order.objects.get().email == ANNA


def test_a_request_that_was_written_down_needs_a_proof(bertil: Account) -> None:
    order_of(None, ANNA)
    asked = written_down(bertil)
    with pytest.raises(NotProved):
        destroy(asked, by=bertil, at=NOON)
    assert serve(asked, at=NOON).is_open

    vouch(asked, note="Tiesi tilausnumeron.")
    asked.refresh_from_db()
    assert destroy(asked, by=bertil, at=NOON).state == State.PARTLY


def test_the_same_cannot_be_written_down_twice(bertil: Account) -> None:
    written_down(bertil)
    with pytest.raises(AskedAlready):
        written_down(bertil)
    assert Request.objects.count() == 1


def test_a_second_confirmed_request_is_the_first() -> None:
    first = confirm(asked_from(ANNA, Kind.OBJECTION), at=NOON)
    second = confirm(asked_from(ANNA, Kind.OBJECTION), at=NOON)
    assert second.pk == first.pk
    assert Request.objects.count() == 1


def test_what_nobody_confirmed_is_gone_after_a_day() -> None:
    asked = asked_from(ANNA)
    assert discard_unconfirmed(at=NOON + timedelta(hours=23)) == 0
    assert request_behind(key_of(asked), at=NOON) == asked
    assert discard_unconfirmed(at=NOON + timedelta(hours=24)) == 1
    assert request_behind(key_of(asked), at=NOON) is None


# --- How it is answered


def test_who_has_nothing_held_is_forgotten_at_once_and_told() -> None:
    anna, celia = member(ANNA), member(CELIA)
    account = login_of(anna)

    done = serve(asked_by(anna), at=NOON)

    assert done.state == State.DONE
    assert done.answered_by is None
    assert not Account.objects.filter(pk=account.pk).exists()
    assert Customer.objects.get() == celia
    letter = Letter.objects.get(kind="request_answer")
    assert letter.to == ANNA
    assert letter.is_answer
    assert Erasure.objects.get().pk == done.receipt
    assert Erasure.objects.get().number in letter.text
    assert (done.account_id, done.email, done.gone > 5, done.kept) == (None, "", True, 0)


def test_what_the_law_keeps_is_named_with_its_last_day() -> None:
    anna = member(ANNA)
    finish(order_of(anna, ANNA, at=A_YEAR_AGO), at=A_YEAR_AGO)

    done = serve(asked_by(anna), at=NOON)

    assert done.state == State.PARTLY
    assert done.refusal == Refusal.LAW
    letter = Letter.objects.get(kind="request_answer")
    assert "31.12.2031" in letter.text
    assert "tietosuoja.fi" in letter.text
    assert Order.objects.get().last_name == "Virtanen"
    assert Order.objects.get().email == ""


def test_an_open_order_is_for_the_contact_person(bertil: Account) -> None:
    anna = member(ANNA)
    order_of(anna, ANNA)

    asked = serve(asked_by(anna), at=NOON)

    assert asked.is_open
    assert Customer.objects.filter(pk=anna.pk).exists()
    assert Letter.objects.get().kind == "request_received"

    done = destroy(asked, by=bertil, at=NOON)

    assert (done.state, done.refusal) == (State.PARTLY, Refusal.CONTRACT)
    assert done.answered_by == bertil
    assert not Customer.objects.exists()
    assert Order.objects.get().email == ANNA


def test_what_a_contract_holds_is_not_let_go_without_the_contact_person() -> None:
    anna = member(ANNA)
    order_of(anna, ANNA)
    asked = asked_by(anna)

    with pytest.raises(NeedsTheContact):
        destroy(asked, at=NOON)

    assert Customer.objects.filter(pk=anna.pk).exists()
    assert not Erasure.objects.exists()
    assert not Letter.objects.exists()
    assert Request.objects.get().is_open


def test_each_open_order_is_named_with_what_it_waits_for() -> None:
    anna = member(ANNA)
    order, done = order_of(anna, ANNA), order_of(anna, ANNA, at=A_YEAR_AGO)
    finish(done, at=A_YEAR_AGO)
    fresh = finish(order_of(anna, ANNA), at=NOON)

    told = {each.matter.name: each for each in plan(asked_by(anna), at=NOON).obstacles}

    assert set(told) == {f"Tilaus {order.number}", f"Tilaus {fresh.number}"}
    waits = told[f"Tilaus {order.number}"]
    assert (waits.matter.address, waits.until) == (order.get_absolute_url(), None)
    assert told[f"Tilaus {fresh.number}"].until == date(2026, 12, 7)


def test_it_is_acknowledged_once() -> None:
    asked = asked_by(member(ANNA), Kind.OBJECTION)
    for _each in range(3):
        acknowledge(asked, at=NOON)
    assert Letter.objects.get().kind == "request_received"


def test_lo_05_a_copy_that_waits_is_not_queued_again() -> None:
    asked = asked_by(member(ANNA), Kind.ACCESS)
    for _each in range(50):
        serve(asked, at=NOON)
    assert ProcrastinateJob.objects.filter(task_name__endswith="make_requested_copy").count() == 1


def test_who_has_been_erased_meanwhile_asks_nothing_any_more() -> None:
    anna = member(ANNA)
    account = login_of(anna).pk
    serve(asked_by(anna), at=NOON)

    with pytest.raises(Gone):
        ask(kind=Kind.ERASURE, account_id=account, said="", language="fi", at=NOON)
    assert Request.objects.count() == 1


def test_a_mailbox_proves_the_account_under_it_and_no_other() -> None:
    anna, celia = member(ANNA), member(CELIA)
    EmailAddress.objects.create(user=login_of(celia), email=ANNA, verified=False)

    subject = subject_of_asker(confirm(asked_from(ANNA), at=NOON))

    assert subject.accounts == {login_of(anna).pk}
    assert subject.cards == {anna.pk}


def test_all_requests_of_a_person_end_with_the_erasure() -> None:
    anna = member(ANNA)
    other = asked_by(anna, Kind.OBJECTION)
    celias = asked_by(member(CELIA), Kind.OBJECTION)

    serve(asked_by(anna), at=NOON)

    other.refresh_from_db()
    celias.refresh_from_db()
    assert other.state == State.WITHDRAWN
    assert celias.is_open


def test_a_stale_request_brings_nobody_back(bertil: Account) -> None:
    order_of(None, ANNA)
    asked = confirm(asked_from(ANNA), at=NOON)
    stale = Request.objects.get(pk=asked.pk)
    destroy(asked, by=bertil, at=NOON)

    with pytest.raises(DatabaseError), transaction.atomic():
        stale.save()
    with pytest.raises(NotOpen):
        destroy(stale, by=bertil, at=NOON)
    assert Request.objects.get().email == ""
    assert Erasure.objects.count() == 1


def test_a_guest_gets_a_copy_by_mail_and_nobody_elses(settings: Settings, tmp_path: Path) -> None:
    settings.PRIVATE_ROOT = tmp_path
    order_of(None, ANNA)
    order_of(None, CELIA)
    asked = confirm(asked_from(ANNA, Kind.ACCESS), at=NOON)
    serve(asked, at=NOON)

    answer_with_copy(asked.pk, at=NOON)
    answer_with_copy(asked.pk, at=NOON)

    copy = DataCopy.objects.get()
    assert copy.request == asked
    assert Letter.objects.filter(kind="request_answer").count() == 1
    asked.refresh_from_db()
    assert asked.state == State.DONE
    assert copy.size > 1000


def test_a_refusal_tells_ground_reasons_and_remedies(bertil: Account) -> None:
    anna = member(ANNA)
    asked = asked_by(anna, Kind.RECTIFICATION)

    refuse(asked, refusal=Refusal.ACCURATE, reason="Nimi on oikein.", by=bertil, at=NOON)

    letter = Letter.objects.get(kind="request_answer")
    assert letter.to == ANNA
    assert "Nimi on oikein." in letter.text
    assert "tietosuoja@om.fi" in letter.text
    asked.refresh_from_db()
    assert (asked.state, asked.answered_by) == (State.REFUSED, bertil)


def test_a_restriction_begins_with_its_answer(bertil: Account) -> None:
    anna = member(ANNA)
    celia = member(CELIA)

    settle(
        asked_by(anna, Kind.RESTRICTION), words="Tietojasi vain säilytetään.", by=bertil, at=NOON
    )

    assert is_restricted(subject_of(cards=[anna.pk]))
    assert not is_restricted(subject_of(cards=[celia.pk]))


def test_who_asked_is_gone_the_night_after_the_answer_and_the_rest_after_three_years(
    bertil: Account,
) -> None:
    asked = written_down(bertil, name="Anna Virtanen", said="Poistakaa tietoni.")
    sweep(at=NOON + timedelta(days=20))
    asked.refresh_from_db()
    assert asked.email == ANNA

    refuse(asked, refusal=Refusal.NOT_IDENTIFIED, reason="Ei tunnistettu.", by=bertil, at=NOON)
    sweep(at=NOON + timedelta(days=1))

    asked.refresh_from_db()
    assert (asked.email, asked.name, asked.said, asked.reason) == ("", "", "", "")
    assert (asked.state, asked.refusal) == (State.REFUSED, Refusal.NOT_IDENTIFIED)
    assert discard_old(at=NOON + timedelta(days=3 * 365 - 1)) == 0
    assert discard_old(at=NOON + timedelta(days=3 * 365 + 1)) == 1


def test_requests_of_people_who_have_been_swept_away_end() -> None:
    asked = asked_by(member(ANNA), Kind.OBJECTION)
    assert end_those_without_asker(at=NOON) == 0
    Customer.objects.all().delete()
    Account.objects.all().delete()
    assert end_those_without_asker(at=NOON) == 1
    asked.refresh_from_db()
    assert asked.state == State.WITHDRAWN
