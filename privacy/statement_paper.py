"""The statement as a PDF that a screen reader can read (PDF/UA-1)."""

from dataclasses import asdict
from hashlib import sha256

from django.core.cache import caches
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from privacy.editions.models import AUTHENTIC, Edition
from privacy.paper.typesetting import setting_of, typeset
from privacy.statement import edition_in_force
from privacy.statement_page import blocks
from privacy.telling.supplement import Supplement, supplement

KEPT = 3600


def statement_pdf(edition: Edition, language: str) -> bytes:
    """Set an edition on paper; the one in force brings the supplement along.

    Setting takes a good part of a second of a processor's time, and anybody may ask: the page is
    set once and kept for as long as it says the same.
    """
    said = _said(edition, language)
    key = f"statement-{sha256(setting_of(said).encode()).hexdigest()}"
    kept: bytes | None = caches["parts"].get(key)
    if kept is None:
        kept = typeset("statement", said)
        caches["parts"].set(key, kept, KEPT)
    return kept


def _said(edition: Edition, language: str) -> dict[str, object]:
    title = _("Register statement, edition %(number)d") % {"number": edition.number}
    more = supplement() if edition == edition_in_force() else None
    return {
        "language": language,
        "title": title,
        "footer": title,
        "blocks": [asdict(block) for block in blocks(edition.text(language))],
        "edition": _facts(edition, language),
        "supplement": None if more is None else _supplement(more),
    }


def _facts(edition: Edition, language: str) -> list[tuple[str, list[str]]]:
    facts = [
        (_("Edition"), [str(edition.number)]),
        (_("In force from"), [date_format(edition.valid_from, "DATE_FORMAT")]),
        (_("Approved by"), [edition.approved_by]),
        (_("SHA-256 of the Finnish text"), [edition.sha256[:32], edition.sha256[32:]]),
    ]
    if language != AUTHENTIC:
        facts.append((_("Translation"), [_("The Finnish text is the one that counts.")]))
    return facts


def _supplement(more: Supplement) -> dict[str, object]:
    lines = [{"name": line.name, "facts": line.facts} for line in more.lines]
    return {**asdict(more), "lines": lines}
