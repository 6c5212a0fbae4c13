"""The contact person's desk: what it shows, what it lets be done, and by whom alone."""

import io
import re
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from axes.models import AccessLog
from django.contrib.admin.models import LogEntry
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from customers.grants.roles import OWNER
from customers.models import Account, Customer
from privacy.contact import may_answer
from privacy.copies.models import DataCopy
from privacy.duties import sweep_tonight
from privacy.erase import erase
from privacy.evidence import Erasure
from privacy.numbers import keys_spoken, spoken
from privacy.outbox.models import Letter
from privacy.outbox.operations import post
from privacy.outbox.paper import blocks
from privacy.outbox.tasks import send_letter
from privacy.requests.answering import withdraw
from privacy.requests.models import Request
from privacy.requests.operations import ask, register, vouch
from privacy.requests.states import GROUNDS, Channel, Identity, Kind, Refusal, State
from privacy.requests.steps import Step, steps_of
from privacy.restriction.models import Restriction, is_restricted
from privacy.restriction.operations import NotTold, lift, restrict
from privacy.subject import subject_of
from privacy.sweep import sweep
from soluto_shop.staff_groups import GDPR_CONTACT, GROUPS, ensure_groups
from tests.doors import let_in
from tests.factories import StaffFactory, give_access
from tests.privacy.lives import finish, login_of, member, order_of
from tests.races import at_once

pytestmark = pytest.mark.django_db

ANNA, CELIA = "anna@example.fi", "celia@example.fi"
QUEUE = "/admin/privacy/request/"
ADD = "/admin/privacy/request/add/"
HETU = "131052-308T"


def staff(group: str, **facts: Any) -> Account:
    ensure_groups()
    return StaffFactory.create(is_superuser=False, role=group, **facts)


@pytest.fixture
def gunilla() -> Account:
    """Gunilla answers what people ask."""
    return staff(GDPR_CONTACT, full_name="Gunilla Gård")


@pytest.fixture
def desk(gunilla: Account) -> Client:
    return let_in(Client(), gunilla)


@pytest.fixture(autouse=True)
def place(settings: Any, tmp_path: Path) -> None:
    settings.PRIVATE_ROOT = tmp_path / "private"


def now() -> datetime:
    return timezone.now()


def asked_by(card: Customer, kind: Kind = Kind.ERASURE, said: str = "") -> Request:
    return ask(kind=kind, account_id=login_of(card).pk, said=said, language="fi", at=now())


def written_down(by: Account, kind: Kind = Kind.ERASURE, **facts: Any) -> Request:
    said: dict[str, Any] = {
        "email": ANNA,
        "channel": Channel.LETTER,
        "received_at": now(),
        "language": "fi",
    }
    return register(kind=kind, by=by, at=now(), **{**said, **facts})


def page(asked: Request) -> str:
    return reverse("admin:privacy_request_change", args=[asked.pk])


def step_at(asked: Request, step: Step) -> str:
    return reverse("admin:privacy_request_step", args=[asked.pk, step.value])


def take(desk: Client, asked: Request, step: Step, **said: str) -> list[str]:
    """Take a step, with the letter looked at; give what was told."""
    answer = desk.post(step_at(asked, step), {"send": "yes", **said}, follow=True)
    asked.refresh_from_db()
    return [str(message) for message in answer.context["messages"]]


def typed(**changed: Any) -> dict[str, Any]:
    said = {
        "kind": "erasure",
        "channel": "letter",
        "received_date": timezone.localdate().isoformat(),
        "received_time": "",
        "language": "fi",
        "name": "Anna Virtanen",
        "email": ANNA,
        "postal_address": "",
        "card": "",
        "said": "Poistakaa tietoni.",
    }
    return said | changed


# --- Who


def test_only_the_contact_person_sees_the_desk() -> None:
    asked = written_down(staff(GDPR_CONTACT))
    for group in sorted(set(GROUPS) - {GDPR_CONTACT, OWNER}):
        client = let_in(Client(), staff(group))
        addresses = [QUEUE, ADD, page(asked), step_at(asked, Step.REFUSE)]

        assert {address: client.get(address).status_code for address in addresses} == dict.fromkeys(
            addresses, 403
        )
        assert QUEUE not in client.get("/admin/").content.decode()
    assert Client().get(QUEUE).status_code == 302


def test_a_superuser_looks_and_answers_nothing_by_rank(bertil: Account) -> None:
    anna = member(ANNA)
    order_of(anna, ANNA)
    asked = asked_by(anna)
    client = let_in(Client(), bertil)

    shown = client.get(page(asked))
    refused = [
        client.post(step_at(asked, step), {"send": "yes", "read": "on", "reason": "x"}).status_code
        for step in Step
    ]

    assert shown.status_code == 200
    assert shown.context["steps"] == []
    assert set(refused) == {403}
    assert client.get(ADD).status_code == 403
    asked.refresh_from_db()
    assert asked.is_open
    assert Customer.objects.filter(pk=anna.pk).exists()


