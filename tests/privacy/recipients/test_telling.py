"""Whoever received something of a person is told when the person is forgotten (Article 19)."""

import html
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from customers.models import Account, Customer
from orders.sales.models import Order
from privacy.duties import raise_silence
from privacy.erase import LedgerAhead, erase
from privacy.evidence import Erasure, broken_seals
from privacy.outbox.models import Letter
from privacy.outbox.tasks import LETTERS, send_letter
from privacy.processors.models import Processor
from privacy.recipients.models import RecipientNotice
from privacy.recipients.operations import (
    acknowledge,
    note_sent,
    recipients_are_silent,
    tell_recipients,
)
from privacy.registry import Line, Role
from privacy.requests.answering import destroy, settle
from privacy.requests.operations import ask
from privacy.requests.states import Kind
from privacy.subject import rows_of, subject_of
from privacy.sweep import sweep
from privacy.ways import Way, ways
from soluto_shop.staff_groups import GDPR_CONTACT
from tests.conftest import NOON
from tests.doors import let_in, seated_as
from tests.factories import ProcessorFactory
from tests.privacy.lives import finish, login_of, member, order_of, passed_on

pytestmark = pytest.mark.django_db

ANNA = "anna@example.fi"
ERASED = RecipientNotice.Kind.ERASED
LIST = "/en/admin/privacy/recipientnotice/"


