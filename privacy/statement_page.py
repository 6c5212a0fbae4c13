"""Turn the statement's plain text into headings, paragraphs and lists, changing no word."""

import re
from dataclasses import dataclass, field

_SECTION = re.compile(r"^[1-9]\. ")
_TITLE = re.compile(r"^[A-ZÅÄÖ ]{8,} - ")


@dataclass
class Block:
    """A piece of the text: `title`, `section`, `paragraph` or `list`."""

    kind: str
    words: str = ""
    items: list[str] = field(default_factory=list)


def blocks(text: str) -> list[Block]:
    """Read the text's own signs: numbered lines are sections, dashes make lists."""
    found: list[Block] = []
    for part in re.split(r"\n\s*\n", text.strip()):
        found.extend(_part(part.strip()))
    return found


def _part(part: str) -> list[Block]:
    if not part:
        return []
    if part.startswith("- "):
        return [Block("list", items=[line[2:].strip() for line in part.splitlines()])]
    if _SECTION.match(part):
        return [Block("section", part)]
    if _TITLE.match(part):
        return [Block("title", part)]
    return [Block("paragraph", part)]
