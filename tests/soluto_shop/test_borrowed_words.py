"""What we say in the place of the packages, they still say themselves."""

from pathlib import Path
from typing import Any

import allauth
import axes
import django
import polib
import pytest
from django.utils import translation

from soluto_shop import borrowed_words

SAID = [
    *borrowed_words.FORMS,
    *borrowed_words.PASSWORDS,
    *borrowed_words.STAFF,
    *borrowed_words.STAFF_SCRIPTS,
    *borrowed_words.DOOR,
    *borrowed_words.SIGN_IN_LOG,
]
NUMBERS: list[dict[str, int] | int] = [
    {"limit_value": 1, "show_value": 0},
    {"limit_value": 1, "show_value": 2},
    1,
    {"min_length": 1},
]
CATALOGUES = [
    (django, "conf/locale/en"),
    (django, "contrib/admin/locale/en"),
    (django, "contrib/auth/locale/en"),
    (allauth, "locale/fi"),
    (axes, "locale/de"),
]


@pytest.fixture(scope="module")
def theirs() -> set[str]:
    """Read the words that the packages have for translation."""
    return {
        entry.msgid
        for package, folder in CATALOGUES
        for file in (Path(package.__path__[0]) / folder / "LC_MESSAGES").glob("django*.po")
        for entry in polib.pofile(str(file))
    }


@pytest.mark.parametrize("word", SAID)
def test_a_borrowed_word_is_still_one_of_theirs(word: str, theirs: set[str]) -> None:
    assert word in theirs


@pytest.mark.parametrize(
    ("word", "number"), list(zip(borrowed_words.COUNTED, NUMBERS, strict=True))
)
def test_a_counted_word_is_still_one_of_theirs(
    word: Any, number: dict[str, int] | int, theirs: set[str]
) -> None:
    with translation.override("en"):
        said = word % number

    assert said in {_filled_in(msgid, number) for msgid in theirs}


def _filled_in(msgid: str, number: dict[str, int] | int) -> str:
    try:
        return msgid % number
    except (KeyError, TypeError, ValueError):
        return ""
