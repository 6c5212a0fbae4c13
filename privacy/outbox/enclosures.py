"""Files that go with a letter: small ones, kept in its own row, and gone when it goes."""

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable
from dataclasses import dataclass

LARGEST = 2 * 1024 * 1024
"""No mail server refuses a letter for files of so many bytes."""


class TooLarge(ValueError):
    """The files are too large to go by mail."""


@dataclass(frozen=True, slots=True)
class Enclosure:
    """One file."""

    name: str
    kind: str
    """Its media type."""
    content: bytes


def packed(enclosures: Iterable[Enclosure]) -> str:
    """Write files as a letter's row keeps them; no files are nothing.

    :raises TooLarge: when they are too large together.
    """
    files = list(enclosures)
    if sum(len(each.content) for each in files) > LARGEST:
        raise TooLarge
    rows = [
        {"name": each.name, "kind": each.kind, "content": b64encode(each.content).decode()}
        for each in files
    ]
    return json.dumps(rows) if rows else ""


def unpacked(attached: str) -> list[Enclosure]:
    """Read files as a letter's row keeps them."""
    rows = json.loads(attached) if attached else []
    return [Enclosure(row["name"], row["kind"], b64decode(row["content"])) for row in rows]
