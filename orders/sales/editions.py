"""The terms of sale: editions that are never altered, shown with today's name of the seller."""

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


def terms_text(*, edition: int, language: str) -> str:
    """Give an edition in a language, else in Finnish, with the seller's name and addresses.

    A line whose fact the shop has not been told is left out.

    :raises NoTermsInForce: when there is no such edition.
    """
    texts = dict(Terms.objects.filter(edition=edition).values_list("language", "text"))
    text = texts.get(language) or texts.get(AUTHENTIC)
    if text is None:
        raise NoTermsInForce
    return "\n".join(line for line in map(_with_seller, text.splitlines()) if line is not None)


def _with_seller(line: str) -> str | None:
    for name, fact in settings.CONTROLLER.items():
        mark = f"{{{name}}}"
        if mark in line and not fact:
            return None
        line = line.replace(mark, fact)
    return line