def test_the_permission_counts_where_it_was_given(bertil: Account, gunilla: Account) -> None:
    assert may_answer(gunilla)
    assert not may_answer(bertil)
    give_access(bertil, GDPR_CONTACT)
    assert may_answer(Account.objects.get(pk=bertil.pk))
    bertil.is_active = False
    bertil.save()
    assert not may_answer(Account.objects.get(pk=bertil.pk))


def test_answers_in_the_mailbox_are_for_those_who_see_the_requests(desk: Client) -> None:
    answer = post(
        to=ANNA, language="fi", kind="x", subject="Vastaus", text="x", at=now(), is_answer=True
    )
    post(to=ANNA, language="fi", kind="x", subject="Tilaus", text="x", at=now())
    mailbox = "/admin/privacy/letter/"

    packer = let_in(Client(), staff("orders"))

    assert "Vastaus" in desk.get(mailbox).content.decode()
    assert "Vastaus" not in packer.get(mailbox).content.decode()
    assert "Tilaus" in packer.get(mailbox).content.decode()
    assert packer.get(f"{mailbox}{answer.pk}/html/").status_code == 404


# --- The queue


def test_the_queue_begins_with_what_is_overdue(desk: Client, gunilla: Account) -> None:
    late = written_down(gunilla, received_at=now() - timedelta(days=60), email="late@example.fi")
    fresh = written_down(gunilla, email="fresh@example.fi")
    soon = written_down(gunilla, received_at=now() - timedelta(days=25), email="soon@example.fi")
    done = written_down(gunilla, email="done@example.fi")
    withdraw(done, at=now())

    shown = desk.get(QUEUE)

    assert [asked.pk for asked in shown.context["cl"].result_list] == [late.pk, soon.pk, fresh.pk]
    text = shown.content.decode()
    assert [f"due-{level}" in text for level in ("late", "soon", "calm")] == [True] * 3
    assert "Myöhässä" in text
    overdue = desk.get(QUEUE, {"state": "overdue"}).context["cl"].result_list
    assert [asked.pk for asked in overdue] == [late.pk]
    answered = desk.get(QUEUE, {"state": "answered"}).context["cl"].result_list
    assert [asked.pk for asked in answered] == [done.pk]


def test_a_request_is_found_by_its_number_and_by_a_whole_address(
    desk: Client, gunilla: Account
) -> None:
    mine = written_down(gunilla)
    signed_in = asked_by(member("doris@example.fi"), Kind.ACCESS)
    other = written_down(gunilla, email=CELIA)
    withdraw(other, at=now())

    def found(words: str) -> list[Any]:
        return [asked.pk for asked in desk.get(QUEUE, {"q": words}).context["cl"].result_list]

    assert found(mine.number) == [mine.pk]
    assert found(other.number.lower().replace("-", "")) == [other.pk]
    assert found("Anna@Example.fi ") == [mine.pk]
    assert found("doris@example.fi") == [signed_in.pk]
    assert found("anna@example") == []
    assert found("Virtanen") == []


def test_a_number_names_its_keys_and_no_others() -> None:
    for key in [Request().pk for _each in range(50)]:
        keys = keys_spoken(spoken(key))
        assert keys is not None
        first, last = keys
        assert first <= key <= last
        assert spoken(first) == spoken(last) == spoken(key)
    assert [keys_spoken(words) for words in ("", "ABC", "ABCD-EFG1", "ABCDEFGHI")] == [None] * 4


def test_an_empty_queue_says_so(desk: Client) -> None:
    shown = desk.get(QUEUE).content.decode()
    assert "Täällä ei odota mikään" in shown
    assert "Mikään pyyntö" in desk.get(QUEUE, {"q": "ABCD-EFGH"}).content.decode()


