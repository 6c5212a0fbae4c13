"""The next edition of the terms: what it still lacks, and how it comes into force."""

import re
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from orders.sales.editions import Terms, TermsDraft
from privacy.editions.difference import Piece, differences
from privacy.statement_page import blocks

MARKS = frozenset({"name", "address", "business_id", "email", "phone"})
"""What may stand in braces: the seller, as the settings say."""

_MARK = re.compile(r"\{([^{}\n]*)\}")


class NotReady(Exception):
    """The draft cannot be published as it is; `reasons` says why, for people."""

    def __init__(self, reasons: list[str]) -> None:
        super().__init__(f"{len(reasons)} reasons")
        self.reasons = reasons


class NoDraft(Exception):
    """There is no draft any more: somebody has published it or taken it away."""


@dataclass(frozen=True)
class Comparison:
    """What the draft changes in one language: the paragraphs that are not as they were."""

    language: str
    name: str
    paragraphs: list[list[Piece]]


def newest_texts() -> dict[str, str]:
    """Give the texts of the newest edition by language, to begin the next one with."""
    newest = Terms.objects.order_by("-edition").values_list("edition", flat=True)[:1]
    return dict(Terms.objects.filter(edition__in=newest).values_list("language", "text"))


def comparisons(draft: TermsDraft) -> list[Comparison]:
    """Compare a draft with the newest edition, language by language."""
    before = newest_texts()
    return [
        Comparison(code, str(name), _changed(before.get(code, "").strip(), draft.text(code)))
        for code, name in settings.LANGUAGES
    ]


def _changed(before: str, after: str) -> list[list[Piece]]:
    """Leave out the paragraphs that stay as they are."""
    paragraphs = differences(before, after)
    return [pieces for pieces in paragraphs if any(piece.kind != "same" for piece in pieces)]


def reasons_against(draft: TermsDraft, *, at: datetime) -> list[str]:
    """Say in words all that keeps a draft from being published."""
    reasons = [reason for code, _name in settings.LANGUAGES for reason in _text(draft, code)]
    if not reasons and len(set(_sections(draft).values())) > 1:
        reasons.append(
            _("The languages do not have as many numbered sections: %(counts)s.")
            % {"counts": ", ".join(f"{code} {count}" for code, count in _sections(draft).items())}
        )
    return reasons + _time(draft, at)


def _text(draft: TermsDraft, code: str) -> list[str]:
    language = str(dict(settings.LANGUAGES)[code])
    text = draft.text(code)
    if not text:
        return [_("The text is missing: %(language)s.") % {"language": language}]
    unknown = sorted({mark for mark in _MARK.findall(text) if mark not in MARKS})
    reasons = []
    if unknown:
        reasons.append(
            _("Nothing can be put in the place of %(mark)s: %(language)s.")
            % {"mark": ", ".join(f"{{{mark}}}" for mark in unknown), "language": language}
        )
    if "{name}" not in text:
        reasons.append(
            _("The text does not name the seller, {name}: %(language)s.") % {"language": language}
        )
    return reasons


def _sections(draft: TermsDraft) -> dict[str, int]:
    return {
        code: sum(block.kind == "section" for block in blocks(draft.text(code)))
        for code, _name in settings.LANGUAGES
    }


def _time(draft: TermsDraft, at: datetime) -> list[str]:
    if draft.valid_from is None:
        return [_("The time from which it is in force is missing.")]
    reasons = []
    if draft.valid_from < at:
        reasons.append(_("An edition cannot begin in the past."))
    latest = Terms.objects.order_by("-valid_from").values_list("valid_from", flat=True).first()
    if latest is not None and draft.valid_from <= latest:
        reasons.append(
            _("An edition begins after the one before it, which begins %(day)s.")
            % {"day": date_format(localtime(latest), "SHORT_DATETIME_FORMAT")}
        )
    return reasons


@transaction.atomic
def publish_terms(*, by: str, at: datetime) -> Terms:
    """Make the draft the next edition, in all languages at once, and give its Finnish text.

    :param by: who publishes it, by name.
    :raises NoDraft: when there is none any more.
    :raises NotReady: when something is missing or wrong.
    """
    draft = TermsDraft.objects.select_for_update().first()
    if draft is None:
        raise NoDraft
    reasons = reasons_against(draft, at=at)
    if reasons or draft.valid_from is None:
        raise NotReady(reasons)
    newest = Terms.objects.order_by("-edition").values_list("edition", flat=True).first() or 0
    made = {
        code: Terms.objects.create(
            edition=newest + 1,
            language=code,
            text=draft.text(code) + "\n",
            valid_from=draft.valid_from,
            published_at=at,
            published_by=by,
        )
        for code, _name in settings.LANGUAGES
    }
    draft.delete()
    return made[settings.LANGUAGE_CODE]
