"""Rooms above that want to know when their letters have truly left."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from privacy.outbox.models import Letter

Hearer = Callable[[UUID, datetime], None]
_HEARERS: dict[str, Hearer] = {}


def told_when_left(kind: str, hearer: Hearer) -> None:
    """Let a room above be told of letters of a kind, with what they tell of, and when they left.

    It may be told of the same letter twice: when a worker died in between.
    """
    _HEARERS[kind] = hearer


def tell_that_it_left(letter_id: str) -> None:
    """Tell whoever wants to know; a letter that stayed in the shop's own mailbox has not left."""
    left = Letter.objects.filter(pk=letter_id, sent_at__isnull=False, stayed_here=False).first()
    hearer = _HEARERS.get(left.kind) if left is not None else None
    if left is None or hearer is None or left.about is None or left.sent_at is None:
        return
    hearer(left.about, left.sent_at)
