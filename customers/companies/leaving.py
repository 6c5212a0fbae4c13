"""Rooms above that want to know when somebody does not buy for a company any more."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

Hearer = Callable[[UUID, UUID, datetime], None]
_HEARERS: list[Hearer] = []


def told_when_out(hearer: Hearer) -> None:
    """Let a room above be told of the company and the card, in the transaction that parts them."""
    if hearer not in _HEARERS:
        _HEARERS.append(hearer)


def tell_that_out(company: UUID, customer: UUID, *, at: datetime) -> None:
    """Tell whoever wants to know."""
    for hearer in _HEARERS:
        hearer(company, customer, at)
