"""The one normal form of e-mail addresses and typed user names, and of words."""

import unicodedata
from typing import Any

LONGEST = 254
"""RFC 5321 leaves room for 254 characters in a path; whatever is longer is no address."""

_INVISIBLE = {"Cf", "Cc"}


def normal_email(typed: str) -> str:
    """Give the form in which an address or user name is stored, compared, limited and erased.

    Compatibility forms, letter case, surrounding space and invisible characters make no
    difference, so that one person cannot be two, and two spellings do not double a limit.
    """
    folded = unicodedata.normalize("NFKC", typed).casefold()
    visible = "".join(sign for sign in folded if unicodedata.category(sign) not in _INVISIBLE)
    return unicodedata.normalize("NFKC", visible).strip()[:LONGEST]


def compose(said: dict[str, Any]) -> None:
    """Bring the words of a form to their composed form (NFC), in place.

    Some keyboards and files write ä as an a with two dots after it. It looks the same, and nobody
    who looks for the name would find it.
    """
    for name, words in said.items():
        if isinstance(words, str):
            said[name] = unicodedata.normalize("NFC", words)
