"""A plain text as paragraphs and lists; the template writes and escapes them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_GAP = re.compile(r"\n\s*\n")
_BULLETS = ("- ", "• ", "* ")


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph's lines, or a list's items."""

    lines: tuple[str, ...]
    is_list: bool = False


def blocks(text: str) -> list[Block]:
    """Read a text: an empty line parts paragraphs, "- " begins an item of a list."""
    parted = _GAP.split(text.replace("\r\n", "\n").replace("\r", "\n"))
    return [block for part in parted for block in _blocks(part)]


def _blocks(part: str) -> Iterator[Block]:
    """Part the lines that begin with a bullet from those that do not."""
    run: list[str] = []
    is_list = False
    for line in filter(None, (line.strip() for line in part.split("\n"))):
        is_item = line.startswith(_BULLETS)
        if run and is_item != is_list:
            yield Block(tuple(run), is_list)
            run = []
        is_list = is_item
        run.append(line[2:].strip() if is_item else line)
    if run:
        yield Block(tuple(run), is_list)
