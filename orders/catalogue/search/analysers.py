"""What knows the words of a language: their base forms, and the parts of compounds.

Finnish finds little without this: PostgreSQL's own stemmer found 23 of 100 relevant pairs.
:class:`Voikko` knows Finnish best and needs two system packages; :class:`Dictionary` works
everywhere, for Finnish, Swedish and English alike.
"""

import re
import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import Any, Protocol

import libvoikko
from simplemma.strategies.dictionaries import LOW_MEMORY_DICTIONARY_FACTORY

from orders.catalogue.search.words import LONGEST_WORD

_CACHED_WORDS = 20_000


class NotInstalled(RuntimeError):
    """The analyser's library or dictionary is not on this machine."""


@dataclass(frozen=True, slots=True)
class Analysis:
    """How an analyser understands a word."""

    #: The words that it may be a form of.
    base_forms: frozenset[str] = field(default_factory=frozenset)
    #: Every run of adjacent parts, when it is a compound.
    parts: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_known(self) -> bool:
        """Tell whether the analyser knows the word at all."""
        return bool(self.base_forms)


UNKNOWN = Analysis()


class Analyser(Protocol):
    """Whoever can tell what a word in small letters is a form of and is made of."""

    name: str

    def analyse(self, word: str) -> Analysis:
        """Understand one word; an unknown one has no base form."""
        ...


class Voikko:
    """Finnish by libvoikko and the dictionary voikko-fi, where the machine has both."""

    name = "voikko"

    #: One part of a compound: the form in the word, and the word that it is a form of.
    _PART = re.compile(r"\+([^+()]*)(?:\(([^()]*)\))?")

    def __init__(self) -> None:
        self._of_thread = threading.local()
        self._handle()
        self.analyse = lru_cache(maxsize=_CACHED_WORDS)(self._analyse)

    def _handle(self) -> Any:
        """Give this thread its own handle, which may not be shared."""
        if not hasattr(self._of_thread, "voikko"):
            try:
                self._of_thread.voikko = libvoikko.Voikko("fi")
            except (OSError, libvoikko.VoikkoException) as error:
                raise NotInstalled("libvoikko1 and voikko-fi") from error
        return self._of_thread.voikko

    def _analyse(self, word: str) -> Analysis:
        """Ask the library, and leave out readings that are possible but hardly ever meant."""
        if len(word) > LONGEST_WORD:
            return UNKNOWN
        readings = _likely(word, self._handle().analyze(word))
        parts: set[str] = set()
        for reading in readings:
            parts.update(_runs(list(self._parts(reading))))
        bases = frozenset(reading["BASEFORM"].lower().strip("-") for reading in readings)
        return Analysis(bases, frozenset(parts) - bases - {word})

    def _parts(self, reading: dict[str, str]) -> Iterator["Part"]:
        """Read the parts of a compound, their derivational endings as parts of their own."""
        for match in self._PART.finditer(reading.get("WORDBASES", "")):
            form, base = match[1].lower(), (match[2] or "").lower().replace("=", "")
            if form and form != "-":
                yield Part(form=form, base=base, is_ending=base.startswith("+"))


def _likely(word: str, readings: list[dict[str, str]]) -> list[dict[str, str]]:
    """Leave out readings that are possible but hardly ever meant in a shop.

    A word with a possessive ending or a particle, when it is also plainly another: kuusi is a
    spruce and not "your moon". A verb, when the word is also a noun as it stands: tuki is support
    and not "he blocked", which would bring it together with tukki, a log.
    """
    found = [reading for reading in readings if reading.get("BASEFORM", "").strip("-")]
    plain = [reading for reading in found if not _RARE.intersection(reading)] or found
    if any(reading["BASEFORM"].lower() == word and not _is_verb(reading) for reading in plain):
        return [reading for reading in plain if not _is_verb(reading)]
    return plain


#: What the library says of a word with a possessive ending or a particle.
_RARE = frozenset(["POSSESSIVE", "FOCUS", "KYSYMYSLIITE"])


