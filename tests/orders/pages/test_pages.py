"""The shop's own pages: shipped with words, and written anew by staff."""

import re
from functools import partial
from typing import Any, cast

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from orders.pages.models import Page, PageEdition
from orders.pages.operations import ChangedMeanwhile, shipped_text, text_of, write_page
from orders.pages.writing import Piece, read, wrong_links
from soluto_shop.staff_groups import ensure_groups
from tests.conftest import NOON
from tests.doors import let_in
from tests.factories import StaffFactory
from tests.races import at_once

LANGUAGES = ("fi", "sv", "en")
LIST, ADD = "/admin/orders/pageedition/", "/admin/orders/pageedition/add/"
ADDRESSES = {
    Page.DELIVERY: ("/toimitus-ja-palautukset/", "/sv/leverans-och-returer/"),
    Page.CONTACT: ("/yhteystiedot/", "/sv/kontakt/"),
    Page.ABOUT: ("/tietoa-kaupasta/", "/sv/om-butiken/"),
    Page.ACCESSIBILITY: ("/saavutettavuus/", "/sv/tillganglighet/"),
}


def written(page: Page = Page.ABOUT, *, words: str = "Uutta", based_on: int = 0) -> PageEdition:
    texts = {code: f"# Otsikko\n\n{words} {code}." for code in LANGUAGES}
    return write_page(page=page, texts=texts, based_on=based_on, by="Gunilla Gård", at=NOON)


def main_of(answer: Any) -> str:
    page = answer.content.decode()
    return str(page[page.index("<main") : page.index("</main>")])


def staff(role: str) -> Client:
    ensure_groups()
    return let_in(
        Client(), StaffFactory.create(role=role, is_superuser=False, full_name="Gunilla Gård")
    )


# --- As they are shipped


@pytest.mark.parametrize("page", Page)
def test_the_shipped_texts_say_the_same_in_three_languages(page: Page) -> None:
    shapes = set()
    for code in LANGUAGES:
        text = shipped_text(page, code)
        assert wrong_links(text) == []
        with translation.override(code):
            parts = read(text)
        assert parts[0].kind == "title"
        shapes.add(tuple((part.kind, len(part.lines)) for part in parts))
        assert not any("{" in part.words or "](" in part.words for part in parts)
    assert len(shapes) == 1


@pytest.mark.django_db
@pytest.mark.parametrize("page", Page)
def test_each_page_has_its_address_stands_in_the_footer_and_on_the_map(
    client: Client, page: Page
) -> None:
    finnish, swedish = ADDRESSES[page]
    for address in (finnish, swedish):
        answer = client.get(address)
        assert answer.status_code == 200
        assert not answer.cookies
    assert f'href="{finnish}"' in client.get("/tietosuoja/").content.decode()
    plan = b"".join(cast(Any, client.get("/sitemap-0.xml"))).decode()
    assert f"{finnish}</loc>" in plan
    assert f"{swedish}</loc>" in plan


@pytest.mark.django_db
def test_the_accessibility_statement_says_what_the_law_asks(client: Client, settings: Any) -> None:
    settings.CONTROLLER = {**settings.CONTROLLER, "phone": "09 123 456"}
    said = main_of(client.get("/saavutettavuus/"))

    for words in (
        "306/2019",
        "WCAG 2.2",
        "Tunnetut puutteet",
        "kahden viikon kuluessa",
        "mailto:kauppa@soluto.fi",
        "Puhelin 09 123 456",
        "Traficom",
        "laadittu 29.11.2026",
        "omaan arviointiimme",
    ):
        assert words in said


@pytest.mark.django_db
def test_contact_comes_from_the_settings_and_leaves_no_gap(client: Client, settings: Any) -> None:
    facts = {"name": "Kauppa Oy", "phone": "", "business_id": "2077474-0"}
    settings.CONTROLLER = {**settings.CONTROLLER, **facts}

    said = main_of(client.get("/yhteystiedot/"))

    assert "Kauppa Oy" in said
    assert "Y-tunnus 2077474-0" in said
    assert "Puhelin" not in said
    assert "{" not in said


@pytest.mark.django_db
def test_the_link_to_withdraw_goes_where_the_shop_has_it(client: Client, settings: Any) -> None:
    withdraw = reverse("orders:withdraw")
    assert f'href="{withdraw}">tällä sivulla' in main_of(client.get("/toimitus-ja-palautukset/"))
    settings.WITHDRAWAL_PAGE = ""
    assert 'href="/peruuttamislomake/">tällä sivulla' in main_of(
        client.get("/toimitus-ja-palautukset/")
    )


# --- As staff write them


@pytest.mark.django_db
def test_a_change_counts_at_the_next_look_and_an_untouched_page_says_what_was_shipped(
    client: Client,
) -> None:
    before = client.get("/tietoa-kaupasta/")
    assert "helsinkiläinen" in main_of(before)
    assert before["Cache-Control"] == "private, no-cache"

    written()
    assert "Uutta fi." in main_of(client.get("/tietoa-kaupasta/"))
    assert "Uutta sv." in main_of(client.get("/sv/om-butiken/"))
    written(words="Uudempaa", based_on=1)
    assert "Uudempaa fi." in main_of(client.get("/tietoa-kaupasta/"))
    assert text_of(Page.CONTACT, "fi") == shipped_text(Page.CONTACT, "fi")


@pytest.mark.django_db
def test_editions_are_never_rewritten_nor_taken_away() -> None:
    edition = written()
    changes: list[dict[str, Any]] = [{"text_fi": "# X"}, {"written_by": "x"}, {"number": 7}]
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            PageEdition.objects.filter(pk=edition.pk).update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        PageEdition.objects.all().delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        PageEdition.objects.create(
            page="about", number=9, text_fi="# X", written_at=NOON, written_by="x"
        )


