"""Everything that is held about one person, value by value, with how long each stays."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from privacy.erase import held_rows
from privacy.registry import Datum, Declaration, Keep, Line, clock, concrete_fields
from privacy.subject import Subject, rows_of
from privacy.telling.words import hold_words, time_words

LINES = list(Line)


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


@dataclass(frozen=True)
class Entry:
    """One row."""

    key: str
    values: list[Value]


@dataclass(frozen=True)
class Holding:
    """The rows of one table that are the person's."""

    declaration: Declaration
    entries: list[Entry]

    @property
    def name(self) -> str:
        """Call the table as its person would."""
        return self.declaration.name


Times = dict[str, dict[Any, Until]]
"""Of each declared column and row, how long it stays."""


def holdings_of(subject: Subject, *, at: datetime) -> list[Holding]:
    """Read everything the register holds about a person; what is empty is not told of.

    The rows are those that an erasure would look at: whoever is forgotten by a declaration is told
    by it.
    """
    rows = rows_of(subject)
    found = [_holding(declaration, keys, at) for declaration, keys in rows.items() if keys]
    return sorted(found, key=lambda holding: _place(holding.declaration))


def _place(declaration: Declaration) -> tuple[int, str]:
    lines = [LINES.index(datum.line) for datum in declaration.data.values()]
    return min(lines, default=len(LINES)), declaration.label


def _holding(declaration: Declaration, keys: list[Any], at: datetime) -> Holding:
    times: Times = {}
    for keep, columns in declaration.by_keep().items():
        times |= dict.fromkeys(columns, _times(declaration, keep, keys, at))
    names = [name for name in concrete_fields(declaration.model) if _is_told(declaration, name)]
    order = declaration.model._meta.ordering or ["pk"]
    rows = declaration.model._base_manager.filter(pk__in=keys).order_by(*order)
    return Holding(
        declaration,
        [Entry(str(row.pk), list(_values(declaration, names, row, times))) for row in rows],
    )


def _is_told(declaration: Declaration, name: str) -> bool:
    """Leave out which of the staff did what: that is another person's."""
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
    declaration: Declaration, names: list[str], row: models.Model, times: Times
) -> Iterator[Value]:
    for name in names:
        plain = declaration.column(name).value_from_object(row)
        if plain in (None, "", {}, []):
            continue
        withheld = declaration.withholds(name, row)
        yield Value(
            column=name,
            name=declaration.name_of(name),
            said=_("a secret that is handed to nobody") if withheld else _said(row, name, plain),
            plain=None if withheld else _plain(plain),
            datum=declaration.data.get(name),
            until=times.get(name, {}).get(row.pk),
            is_withheld=withheld,
            is_tie=declaration.column(name).is_relation,
        )


def _said(row: models.Model, name: str, plain: Any) -> str:
    if isinstance(plain, bool):
        return _("yes") if plain else _("no")
    if isinstance(plain, datetime):
        return date_format(timezone.localtime(plain), "SHORT_DATETIME_FORMAT")
    if isinstance(plain, date):
        return date_format(plain, "SHORT_DATE_FORMAT")
    display = getattr(row, f"get_{name}_display", None)
    return str(display() if display else _plain(plain))


def _plain(value: Any) -> Any:
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, dict | list):
        return json.loads(json.dumps(value, default=str))
    return str(value)
