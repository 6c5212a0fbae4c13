"""Files that go with a letter: small ones, kept in its own row, and gone when it goes."""

import json
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from uuid import UUID

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


Maker = Callable[[UUID | None], list[Enclosure]]
_MAKERS: dict[str, Maker] = {}


def enclosed_by(name: str, maker: Maker) -> str:
    """Let a room above make, under a name, what takes too long to be made when a letter is written.

    The worker calls it before the letter leaves, with the number of what the letter tells of.
    """
    _MAKERS[name] = maker
    return name


def made_by(name: str, *, about: UUID | None) -> list[Enclosure]:
    """Make what goes with a letter."""
    return _MAKERS[name](about)
