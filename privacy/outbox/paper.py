"""A letter on paper, for those who have no e-mail address."""

from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.formats import date_format

from privacy.outbox.models import Letter
from privacy.paper.typesetting import typeset

_SIGNATURE = "\n-- \n"
"""Begins the foot of a letter by mail; on paper the page has a foot of its own."""


def letter_pdf(letter: Letter) -> bytes:
    """Set a letter as PDF/UA, its address in the window of a Finnish C5 or E65 envelope."""
    with translation.override(letter.language):
        day = date_format(timezone.localdate(letter.created_at), "SHORT_DATE_FORMAT")
    said = {
        "language": letter.language,
        "title": letter.subject,
        "footer": settings.CONTROLLER["address"],
        "day": day,
        "address": letter.address.splitlines(),
        "blocks": blocks(letter.text),
    }
    return typeset("letter", said)


def blocks(text: str) -> list[dict[str, Any]]:
    """Part a letter's text into paragraphs and lists."""
    body = text.rpartition(_SIGNATURE)[0] or text
    found: list[dict[str, Any]] = []
    for line in body.splitlines():
        words = line.strip()
        if words.startswith("- "):
            if not (found and found[-1].get("items")):
                found.append({"items": []})
            found[-1]["items"].append(words[2:])
        elif words:
            found.append({"words": words})
    return found
