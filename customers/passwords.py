"""Rules for passwords that help: long is good, and what everybody tries first is refused."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_LOOKALIKES = str.maketrans("01345789@$!|", "oleastbgasil")
_EDGES = re.compile(r"^[\W\d_]+|[\W\d_]+$")
_MARKS = re.compile(r"^[\W_]+|[\W_]+$")

_WORDS = Path(__file__).with_name("common_words.txt")
"""What Finns and Swedes try first; the English ones are on Django's list."""


class NotTriedFirst:
    """Refuse a common word with decoration, and a short piece over and over.

    Django's own list holds whole passwords; guessing programs put years and marks around words.
    """

    MOST_DECORATION = 6

    def validate(self, password: str, user: Any = None) -> None:
        """Refuse a password that programs try first.

        :raises ValidationError: when it is one.
        """
        plain = password.casefold()
        if _is_one_piece_repeated(plain) or self._is_a_decorated_word(plain):
            raise ValidationError(
                _(
                    "This password is one of those that are tried first. Several words that do not "
                    "belong together are easy to remember and hard to guess."
                ),
                code="tried_first",
            )

    def _is_a_decorated_word(self, plain: str) -> bool:
        word = _EDGES.sub("", plain)
        bent = _MARKS.sub("", plain).translate(_LOOKALIKES)
        spellings = {word, word.translate(_LOOKALIKES), bent}
        return any(
            spelling in _common_words() and len(plain) - len(spelling) <= self.MOST_DECORATION
            for spelling in spellings
        )

    def get_help_text(self) -> str:
        return _("Not a single word or name with a year or a mark after it.")


def _is_one_piece_repeated(plain: str) -> bool:
    """Tell whether a password is at most half its length, written again and again."""
    return bool(plain) and plain in (plain + plain)[1:-1]


@cache
def _common_words() -> frozenset[str]:
    northern = _WORDS.read_text(encoding="utf-8").split()
    return frozenset(northern) | {
        word for word in CommonPasswordValidator().passwords if word.isalpha()
    }