def test_the_queue_asks_the_same_of_the_database_however_long(
    desk: Client, gunilla: Account
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(QUEUE).status_code == 200
        return len(captured)

    asked_by(member("eka@example.fi"))
    written_down(gunilla)
    queries()
    few = queries()
    for n in range(20):
        asked_by(member(f"jono{n}@example.fi"))
        written_down(gunilla, email=f"kirje{n}@example.fi")

    assert queries() == few


# --- Writing one down


def test_a_letter_is_written_down_and_its_clock_runs_from_receipt(
    desk: Client, gunilla: Account
) -> None:
    card = member(ANNA)
    came = timezone.localdate() - timedelta(days=12)

    answer = desk.post(
        ADD, typed(received_date=came.isoformat(), received_time="09:30", card=str(card.pk))
    )

    asked = Request.objects.get()
    assert answer["Location"] == page(asked)
    assert timezone.localtime(asked.received_at).strftime("%H:%M") == "09:30"
    assert timezone.localdate(asked.received_at) == came
    assert asked.due_date < timezone.localdate() + timedelta(days=24)
    assert (asked.registered_by, asked.card, asked.email) == (gunilla, card, ANNA)
    assert (asked.state, asked.identity) == (State.OPEN, Identity.UNKNOWN)
    assert Letter.objects.get().kind == "request_received"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"received_date": "2999-01-01"}, "received_date"),
        ({"received_time": "23:59:59"}, "received_time"),
        ({"kind": ""}, "kind"),
        ({"channel": "signed_in"}, "channel"),
        ({"channel": "link"}, "channel"),
        ({"email": "anna"}, "email"),
        ({"said": f"Olen {HETU}."}, "said"),
        ({"name": f"Anna {HETU}"}, "name"),
        ({"postal_address": f"Katu 1, {HETU}"}, "postal_address"),
        ({"email": ""}, "__all__"),
        ({"card": "00000000-0000-0000-0000-000000000000"}, "card"),
    ],
)
def test_what_cannot_be_is_told_beside_its_field_and_nothing_typed_is_lost(
    gunilla: Account, changed: dict[str, str], field: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    noon = timezone.localtime().replace(hour=12)
    monkeypatch.setattr("django.utils.timezone.now", lambda: noon)
    desk = let_in(Client(), gunilla)  # at noon too: a visit of the staff does not last long

    answer = desk.post(ADD, typed(**changed))

    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == [field]
    assert not Request.objects.exists()
    if field != "said":
        assert "Poistakaa tietoni." in answer.content.decode()


def test_no_field_asks_for_a_document(desk: Client) -> None:
    form = desk.get(ADD).context["form"]
    assert list(form.fields) == list(typed())
    assert "henkilöllisyystodistusta" in str(form.fields["said"].help_text)
    assert 'type="file"' not in desk.get(ADD).content.decode()


def test_what_is_asked_already_is_told_in_words(desk: Client, gunilla: Account) -> None:
    written_down(gunilla)

    answer = desk.post(ADD, typed())

    assert list(answer.context["form"].errors) == ["email"]
    assert "Poistakaa tietoni." in answer.content.decode()
    assert Request.objects.count() == 1


def test_the_card_is_looked_for_by_the_contact_person_alone(desk: Client) -> None:
    card = member(ANNA)
    where = "/admin/autocomplete/"
    what = {"app_label": "privacy", "model_name": "request", "field_name": "card", "term": ANNA}

    found = desk.get(where, what).json()["results"]

    assert [each["id"] for each in found] == [str(card.pk)]
    assert let_in(Client(), staff("catalogue")).get(where, what).status_code == 403


# --- One request


def test_the_page_shows_the_three_lists_with_ground_matter_and_day(desk: Client) -> None:
    anna = member(ANNA)
    long_ago = datetime(2025, 11, 20, 10, tzinfo=timezone.get_current_timezone())
    finish(order_of(anna, ANNA, at=long_ago), at=long_ago)
    order_of(anna, ANNA)

    shown = desk.get(page(asked_by(anna)))

    plan = shown.context["plan"]
    assert [bool(part) for part in (plan.goes_now, plan.goes_later, plan.stays_by_law)] == [
        True,
        True,
        True,
    ]
    text = shown.content.decode()
    assert "Sopimus" in text
    assert "Laki" in text
    assert "31.12.2031" in text
    assert "päivä on vielä avoin" in text.lower()


def test_the_page_counts_what_a_copy_would_hold(desk: Client) -> None:
    anna = member(ANNA)
    shown = desk.get(page(asked_by(anna, Kind.ACCESS)))
    assert shown.context["held"].tables >= 3
    assert shown.context["held"].values > shown.context["held"].tables


def test_a_rectification_leads_to_the_rows(desk: Client) -> None:
    anna = member(ANNA)
    celia = member(CELIA)
    order = order_of(anna, ANNA)
    AccessLog.objects.create(username=ANNA, attempt_time=now())
    asked = asked_by(anna, Kind.RECTIFICATION, said="Nimeni on Anna Laine.")

    text = desk.get(page(asked)).content.decode()

    assert "Access Log" not in text
    assert f">Asiakas {date_format(localtime(anna.created_at), 'SHORT_DATE_FORMAT')}</a>" in text
    assert f">{order.number}</a>" in text

    assert "Nimeni on Anna Laine." in text
    assert f"/admin/customers/customer/{anna.pk}/change/" in text
    assert f"/admin/orders/order/{order.pk}/change/" in text
    assert str(celia.pk) not in text


def test_the_page_tells_what_has_happened(desk: Client, gunilla: Account) -> None:
    asked = written_down(gunilla, received_at=now() - timedelta(days=3))
    take(desk, asked, Step.LINK)
    take(desk, asked, Step.EXTEND, reason="Pyyntöjä on paljon.")
    take(desk, asked, Step.VOUCH, note="Tiesi tilausnumeron.")
    take(desk, asked, Step.WITHDRAW)

    told = desk.get(page(asked)).context["history"]
    logged = LogEntry.objects.filter(object_id=str(asked.pk), user=gunilla)

    assert sorted(logged.values_list("change_message", flat=True)) == [
        "extend",
        "link",
        "vouch",
        "withdraw",
    ]
    assert len(told) == 5
    assert [each.at for each in told] == sorted(each.at for each in told)
    assert "Gunilla Gård" in told[0].by
    assert told[-1].by == "Gunilla Gård"


@pytest.mark.parametrize(
    ("kind", "facts", "offered"),
    [
        (Kind.ERASURE, {}, {"link", "vouch", "extend", "refuse", "withdraw", "who"}),
        (
            Kind.ERASURE,
            {"email": "", "name": "A"},
            {"vouch", "extend", "refuse", "withdraw", "who"},
        ),
        (Kind.ERASURE, {"proved": True}, {"extend", "destroy", "refuse", "withdraw", "who"}),
        (Kind.ACCESS, {"proved": True}, {"extend", "copy", "part", "refuse", "withdraw", "who"}),
        (
            Kind.ACCESS,
            {"proved": True, "email": "", "postal_address": "Katu 1"},
            {"extend", "print", "part", "refuse", "withdraw", "who"},
        ),
        (
            Kind.OBJECTION,
            {"proved": True},
            {"extend", "restrict", "settle", "part", "refuse", "withdraw", "who"},
        ),
        (
            Kind.RESTRICTION,
            {"proved": True},
            {"extend", "settle", "part", "refuse", "withdraw", "who"},
        ),
        (
            Kind.RECTIFICATION,
            {"proved": True},
            {"extend", "settle", "part", "refuse", "withdraw", "who"},
        ),
    ],
)
def test_only_permitted_steps_are_offered(
    desk: Client, gunilla: Account, kind: Kind, facts: dict[str, Any], offered: set[str]
) -> None:
    said = {name: value for name, value in facts.items() if name != "proved"}
    asked = written_down(gunilla, kind, **said)
    if "proved" in facts:
        vouch(asked, note="Tiesi tilausnumeron.")
        asked.refresh_from_db()

    shown = desk.get(page(asked))

    assert {step.value for step in shown.context["steps"]} == offered
    for step in Step:
        status = desk.get(step_at(asked, step)).status_code
        assert status == (200 if step.value in offered else 302), step


def test_who_asks_is_corrected_and_has_to_be_proved_anew(desk: Client, gunilla: Account) -> None:
    anna = member(ANNA)
    asked = written_down(gunilla, email="", name="A. Virtanen", postal_address="Katu 1")
    take(desk, asked, Step.VOUCH, note="Tiesi tilausnumeron.")
    assert desk.get(page(asked)).context["is_nobody"]

    said = {"name": "Anna Virtanen", "email": "", "postal_address": "Katu 1", "card": str(anna.pk)}
    take(desk, asked, Step.WHO, **said)

    assert (asked.name, asked.card, asked.identity) == ("Anna Virtanen", anna, Identity.UNKNOWN)
    assert (asked.identity_note, asked.proved_at) == ("", None)
    assert Step.DESTROY not in steps_of(asked, at=now())
    assert not desk.get(page(asked)).context["is_nobody"]

    written_down(gunilla)
    [told] = take(desk, asked, Step.WHO, **{**said, "email": ANNA})
    assert "jo pyydetty" in told
    assert asked.email == ""


def test_who_signed_in_is_not_corrected(desk: Client) -> None:
    asked = asked_by(member(ANNA), Kind.OBJECTION)
    assert Step.WHO not in steps_of(asked, at=now())
    assert desk.get(step_at(asked, Step.WHO)).status_code == 302


def test_after_the_month_no_extension_is_offered_and_after_the_answer_nothing(
    gunilla: Account,
) -> None:
    asked = written_down(gunilla, received_at=now() - timedelta(days=50))
    assert Step.EXTEND not in steps_of(asked, at=now())
    withdraw(asked, at=now())
    asked.refresh_from_db()
    assert steps_of(asked, at=now()) == []


# --- Steps


def test_each_step_says_what_it_does_before_it_does_anything(
    desk: Client, gunilla: Account
) -> None:
    asked = written_down(gunilla, Kind.OBJECTION)
    vouch(asked, note="Tiesi tilausnumeron.")
    before = Request.objects.values().get()
    for step in steps_of(Request.objects.get(), at=now()):
        text = desk.get(step_at(asked, step)).content.decode()
        assert step.explanation in text.replace("&#x27;", "'")
    assert Request.objects.values().get() == before
    assert not Letter.objects.filter(kind="request_answer").exists()


def test_an_erasure_is_carried_out_once_its_lists_were_read(desk: Client, gunilla: Account) -> None:
    anna = member(ANNA)
    order_of(anna, ANNA)
    asked = asked_by(anna)

    shown = desk.get(step_at(asked, Step.DESTROY))
    assert "annettu" not in shown.context["letter"].text
    assert shown.context["letter"].text.count("- ") >= 2
    desk.post(step_at(asked, Step.DESTROY), {"words": "Terveisin"})
    assert Customer.objects.filter(pk=anna.pk).exists()

    take(desk, asked, Step.DESTROY, read="on", words="Kiitos tilauksestasi.")

    assert (asked.state, asked.refusal, asked.answered_by) == (
        State.PARTLY,
        Refusal.CONTRACT,
        gunilla,
    )
    assert not Customer.objects.filter(pk=anna.pk).exists()
    letter = Letter.objects.get(kind="request_answer")
    assert letter.to == ANNA
    assert "Kiitos tilauksestasi." in letter.text
    after = desk.get(page(asked))
    receipt = Erasure.objects.get()
    assert receipt.number in after.content.decode()
    assert reverse("admin:privacy_erasure_change", args=[receipt.pk]) in after.content.decode()


def test_a_refusal_without_ground_reasons_or_remedies_is_not_sent(
    desk: Client, gunilla: Account
) -> None:
    asked = written_down(gunilla)
    whole = {"refusal": "not_identified", "reason": "Emme tunnistaneet.", "complaint": "Valita."}
    for missing in whole:
        answer = desk.post(step_at(asked, Step.REFUSE), {**whole, "send": "yes", missing: " "})
        assert list(answer.context["form"].errors) == [missing]
        for kept in set(whole) - {missing}:
            assert whole[kept] in answer.content.decode()
    asked.refresh_from_db()
    assert asked.is_open

    with pytest.raises(DatabaseError), transaction.atomic():
        Request.objects.filter(pk=asked.pk).update(
            state=State.REFUSED, answered_at=now(), refusal="unfounded", reason="x", remedies=""
        )
    take(desk, asked, Step.REFUSE, **whole)
    assert (asked.state, asked.remedies) == (State.REFUSED, "Valita.")
    assert "Valita." in Letter.objects.get(kind="request_answer").text


def test_remedies_and_words_stand_there_in_the_persons_language(
    desk: Client, gunilla: Account
) -> None:
    asked = written_down(gunilla, Kind.RECTIFICATION, language="sv")
    vouch(asked, note="Tiesi tilausnumeron.")

    refusal = desk.get(step_at(asked, Step.REFUSE)).context["form"]
    answer = desk.get(step_at(asked, Step.SETTLE)).context["form"]

    assert "dataombudsmannens byrå" in refusal["complaint"].value()
    assert refusal.fields["complaint"].widget.attrs["lang"] == "sv"
    assert "ruotsi" in str(refusal.fields["reason"].help_text).lower()
    assert "Vi har rättat" in answer["words"].value()


def test_grounds_are_those_of_the_article(desk: Client, gunilla: Account) -> None:
    for kind in Kind:
        asked = written_down(gunilla, kind)
        form = desk.get(step_at(asked, Step.REFUSE)).context["form"]
        offered = [value for value, _words in form.fields["refusal"].choices if value]
        assert offered == [ground.value for ground in GROUNDS[kind]]
    answer = desk.post(
        step_at(asked, Step.REFUSE), {"refusal": "accurate", "reason": "x", "complaint": "x"}
    )
    assert list(answer.context["form"].errors) == ["refusal"]


def test_the_letter_is_looked_at_before_it_is_sent(desk: Client, gunilla: Account) -> None:
    asked = written_down(gunilla, language="sv")
    said = {"refusal": "unfounded", "reason": "Samma varje vecka.", "complaint": "Klaga här."}

    shown = desk.post(step_at(asked, Step.REFUSE), {**said, "look": "yes"})

    letter = shown.context["letter"]
    assert "Samma varje vecka." in letter.text
    assert "Klaga här." in letter.text
    assert 'lang="sv"' in shown.content.decode()
    assert not Letter.objects.filter(kind="request_answer").exists()

    take(desk, asked, Step.REFUSE, **said)

    sent = Letter.objects.get(kind="request_answer")
    assert (sent.subject, sent.text, sent.language) == (letter.subject, letter.text, "sv")


def test_a_part_is_done_and_the_rest_is_given_reasons_for(desk: Client) -> None:
    asked = asked_by(member(ANNA), Kind.RECTIFICATION)

    take(
        desk,
        asked,
        Step.PART,
        words="Nimi on korjattu.",
        refusal="law",
        reason="Lasku säilyy.",
        complaint="Valita.",
    )

    text = Letter.objects.get(kind="request_answer").text
    assert [words in text for words in ("Nimi on korjattu.", "Lasku säilyy.", "Valita.")] == [
        True
    ] * 3
    assert (asked.state, asked.refusal) == (State.PARTLY, Refusal.LAW)


@pytest.mark.parametrize("step", [Step.VOUCH, Step.EXTEND, Step.REFUSE])
def test_no_identity_code_is_written_into_a_step(
    desk: Client, gunilla: Account, step: Step
) -> None:
    asked = written_down(gunilla)
    said = {"note": HETU, "reason": HETU, "refusal": "unfounded", "complaint": "x", "send": "yes"}

    answer = desk.post(step_at(asked, step), said)

    assert answer.status_code == 200
    assert list(answer.context["form"].errors) == ["note" if step == Step.VOUCH else "reason"]
    asked.refresh_from_db()
    assert (asked.is_open, asked.identity_note, asked.extended_at) == (True, "", None)


def test_two_answers_at_once_are_one(desk: Client, gunilla: Account) -> None:
    asked = asked_by(member(ANNA), Kind.OBJECTION)
    said = {"refusal": "compelling", "reason": "Painavampi.", "complaint": "Valita."}
    take(desk, asked, Step.REFUSE, **said)

    [told] = take(desk, asked, Step.REFUSE, **said)

    assert "tällä välin" in told
    assert Letter.objects.filter(kind="request_answer").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_contact_persons_at_the_same_moment_send_one_answer() -> None:
    asked = asked_by(member(ANNA), Kind.OBJECTION)
    desks = [let_in(Client(), staff(GDPR_CONTACT)) for _each in range(4)]
    said = {"refusal": "compelling", "reason": "Painavampi.", "complaint": "Valita.", "send": "y"}

    def refuse_with(desk: Client) -> Callable[[], int]:
        return lambda: desk.post(step_at(asked, Step.REFUSE), said).status_code

    assert at_once([refuse_with(desk) for desk in desks]) == [302] * 4
    assert Letter.objects.filter(kind="request_answer").count() == 1
    asked.refresh_from_db()
    assert asked.state == State.REFUSED


def test_a_request_that_is_answered_while_the_page_stands_open(
    desk: Client, gunilla: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = asked_by(member(ANNA), Kind.OBJECTION)
    withdraw(asked, at=now())
    monkeypatch.setattr("privacy.requests.admin.steps_of", lambda *_args, **_more: list(Step))

    [told] = take(desk, asked, Step.SETTLE, words="Valmis.")

    assert "tällä välin" in told
    assert not Letter.objects.filter(kind="request_answer").exists()
    asked.refresh_from_db()
    assert asked.state == State.WITHDRAWN


def test_a_request_whose_person_was_erased_meanwhile_says_so(desk: Client) -> None:
    anna = member(ANNA)
    asked = asked_by(anna, Kind.OBJECTION)
    erase(subject_of(cards=[anna.pk]), at=now())

    shown = desk.get(page(asked))

    assert shown.context["steps"] == []
    assert "errornote" in shown.content.decode()
    assert desk.get(step_at(asked, Step.REFUSE)).status_code == 302


def test_who_asked_is_forgotten_in_the_night_and_the_page_still_opens(
    desk: Client, gunilla: Account
) -> None:
    asked = written_down(gunilla, name="Anna Virtanen")
    take(desk, asked, Step.REFUSE, refusal="unfounded", reason="Ei.", complaint="Valita.")
    assert "Anna Virtanen" in desk.get(page(asked)).content.decode()

    sweep(at=now() + timedelta(days=1))

    # The visit has gone in the same night, and somebody signs in anew.
    text = let_in(Client(), staff(GDPR_CONTACT)).get(page(asked)).content.decode()
    assert "Anna Virtanen" not in text
    assert asked.number in text


# --- Restriction and objection


def test_an_objection_is_restricted_while_it_is_weighed(desk: Client) -> None:
    anna = member(ANNA)
    asked = asked_by(anna, Kind.OBJECTION)

    take(desk, asked, Step.RESTRICT)

    assert asked.is_open
    found = Restriction.objects.get(card=anna)
    assert found.reason == Restriction.Reason.OBJECTION
    assert reverse("admin:privacy_restriction_change", args=[found.pk]) in (
        desk.get(page(asked)).content.decode()
    )


@pytest.mark.parametrize("reason", list(Restriction.Reason))
def test_a_restriction_has_one_of_the_four_reasons(desk: Client, reason: str) -> None:
    anna = member(ANNA)
    asked = asked_by(anna, Kind.RESTRICTION)
    said = {"words": "Tietosi vain säilytetään.", "send": "yes"}

    without = desk.post(step_at(asked, Step.SETTLE), said)
    assert list(without.context["form"].errors) == ["restriction"]
    assert not is_restricted(subject_of(cards=[anna.pk]))

    take(desk, asked, Step.SETTLE, words="Tietosi vain säilytetään.", restriction=reason)

    assert Restriction.objects.get(card=anna).reason == reason
    assert asked.state == State.DONE


def test_an_objection_that_is_right_stops_what_it_is_about(desk: Client) -> None:
    anna, celia = member(ANNA), member(CELIA)
    asked = asked_by(anna, Kind.OBJECTION)

    take(desk, asked, Step.SETTLE, words="Olemme lopettaneet.")

    assert is_restricted(subject_of(cards=[anna.pk]))
    assert not is_restricted(subject_of(cards=[celia.pk]))


def test_a_person_is_told_before_a_restriction_is_lifted(desk: Client) -> None:
    anna = member(ANNA)
    person = subject_of(cards=[anna.pk])
    restrict(person, reason=Restriction.Reason.ACCURACY, at=now())
    found = Restriction.objects.get(card=anna)
    tell = reverse("admin:privacy_restriction_tell", args=[found.pk])
    lifting = reverse("admin:privacy_restriction_lift", args=[found.pk])
    said = {"to": ANNA, "address": "", "language": "fi", "words": "Tiedot on tarkistettu."}

    desk.post(lifting)
    assert is_restricted(person)
    with pytest.raises(NotTold):
        lift(person, at=now())
    with pytest.raises(DatabaseError), transaction.atomic():
        Restriction.objects.filter(pk=found.pk).update(ended_at=now())
    assert desk.get(tell).context["form"]["to"].value() == ANNA
    assert "Tiedot on tarkistettu." in desk.post(tell, said).context["letter"].text
    assert not Letter.objects.exists()

    desk.post(tell, {**said, "send": "yes"})
    desk.post(tell, {**said, "send": "yes"})

    letter = Letter.objects.get()
    assert (letter.to, letter.kind) == (ANNA, "restriction_lifting")
    assert is_restricted(person)

    desk.post(lifting)

    assert not is_restricted(person)
    assert desk.get("/admin/privacy/restriction/").context["cl"].result_count == 0
    assert desk.get(reverse("admin:privacy_restriction_change", args=[found.pk])).status_code == 200


def test_restrictions_are_lifted_by_the_contact_person_alone(bertil: Account) -> None:
    anna = member(ANNA)
    restrict(subject_of(cards=[anna.pk]), reason=Restriction.Reason.ACCURACY, at=now())
    found = Restriction.objects.get(card=anna)
    Restriction.objects.update(told_at=now())
    client = let_in(Client(), bertil)

    assert (
        client.post(reverse("admin:privacy_restriction_lift", args=[found.pk])).status_code == 403
    )
    assert client.get(reverse("admin:privacy_restriction_tell", args=[found.pk])).status_code == 403
    assert is_restricted(subject_of(cards=[anna.pk]))


# --- By post


def on_paper(gunilla: Account, kind: Kind = Kind.ERASURE) -> Request:
    asked = written_down(
        gunilla,
        kind,
        email="",
        name="Anna Virtanen",
        postal_address="Mannerheimintie 1\n00100 Helsinki",
    )
    return vouch(asked, note="Tiesi tilausnumeron.")


def test_an_answer_by_post_never_meets_the_mail_server(
    desk: Client, gunilla: Account, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LETTERS_STAY_HERE = False
    monkeypatch.setattr(
        "django.core.mail.EmailMultiAlternatives.send", lambda *_a, **_k: pytest.fail("sent")
    )
    asked = on_paper(gunilla)

    take(desk, asked, Step.REFUSE, refusal="unfounded", reason="Ei.", complaint="Valita.")

    letter = Letter.objects.get()
    assert (letter.by_post, letter.to) == (True, "")
    assert letter.address == "Anna Virtanen\nMannerheimintie 1\n00100 Helsinki"
    assert not ProcrastinateJob.objects.filter(task_name__endswith="send_letter").exists()
    send_letter(letter_id=str(letter.pk))
    letter.refresh_from_db()
    assert (letter.sent_at, letter.attempts) == (None, 0)
    with pytest.raises(DatabaseError), transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(sent_at=now())


def test_a_letter_by_post_is_printed_posted_and_destroyed(desk: Client, gunilla: Account) -> None:
    asked = on_paper(gunilla)
    take(desk, asked, Step.REFUSE, refusal="unfounded", reason="Ei.", complaint="Valita.")
    letter = Letter.objects.get()

    def at(name: str) -> str:
        return reverse(f"admin:privacy_letter_{name}", args=[letter.pk])

    assert at("posted") in desk.get(at("change")).content.decode()
    assert "Mannerheimintie 1" in desk.get(at("print")).content.decode()
    paper = desk.get(at("pdf"))
    assert paper["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF")
    assert desk.get(at("posted")).status_code == 200
    sweep(at=now() + timedelta(days=400))
    assert Letter.objects.exists()

    desk = let_in(Client(), staff(GDPR_CONTACT))
    desk.post(at("posted"))

    assert not Letter.objects.exists()
    again = desk.post(at("posted"), follow=True)
    assert [str(message) for message in again.context["messages"]]


def test_only_the_contact_person_says_that_a_letter_was_posted(
    gunilla: Account, bertil: Account
) -> None:
    letter = post(to="", address="Anna", language="fi", kind="x", subject="x", text="x", at=now())
    where = reverse("admin:privacy_letter_posted", args=[letter.pk])

    for clerk in (bertil, staff("orders")):
        assert let_in(Client(), clerk).post(where).status_code == 403
    assert Letter.objects.exists()


def test_a_letter_is_parted_into_paragraphs_and_lists_for_paper() -> None:
    text = "Hei!\n\n- yksi\n- kaksi\n\nLoppu.\n-- \nSoluto Oy"
    assert blocks(text) == [{"words": "Hei!"}, {"items": ["yksi", "kaksi"]}, {"words": "Loppu."}]


def test_a_copy_by_post_is_fetched_once_and_that_is_noted(desk: Client, gunilla: Account) -> None:
    order_of(member(ANNA), ANNA)
    celia = member(CELIA, first_name="Celia", last_name="Lindström")
    card = Customer.objects.get(email=ANNA)
    asked = written_down(
        gunilla,
        Kind.ACCESS,
        email="",
        name="Anna Virtanen",
        postal_address="Mannerheimintie 1",
        card_id=card.pk,
    )
    take(desk, asked, Step.VOUCH, note="Tiesi tilausnumeron.")
    assert Step.SETTLE not in steps_of(asked, at=now())
    copy_at = reverse("admin:privacy_request_copy", args=[asked.pk])
    assert desk.get(copy_at).status_code == 405

    take(desk, asked, Step.PRINT)
    fetched = desk.post(copy_at)

    with zipfile.ZipFile(io.BytesIO(fetched.getvalue())) as archive:
        read = archive.read("data.html").decode()
    assert "Mannerheimintie 1" in read
    assert celia.last_name not in read
    assert "no-store" in fetched["Cache-Control"]
    asked.refresh_from_db()
    assert asked.copy_printed_at is not None
    assert not DataCopy.objects.exists()
    assert desk.post(copy_at).status_code == 302

    take(desk, asked, Step.SETTLE, words="Tietosi ovat oheisina.")
    assert asked.state == State.DONE
    assert Letter.objects.get(kind="request_answer").by_post


def test_a_copy_by_mail_is_made_by_the_worker(desk: Client) -> None:
    asked = asked_by(member(ANNA), Kind.ACCESS)
    take(desk, asked, Step.COPY)
    jobs = ProcrastinateJob.objects.filter(task_name__endswith="make_requested_copy")
    assert [job.args for job in jobs] == [{"request_id": str(asked.pk)}]
    assert asked.is_open


# --- Evidence, start page, duties


def test_receipts_tell_counts_grounds_and_days_and_whether_the_chain_holds(desk: Client) -> None:
    anna = member(ANNA)
    order_of(anna, ANNA)
    receipt = erase(subject_of(cards=[anna.pk]), at=now())
    one = reverse("admin:privacy_erasure_change", args=[receipt.pk])
    check = reverse("admin:privacy_erasure_check")

    shown = desk.get(one)
    listed = desk.get("/admin/privacy/erasure/", {"q": receipt.number})

    assert shown.context["holds"] is True
    assert shown.context["gone"] == sum(receipt.removed.values())
    assert ANNA not in shown.content.decode()
    assert "Virtanen" not in shown.content.decode()
    assert [row.pk for row in listed.context["cl"].result_list] == [receipt.pk]
    [whole] = desk.get(check, follow=True).context["messages"]
    assert whole.level_tag == "success"
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE privacy_erasure DISABLE TRIGGER USER")
        cursor.execute("UPDATE privacy_erasure SET removed = '{}'")
        cursor.execute("ALTER TABLE privacy_erasure ENABLE TRIGGER USER")
    [broken] = desk.get(check, follow=True).context["messages"]
    assert broken.level_tag == "error"
    assert receipt.number in str(broken)
    assert desk.get(one).context["holds"] is False


def test_the_nights_are_listed(desk: Client) -> None:
    run = sweep_tonight(at=now())
    assert desk.get("/admin/privacy/sweeprun/").context["cl"].result_list[0] == run
    assert desk.get(f"/admin/privacy/sweeprun/{run.pk}/change/").status_code == 200


def test_the_start_page_tells_what_waits_to_those_who_see_it(
    desk: Client, gunilla: Account
) -> None:
    written_down(gunilla, received_at=now() - timedelta(days=60))
    due = written_down(gunilla, email=CELIA).due_date
    post(to="", address="Anna", language="fi", kind="x", subject="x", text="x", at=now())

    shown = desk.get("/admin/")

    asked = shown.context["asked"]
    assert (asked.open, asked.overdue, asked.to_post) == (2, 1, 1)
    assert asked.next_date < timezone.localdate() < due
    text = re.sub(r"\s+", " ", shown.content.decode())
    assert "errornote" in text
    assert "laki antaa kuukauden" in text.lower()
    assert "asked" not in let_in(Client(), staff("orders")).get("/admin/").context
