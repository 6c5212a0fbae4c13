"""Who tries codes one after another is asked to wait."""

from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import transaction

from privacy.limits import take_turn
from privacy.network import neighbourhood

WINDOW = timedelta(hours=1)
MOST_GUESSES = 20
"""An hour, of codes from one computer that are no coupons; a right one is no guess."""


def _key(address: str) -> str:
    return f"coupons {neighbourhood(address)}"


def has_guessed_enough(address: str, *, at: datetime) -> bool:
    """Tell whether a computer has tried enough wrong codes for now."""
    return len(_lately(_key(address), at)) >= MOST_GUESSES


@transaction.atomic
def count_guess(address: str, *, at: datetime) -> None:
    """Count a wrong code, one after the other however many come at once.

    :raises Busy: when too many come at once.
    """
    key = _key(address)
    take_turn(key)
    cache.set(key, [*_lately(key, at), at], WINDOW.total_seconds())


def _lately(key: str, at: datetime) -> list[datetime]:
    tried: list[datetime] = cache.get(key, [])
    return [each for each in tried if each > at - WINDOW]
