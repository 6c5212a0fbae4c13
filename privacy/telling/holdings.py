"""Everything that is held about one person, value by value, with how long each stays.

Whoever has ordered for years may have more than a memory holds. So only the keys of the rows are
kept; the rows themselves are read a few at a time, whenever somebody goes through them.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from privacy.erase import held_rows
from privacy.provenance.models import OTHERS
from privacy.provenance.operations import Sources, source_words, sources_of
from privacy.registry import Datum, Declaration, Keep, Line, clock, concrete_fields
from privacy.subject import Subject, rows_of
from privacy.telling.words import hold_words, kept_words, time_words

LINES = list(Line)
AT_ONCE = 200
"""So many rows are held at a time."""
FEW = 2_000
"""Of so many rows it is asked in one question who gave their values."""


@dataclass(frozen=True)
class Until:
    """How long a value stays: in words, with its last day where that is known."""

    words: str
    day: date | None = None


@dataclass(frozen=True)
class Value:
    """One value of one row."""

    column: str
    name: str
    said: str
    """The value as its person reads it."""
    plain: Any
    """The value as a machine reads it; nothing for a secret."""
    datum: Datum | None
    """What is declared of it; nothing for what is personal only by the row it stands in."""
    until: Until | None
    is_withheld: bool
    is_tie: bool
    """The number of another row of the person's: for a machine, and nothing to read."""
    whence: str = ""
    """Who gave this very value, where it was not its person and not the shop."""
    is_others: bool = False
    """An authority or a third party gave it."""

    @property
    def source(self) -> str:
        """Say where the value came from: as noted of it, or as declared of all its like."""
        return self.whence or (str(self.datum.source.label) if self.datum else "")


@dataclass(frozen=True)
class Entry:
    """One row."""

    key: str
    values: list[Value]


@dataclass(frozen=True)
class Entries:
    """The rows of one table that are the person's, read each time that somebody goes through."""

    declaration: Declaration
    keys: list[Any]
    at: datetime
    sources: Sources | None
    """Who gave which value, where that is known of all rows already."""

    def __iter__(self) -> Iterator[Entry]:
        for some in self.some_at_a_time():
            yield from some

    def __len__(self) -> int:
        return len(self.keys)

    def some_at_a_time(self) -> Iterator[list[Entry]]:
        """Go through the rows in their order, a few in one question each."""
        keys = self._ordered()
        for start in range(0, len(keys), AT_ONCE):
            yield self._read(keys[start : start + AT_ONCE])

    def _ordered(self) -> list[Any]:
        """Give the keys as their table is ordered; few rows are ordered as they are read."""
        if len(self.keys) <= AT_ONCE:
            return self.keys
        rows = self.declaration.model._base_manager.filter(pk__in=self.keys)
        return list(rows.order_by(*_order(self.declaration)).values_list("pk", flat=True))

    def _read(self, keys: list[Any]) -> list[Entry]:
        declaration = self.declaration
        sources = sources_of(keys) if self.sources is None else self.sources
        times = _all_times(declaration, keys, self.at)
        names = [name for name in concrete_fields(declaration.model) if _is_told(declaration, name)]
        rows = _without_papers(declaration, keys).order_by(*_order(declaration))
        return [
            Entry(str(row.pk), list(_values(declaration, names, row, times, sources)))
            for row in rows
        ]


@dataclass(frozen=True)
class Holding:
    """The rows of one table that are the person's."""

    declaration: Declaration
    entries: Entries

    @property
    def name(self) -> str:
        """Call the table as its person would."""
        return self.declaration.name


Times = dict[str, dict[Any, Until]]
"""Of each declared column and row, how long it stays."""


def holdings_of(subject: Subject, *, at: datetime) -> list[Holding]:
    """Find everything the register holds about a person; what is empty is not told of.

    The rows are those that an erasure would look at: whoever is forgotten by a declaration is told
    by it.
    """
    rows = {each: _told(each, keys) for each, keys in rows_of(subject).items()}
    are_few = sum(map(len, rows.values())) <= FEW
    sources = sources_of(key for keys in rows.values() for key in keys) if are_few else None
    found = [
        Holding(declaration, Entries(declaration, keys, at, sources))
        for declaration, keys in rows.items()
        if keys
    ]
    return sorted(found, key=lambda holding: _place(holding.declaration))


def _told(declaration: Declaration, keys: list[Any]) -> list[Any]:
    """Leave out what a law forbids to tell of."""
    if declaration.untold is None:
        return keys
    return list(declaration.told_rows(keys).values_list("pk", flat=True))


def _place(declaration: Declaration) -> tuple[int, str]:
    lines = [LINES.index(datum.line) for datum in declaration.data.values()]
    return min(lines, default=len(LINES)), declaration.label


def _order(declaration: Declaration) -> list[Any]:
    return [*(declaration.model._meta.ordering or []), "pk"]


