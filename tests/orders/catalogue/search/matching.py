"""Whether a query finds a document, decided without a database and by the same rules."""

from orders.catalogue.search.analysis import Analysers, QueryWord
from orders.catalogue.search.words import folded, likeness

LIKENESS = 0.6


def found(analysers: Analysers, query: str, document: str, language: str = "fi") -> bool:
    """Tell whether every word of the query is found, an unknown one perhaps by its likeness."""
    terms = {term.text for term in analysers.terms(document, language)}
    words = analysers.query(query, language).words
    return bool(words) and all(_matches(word, terms, folded(document)) for word in words)


def _matches(word: QueryWord, terms: set[str], document: str) -> bool:
    if word.terms & terms:
        return True
    if word.pieces and all(_matches(piece, terms, document) for piece in word.pieces):
        return True
    if not word.may_be_guessed:
        return False
    beginnings = (word.text, "~" + folded(word.text))
    return any(term.startswith(beginnings) for term in terms) or any(
        likeness(folded(word.text), other) >= LIKENESS for other in document.split()
    )
