"""Whom a breach touched: computed from the log of looks, from whole tables, or from numbers."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from privacy.breaches.models import Affected, Breach
from privacy.reading.models import Reading
from privacy.reading.numbers import numbers_of
from privacy.reading.people import AT_ONCE, people_behind, rows_named
from privacy.registry import Declaration, Line, registry

BATCH = 2000


@dataclass
class Seen:
    """What is known of one person's part in a breach."""

    tables: set[str] = field(default_factory=set)
    first_at: datetime | None = None
    last_at: datetime | None = None

    def add(
        self,
        tables: Iterable[str],
        first_at: datetime | None = None,
        last_at: datetime | None = None,
    ) -> None:
        """Note more of the same person."""
        self.tables.update(tables)
        firsts = [at for at in (self.first_at, first_at) if at is not None]
        lasts = [at for at in (self.last_at, last_at) if at is not None]
        self.first_at, self.last_at = min(firsts, default=None), max(lasts, default=None)


Found = dict[UUID, Seen]
"""Each person by number, with what was seen of them and when."""


class NobodyMeant(Exception):
    """What was typed is the number of no row; the message names it."""


def seen_by(staff: Any, *, since: datetime, until: datetime) -> Found:
    """Find whose data a staff account saw between two moments, by the log of looks."""
    looks = Reading.objects.filter(staff=staff, at__gte=since, at__lte=until, about__isnull=False)
    rows: dict[UUID, Seen] = {}
    for number, table, at in looks.values_list("about", "table", "at").iterator(BATCH):
        if number is not None:
            rows.setdefault(number, Seen()).add([table], at, at)
    return _by_person(rows)


def held_in(tables: Collection[str], lines: Collection[str]) -> Found:
    """Find everybody of whom some table, or some line of section 5, holds anything now."""
    rows: dict[UUID, Seen] = {}
    for declaration in registry.values():
        is_meant = declaration.label in tables or any(_columns(declaration, lines))
        if declaration.person and is_meant:
            for number in _all_numbers(declaration):
                rows.setdefault(number, Seen()).add([declaration.label])
    return _by_person(rows)


def named_by(typed: Iterable[str]) -> Found:
    """Find whose the rows are that are called by these numbers.

    :raises NobodyMeant: when one of them is no row's.
    """
    rows: dict[UUID, Seen] = {}
    for word in typed:
        numbers = rows_named(word)
        if not numbers:
            raise NobodyMeant(word)
        for number in numbers:
            rows.setdefault(number, Seen()).add(_tables_with(number))
    return _by_person(rows)


def lines_of(tables: Iterable[str]) -> list[Line]:
    """Give the lines of section 5 that tables hold data of, in the statement's order."""
    held = {
        datum.line
        for declaration in registry.values()
        if declaration.label in set(tables)
        for datum in declaration.data.values()
    }
    return [line for line in Line if line in held]


def columns_of(tables: Iterable[str]) -> dict[str, list[str]]:
    """Name the personal columns of tables, at the most of which anything was seen."""
    return {
        declaration.label: sorted(declaration.data)
        for declaration in registry.values()
        if declaration.label in set(tables)
    }


def _by_person(rows: dict[UUID, Seen]) -> Found:
    found: Found = {}
    for number, people in people_behind(rows).items():
        seen = rows[number]
        for person in people:
            found.setdefault(person, Seen()).add(seen.tables, seen.first_at, seen.last_at)
    return found


def _columns(declaration: Declaration, lines: Collection[str]) -> Iterator[str]:
    return (name for name, datum in declaration.data.items() if datum.line in lines)


def _all_numbers(declaration: Declaration) -> Iterator[UUID]:
    keys: list[Any] = []
    for key in declaration.rows().values_list("pk", flat=True).iterator(AT_ONCE):
        keys.append(key)
        if len(keys) == AT_ONCE:
            yield from numbers_of(declaration, keys)
            keys = []
    yield from numbers_of(declaration, keys)


def _tables_with(number: UUID) -> list[str]:
    return [
        declaration.label
        for declaration in registry.values()
        if declaration.person
        and declaration.model._meta.pk.get_internal_type() == "UUIDField"
        and declaration.model._base_manager.filter(pk=number).exists()
    ]


@transaction.atomic
def add_affected(breach: Breach, found: Found, *, at: datetime) -> int:
    """Add people to a breach, and give how many are new.

    Whoever is there already gets what is new of them; adding the same twice changes nothing. The
    counts and the lines stay on the breach when the people are forgotten.
    """
    locked = Breach.objects.select_for_update().get(pk=breach.pk)
    known = {row.about: row for row in Affected.objects.filter(breach=locked)}
    more: Counter[str] = Counter()
    new, changed = [], []
    for person, seen in found.items():
        row = known.get(person)
        tables = set(row.tables) if row else set()
        more.update(seen.tables - tables)
        if row is None:
            row = Affected(breach=locked, about=person, added_at=at)
            new.append(row)
        else:
            changed.append(row)
            seen.add(tables, row.first_at, row.last_at)
        row.tables = sorted(seen.tables | tables)
        row.first_at, row.last_at = seen.first_at, seen.last_at
    Affected.objects.bulk_create(new, batch_size=BATCH)
    Affected.objects.bulk_update(changed, ["tables", "first_at", "last_at"], batch_size=BATCH)
    _count(locked, len(new), more)
    breach.refresh_from_db()
    return len(new)


def _count(breach: Breach, new: int, more: Counter[str]) -> None:
    breach.people += new
    breach.tables = dict(Counter(breach.tables) + more)
    lines = {*breach.lines, *(line.value for line in lines_of(breach.tables))}
    breach.lines = [line.value for line in Line if line.value in lines]
    breach.save(update_fields=["people", "tables", "lines"])
