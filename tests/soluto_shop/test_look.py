"""The look keeps its promises: readable colours, nothing inline, nothing from elsewhere."""

import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client

TEMPLATES = Path(settings.BASE_DIR) / "templates"
STATIC = Path(settings.BASE_DIR) / "soluto_shop" / "static" / "soluto_shop"
CARRIED_AWAY = {"mail", "privacy/copy.html"}
"""What is read elsewhere brings its style along: letters, and the copy of a person's data."""

PAGES = sorted(
    path
    for path in TEMPLATES.rglob("*.html")
    if not {path.relative_to(TEMPLATES).parts[0], str(path.relative_to(TEMPLATES))} & CARRIED_AWAY
)
READABLE = 4.5
VISIBLE = 3.0

WORDS_ON_GROUNDS = [
    ("ink", "paper"),
    ("ink", "surface"),
    ("ink", "sunken"),
    ("ink", "spruce-soft"),
    ("ink-soft", "paper"),
    ("ink-soft", "surface"),
    ("ink-soft", "spruce-soft"),
    ("link", "paper"),
    ("link", "surface"),
    ("link", "spruce-soft"),
    ("on-spruce", "spruce"),
    ("on-spruce", "spruce-deep"),
    ("lingonberry", "paper"),
    ("lingonberry", "surface"),
    ("lingonberry", "lingonberry-soft"),
    ("on-lingonberry", "lingonberry"),
    ("on-cloudberry", "cloudberry"),
    ("amber", "paper"),
    ("amber", "amber-soft"),
    ("fjord", "fjord-soft"),
    ("moss", "moss-soft"),
    ("moss", "paper"),
    ("on-night", "night"),
    ("on-night-soft", "night"),
]
EDGES_ON_GROUNDS = [("line-strong", "surface"), ("line-strong", "paper"), ("focus", "paper")]


def tokens(scheme: str) -> dict[str, str]:
    sheet = (STATIC / "shop.css").read_text()
    layer = sheet.split("@layer tokens {")[1].split("@layer base {")[0]
    light_part, dark_part = layer.split("@media (prefers-color-scheme: dark)")
    found = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", light_part))
    if scheme == "dark":
        found |= dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", dark_part))
    return found


def brightness(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((brightness(one), brightness(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("words", "ground"), WORDS_ON_GROUNDS)
def test_words_can_be_read_on_their_ground(words: str, ground: str, scheme: str) -> None:
    colours = tokens(scheme)

    assert contrast(colours[words], colours[ground]) >= READABLE


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("edge", "ground"), EDGES_ON_GROUNDS)
def test_the_edges_of_fields_can_be_seen(edge: str, ground: str, scheme: str) -> None:
    colours = tokens(scheme)

    assert contrast(colours[edge], colours[ground]) >= VISIBLE


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_page_carries_nothing_inline_and_nothing_from_elsewhere(path: Path) -> None:
    markup = re.sub(r"{%\s*comment\b.*?endcomment\s*%}", "", path.read_text(), flags=re.DOTALL)

    assert not re.search(r"\sstyle\s*=|<style\b", markup)
    assert not re.search(r"<script(?![^>]*(\bsrc=|application/json))", markup)
    assert not re.search(r"\son[a-z]+\s*=", markup)
    assert not re.search(r"(src|href|action)=[\"']?(https?:)?//", markup)


def test_every_icon_that_a_page_asks_for_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'id="([\w-]+)"', (STATIC / "icons.svg").read_text()))
    asked = {
        name
        for path in PAGES
        for name in re.findall(r"{% icon [\"']([\w-]+)[\"'] %}", path.read_text())
    }

    assert asked
    assert asked <= drawn


def test_the_sheets_ask_for_nothing_from_elsewhere() -> None:
    for sheet in STATIC.glob("*.css"):
        addresses = re.findall(r"url\(\"?([^\")]+)", sheet.read_text())

        assert addresses
        assert all((STATIC / address).is_file() for address in addresses)


def test_the_typefaces_are_small_and_their_licences_lie_beside_them() -> None:
    faces = list((STATIC / "fonts").glob("*.woff2"))

    assert sum(face.stat().st_size for face in faces) < 120_000
    for face in faces:
        family = face.stem.split("-latin")[0]
        assert "SIL Open Font License" in (STATIC / "fonts" / f"{family}-OFL.txt").read_text()


class Contact(forms.Form):
    email = forms.EmailField(label="E-mail", help_text="We confirm the order here.")
    phone = forms.CharField(label="Phone", required=False)
    terms = forms.BooleanField(label="Terms")


def test_a_field_tells_its_error_and_its_help_to_those_who_listen() -> None:
    page = Contact({"email": "anna@"})["email"].as_field_group()

    described = re.search(r'aria-describedby="([^"]+)"', page)
    assert described
    for identifier in described[1].split():
        assert f'id="{identifier}"' in page
    assert 'aria-invalid="true"' in page


def test_only_required_fields_are_marked() -> None:
    form = Contact()

    assert 'class="required"' in form["email"].as_field_group()
    assert 'class="required"' not in form["phone"].as_field_group()


def test_the_words_of_a_tick_box_stand_after_it() -> None:
    page = Contact()["terms"].as_field_group()

    assert page.index("<input") < page.index("<label")


def test_a_form_written_whole_shows_the_errors_of_the_whole() -> None:
    form = Contact({"email": "anna@example.fi", "terms": "on"})
    form.add_error(None, "The basket is <empty>.")

    page = str(form)

    assert "The basket is &lt;empty&gt;." in page
    assert page.count('class="field"') == len(form.fields)


@pytest.mark.parametrize("name", ["400", "500", "503"])
def test_a_page_for_trouble_needs_neither_request_nor_database(name: str) -> None:
    page = render_to_string(f"{name}.html")

    assert f">{name}<" in page
    assert 'id="main"' in page


@pytest.mark.django_db
@pytest.mark.django_db
def test_an_unknown_address_is_told_in_the_shops_own_look(client: Client) -> None:
    answer = client.get("/ei-ole/", headers={"accept-language": "fi"})

    assert answer.status_code == 404
    page = answer.content.decode()
    assert "shop.css" in page
    assert '<html lang="fi">' in page
    assert 'name="robots" content="noindex"' in page
