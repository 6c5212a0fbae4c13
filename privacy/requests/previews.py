"""The letter of a step as its reader will get it, before anything is done."""

import copy
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.utils import translation

from privacy.outbox.operations import Composed, compose
from privacy.requests.answering import plan
from privacy.requests.asker import recipient_of
from privacy.requests.clock import longest_extension
from privacy.requests.models import Request
from privacy.requests.remedies import remedies
from privacy.requests.states import State
from privacy.requests.steps import Step

Said = Mapping[str, Any]
NOT_YET = "…"
"""Stands where the answer will name a number or an address that does not exist yet."""


def letter_of(step: Step, asked: Request, said: Said, *, at: datetime) -> Composed | None:
    """Put together the letter that a step would send; nothing for a step that sends none."""
    would_be = copy.copy(asked)
    context: dict[str, object] = {"words": said.get("words", "")}
    if step == Step.EXTEND:
        would_be.extended_until = longest_extension(asked.received_at)
        would_be.extension_reason = said.get("reason", "")
        return _compose("request_extended", would_be, {})
    if step == Step.COPY:
        until = at + timedelta(days=settings.KEEP_COPIES_DAYS)
        context = {"copy": SimpleNamespace(expires_at=until), "url": NOT_YET}
    elif step == Step.DESTROY:
        context |= _erasure(asked, at)
    elif step in (Step.PART, Step.REFUSE):
        would_be.state = State.PARTLY if step == Step.PART else State.REFUSED
        would_be.refusal = said.get("refusal", "")
        context |= {"reason": said.get("reason", ""), "remedies": said.get("complaint", "")}
    elif step != Step.SETTLE:
        return None
    return _compose("request_answer", would_be, context)


def _erasure(asked: Request, at: datetime) -> dict[str, object]:
    with translation.override(asked.language):
        would_go = plan(asked, at=at)
    is_held = bool(would_go.goes_later or would_go.stays_by_law)
    return {
        "plan": would_go,
        "receipt": SimpleNamespace(number=NOT_YET, at=at),
        "remedies": remedies(asked.language) if is_held else "",
    }


def _compose(kind: str, asked: Request, context: dict[str, object]) -> Composed:
    said = {"asked": asked, "recipient": recipient_of(asked), **context}
    return compose(kind, language=asked.language, context=said)
