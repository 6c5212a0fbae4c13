"""What a page would say in a language, and what that changes in what it says now."""

from dataclasses import dataclass

from django.utils import translation

from orders.pages.models import Page
from orders.pages.operations import text_of
from orders.pages.writing import Part, read
from privacy.editions.difference import Piece, differences


@dataclass(frozen=True)
class Look:
    """One language of a page before it is published."""

    language: str
    name: str
    title: str
    parts: list[Part]
    changes: list[list[Piece]]
    """The paragraphs that are not as they were."""


def look_at(page: Page, language: str, name: str, text: str) -> Look:
    """Read what was written as its readers will, and compare it with the page in force."""
    with translation.override(language):
        parts = read(text)
    changes = [
        pieces
        for pieces in differences(text_of(page, language), text)
        if any(piece.kind != "same" for piece in pieces)
    ]
    return Look(
        language=language,
        name=name,
        title=next((part.words for part in parts if part.kind == "title"), ""),
        parts=[part for part in parts if part.kind != "title"],
        changes=changes,
    )
