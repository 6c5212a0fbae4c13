"""What one text says that another does not, word for word."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

_WORDS = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True)
class Piece:
    """Some words in a row: `same`, `added` or `removed`."""

    kind: str
    words: str


def differences(before: str, after: str) -> list[list[Piece]]:
    """List the paragraphs of both texts in their order, each as pieces."""
    old, new = _paragraphs(before), _paragraphs(after)
    found: list[list[Piece]] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.extend([Piece("same", words)] for words in old[i1:i2])
            continue
        for left, right in zip_longest(old[i1:i2], new[j1:j2], fillvalue=""):
            found.append(_pieces(left, right))
    return found


def _paragraphs(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"\n\s*\n", text) if part.strip()]


def _pieces(before: str, after: str) -> list[Piece]:
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    found: list[Piece] = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Piece("same", "".join(old[i1:i2])))
            continue
        if i1 < i2:
            found.append(Piece("removed", "".join(old[i1:i2])))
        if j1 < j2:
            found.append(Piece("added", "".join(new[j1:j2])))
    return found
