"""Finnish postcodes: the city in Finnish and Swedish, and what kind of place a code means.

The list is a snapshot and cities change, so it helps and warns but never refuses: a code that it
does not know is the buyer's word against an old list.
"""

import csv
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from types import MappingProxyType

LIST = Path(__file__).with_name("postcodes.csv")

_FORM = re.compile(r"(?:(?:FI|AX)[\s-]*)?(\d{5})", re.IGNORECASE | re.ASCII)
_LONGEST_INPUT = 15

#: Words that are no part of a name proper: railway station, church village, mill, university…
_SMALL_WORDS = frozenset(
    [
        "as",
        "kk",
        "st",
        "kby",
        "pohjoinen",
        "norra",
        "saha",
        "såg",
        "tehdas",
        "tehtaat",
        "fabrik",
        "kanava",
        "urheiluopisto",
    ]
)
#: A last part that stays small after a hyphen, which only keeps two like vowels apart.
_SMALL_ENDINGS = frozenset(["aho"])


class NotAPostcode(ValueError):
    """The text does not have the five digits of a Finnish postcode."""


class Kind(StrEnum):
    """What mail with the code reaches; the value is the letter that the list uses."""

    ORDINARY = "1"
    PO_BOXES = "2"
    CORPORATE = "3"
    COMPILATION = "4"
    REPLY_MAIL = "5"
    PARCEL_MACHINE = "6"
    PICKUP_POINT = "7"


class Doubt(StrEnum):
    """What the buyer should look at again; none of them stops an order."""

    UNKNOWN = "unknown"
    NOT_A_HOME = "not a home"
    OTHER_CITY = "other city"


#: Places where a parcel can be fetched or a reply be sent, but where nobody lives or works.
_NOBODY_LIVES_THERE = frozenset(
    [Kind.COMPILATION, Kind.REPLY_MAIL, Kind.PARCEL_MACHINE, Kind.PICKUP_POINT]
)


@dataclass(frozen=True, slots=True)
class Postcode:
    """A code of the list with its names in ordinary spelling."""

    code: str
    name_fi: str
    name_sv: str
    kind: Kind
    municipality_fi: str
    municipality_sv: str

    @property
    def is_in_aland(self) -> bool:
        """Tell whether the code is in Åland, which is outside the area of value added tax."""
        return is_in_aland(self.code)

    @property
    def can_be_home(self) -> bool:
        """Tell whether a person or a company can have its address there."""
        return self.kind not in _NOBODY_LIVES_THERE

    def city(self, language: str) -> str:
        """Give the city for an address: the municipality where the name means a machine."""
        swedish = language.startswith("sv")
        if not self.can_be_home:
            return self.municipality_sv if swedish else self.municipality_fi
        return self.name_sv if swedish else self.name_fi


def normalise(text: str) -> str:
    """Bring a postcode to its five digits; the old country prefix is dropped.

    Missing zeros are not put back: whether 580 lost two of them in a spreadsheet or is a slip,
    only the buyer knows.

    :raises NotAPostcode: when the text has another form.
    """
    stripped = text.strip()
    match = _FORM.fullmatch(stripped) if len(stripped) <= _LONGEST_INPUT else None
    if match is None:
        raise NotAPostcode(text[:_LONGEST_INPUT])
    return match[1]


def is_in_aland(code: str) -> bool:
    """Tell by its first digits whether a code, known or not, is in Åland."""
    return code.startswith("22")


def find(text: str) -> Postcode | None:
    """Look a postcode up; None means that the list does not know it.

    :raises NotAPostcode: when the text is not a postcode at all.
    """
    return _by_code().get(normalise(text))


def doubts(text: str, city: str = "") -> list[Doubt]:
    """Tell what to ask the buyer about a postcode and its city, softly.

    :raises NotAPostcode: when the text is not a postcode at all.
    """
    found = find(text)
    if found is None:
        return [Doubt.UNKNOWN]
    told = []
    if not found.can_be_home:
        told.append(Doubt.NOT_A_HOME)
    if city.strip() and city.strip().casefold() not in _names(found):
        told.append(Doubt.OTHER_CITY)
    return told


def ordinary_spelling(capitals: str) -> str:
    """Spell a place name that the list gives in capitals as people write it.

    >>> ordinary_spelling("ALA-HONKAJOKI")
    'Ala-Honkajoki'
    >>> ordinary_spelling("HANGÖ NORRA")
    'Hangö norra'
    """
    words = capitals.split()
    return " ".join(
        word.lower() if place and word.lower() in _SMALL_WORDS else _capitalised(word)
        for place, word in enumerate(words)
    )


def _capitalised(word: str) -> str:
    """Write each part of a hyphenated word with a large first letter."""
    first, *rest = word.split("-")
    return "-".join(
        [first.capitalize()]
        + [part.lower() if part.lower() in _SMALL_ENDINGS else part.capitalize() for part in rest]
    )


def _names(found: Postcode) -> set[str]:
    """Gather all names that a buyer may rightly write beside the code."""
    names = (found.name_fi, found.name_sv, found.municipality_fi, found.municipality_sv)
    return {name.casefold() for name in names}


@cache
def _by_code() -> MappingProxyType[str, Postcode]:
    """Read the list once; five thousand rows take some hundredths of a second."""
    with LIST.open(encoding="utf-8", newline="") as lines:
        rows = csv.DictReader(line for line in lines if not line.startswith("#"))
        found = (_postcode(row) for row in rows)
        return MappingProxyType({postcode.code: postcode for postcode in found})


def _postcode(row: dict[str, str]) -> Postcode:
    """Read one row; an empty name is the same as the one before it."""
    kind = Kind(row["kind"])
    name_fi = row["name_fi"]
    name_sv = row["name_sv"] or name_fi
    municipality_fi = row["municipality_fi"] or ordinary_spelling(name_fi)
    municipality_sv = row["municipality_sv"] or municipality_fi
    known = {name.casefold(): name for name in (municipality_fi, municipality_sv)}
    return Postcode(
        code=row["postcode"],
        name_fi=_spelled(name_fi, kind, known),
        name_sv=_spelled(name_sv, kind, known),
        kind=kind,
        municipality_fi=municipality_fi,
        municipality_sv=municipality_sv,
    )


def _spelled(name: str, kind: Kind, known: dict[str, str]) -> str:
    """Spell a name: as its municipality does, or as a company wants it, or by the rule."""
    if name.casefold() in known:
        return known[name.casefold()]
    return name if kind is Kind.CORPORATE else ordinary_spelling(name)
