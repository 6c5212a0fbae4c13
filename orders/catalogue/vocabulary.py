"""The attributes by which lists can be narrowed, as one language names them."""

from dataclasses import dataclass, field
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import get_language

from orders.catalogue.kept import kept, version_of
from orders.catalogue.models import Attribute, AttributeOption

YES = "yes"


@dataclass(frozen=True, slots=True)
class Word:
    """An answer that can be chosen: one of a list's options, or yes."""

    pk: UUID
    """Of the option; of the attribute itself where the answer is yes."""
    attribute: UUID
    code: str
    name: str


@dataclass(slots=True)
class Term:
    """An attribute, and its answers in the merchant's order."""

    pk: UUID
    code: str
    name: str
    is_boolean: bool
    words: dict[str, Word] = field(default_factory=dict)


Vocabulary = dict[str, Term]


def vocabulary_of(request: HttpRequest) -> Vocabulary:
    """Give the attributes in the language of the visit; kept from page to page."""
    return kept(version_of(request), "vocabulary", get_language(), make=gather)


def gather() -> Vocabulary:
    """Read all attributes that are facets, and their options, by two queries."""
    kinds = (Attribute.Kind.CHOICE, Attribute.Kind.BOOLEAN)
    known: dict[UUID, Term] = {}
    for row in Attribute.objects.filter(is_facet=True, kind__in=kinds):
        term = Term(row.pk, row.code, row.name, row.kind == Attribute.Kind.BOOLEAN)
        if term.is_boolean:
            term.words[YES] = Word(row.pk, row.pk, YES, row.name)
        known[row.pk] = term
    for option in AttributeOption.objects.filter(attribute__in=list(known)).order_by(
        "position", "code"
    ):
        attribute = option.attribute_id
        known[attribute].words[option.code] = Word(option.pk, attribute, option.code, option.name)
    return {term.code: term for term in known.values()}
