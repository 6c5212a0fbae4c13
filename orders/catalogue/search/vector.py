"""A product's words as one search vector, the weightier the nearer they are to its name."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from orders.catalogue.search.analysis import Analysers, Term, code_terms, quoted
from orders.catalogue.search.words import folded, tokens

#: PostgreSQL takes a megabyte; what comes last in the longest texts is left out.
MOST_BYTES = 400_000
#: What likenesses are looked for in: names and headings, no long texts.
LONGEST_FOLDED = 2_000

#: Raised whenever the same words give other terms than before, so that every product is indexed
#: anew. No visitor can type such a term.
EDITION = 1


class Weight(StrEnum):
    """How much a word's place says about the product."""

    NAME = "A"
    GROUP = "B"
    SUMMARY = "C"
    TEXT = "D"


@dataclass(frozen=True, slots=True)
class Words:
    """A text of a product in one language."""

    weight: Weight
    language: str
    text: str


@dataclass(slots=True)
class Document:
    """Everything that is said of a product."""

    words: list[Words] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)

    def say(self, weight: Weight, language: str, text: str) -> None:
        """Add a text, unless it is empty."""
        if text:
            self.words.append(Words(weight, language, text))


def mark(analysers: Analysers) -> str:
    """Give the term that tells by which analyser and edition a product was indexed."""
    return f"#{analysers.name}-{EDITION}"


def vector(document: Document, analysers: Analysers) -> str:
    """Write a document as a tsvector literal.

    Each term keeps the best weight that it has anywhere. A whole word stands there twice, so that
    a chair comes before an office chair when a chair is looked for.
    """
    best: dict[str, tuple[str, bool]] = {}
    for weight, term in _weighted(document, analysers):
        place = (weight.value, not term.is_whole)
        best[term.text] = min(place, best.get(term.text, place))
    written = [quoted(mark(analysers))]
    size = 0
    for text, (letter, is_part) in sorted(best.items(), key=lambda item: item[1]):
        lexeme = f"{quoted(text)}:1{letter}" if is_part else f"{quoted(text)}:1{letter},2{letter}"
        size += len(lexeme.encode())
        if size > MOST_BYTES:
            break
        written.append(lexeme)
    return " ".join(written)


def likenesses(document: Document) -> str:
    """Write the words in which likenesses are looked for, each once and without marks."""
    telling = (words for words in document.words if words.weight is not Weight.TEXT)
    found = dict.fromkeys(
        folded(token.joined)
        for words in sorted(telling, key=lambda words: words.weight)
        for token in tokens(words.text)
    )
    return " ".join(found)[:LONGEST_FOLDED]


def _weighted(document: Document, analysers: Analysers) -> Iterable[tuple[Weight, Term]]:
    """Give every term with the weight of its place."""
    for code in document.codes:
        for term in code_terms(code):
            yield Weight.NAME, term
    for words in document.words:
        is_name = words.weight is Weight.NAME
        for term in analysers.terms(words.text, words.language, is_name=is_name):
            yield words.weight, term
