"""The register statement that is in force: word for word, as it was approved."""

from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.utils import timezone

from privacy.editions.models import AUTHENTIC, Edition

__all__ = ["AUTHENTIC", "edition_in_force", "statement_sha256", "statement_text"]


def edition_in_force(at: datetime | None = None) -> Edition:
    """Give the edition that is in force, now or at a given time.

    Which edition that is, is asked each time, so that a new one counts in every process from its
    first moment; the texts themselves never change and are read once.
    """
    begun = Edition.objects.begun(at or timezone.now())
    return _read(begun.values_list("pk", flat=True)[:1].get())


@lru_cache(maxsize=8)
def _read(key: UUID) -> Edition:
    return Edition.objects.get(pk=key)


def statement_text(language: str, at: datetime | None = None) -> str:
    """Give the statement in force in a language; Finnish is the authentic one."""
    return edition_in_force(at).text(language)


def statement_sha256(at: datetime | None = None) -> str:
    """Give the SHA-256 of the authentic text, which orders and consents remember."""
    return edition_in_force(at).sha256