def _all_times(declaration: Declaration, keys: list[Any], at: datetime) -> Times:
    """Tell of each declared column of some rows how long it stays."""
    times: Times = {}
    for keep, columns in declaration.by_keep().items():
        times |= dict.fromkeys(columns, _times(declaration, keep, keys, at))
    for column, datum in declaration.data.items():
        if datum.whole_for is not None:
            said = kept_words(datum)
            times[column] = {key: Until(said, of.day) for key, of in times[column].items()}
    return times


def _without_papers(declaration: Declaration, keys: list[Any]) -> "models.QuerySet[Any]":
    """Read rows without the files inside them, of which only is told that they are there."""
    there = {_has(name): ~declaration.is_blank(name) for name in declaration.papers}
    rows = declaration.model._base_manager.filter(pk__in=keys).defer(*declaration.papers)
    told: models.QuerySet[Any] = rows.annotate(**there)
    return told


def _has(paper: str) -> str:
    return f"has_{paper}"


def _is_told(declaration: Declaration, name: str) -> bool:
    """Leave out which of the staff did what: that is another person's."""
    if name in declaration.inward:
        return False
    related = declaration.column(name).related_model
    is_account = related is not None and related._meta.label == settings.AUTH_USER_MODEL
    return name in declaration.data or not is_account


def _times(declaration: Declaration, keep: Keep, keys: list[Any], at: datetime) -> dict[Any, Until]:
    """Work out for each row which day is the last, and what it is that decides it."""
    rows = declaration.model._base_manager.filter(pk__in=keys).annotate(began=clock(keep.since))
    held = held_rows(declaration, keep, keys, at)
    used = set(rows.filter(keep.in_use).values_list("pk", flat=True)) if keep.in_use else set()
    found: dict[Any, Until] = {}
    for key, began in rows.values_list("pk", "began"):
        found[key] = _period(keep, None if key in used else began)
        if key in held:
            hold, until = held[key]
            found[key] = Until(hold_words(hold), until)
    return found


def _period(keep: Keep, began: datetime | None) -> Until:
    if began is None:
        return Until(time_words(keep))
    return Until(time_words(keep), keep.period.last_day(timezone.localdate(began)))


def _values(
    declaration: Declaration, names: list[str], row: models.Model, times: Times, sources: Sources
) -> Iterator[Value]:
    for name in names:
        note = sources.get((row.pk, name))
        plain = _held_in(declaration, name, row)
        if plain in (None, "", {}, []):
            continue
        withheld = declaration.withholds(name, row)
        yield Value(
            column=name,
            name=declaration.name_of(name),
            said=_hidden(declaration, name) if withheld else _said(row, name, plain),
            plain=None if withheld else _plain(plain),
            datum=declaration.data.get(name),
            until=times.get(name, {}).get(row.pk),
            is_withheld=withheld,
            is_tie=_is_tie(declaration.column(name)),
            whence=str(source_words(note)) if note else "",
            is_others=note is not None and note.whence in OTHERS,
        )


def _held_in(declaration: Declaration, name: str, row: models.Model) -> Any:
    """Give what a column holds; of one with files, that there are some."""
    if name in declaration.papers:
        return getattr(row, _has(name)) or None
    return declaration.column(name).value_from_object(row)


def _hidden(declaration: Declaration, name: str) -> str:
    """Say what stands in the place of a value that is not shown."""
    if name in declaration.papers:
        return _("files, which lie in the copy of your data")
    return _("a secret that is handed to nobody")


def _is_tie(column: "models.Field[Any, Any]") -> bool:
    return column.is_relation or isinstance(column, models.UUIDField)


def _said(row: models.Model, name: str, plain: Any) -> str:
    if isinstance(plain, bool):
        return _("yes") if plain else _("no")
    if isinstance(plain, datetime):
        return date_format(timezone.localtime(plain), "SHORT_DATETIME_FORMAT")
    if isinstance(plain, date):
        return date_format(plain, "SHORT_DATE_FORMAT")
    if isinstance(plain, list):
        labels = _labels(row, name)
        return ", ".join(str(labels.get(each, each)) if labels else _words(each) for each in plain)
    display = getattr(row, f"get_{name}_display", None)
    return str(display() if display else _plain(plain))


def _words(value: Any) -> str:
    """Say what stands in a list: of something with several parts, those that are words."""
    if not isinstance(value, dict):
        return str(value)
    return ": ".join(each for each in value.values() if isinstance(each, str) and each)


def _labels(row: models.Model, name: str) -> dict[Any, Any]:
    """Give the words for what a list chooses from."""
    column = row._meta.get_field(name)
    return dict(column.base_field.flatchoices) if isinstance(column, ArrayField) else {}


def _plain(value: Any) -> Any:
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict | list):
        return json.loads(json.dumps(value, default=str))
    return str(value)
