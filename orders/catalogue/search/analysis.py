"""What a product is found by, and what a visitor's words look for.

Both go through the same analyser. A document becomes a set of terms: its words, their base forms,
every run of adjacent parts of a compound, and the same without marks on the letters. A query
becomes words that must all be found, each by any of its readings. Nothing that a visitor types
reaches the database except as quoted terms, and only the first words of a long query are read.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from orders.catalogue.search.analysers import Analyser, Dictionary, NotInstalled, Voikko
from orders.catalogue.search.words import LONGEST_WORD, Token, folded, tokens

#: How much of a query is read: more than anybody types, and little enough to answer at once.
LONGEST_QUERY = 200
MOST_WORDS = 10
#: Likenesses cost more than words, and a query of unknown words only is hardly one.
MOST_GUESSES = 3
#: A shorter unknown word is like too many others to be guessed at.
SHORTEST_GUESS = 4

#: Before a term stands for "written without marks", so that saa does not find sää unasked.
_UNMARKED = "~"

#: Words that a query does not insist on; PostgreSQL's lists would drop words of a shop too.
_FILLERS = frozenset(
    {"ja", "tai", "sekä", "eli", "on", "och", "eller", "samt", "för", "med", "till", "av", "i"}
    | {"på", "en", "ett", "and", "or", "for", "with", "the", "a", "an", "of", "to", "in"}
)

LANGUAGES = ("fi", "sv", "en")


@dataclass(frozen=True, slots=True)
class Term:
    """Something that a document is found by."""

    text: str
    #: A word of the document, or its base form; not only a part of it.
    is_whole: bool


@dataclass(frozen=True, slots=True)
class QueryWord:
    """A word of a query: any of its terms will do, or all of its pieces together."""

    text: str
    terms: frozenset[str]
    pieces: tuple["QueryWord", ...] = ()
    is_known: bool = True

    @property
    def may_be_guessed(self) -> bool:
        """Tell whether a likeness may stand in: a known word is never taken for another."""
        return not self.is_known and len(self.text) >= SHORTEST_GUESS

    def tsquery(self) -> str:
        """Write the word as an expression of PostgreSQL, every term quoted."""
        readings = [quoted(term) for term in sorted(self.terms)]
        if self.may_be_guessed:
            readings.append(quoted(self.text) + ":*")
            readings.append(quoted(_UNMARKED + folded(self.text)) + ":*")
        if self.pieces:
            readings.append("(" + " & ".join(piece.tsquery() for piece in self.pieces) + ")")
        return "(" + " | ".join(readings) + ")"


@dataclass(frozen=True, slots=True)
class Query:
    """What a visitor looks for."""

    words: tuple[QueryWord, ...]

    def __bool__(self) -> bool:
        """Tell whether there is anything to look for."""
        return bool(self.words)

    @property
    def guessable(self) -> tuple[QueryWord, ...]:
        """Give the first few unknown words, for which a likeness may stand in."""
        return tuple(word for word in self.words if word.may_be_guessed)[:MOST_GUESSES]

    def tsquery(self) -> str:
        """Write the query as an expression of PostgreSQL: all of its words."""
        return " & ".join(word.tsquery() for word in self.words)


class Analysers:
    """The analyser of each language."""

    def __init__(self, finnish: Analyser) -> None:
        self.finnish = finnish
        self._by_language: Mapping[str, Analyser] = {
            "fi": finnish,
            "sv": Dictionary("sv"),
            "en": Dictionary("en"),
        }

    @property
    def name(self) -> str:
        """Name what understands Finnish here, which decides how well the shop is searched."""
        return self.finnish.name

    def of(self, language: str) -> Analyser:
        """Give the analyser of a language, Finnish for one that the shop does not speak."""
        return self._by_language.get(language[:2], self.finnish)

    def terms(self, text: str, language: str, *, is_name: bool = False) -> Iterator[Term]:
        """Give everything that a text is found by, the same term perhaps more than once.

        In a name two words that stand side by side are one compound too: merchants write "kahvin
        keitin" where their customers look for kahvinkeitin.
        """
        analyser = self.of(language)
        before: Token | None = None
        for token in tokens(text):
            for piece in token.pieces:
                yield from _with_unmarked(_readings(piece, analyser))
            if len(token.pieces) > 1:
                yield from _with_unmarked(_readings_of_compound(token, analyser))
            if is_name and before is not None:
                both = Token((*before.pieces, *token.pieces))
                yield from _with_unmarked(_joined_readings(both, analyser))
            before = token

    def query(self, text: str, language: str) -> Query:
        """Understand what a visitor typed; of a very long text only the beginning."""
        found: dict[str, QueryWord] = {}
        for token in tokens(text[:LONGEST_QUERY]):
            if len(found) == MOST_WORDS:
                break
            read = Token(token.pieces[:MOST_WORDS])
            found.setdefault(read.hyphenated, self._query_word(read, language))
        telling = [word for word in found.values() if word.text not in _FILLERS]
        return Query(tuple(telling or found.values()))

    def _query_word(self, token: Token, language: str) -> QueryWord:
        """Understand a word of a query."""
        if len(token.pieces) == 1:
            return self._single(token.pieces[0], token, language)
        pieces = tuple(self._query_word(Token((piece,)), language) for piece in token.pieces)
        readings = _readings_of_compound(token, self.of(language))
        return QueryWord(
            text=token.hyphenated,
            terms=frozenset(term.text for term in readings if term.is_whole),
            pieces=pieces,
            is_known=all(piece.is_known for piece in pieces),
        )

    def _single(self, text: str, token: Token, language: str) -> QueryWord:
        """Understand a word of one piece.

        A word that the language does not know may be one of another, as where a text has not been
        translated; or it may have been typed without its marks. One that has marks may stand in
        the text without them.
        """
        analysis = self.of(language).analyse(text)
        plain = folded(text)
        terms = {text, *analysis.base_forms}
        if plain != text:
            terms.add(plain)
        if not analysis.is_known:
            terms.add(_UNMARKED + plain)
            for other in self._by_language.values():
                terms.update(other.analyse(text).base_forms)
        is_known = analysis.is_known or token.is_number
        return QueryWord(text=text, terms=frozenset(terms), is_known=is_known)


def chosen(preference: str = "auto") -> Analysers:
    """Choose the analyser of Finnish: Voikko where the machine has it, the word list otherwise.

    :raises NotInstalled: when Voikko is asked for by name and is not there.
    """
    if preference == "simplemma":
        return Analysers(Dictionary("fi"))
    try:
        return Analysers(Voikko())
    except NotInstalled:
        if preference == "voikko":
            raise
        return Analysers(Dictionary("fi"))


def code_terms(code: str) -> Iterator[Term]:
    """Give what an article number or barcode is found by: whole, without signs, and in pieces."""
    for token in tokens(code):
        for piece in {token.hyphenated, token.joined, *token.pieces}:
            yield Term(piece, is_whole=piece == token.joined)


def quoted(term: str) -> str:
    """Quote a term for a tsquery or tsvector literal."""
    doubled = term.replace("\\", "\\\\").replace("'", "''")
    return f"'{doubled}'"


def _readings(word: str, analyser: Analyser) -> Iterator[Term]:
    """Give a word, what it is a form of, and what it is made of."""
    analysis = analyser.analyse(word)
    yield Term(word, is_whole=True)
    for base in analysis.base_forms:
        yield Term(base, is_whole=True)
        yield from _joined(base, is_whole=True)
    for part in analysis.parts:
        yield Term(part, is_whole=False)
        yield from _joined(part, is_whole=False)


def _readings_of_compound(token: Token, analyser: Analyser) -> Iterator[Term]:
    """Give a word of several pieces as one: led-lamput is ledlamppu too."""
    yield from _readings(token.hyphenated, analyser)
    yield from _joined_readings(token, analyser)


def _joined_readings(token: Token, analyser: Analyser) -> Iterator[Term]:
    """Give several pieces as one word, and what that is a form of."""
    *before, last = token.pieces
    for end in (last, *analyser.analyse(last).base_forms):
        yield Term(("".join(before) + end)[:LONGEST_WORD], is_whole=True)


def _joined(term: str, *, is_whole: bool) -> Iterator[Term]:
    """Give a term with hyphens without them too."""
    if "-" in term:
        yield Term(term.replace("-", ""), is_whole=is_whole)


def _with_unmarked(readings: Iterable[Term]) -> Iterator[Term]:
    """Add to each term its form without marks, where that is another."""
    for term in readings:
        yield term
        plain = folded(term.text)
        if plain != term.text:
            yield Term(_UNMARKED + plain, is_whole=term.is_whole)
