"""The terms of sale: editions that are never altered, shown with today's name of the seller."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings

from orders.sales.models import Terms

AUTHENTIC = "fi"


class NoTermsInForce(LookupError):
    """The shop has no terms of sale, so nothing can be sold."""


def edition_in_force(*, at: datetime) -> int:
    """Give the number of the edition under which an order is placed at a moment.

    :raises NoTermsInForce: when there is none.
    """
    begun = Terms.objects.filter(language=AUTHENTIC, valid_from__lte=at)
    newest = begun.order_by("-edition").values_list("edition", flat=True).first()
    if newest is None:
        raise NoTermsInForce
    return newest


@dataclass(frozen=True)
class Published:
    """An edition and the time from which it is in force."""

    number: int
    valid_from: datetime


def editions() -> list[Published]:
    """List all editions, the newest first; those that are to come are among them."""
    rows = Terms.objects.filter(language=AUTHENTIC).order_by("-edition")
    return [Published(*row) for row in rows.values_list("edition", "valid_from")]


def terms_text(*, edition: int, language: str, seller: Mapping[str, str] | None = None) -> str:
    """Give an edition in a language, else in Finnish, with the seller's name and addresses.

    A line whose fact the shop has not been told is left out.

    :param seller: as the seller was at another time; without it as the settings say today.
    :raises NoTermsInForce: when there is no such edition.
    """
    texts = dict(Terms.objects.filter(edition=edition).values_list("language", "text"))
    text = texts.get(language) or texts.get(AUTHENTIC)
    if text is None:
        raise NoTermsInForce
    return with_seller(text, seller or settings.CONTROLLER)


def with_seller(text: str, seller: Mapping[str, str]) -> str:
    """Put the seller's facts in their places; a line whose fact is not known is left out."""
    lines = (_line(line, seller) for line in text.splitlines())
    return "\n".join(line for line in lines if line is not None)


def _line(line: str, seller: Mapping[str, str]) -> str | None:
    for name, fact in seller.items():
        mark = f"{{{name}}}"
        if mark in line and not fact:
            return None
        line = line.replace(mark, fact)
    return line
