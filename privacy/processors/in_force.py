"""Who receives data today: the companies in force, as the statement and the notices name them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.core.cache import caches
from django.utils import timezone

from privacy.processors.models import Processor
from privacy.registry import Line, Role

KEPT = "privacy.partners"


@dataclass(frozen=True)
class Partner:
    """A company in force, with no more of it than people are told."""

    role: str
    name: str
    country: str
    lines: frozenset[str]

    @property
    def called(self) -> str:
        """Name the company and its country, in the language in use."""
        return Processor(name=self.name, country=self.country).called


@dataclass(frozen=True)
class Partners:
    """All companies in force."""

    all: tuple[Partner, ...] = ()

    def receiving(self, role: Role, lines: Collection[Line]) -> list[Partner]:
        """List those of a role that receive any of these lines."""
        return [each for each in self.all if each.role == role and not each.lines.isdisjoint(lines)]


def partners(at: datetime | None = None) -> Partners:
    """Ask which companies are in force, by one query."""
    rows = Processor.objects.in_force(timezone.localdate(at)).order_by("role", "name")
    return Partners(
        tuple(
            Partner(role, name, country, frozenset(lines))
            for role, name, country, lines in rows.values_list("role", "name", "country", "lines")
        )
    )


def partners_lately() -> Partners:
    """Give the companies in force as they were within the last minute.

    For the notices beside forms, which templates ask for: they ask nothing of the database.
    """
    known: Partners | None = caches["parts"].get(KEPT)
    if known is None:
        known = partners()
        caches["parts"].set(KEPT, known)
    return known