@pytest.mark.django_db(transaction=True)
def test_of_two_who_change_a_page_at_once_one_is_told() -> None:
    def write() -> str:
        try:
            return str(written().number)
        except ChangedMeanwhile:
            return "told"

    assert sorted(map(str, at_once([partial(write)] * 4))) == ["1", "told", "told", "told"]


@pytest.mark.django_db
def test_staff_change_a_page_and_are_named_in_its_edition() -> None:
    desk = staff("catalogue")
    assert f"{ADD}?page=accessibility" in desk.get(LIST).content.decode()
    page = desk.get(ADD, {"page": "contact"}).content.decode()
    assert "# Yhteystiedot" in page
    assert "# Kontaktuppgifter" in page
    texts = {f"text_{code}": f"# Me\r\n\r\nHei {code}." for code in LANGUAGES}

    answer = desk.post(ADD, {"page": "contact", "based_on": "0", **texts})

    assert answer.status_code == 302
    edition = PageEdition.objects.get()
    assert (edition.page, edition.number, edition.written_by) == ("contact", 1, "Gunilla Gård")
    assert edition.text_fi == "# Me\n\nHei fi."
    shown = desk.get(f"{LIST}{edition.pk}/change/")
    assert shown.status_code == 200
    assert desk.post(f"{LIST}{edition.pk}/change/", texts).status_code == 403
    assert desk.post(f"{LIST}{edition.pk}/delete/").status_code == 403


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"text_sv": ""}, "errorlist"),
        ({"text_sv": "Ingen titel"}, "Ensimmäinen rivi on otsikko"),
        ({"text_en": "# X\n\n[a](javascript:alert)"}, "eivät johda mihinkään: javascript:alert"),
        ({"text_en": "# X\n\n[a](page:nowhere)"}, "eivät johda mihinkään: page:nowhere"),
        ({"based_on": "3"}, "Joku muu on muuttanut tätä sivua"),
    ],
)
def test_what_cannot_be_shown_is_refused_and_stays_typed(
    changed: dict[str, str], words: str
) -> None:
    texts = {f"text_{code}": f"# Me\n\nHei {code}." for code in LANGUAGES}

    answer = staff("catalogue").post(ADD, {"page": "contact", "based_on": "0", **texts, **changed})

    assert answer.status_code == 200
    page = answer.content.decode()
    assert words in page
    assert "Hei fi." in page
    assert not PageEdition.objects.exists()


@pytest.mark.django_db
def test_a_page_is_looked_at_with_its_changes_before_anybody_else_sees_it() -> None:
    desk = staff("catalogue")
    texts = {f"text_{code}": shipped_text(Page.CONTACT, code) for code in LANGUAGES}
    texts["text_fi"] = texts["text_fi"] + "\n\nOvi on <auki> [tästä](page:terms)."
    said = {"page": "contact", "based_on": "0", **texts}

    look = desk.post(ADD, {**said, "_look": "1"}).content.decode()
    assert not PageEdition.objects.exists()
    assert "<ins>" in look
    assert 'Ovi on &lt;auki&gt; <a href="/toimitusehdot/">tästä</a>.' in look
    assert look.count("Mikään ei muutu.") == 2

    again = desk.post(ADD, {**said, "_again": "1"}).content.decode()
    assert "Ovi on &lt;auki&gt; [tästä](page:terms)." in again
    assert not PageEdition.objects.exists()
    refused = desk.post(ADD, {**said, "text_en": "No title", "_look": "1"}).content.decode()
    assert "errorlist" in refused

    assert desk.post(ADD, {**said, "_save": "1"}).status_code == 302
    assert "Ovi on" in PageEdition.objects.get().text_fi
    assert staff("auditor").post(ADD, {**said, "_look": "1"}).status_code == 403


@pytest.mark.django_db
def test_others_change_none() -> None:
    assert staff("orders").get(LIST).status_code == 403
    auditor = staff("auditor")
    assert auditor.get(LIST).status_code == 200
    assert auditor.get(ADD).status_code == 403


# --- What the signs make


@pytest.mark.django_db
def test_nothing_that_is_written_becomes_html(client: Client) -> None:
    nasty = (
        "# <i>Otsikko</i>\n\n<script>alert(1)</script> **<b>x</b>** "
        "[<img src=x>](https://example.fi/) [a](javascript:x) {{ 7 }} {% now %}\n- <u>y</u>"
    )
    texts = dict.fromkeys(LANGUAGES, nasty)
    write_page(page=Page.ABOUT, texts=texts, based_on=0, by="x", at=NOON)

    said = main_of(client.get("/tietoa-kaupasta/"))

    assert "<h1>&lt;i&gt;Otsikko&lt;/i&gt;</h1>" in said
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in said
    assert "<strong>&lt;b&gt;x&lt;/b&gt;</strong>" in said
    assert '<a href="https://example.fi/">&lt;img src=x&gt;</a>' in said
    assert "[a](javascript:x)" in said
    assert "{{ 7 }} {% now %}" in said
    assert not re.search(r"<(script|img|u|b|i)[ >]", said)


def test_the_signs_are_few() -> None:
    parts = read("# Otsikko\n## Väli\nrivi **vahva**\ntoinen a@b.fi\n- yksi\n- [kaksi](page:terms)")

    assert [part.kind for part in parts] == ["title", "heading", "paragraph", "list"]
    assert parts[2].lines == (
        (Piece("rivi "), Piece("vahva", is_strong=True)),
        (Piece("toinen "), Piece("a@b.fi", address="mailto:a@b.fi")),
    )
    assert parts[3].lines[1] == (Piece("kaksi", address=reverse("orders:terms")),)
