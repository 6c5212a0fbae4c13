"""How shops lay out their files about people, and a row of one, cell by cell."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from django.core.exceptions import ValidationError

from privacy.email_field import TypedEmailField
from privacy.intake.cells import composed, unguarded
from privacy.intake.people import (
    PeopleReport,
    flat,
    must_not_be_kept,
    reason_to_drop,
    shown_column,
)
from privacy.intake.report import RowRead, UnreadableFile
from privacy.intake.source import (
    DELIMITERS,
    Objects,
    Record,
    Rows,
    Table,
    begins_like_json,
    column_names,
    encoding_of,
    first_row,
)

_QUOTED_NUMBER = re.compile(r"^'(?=[0-9+])")
"""Some put an apostrophe before a number, so that a spreadsheet keeps its noughts."""
_EMAIL = TypedEmailField()
AUTO = "auto"
LISTS = ("customers", "users", "orders", "items", "data", "results")


@dataclass(frozen=True)
class Layout:
    """One shop's way to write such a file."""

    name: str
    fields: Mapping[str, tuple[str, ...]]
    """What we take, each with the columns it may stand in, the best first, in small letters."""
    marks: tuple[frozenset[str], ...] = ()
    """Columns that tell it; any one of the sets is enough."""
    is_json: bool = False
    otherwise: str = "not_named"
    """Why columns are dropped that are neither taken nor dropped for what they are."""

    @cached_property
    def places(self) -> dict[str, tuple[int, str]]:
        """Give for each column what it holds, and how good a place for that it is."""
        return {
            column: (rank, field)
            for field, columns in self.fields.items()
            for rank, column in enumerate(columns)
        }


class Opened(NamedTuple):
    """A file, and what it turned out to be."""

    layout: Layout
    rows: Rows | Objects

    def records(self) -> Iterator[tuple[int, str]]:
        """Give line and text of each row, ready to be laid aside."""
        return iter(self.rows)


def known_layout(path: Path, layouts: Sequence[Layout], asked: str = AUTO) -> Layout:
    """Find out what a file is, or whether it is what was asked for.

    :raises UnreadableFile: when it is nothing known, or not that.
    """
    return _recognised(path, layouts, asked)[0]


def opened(path: Path, layouts: Sequence[Layout], asked: str, report: PeopleReport) -> Opened:
    """Open a file about people.

    :raises UnreadableFile: when it is nothing known, or not what was asked for.
    """
    layout, encoding, table = _recognised(path, layouts, asked)
    report.format = layout.name
    if table is None:
        return Opened(layout, Objects(path, encoding, report, LISTS))
    return Opened(layout, Rows(table, report))


def _recognised(
    path: Path, layouts: Sequence[Layout], asked: str
) -> tuple[Layout, str, Table | None]:
    encoding = encoding_of(path)
    wanted = [each for each in layouts if asked in (AUTO, each.name)]
    if begins_like_json(path, encoding):
        objects = next((each for each in wanted if each.is_json), None)
        if objects is not None:
            return objects, encoding, None
    headers = {mark: column_names(first_row(path, encoding, mark)) for mark in DELIMITERS}
    for layout in wanted:
        for mark, header in headers.items():
            if any(marks <= set(header) for marks in layout.marks):
                return layout, encoding, Table(path, encoding, mark, header)
    if asked == AUTO or not wanted or not wanted[0].marks:
        raise UnreadableFile("unknown_format", known=", ".join(each.name for each in layouts))
    longest: tuple[str, ...] = max(headers.values(), key=len)
    lacking = wanted[0].marks[0] - set(longest)
    raise UnreadableFile("missing_columns", columns=", ".join(sorted(lacking)))


class Cell(NamedTuple):
    """What stands in a row for one thing, and in which column."""

    column: str
    value: str


class PersonRow(RowRead):
    """One row, with what we take of it; what is dropped has been counted."""

    report: PeopleReport

    def __init__(self, record: Record, layout: Layout, report: PeopleReport) -> None:
        super().__init__(record.line, report)
        self.cells: dict[str, Cell] = {}
        best: dict[str, int] = {}
        for place, (name, written) in enumerate(flat(record.cells), start=1):
            value = composed(" ".join(_QUOTED_NUMBER.sub("", unguarded(written)).split()))
            column = shown_column(name, place)
            if value and self._is_text(column, value):
                self._put(layout, name, Cell(column, value), best)

    def _is_text(self, column: str, value: str) -> bool:
        if any("\ud800" <= sign <= "\udfff" or sign == "\0" for sign in value):
            self.refuse(column, "bad_characters")
            return False
        return True

    def _put(self, layout: Layout, name: str, cell: Cell, best: dict[str, int]) -> None:
        place = layout.places.get(name.casefold())
        if place is None:
            self.report.drop(
                cell.column, reason_to_drop(name, cell.value, otherwise=layout.otherwise)
            )
            return
        rank, field = place
        if reason := must_not_be_kept(cell.value):
            self.report.drop(cell.column, reason)
            self.warn(cell.column, "must_not_be_kept")
        elif field in self.cells and best[field] <= rank:
            self.report.drop(cell.column, "again")
        else:
            if field in self.cells:
                self.report.drop(self.cells[field].column, "again")
            self.cells[field], best[field] = cell, rank

    def value(self, field: str) -> str:
        """Give what stands for something; nothing where nothing does."""
        cell = self.cells.get(field)
        return cell.value if cell else ""

    def column(self, field: str) -> str:
        """Name the column something stands in."""
        cell = self.cells.get(field)
        return cell.column if cell else ""

    def email(self) -> str:
        """Give the e-mail address in its normal form; without one the row is lost."""
        try:
            return str(_EMAIL.clean(self.value("email")))
        except ValidationError:
            code = "not_an_email_address" if self.value("email") else "missing"
            self.refuse(self.column("email") or "email", code)
            return ""

    def leave(self, *fields: str, why: str) -> None:
        """Drop what cannot be used."""
        for field in fields:
            cell = self.cells.pop(field, None)
            if cell is not None:
                self.report.drop(cell.column, why)

    def fit(self, field: str, most: int) -> str:
        """Give words that have room; longer ones lose the row."""
        value = self.value(field)
        if len(value) > most:
            self.refuse(self.column(field), "too_long", length=len(value), most=most)
        return value

    def count_taken(self) -> None:
        """Count what is left as taken."""
        for field, cell in self.cells.items():
            self.report.take(cell.column, field)
