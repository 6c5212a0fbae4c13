"""The letters of a request say what they must, in three languages, in both forms."""

import html
import re
from datetime import timedelta

import pytest
from pytest_django import Settings

from customers.models import Account
from privacy.outbox.models import Letter
from privacy.outbox.tasks import send_letter
from privacy.requests.answering import acknowledge, destroy, extend, refuse
from privacy.requests.letters import write_alarm
from privacy.requests.models import Request
from privacy.requests.operations import ask_by_email, confirm
from privacy.requests.states import Kind, Refusal, State
from tests.conftest import NOON
from tests.privacy.lives import finish, order_of

pytestmark = pytest.mark.django_db

ANNA = "anna@example.fi"
A_YEAR_AGO = NOON - timedelta(days=366)
COMPLAIN = {"fi": "Voit tehdä valituksen", "sv": "Du kan anföra klagomål", "en": "You can complain"}
COURT = {"fi": "tuomioistuimeen", "sv": "domstol", "en": "court"}


def confirmed(kind: Kind = Kind.ERASURE, language: str = "fi") -> Request:
    ask_by_email(kind=kind, email=ANNA, said="x", language=language, at=NOON)
    return confirm(Request.objects.get(state=State.UNCONFIRMED), at=NOON)


def words(letter: Letter) -> list[str]:
    """Give both forms of a letter as plain words."""
    plain = re.sub(r"<style>.*?</style>|<[^>]+>", " ", letter.html, flags=re.DOTALL)
    return [" ".join(letter.text.split()), " ".join(html.unescape(plain).split())]


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_the_answer_to_an_erasure_tells_all_that_article_12_asks(
    language: str, bertil: Account
) -> None:
    finish(order_of(None, ANNA, at=A_YEAR_AGO), at=A_YEAR_AGO)
    order_of(None, ANNA)

    done = destroy(confirmed(language=language), by=bertil, at=NOON, words="Kiitos.")

    letter = Letter.objects.get(kind="request_answer")
    assert (letter.to, letter.language, letter.reply_to) == (ANNA, language, "gdpr@soluto.fi")
    assert done.receipt is not None
    for said in words(letter):
        assert "1336/1997" in said
        assert "2031" in said
        assert "2032" in said
        assert "tietosuoja@om.fi" in said
        assert COMPLAIN[language] in said
        assert COURT[language] in said
        assert "Kiitos." in said
        assert done.number in said or done.number in letter.subject
    receipt = words(letter)[0]
    assert re.search(r"\b[A-Z2-7]{4}-[A-Z2-7]{4}\b", receipt)


def test_the_right_to_complain_is_told_even_when_nothing_is_left() -> None:
    destroy(confirmed(), at=NOON)

    assert COMPLAIN["fi"] in Letter.objects.get(kind="request_answer").text


def test_the_answer_to_an_erasure_is_destroyed_once_the_mail_server_has_it(
    settings: Settings,
) -> None:
    destroy(confirmed(), at=NOON)
    letter = Letter.objects.get(kind="request_answer")
    settings.LETTERS_STAY_HERE = False

    send_letter(letter_id=str(letter.pk))

    assert not Letter.objects.filter(to=ANNA).exists()


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
@pytest.mark.parametrize("kind", Kind)
def test_each_kind_is_acknowledged_in_its_own_words(kind: Kind, language: str) -> None:
    asked = confirmed(kind, language)
    acknowledge(asked, at=NOON)

    letter = Letter.objects.get(kind="request_received")
    assert asked.number in letter.subject
    for said in words(letter):
        assert "Jani-Petteri Pohjonen" in said
        assert asked.get_kind_display() not in said
        assert "2026" in said


def test_the_six_kinds_are_told_apart() -> None:
    openings = set()
    for kind in Kind:
        acknowledge(confirmed(kind), at=NOON)
        letter = Letter.objects.get(kind="request_received")
        openings.add(letter.text.splitlines()[0])
        Letter.objects.all().delete()
    assert len(openings) == len(Kind)


def test_an_extension_tells_the_day_the_reasons_and_the_remedies() -> None:
    extend(confirmed(), reason="Pyyntöjä on paljon.", at=NOON)

    for said in words(Letter.objects.get(kind="request_extended")):
        assert "23.2.2027" in said
        assert "Pyyntöjä on paljon." in said
        assert COMPLAIN["fi"] in said


def test_a_refusal_tells_its_ground(bertil: Account) -> None:
    asked = confirmed(Kind.RECTIFICATION)
    refuse(asked, refusal=Refusal.ACCURATE, reason="Nimi on <oikein>.", by=bertil, at=NOON)

    for said in words(Letter.objects.get(kind="request_answer")):
        assert "Emme ole tehneet sitä, mitä pyysit." in said
        assert "Nimi on <oikein>." in said


def test_the_alarm_names_the_request_and_nobody() -> None:
    asked = confirmed()
    write_alarm(asked, percent=75, at=NOON)

    letter = Letter.objects.get(kind="request_alarm")
    assert letter.to == "gdpr@soluto.fi"
    for said in [*words(letter), letter.subject]:
        assert ANNA not in said
    assert asked.number in letter.text
    assert "75 %" in letter.text
