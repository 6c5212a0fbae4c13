"""What is held about one person, gathered by the lines of the statement, to be read on a page."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import islice

from privacy.processors.in_force import partners
from privacy.registry import Datum, Line
from privacy.telling.holdings import Entry, Holding, Value
from privacy.telling.recipients import recipients_of
from privacy.telling.supplement import capitalised, distinct
from privacy.telling.words import basis_words

NEWEST = 100
"""So many rows of a log stand on the page; a copy of one's data has them all."""

MOST = 200
"""So many different values of one column are told apart; the rest is only counted. Nobody reads ten
thousand numbers of orders in one list, and a copy has them row by row."""


@dataclass
class Told:
    """A value, where it stands, and how long the last of its like stays."""

    name: str
    table: str
    said: str
    source: str
    count: int = 0
    until: str = ""
    day: date | None = None

    def note(self, value: Value) -> None:
        """Count one more, and remember what stays longest."""
        self.count += 1
        if value.until is None or (self.count > 1 and not _is_later(value.until.day, self.day)):
            return
        self.until, self.day = value.until.words, value.until.day


def _is_later(day: date | None, known: date | None) -> bool:
    return known is not None and (day is None or day > known)


@dataclass
class LineHeld:
    """A line of section 5 with all its values."""

    name: str
    purposes: list[str] = field(default_factory=list)
    bases: list[str] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    data: dict[str, Datum] = field(default_factory=dict)
    told: dict[tuple[str, str, str, str], Told] = field(default_factory=dict)
    apart: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Of each table and column, how many different values are told."""
    rest: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Of each table and column, how many values are only counted."""

    def values(self) -> list[Told]:
        """List what is held, each value once."""
        return list(self.told.values())

    def more(self) -> list[tuple[str, str, int]]:
        """Tell of which table and column how many values are not listed."""
        return [(table, name, count) for (table, name), count in self.rest.items()]

    def note(self, holding: Holding, value: Value) -> None:
        """Add one declared value."""
        if value.datum is None:
            return
        self._note_datum(f"{holding.declaration.label}.{value.column}", value.datum)
        place = table, name = capitalised(holding.name), capitalised(value.name)
        key = (table, name, value.said, value.source)
        if key not in self.told:
            if self.apart[place] == MOST:
                self.rest[place] += 1
                return
            self.apart[place] += 1
            self.told[key] = Told(name, table, value.said, value.source)
        self.told[key].note(value)

    def _note_datum(self, place: str, datum: Datum) -> None:
        if place in self.data:
            return
        self.data[place] = datum
        self.purposes = distinct([*self.purposes, *(str(why.label) for why in datum.purposes)])
        self.bases = distinct([*self.bases, basis_words(datum)])


class ByLine:
    """The declared values under their lines, in the statement's order, as they are met."""

    def __init__(self) -> None:
        self._lines = {line: LineHeld(str(line.label)) for line in Line}

    def note(self, holding: Holding, entry: Entry) -> None:
        """Add a row, unless its table is told row by row."""
        if holding.declaration.is_log:
            return
        for value in entry.values:
            if value.datum is not None and not value.is_tie:
                self._lines[value.datum.line].note(holding, value)

    def lines(self) -> list[LineHeld]:
        """Give the lines of which something is held."""
        found, known = [line for line in self._lines.values() if line.told], partners()
        for line in found:
            line.recipients = recipients_of(line.data.values(), known)
        return found


def by_line(holdings: Iterable[Holding]) -> list[LineHeld]:
    """Gather the declared values under their lines."""
    gathered = ByLine()
    for holding in holdings:
        if not holding.declaration.is_log:
            for entry in holding.entries:
                gathered.note(holding, entry)
    return gathered.lines()


@dataclass(frozen=True)
class Log:
    """A table that is read row by row, the newest first."""

    name: str
    columns: list[str]
    rows: list[list[str]]
    bases: list[str]
    times: list[str]
    older: int
    """Rows that are not shown."""


def logs(holdings: list[Holding]) -> list[Log]:
    """Give the person's own sign-ins and failures, what went to others, and who has looked."""
    return [_log(each) for each in holdings if each.declaration.is_log]


def _log(holding: Holding) -> Log:
    shown = list(islice(holding.entries, NEWEST))
    filled = [value for entry in shown for value in entry.values if not value.is_tie]
    columns = distinct(value.name for value in filled)
    data = [value.datum for value in filled if value.datum]
    return Log(
        name=capitalised(holding.name),
        columns=[capitalised(name) for name in columns],
        rows=[_row(entry, columns) for entry in shown],
        bases=distinct(basis_words(datum) for datum in data),
        times=distinct(value.until.words for value in filled if value.until),
        older=len(holding.entries) - len(shown),
    )


def _row(entry: Entry, columns: list[str]) -> list[str]:
    said = {value.name: value.said for value in entry.values}
    return [said.get(name, "") for name in columns]
