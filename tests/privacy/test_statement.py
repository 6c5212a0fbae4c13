"""The register statement is served word for word, and with what the law asks to be told as well."""

import html
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import translation

from orders.sales.models import Order
from privacy import views
from privacy.processors.in_force import Partners
from privacy.registry import Declaration, Line, registry
from privacy.statement import statement_sha256, statement_text
from privacy.telling import supplement as telling
from privacy.telling.supplement import Supplement, all_told, supplement
from privacy.telling.words import basis_words
from privacy.terms import Days
from tests.factories import ProcessorFactory

SEED_SHA256 = "a8b5f4443fb7e63e1f0fa43b0d2800147e9bb9059797e20c34c5a5c799ee8a45"
LANGUAGES = [("/tietosuoja/", "fi"), ("/sv/dataskydd/", "sv"), ("/en/privacy/", "en")]

pytestmark = pytest.mark.django_db


def test_the_authentic_text_is_the_controllers_byte_for_byte() -> None:
    seed = Path("privacy/editions/1/fi.txt").read_bytes()

    assert statement_sha256() == SEED_SHA256
    assert statement_text("fi").encode() == seed


@pytest.mark.parametrize(("address", "language"), LANGUAGES)
def test_every_word_is_on_the_page_in_its_order(
    client: Client, address: str, language: str
) -> None:
    page = client.get(address).content.decode()

    article = re.search(r"<article.*?</article>", page, re.DOTALL)
    assert article is not None
    shown = html.unescape(re.sub(r"<[^>]+>", " ", article[0])).split()
    words = [word for word in statement_text(language).split() if word != "-"]
    assert [word for word in shown if word != "-"] == words


def test_the_page_sets_no_cookie(client: Client) -> None:
    assert not client.get("/tietosuoja/").cookies


def test_every_declared_column_is_told_once_with_its_time(client: Client) -> None:
    page, found, wrong = client.get("/en/privacy/").content.decode(), 0, []
    with translation.override("en"):
        lines = supplement().lines
        for column in all_told():
            found += 1
            of_its_line = [line for line in lines if line.name == str(column.datum.line.label)]
            times = [
                time
                for line in of_its_line
                for time in line.times
                if column.name in time.columns and column.declaration.name in time.tables
            ]
            told = [time.time for time in times if html.escape(str(time)) in page]
            if (len(of_its_line), len(times)) != (1, 1) or not any(told):
                wrong.append(f"{column.declaration.name}.{column.column}: {times}")

    assert wrong == []
    assert found > 200


def test_a_changed_period_changes_the_page(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    orders = registry[Order]
    longer = replace(orders.data["phone"].keep, period=Days(123))
    data = {**orders.data, "phone": replace(orders.data["phone"], keep=longer)}
    changed: dict[Any, Declaration] = {**registry, Order: replace(orders, data=data)}
    before = client.get("/en/privacy/").content.decode()

    monkeypatch.setattr(telling, "registry", changed)
    caches["parts"].clear()  # Declarations change with the program, which starts with nothing kept.

    assert "123 days from when the order was placed" not in before
    assert "123 days from when the order was placed" in client.get("/en/privacy/").content.decode()


@pytest.mark.parametrize(("address", "language"), LANGUAGES)
def test_what_article_13_asks_for_is_on_the_page(
    client: Client, address: str, language: str
) -> None:
    page = client.get(address).content.decode()

    with translation.override(language):
        wanted = [str(line.label) for line in Line] + [
            section.title for section in supplement().sections
        ]
        bases = {basis_words(told.datum) for told in all_told()}
    assert [words for words in wanted if html.escape(words) not in page] == []
    assert len(bases) > 3
    assert [words for words in bases if html.escape(words) not in page] == []
    assert "1336/1997" in page
    assert "tietosuoja@om.fi" in page


def test_a_right_links_only_to_a_page_that_is_there(client: Client) -> None:
    page = client.get("/tietosuoja/").content.decode()
    part = page[page.index('id="supplement"') :]

    own = re.findall(r'href="(/[^"]*)"', part.partition("</section>\n</main>")[0])
    assert all(client.get(address).status_code in {200, 302} for address in own)


def test_the_lines_are_the_statements_own_words() -> None:
    for language in ("fi", "sv", "en"):
        with translation.override(language):
            labels = [str(line.label) for line in Line]
        section = statement_text(language).partition("\n5. ")[2].partition("\n6. ")[0]
        assert re.findall(r"^- (.*)$", section, re.MULTILINE) == labels


def test_the_part_made_of_the_declarations_is_kept_until_a_company_changes(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get("/en/privacy/")
    made: list[Partners] = []

    def seen(known: Partners) -> Supplement:
        made.append(known)
        return supplement(known)

    monkeypatch.setattr(views, "supplement", seen)

    client.get("/en/privacy/")
    assert made == []
    client.get("/tietosuoja/")
    assert len(made) == 1
    ProcessorFactory.create(name="Uusi Kumppani Oy", country="FI")
    assert "Uusi Kumppani Oy" in client.get("/en/privacy/").content.decode()
    assert len(made) == 2
