"""Codes of coupons: how they are read, and how new ones are drawn that nobody guesses."""

import secrets
import unicodedata

LONGEST, SHORTEST = 32, 4
#: Without signs that are taken for each other: thirty, of which twelve make 58 bits.
_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_DRAWN = 12
_GROUP = 4


def normal_code(typed: str) -> str:
    """Read a code however it is typed: small letters, blanks and dashes make no difference."""
    plain = unicodedata.normalize("NFKC", typed[: 4 * LONGEST]).upper()
    return "".join(sign for sign in plain if sign.isalnum())[: LONGEST + 1]


def new_code() -> str:
    """Draw a code that cannot be guessed."""
    return "".join(secrets.choice(_SIGNS) for _ in range(_DRAWN))


def written(code: str) -> str:
    """Write a drawn code in groups, as it is printed; one that was chosen stays as it is."""
    if len(code) != _DRAWN or not set(code) <= set(_SIGNS):
        return code
    return "-".join(code[start : start + _GROUP] for start in range(0, _DRAWN, _GROUP))