@pytest.fixture(autouse=True)
def labels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Open a way whose recipients are told."""
    way = Way("labels", Role.CARRIER, {"name": (Line.NAME,)}, timeout=1, remembered_days=90)
    monkeypatch.setitem(ways, "labels", way)


@pytest.fixture
def anna() -> Customer:
    return member(ANNA)


@pytest.fixture
def carrier() -> Processor:
    return ProcessorFactory.create(name="Reipas Oy", erasure_how="Lomake 3")


def labelled(about: UUID, to: Processor, reference: str, *, days: int = 90) -> None:
    kept = NOON + timedelta(days=days)
    passed_on(about, to=to, way="labels", reference=reference, kept_until=kept)


def forget(card: Customer, *, days: int = 0) -> Erasure:
    return erase(subject_of(cards=[card.pk]), at=NOON + timedelta(days=days))


def test_each_recipient_is_told_by_its_own_reference(anna: Customer, carrier: Processor) -> None:
    celia = member("celia@example.fi")
    other = ProcessorFactory.create(erasure_email="muut@example.fi")
    order = order_of(anna, ANNA)
    labelled(order.pk, carrier, "JJFI1")
    labelled(order.pk, carrier, "JJFI1")
    labelled(anna.pk, carrier, "JJFI2")
    labelled(anna.pk, other, "X-9")
    labelled(celia.pk, carrier, "JJFI-CELIA")

    receipt = forget(anna)

    assert set(RecipientNotice.objects.values_list("processor", "kind", "reference")) == {
        (carrier.pk, "erased", "JJFI1"),
        (carrier.pk, "erased", "JJFI2"),
        (other.pk, "erased", "X-9"),
    }
    assert receipt.told == 2
    letters = {letter.to: letter for letter in Letter.objects.filter(kind="recipient_told")}
    assert set(letters) == {"poistot@palvelu.example", "muut@example.fi"}
    letter = letters["poistot@palvelu.example"]
    assert letter.language == "fi"
    assert letter.reply_to == "gdpr@soluto.fi"
    for body in (letter.text, letter.html):
        for words in ("JJFI1", "JJFI2", "Lomake 3", "TKS-2026-1"):
            assert words in body
        for others in ("X-9", "JJFI-CELIA"):
            assert others not in body


def test_a_notice_and_its_letter_hold_nothing_of_the_person(
    anna: Customer, carrier: Processor
) -> None:
    order = order_of(anna, ANNA)
    labelled(order.pk, carrier, "JJFI1")
    forget(anna)

    said = str(list(RecipientNotice.objects.values())) + str(
        list(Letter.objects.filter(kind="recipient_told").values())
    )
    for word in (ANNA, "Virtanen", "Mannerheimintie", str(anna.pk), str(order.pk), order.number):
        assert word not in said


def test_the_receipt_counts_recipients_and_is_sealed_with_that(
    anna: Customer, carrier: Processor
) -> None:
    nobody = forget(member("celia@example.fi"))
    labelled(anna.pk, carrier, "JJFI1")
    receipt = forget(anna)

    assert (nobody.told, receipt.told) == (0, 1)
    assert list(broken_seals()) == []
    receipt.told = 0
    assert receipt.sealed() != receipt.seal
    nobody.told = 0
    assert nobody.sealed() == nobody.seal, "older receipts keep their seals"


def test_the_mail_service_is_not_told(anna: Customer) -> None:
    service = ProcessorFactory.create(role=Role.MAIL)
    passed_on(anna.pk, to=service, way="letters")

    receipt = forget(anna)

    assert LETTERS.is_told is False
    assert receipt.told == 0
    assert not RecipientNotice.objects.exists()


def test_an_erasure_that_fails_tells_nobody(
    anna: Customer, carrier: Processor, monkeypatch: pytest.MonkeyPatch
) -> None:
    labelled(anna.pk, carrier, "JJFI1")

    def fail(*args: object) -> None:
        raise LedgerAhead

    monkeypatch.setattr("privacy.erase._write_into_ledger", fail)
    with pytest.raises(LedgerAhead):
        forget(anna)

    assert not RecipientNotice.objects.exists()
    assert not Letter.objects.filter(kind="recipient_told").exists()
    assert Customer.objects.filter(pk=anna.pk).exists()


def test_what_was_passed_on_while_something_held_the_order_is_told_when_it_goes(
    anna: Customer, carrier: Processor
) -> None:
    order = order_of(anna, ANNA)
    receipt = forget(anna)
    assert receipt.told == 0
    labelled(order.pk, carrier, "JJFI-LATE", days=400)
    finish(Order.objects.get(), at=NOON)

    sweep(at=NOON + timedelta(days=14))
    assert not RecipientNotice.objects.exists()
    sweep(at=NOON + timedelta(days=15))

    assert RecipientNotice.objects.get().reference == "JJFI-LATE"
    lapsed = Erasure.objects.filter(kind=Erasure.Kind.LAPSED)
    assert sum(lapsed.values_list("told", flat=True)) == 1
    sweep(at=NOON + timedelta(days=7 * 366))
    assert RecipientNotice.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        (RecipientNotice.Kind.RECTIFIED, "We have corrected the data"),
        (RecipientNotice.Kind.RESTRICTED, "is restricted"),
    ],
)
def test_a_correction_and_a_restriction_are_told_too(
    anna: Customer, kind: RecipientNotice.Kind, words: str
) -> None:
    abroad = ProcessorFactory.create(country="DE")
    labelled(anna.pk, abroad, "JJFI1")

    told = tell_recipients(rows=rows_of(subject_of(cards=[anna.pk])), kind=kind, at=NOON)

    assert told == [abroad]
    assert RecipientNotice.objects.get().kind == kind
    letter = Letter.objects.get()
    assert letter.language == "en"
    assert words in letter.text


@pytest.mark.parametrize("kind", [Kind.ERASURE, Kind.RECTIFICATION])
def test_the_answer_names_those_who_were_told(
    anna: Customer, carrier: Processor, bertil: Account, kind: Kind
) -> None:
    celia = member("celia@example.fi")
    labelled(anna.pk, carrier, "JJFI1")
    labelled(celia.pk, ProcessorFactory.create(name="Celian rahti"), "JJFI2")
    asked = ask(kind=kind, account_id=login_of(anna).pk, said="Pyydän.", language="sv", at=NOON)

    if kind == Kind.ERASURE:
        destroy(asked, by=bertil, at=NOON)
    else:
        settle(asked, words="Namnet är rättat.", by=bertil, at=NOON)

    answer = Letter.objects.get(kind="request_answer")
    for body in (answer.text, answer.html):
        assert "(artikel 19 i förordning (EU) 2016/679): Reipas Oy (Finland)." in body
        assert "Celian rahti" not in body
        assert "JJFI1" not in body


def test_an_answer_names_nobody_where_nobody_received_anything(
    anna: Customer, bertil: Account
) -> None:
    account = login_of(anna)
    asked = ask(kind=Kind.ERASURE, account_id=account.pk, said="", language="en", at=NOON)

    destroy(asked, by=bertil, at=NOON)

    assert "Article 19" not in Letter.objects.get(kind="request_answer").text


def test_the_letter_leaves_after_the_commit_and_the_day_is_noted(
    anna: Customer, carrier: Processor, settings: Settings, mailoutbox: list[object]
) -> None:
    settings.LETTERS_STAY_HERE = False
    settings.EMAIL_HOST = "localhost"
    labelled(anna.pk, carrier, "JJFI1")
    erase(subject_of(cards=[anna.pk]), at=timezone.now())
    letter = Letter.objects.get(kind="recipient_told")
    assert note_sent() == 0

    send_letter(letter_id=str(letter.pk))

    assert len(mailoutbox) == 1
    assert note_sent() == 1
    letter.refresh_from_db()
    assert RecipientNotice.objects.get().sent_at == letter.sent_at
    letter.delete()
    assert RecipientNotice.objects.get().letter is None


def test_after_twenty_days_without_an_answer_somebody_hears_of_it_once_a_day(
    anna: Customer, carrier: Processor
) -> None:
    labelled(anna.pk, carrier, "JJFI1")
    forget(anna)
    on_time, late = NOON + timedelta(days=20), NOON + timedelta(days=20, minutes=1)

    assert not recipients_are_silent(at=on_time)
    assert raise_silence(at=on_time) is None
    assert recipients_are_silent(at=late)
    alarm = raise_silence(at=late)
    assert alarm is not None
    assert (alarm.to, alarm.kind) == ("gdpr@soluto.fi", "recipients_silent")
    assert raise_silence(at=late + timedelta(hours=2)) is None
    assert raise_silence(at=late + timedelta(hours=25)) is not None

    acknowledge(notices=[RecipientNotice.objects.get().pk], at=late)
    assert not recipients_are_silent(at=late)


def test_the_duties_and_the_start_page_turn_red(
    anna: Customer, carrier: Processor, bertil: Account
) -> None:
    desk = let_in(Client(), bertil)
    RecipientNotice.objects.create(
        processor=carrier,
        kind=ERASED,
        reference="JJFI1",
        written_at=timezone.now() - timedelta(days=21),
    )

    assert desk.get("/healthz/duties").json()["recipients"] is False
    assert "has not confirmed for twenty days" in html.unescape(
        desk.get("/en/admin/").content.decode()
    )
    acknowledge(notices=RecipientNotice.objects.values_list("pk", flat=True), at=timezone.now())
    assert desk.get("/healthz/duties").json()["recipients"] is True


def test_the_contact_person_marks_what_is_confirmed(carrier: Processor) -> None:
    silent = ProcessorFactory.create(name="Hiljaiset Oy", erasure_email="", erasure_how="Soita.")
    for row, reference in ((carrier, "A-1"), (silent, "B-2")):
        RecipientNotice.objects.create(
            processor=row,
            kind=ERASED,
            reference=reference,
            written_at=timezone.now() - timedelta(days=21),
        )
    desk = seated_as(GDPR_CONTACT)

    page = html.unescape(desk.get(LIST).content.decode())
    assert "Tell it by hand. Soita." in page
    chosen = RecipientNotice.objects.get(reference="A-1")
    desk.post(LIST, {"action": "confirm", "_selected_action": [str(chosen.pk)]})

    chosen.refresh_from_db()
    assert chosen.acknowledged_at is not None
    assert "B-2" in desk.get(f"{LIST}?answer=late").content.decode()
    assert "A-1" not in desk.get(f"{LIST}?answer=awaited").content.decode()
    assert "A-1" in desk.get(f"{LIST}?answer=confirmed").content.decode()
    assert seated_as("orders").get(LIST).status_code == 403


def test_a_notice_says_for_ever_what_it_said_but_for_the_reference(carrier: Processor) -> None:
    notice = RecipientNotice.objects.create(
        processor=carrier, kind=ERASED, reference="A-1", written_at=NOON
    )
    rows = RecipientNotice.objects.filter(pk=notice.pk)

    for changed in ({"kind": "rectified"}, {"reference": "B-2"}, {"written_at": timezone.now()}):
        with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
            rows.update(**changed)
    with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
        rows.delete()
    with pytest.raises(IntegrityError, match="names_what"), transaction.atomic():
        rows.update(reference="")
    acknowledge(notices=[notice.pk], at=NOON)
    acknowledge(notices=[notice.pk, uuid4()], at=NOON + timedelta(days=3))
    assert rows.get().acknowledged_at == NOON

    sweep(at=NOON + timedelta(days=30))
    assert rows.get().reference == "A-1"
    sweep(at=NOON + timedelta(days=31))
    assert rows.get().reference == ""


def test_telling_asks_the_same_of_the_database_however_much_was_passed_on(
    carrier: Processor, django_assert_max_num_queries: Any
) -> None:
    counts = []
    for address, many in ((ANNA, 1), ("bea@example.fi", 30)):
        card = member(address)
        for number in range(many):
            labelled(card.pk, carrier, f"{address}-{number}")
        with django_assert_max_num_queries(500) as asked:
            forget(card)
        counts.append(len(asked.captured_queries))
    assert counts[0] == counts[1]