def _is_verb(reading: dict[str, str]) -> bool:
    """Tell whether a word is read as a verb."""
    return reading.get("CLASS") == "teonsana"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a compound as it stands in it, with the word that it is a form of."""

    form: str
    base: str
    is_ending: bool = False


def _runs(parts: list[Part]) -> Iterator[str]:
    """Give every run of adjacent parts, its last part both as it stands and as a word.

    Of garden + furniture that is both words; of jää + kaappi + pakastin also jääkaappi and
    kaappipakastin. An ending belongs to what it ends: maala + us is maalaus and not to paint.
    """
    for start, first in enumerate(parts):
        if first.is_ending:
            continue
        run = ""
        for part, following in pairwise([*parts[start:], None]):
            if part is None or (following is not None and following.is_ending):
                run += part.form if part else ""
                continue
            yield run + part.form
            if part.base and not part.is_ending:
                yield run + part.base
            run += part.form


class Dictionary:
    """A language by the word list of simplemma, compounds by the words that they are made of."""

    #: Shorter parts than this are taken only from :attr:`_SHORT_PARTS`: nearly any word begins or
    #: ends like some word of three letters.
    _SHORTEST_PART = 4
    _SHORT_PARTS: Mapping[str, frozenset[str]] = {
        "fi": frozenset(
            {"jää", "kuu", "luu", "maa", "puu", "pää", "suu", "sää", "tee", "tie", "työ", "vyö"}
            | {"voi", "uni", "ovi", "iho", "yö", "led", "dvd", "usb"}
        ),
        "sv": frozenset(
            {"sko", "ost", "öl", "bil", "båt", "hår", "hus", "hud", "mat", "rum", "tyg", "bad"}
            | {"vin", "ull", "bok", "dag", "dam", "kök", "led", "ved", "te", "tv"}
        ),
        "en": frozenset(),
    }
    #: How a word may be changed where another follows it: oheinen is oheis-, skola is skol-.
    _JOINTS: Mapping[str, tuple[tuple[str, str], ...]] = {
        "fi": (("", ""), ("s", "nen")),
        "sv": (("", ""), ("s", ""), ("", "a"), ("o", "a"), ("u", "a"), ("e", "a")),
        "en": (),
    }

    def __init__(self, language: str) -> None:
        self.language = language
        self.name = "simplemma"
        self.analyse = lru_cache(maxsize=_CACHED_WORDS)(self._analyse)

    @cached_property
    def _words(self) -> Mapping[str, str]:
        """Read the word list at the first word: Finnish takes a second or two."""
        return LOW_MEMORY_DICTIONARY_FACTORY.get_dictionary(self.language)

    def _analyse(self, word: str) -> Analysis:
        """Look the word up, else take it for a compound that is in no list."""
        if len(word) > LONGEST_WORD or not word.isalpha():
            return UNKNOWN
        base = self._base(word) or self._base_of_compound(word)
        if base is None:
            return UNKNOWN
        runs = set(_runs(self._parts(base)))
        return Analysis(frozenset([base]), frozenset(runs) - {base, word})

    def _base(self, word: str) -> str | None:
        """Look up what a word is a form of; names stand in the list with a capital."""
        if word in self._SHORT_PARTS[self.language]:
            return word
        found = self._words.get(word) or self._words.get(word.capitalize())
        return found.lower() if found else None

    def _base_of_compound(self, word: str) -> str | None:
        """Bring the last part of an unlisted compound to its base form."""
        found = self._best((head, tail, self._base(tail)) for head, tail in self._halves(word))
        return found[0] + found[2] if found else None

    def _parts(self, base: str) -> list[Part]:
        """Take a base form apart as far as words go; the last part must be a base form too."""
        found = self._best(
            (head, tail, tail if self._base(tail) == tail else None)
            for head, tail in self._halves(base)
        )
        if found is None:
            return [Part(form=base, base=base)]
        head, _, tail = found
        return [*self._parts_of_modifier(head, shorter_than=len(base)), *self._parts(tail)]

    def _parts_of_modifier(self, head: str, *, shorter_than: int) -> list[Part]:
        """Take the first part of a compound further apart, its last piece as it stands there.

        A base form can be longer than what it is the base of, so it is only taken apart while the
        words become shorter: otherwise two words could be parts of each other for ever.
        """
        modifier = self._modifier(head) or head
        if len(modifier) < shorter_than:
            *first, last = self._parts(modifier)
            before = sum(len(part.form) for part in first)
            if head.startswith("".join(part.form for part in first)) and before < len(head):
                return [*first, Part(form=head[before:], base=last.base)]
        return [Part(form=head, base=modifier)]

    def _halves(self, word: str) -> Iterator[tuple[str, str]]:
        """Give every way to cut a word in two parts that are long enough."""
        for cut in range(2, len(word) - 1):
            head, tail = word[:cut], word[cut:]
            if self._is_long_enough(head) and self._is_long_enough(tail):
                yield head, tail

    def _best(self, cuts: Iterable[tuple[str, str, str | None]]) -> tuple[str, str, str] | None:
        """Choose the cut whose shorter part is longest, among those that give two words."""
        good = [
            (head, tail, base)
            for head, tail, base in cuts
            if base is not None and self._modifier(head) is not None
        ]
        return max(good, key=lambda cut: (min(len(cut[0]), len(cut[1])), len(cut[1])), default=None)

    def _is_long_enough(self, part: str) -> bool:
        """Tell whether a part is long enough, or one of the short words that compounds love."""
        return len(part) >= self._SHORTEST_PART or part in self._SHORT_PARTS[self.language]

    def _modifier(self, head: str) -> str | None:
        """Find the word that the first part of a compound is a form of, as it may stand there."""
        for ending, full in self._JOINTS[self.language]:
            if not head.endswith(ending):
                continue
            word = head.removesuffix(ending) + full
            base = self._base(word)
            if base is not None and (not full or base == word):
                return base
        return None
