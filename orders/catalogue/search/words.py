"""Words of a text, and the plain forms by which they are compared."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

#: A longer run of letters is no word of any language of ours, and no analyser is troubled with it.
LONGEST_WORD = 50
#: What is read of a text; a product's page is shorter by far.
LONGEST_TEXT = 60_000

_NUMBER = re.compile(r"\d+(?:[.,]\d+)+")
_PIECE = re.compile(r"[^\W_]+")
_GAP = re.compile(r"[\s,;!?()\[\]{}<>|\"“”„«»…]+")

#: Letters that Unicode does not take apart into a plain letter and a mark.
_PLAIN = str.maketrans({"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th"})


@dataclass(frozen=True, slots=True)
class Token:
    """A word as it stands in a text: one piece, or several with hyphens or signs between."""

    pieces: tuple[str, ...]

    @property
    def is_number(self) -> bool:
        """Tell whether it is digits only, which no analyser knows and no guess may change."""
        return all(sign.isdigit() for sign in "".join(self.pieces).replace(".", ""))

    @property
    def hyphenated(self) -> str:
        """Write the word with one hyphen between its pieces: t-paita."""
        return "-".join(self.pieces)

    @property
    def joined(self) -> str:
        """Write the word without anything between its pieces: tpaita, KBG741."""
        return "".join(self.pieces)


def lowered(text: str) -> str:
    """Bring different spellings of the same signs to one: compatibility forms and capitals."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFKC", text).casefold())


def folded(text: str) -> str:
    """Take the marks off the letters too: pöytä becomes poyta."""
    apart = unicodedata.normalize("NFKD", lowered(text))
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).translate(_PLAIN)


def tokens(text: str) -> Iterator[Token]:
    """Read a text word by word; what is neither letter nor digit only separates."""
    for chunk in _GAP.split(_with_points(lowered(text[:LONGEST_TEXT]))):
        pieces = tuple(_pieces(chunk))
        if pieces:
            yield Token(pieces)


def _pieces(chunk: str) -> Iterator[str]:
    """Take a chunk apart at its signs, but keep a number with decimals whole."""
    if _NUMBER.fullmatch(chunk):
        yield chunk[:LONGEST_WORD]
        return
    for match in _PIECE.finditer(chunk):
        yield match[0][:LONGEST_WORD]


def _with_points(text: str) -> str:
    """Write decimals with a point, so that 1,5 and 1.5 are the same number."""
    return re.sub(r"(?<=\d),(?=\d)", ".", text)


def likeness(word: str, other: str) -> float:
    """Tell which share of a word's letter triples another has, as pg_trgm counts them."""
    wanted = _trigrams(word)
    return len(wanted & _trigrams(other)) / len(wanted)


def _trigrams(word: str) -> set[str]:
    """Cut a word in overlapping threes, its beginning weightier than its end."""
    padded = f"  {word} "
    return {padded[place : place + 3] for place in range(len(padded) - 2)}
