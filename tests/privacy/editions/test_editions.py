"""Editions of the statement are added, read and compared; never altered and never taken away."""

import hashlib
import re
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from django.test import Client
from pytest_django import Settings

from privacy.checks import statement_agrees
from privacy.editions.agreement import has_a_line_for_each, lines_of
from privacy.editions.difference import differences
from privacy.editions.models import Edition
from privacy.registry import Line
from privacy.statement import edition_in_force, statement_sha256, statement_text
from tests.conftest import NOON

pytestmark = pytest.mark.django_db


def add_edition(number: int = 2, at: datetime = NOON, **changed: str) -> Edition:
    texts = {f"text_{code}": statement_text(code) for code in ("fi", "sv", "en")} | changed
    return Edition.objects.create(
        number=number,
        valid_from=at,
        approved_by="Bertil Ek",
        sha256=hashlib.sha256(texts["text_fi"].encode()).hexdigest(),
        **texts,
    )


@pytest.mark.parametrize(
    "command",
    [
        "UPDATE privacy_edition SET text_fi = 'muuta'",
        "UPDATE privacy_edition SET approved_by = 'Joku'",
        "DELETE FROM privacy_edition",
    ],
)
def test_the_database_refuses_to_alter_an_edition(command: str) -> None:
    with (
        pytest.raises(ProgrammingError, match="pgtrigger: Cannot"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(command)

    assert Edition.objects.count() == 1


def test_an_edition_bears_the_digest_of_its_own_text() -> None:
    with pytest.raises(IntegrityError, match="edition_bears_the_digest_of_its_text"):
        Edition.objects.create(
            number=2,
            text_fi="muuta",
            text_sv="annat",
            text_en="other",
            sha256=statement_sha256(),
            valid_from=NOON,
            approved_by="Bertil Ek",
        )


@pytest.mark.parametrize(
    ("number", "days"), [(1, 1), (3, -1), (3, 0)], ids=["number", "before", "same day"]
)
def test_an_edition_follows_those_before_it(number: int, days: int) -> None:
    add_edition(2)

    with pytest.raises(IntegrityError, match="does not follow those before"):
        add_edition(number, NOON + timedelta(days=days))


def test_an_edition_is_in_force_from_its_hour() -> None:
    second = add_edition(text_fi=statement_text("fi") + "\n\nLisäys.")

    assert edition_in_force(NOON - timedelta(seconds=1)).number == 1
    assert edition_in_force(NOON) == second
    assert statement_sha256(NOON) == second.sha256 != statement_sha256(NOON - timedelta(1))
    assert statement_text("fi", NOON).endswith("Lisäys.")


def test_the_list_shows_every_edition_that_has_begun(client: Client) -> None:
    add_edition(2)
    add_edition(3, NOON + timedelta(days=36500))

    page = client.get("/tietosuoja/versiot/").content.decode()

    assert re.findall(r'href="/tietosuoja/versiot/(\d+)/"', page) == ["2", "1"]
    assert client.get("/tietosuoja/versiot/3/").status_code == 404


def test_an_older_edition_is_read_word_for_word_and_says_that_it_is_old(client: Client) -> None:
    first = statement_text("fi")
    add_edition(2, text_fi=first.replace("Soluto Oy:n", "Soluto Oyj:n"))

    page = client.get("/tietosuoja/versiot/1/").content.decode()

    assert "Soluto Oy:n verkkokaupan asiakasrekisteri" in page
    assert "Soluto Oyj:n" not in page
    assert 'class="notice warning"' in page
    assert 'class="notice warning"' not in client.get("/tietosuoja/versiot/2/").content.decode()


def test_a_difference_shows_what_was_added_and_removed(client: Client) -> None:
    add_edition(2, text_fi=statement_text("fi").replace("palomuurein", "salauksin"))

    page = client.get("/tietosuoja/versiot/1/muutokset/2/").content.decode()

    assert re.findall(r"<del>.*?</span>(.*?)<span", page) == ["palomuurein"]
    assert re.findall(r"<ins>.*?</span>(.*?)<span", page) == ["salauksin"]


def test_a_difference_loses_no_word() -> None:
    before = "yksi kaksi\n\nkolme neljä\n\nviisi"
    after = "yksi kaksi puoli\n\nviisi\n\nkuusi"

    paragraphs = differences(before, after)

    def read(without: str) -> list[str]:
        kept = [[p.words for p in pieces if p.kind != without] for pieces in paragraphs]
        return "".join("".join(words) + " " for words in kept).split()

    assert read("added") == before.split()
    assert read("removed") == after.split()


@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_section_five_has_a_line_for_each_of_the_register(language: str) -> None:
    assert len(lines_of(statement_text(language))) == len(Line)


def test_a_line_more_in_section_five_is_told_by_the_check() -> None:
    assert statement_agrees(None, ["default"]) == []

    more = statement_text("fi").replace("- Puhelinnumero", "- Puhelinnumero\n- Kengännumero")
    assert not has_a_line_for_each(more)
    add_edition(2, text_fi=more, at=NOON - timedelta(days=1))

    assert [error.id for error in statement_agrees(None, ["default"])] == ["privacy.W025"]


def test_a_controller_that_the_statement_does_not_name_is_told(
    client: Client, settings: Settings
) -> None:
    assert client.get("/healthz/duties").json()["statement"] is True
    settings.CONTROLLER = {**settings.CONTROLLER, "contact_person": "Maija Muu"}

    [error] = statement_agrees(None, ["default"])

    assert error.id == "privacy.W024"
    assert "Maija Muu" in error.msg
    assert client.get("/healthz/duties").json()["statement"] is False
