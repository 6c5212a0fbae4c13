"""Finding products by what a visitor types.

First all words must be found as the analyser understands them. Only when nothing is found, a word
that no analyser knows may be taken for another that is written nearly alike: known words never
are, so that a hen (kana) does not become a canal (kanava).
"""

from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import (
    SearchQueryField,
    SearchRank,
    TrigramWordSimilarity,
)
from django.db.models import (
    BooleanField,
    Case,
    Exists,
    Expression,
    F,
    Func,
    OuterRef,
    Q,
    Value,
    When,
)
from django.db.models.functions import Cast

from orders.catalogue.models import Product, ProductQuerySet, Variant, in_language
from orders.catalogue.search.analysis import LONGEST_QUERY, SHORTEST_GUESS, Query, QueryWord
from orders.catalogue.search.index import analysers
from orders.catalogue.search.words import folded, likeness, tokens

#: Of a long query that finds nothing, so many words at most are corrected.
MOST_CORRECTIONS = 3
_CANDIDATES = 20
#: The share of its letter triples that a word must have in common with the one offered for it.
ENOUGH_ALIKE = 0.4


@dataclass(frozen=True, slots=True)
class Found:
    """What a search has found."""

    products: ProductQuerySet
    #: Words were taken for others that look like them: the page should say so.
    by_likeness: bool = False


class Matches(Func):
    """Tell whether a search vector matches a query."""

    template = "%(expressions)s"
    arg_joiner = " @@ "
    output_field = BooleanField()


class IsLike(Func):
    """Tell whether a text has a word like another, by the trigram index."""

    template = "%(expressions)s"
    arg_joiner = " %%> "
    output_field = BooleanField()


def search(products: ProductQuerySet, text: str, language: str) -> ProductQuerySet:
    """Keep the products that a text finds, the best first; none for a text without words.

    The answer can be filtered, counted and sorted otherwise; `relevance` is how well each fits.
    """
    return find(products, text, language).products


def find(products: ProductQuerySet, text: str, language: str) -> Found:
    """Find products, and tell whether likenesses had to be used."""
    query = analysers().query(text, language)
    if not query:
        return Found(products.none())
    exact = products.filter(_finds(query))
    if not query.guessable or exact.exists():
        return Found(_ranked(exact, query, text))
    like = products.filter(*(_finds_or_resembles(word, query) for word in query.words))
    return Found(_ranked(like, query, text), by_likeness=True)


def suggestion(products: ProductQuerySet, text: str, language: str) -> str:
    """Put words of the catalogue in the place of those that find nothing: "did you mean".

    Empty when there is nothing better to offer. Meant for a search that has found nothing.
    """
    corrected: list[str] = []
    changes = 0
    for word in analysers().query(text, language).words:
        if products.filter(_finds(Query((word,)))).exists():
            corrected.append(word.text)
            continue
        changes += 1
        better = _correction(products, word, language) if changes <= MOST_CORRECTIONS else ""
        if not better:
            return ""
        corrected.append(better)
    offered = " ".join(corrected)
    if not changes or not search(products, offered, language).exists():
        return ""
    return offered


def _finds(query: Query) -> Matches:
    """Write the condition that a product's vector matches, its terms quoted."""
    return Matches(F("search"), _tsquery(query))


def _finds_or_resembles(word: QueryWord, query: Query) -> Q | Matches:
    """Write the condition that a product has a word, or one like it if the word is unknown."""
    exact = _finds(Query((word,)))
    if word not in query.guessable:
        return exact
    return Q(exact) | Q(IsLike(F("folded"), Value(folded(word.text))))


def _ranked(products: ProductQuerySet, query: Query, text: str) -> ProductQuerySet:
    """Order by fitness: an article number that is meant, then the weight of the words."""
    relevance: Any = SearchRank(F("search"), _tsquery(query))
    for word in query.guessable:
        relevance += TrigramWordSimilarity(folded(word.text), F("folded"))
    code = "".join(sign for sign in text[:LONGEST_QUERY] if sign.isprintable()).strip()
    if any(sign.isdigit() for sign in code):
        relevance += Case(When(_has_code(code), then=Value(100.0)), default=Value(0.0))
    return products.annotate(relevance=relevance).order_by(
        "-relevance", "-in_stock", "name_fi", "pk"
    )


def _has_code(code: str) -> Exists:
    """Write the condition that a variant has exactly this article number or barcode."""
    digits = "".join(sign for sign in code if sign.isdigit())
    is_meant = Q(sku__in={code, code.upper(), code.lower()}) | Q(gtin=digits, gtin__gt="")
    return Exists(Variant.objects.filter(is_meant, product=OuterRef("pk")))


def _tsquery(query: Query) -> Expression:
    """Hand a query over as a parameter, which the database reads as a tsquery."""
    return Cast(Value(query.tsquery()), SearchQueryField())


def _correction(products: ProductQuerySet, word: QueryWord, language: str) -> str:
    """Find the word of the catalogue that is written most like one that finds nothing."""
    if len(word.text) < SHORTEST_GUESS or word.text.isdigit():
        return ""
    wanted = folded(word.text)
    alike = products.filter(IsLike(F("folded"), Value(wanted))).select_related("manufacturer")
    nearest = alike.order_by(TrigramWordSimilarity(wanted, F("folded")).desc(), "pk")
    written: dict[str, str] = {}
    for product in nearest[:_CANDIDATES]:
        for token in tokens(_shown_words(product, language)):
            written.setdefault(folded(token.joined), token.hyphenated)
    best = max(written, key=lambda other: likeness(wanted, other), default="")
    return written[best] if best and likeness(wanted, best) >= ENOUGH_ALIKE else ""


def _shown_words(product: Product, language: str) -> str:
    """Gather the words by which shoppers know a product, as they are spelled, then the rest."""
    name = in_language(product, "name", language)
    maker = product.manufacturer.name if product.manufacturer else ""
    return f"{name} {maker} {in_language(product, 'summary', language)} {product.folded}"
