"""The tables of the register itself, so that Django finds them."""

from privacy.outbox.models import Letter

__all__ = ["Letter"]
