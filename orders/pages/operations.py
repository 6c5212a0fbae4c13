"""What a page says now, and how staff change it."""

from datetime import datetime
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction

from orders.pages.models import Page, PageEdition

_TEXTS = Path(__file__).parent / "texts"
_ONCE = "one_edition_of_a_number"


class ChangedMeanwhile(Exception):
    """Somebody else has changed the page since it was read."""


def newest(page: Page) -> PageEdition | None:
    """Give what staff wrote last; nothing where a page is as it was shipped.

    It is asked of the database each time, so that no process ever shows an older text.
    """
    return PageEdition.objects.of(page).first()


def text_of(page: Page, language: str) -> str:
    """Give a page's text in a language: what staff wrote last, else the one it was shipped with."""
    edition = newest(page)
    return edition.text(language) if edition is not None else shipped_text(page, language)


@lru_cache(maxsize=len(Page) * len(settings.LANGUAGES))
def shipped_text(page: Page, language: str) -> str:
    """Read the text that came with the shop."""
    known = language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
    return (_TEXTS / page.value / f"{known}.txt").read_text(encoding="utf-8")


def write_page(
    *, page: Page, texts: dict[str, str], based_on: int, by: str, at: datetime
) -> PageEdition:
    """Make the next edition of a page.

    :param texts: by language, all of them.
    :param based_on: the number of the edition that was read, 0 for the shipped text.
    :raises ChangedMeanwhile: when that is not the newest any more.
    """
    known = newest(page)
    if (known.number if known else 0) != based_on:
        raise ChangedMeanwhile
    try:
        with transaction.atomic():
            return PageEdition.objects.create(
                page=page,
                number=based_on + 1,
                written_at=at,
                written_by=by,
                **{f"text_{code}": text for code, text in texts.items()},
            )
    except IntegrityError as trouble:
        if _ONCE not in str(trouble):
            raise
        raise ChangedMeanwhile from trouble
