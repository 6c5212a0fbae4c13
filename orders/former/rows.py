"""An order of a former shop as its file tells of it."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypeVar

from django.utils import timezone

from orders.former.layouts import LINES, MOST_LINES
from privacy.intake.cells import Unreadable, moment, money, number, written
from privacy.intake.layouts import PersonRow
from privacy.intake.source import Record

LONGEST_NUMBER = 40
LONGEST_THING = 200
NEVER_BOUGHT = frozenset(
    {
        "cancelled",
        "failed",
        "pending",
        "pending payment",
        "trash",
        "draft",
        "voided",
        "expired",
    }
)
Value = TypeVar("Value")
_DAY_FIRST = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})(?:\s.*)?", re.ASCII)
_PREFIX = re.compile(r"wc-|[\s-]+")


@dataclass(slots=True)
class FormerRow:
    """One order of a file."""

    line: int
    number: str
    email: str
    placed_date: date
    lines: str
    total: Decimal
    total_vat: Decimal | None


def spread(record: Record) -> Iterator[Record]:
    """Give an order whose things stand in a list a row for each, as tables have it."""
    listed = {name for name, value in record.cells.items() if _is_list(name, value)}
    things = [thing for name in sorted(listed) for thing in _listed(record, name)]
    if not things:
        yield record
        return
    rest = {name: value for name, value in record.cells.items() if name not in listed}
    yield Record(record.line, {**rest, "lines": things[0]})
    for thing in things[1:]:
        yield Record(record.line, {"lines": thing})


def _listed(record: Record, name: str) -> Sequence[object]:
    value = record.cells[name]
    return value if isinstance(value, list) else ()


def _is_list(name: str, value: object) -> bool:
    if name.casefold() not in LINES or not isinstance(value, list):
        return False
    return all(isinstance(thing, Mapping) for thing in value)


def read(rows: Sequence[PersonRow], *, oldest: date, today: date) -> FormerRow | None:
    """Read the rows of an order; None when it cannot be taken, or is too old to be kept."""
    first = rows[0]
    email = first.email()
    placed = _placed(first, today)
    total, vat = _sums(first)
    number_said = first.fit("number", LONGEST_NUMBER)
    lines = "\n".join(thing for row in rows for thing in _things(row))
    if not lines:
        first.refuse("product", "missing")
    if not all(row.is_good for row in rows) or placed is None or total is None:
        return None
    if why := _why_not(first, placed, oldest):
        for row in rows:
            row.leave(*row.cells, why=why)
        return None
    for row in rows:
        row.count_taken()
    return FormerRow(first.line, number_said, email, placed, lines, total, vat)


def _placed(row: PersonRow, today: date) -> date | None:
    placed = _read(row, "date", _day)
    if placed is not None and placed > today:
        row.refuse(row.column("date"), "not_a_date", value="")
    return placed


def _sums(row: PersonRow) -> tuple[Decimal | None, Decimal | None]:
    total, vat = _read(row, "total", money), _read(row, "vat", money, needed=False)
    if total is not None and total < 0:
        row.refuse(row.column("total"), "negative", value="")
    if row.value("currency") not in ("", "EUR"):
        row.refuse(row.column("currency"), "not_in_euros")
    return total, vat


def _why_not(row: PersonRow, placed: date, oldest: date) -> str:
    status = _PREFIX.sub(" ", row.value("status").casefold()).strip()
    if row.value("cancelled") or status in NEVER_BOUGHT:
        return "never_bought"
    return "too_old" if placed < oldest else ""


def _read(
    row: PersonRow, field: str, read: Callable[[str], Value], *, needed: bool = True
) -> Value | None:
    cell = row.value(field)
    if not cell:
        if needed:
            row.refuse(row.column(field) or field, "missing")
        return None
    try:
        return read(cell)
    except Unreadable as trouble:
        row.refuse(row.column(field), trouble.code, value="")
        return None


def _day(text: str) -> date:
    """Read a day, also as Finns write it.

    :raises Unreadable: when it is none.
    """
    day_first = _DAY_FIRST.fullmatch(text)
    if day_first is None:
        return timezone.localdate(moment(text))
    day, month, year = map(int, day_first.groups())
    return timezone.localdate(moment(f"{year:04}-{month:02}-{day:02}"))


def _things(row: PersonRow) -> Iterator[str]:
    """Give what stands in a row, as a line of text each."""
    if name := row.value("product"):
        count = _read(row, "quantity", number, needed=False)
        amount = _read(row, "sum", money, needed=False)
        yield _thing(name, count, amount)
    for place in range(1, MOST_LINES + 1):
        if packed := row.value(f"line_{place}"):
            yield _unpacked(packed)


def _unpacked(packed: str) -> str:
    """Read a line that an exporter put into one cell: name:Lamp|quantity:2|total:20.00."""
    parts = (part.partition(":") for part in packed.split("|"))
    said: Mapping[str, str] = {name.strip(): value.strip() for name, _colon, value in parts}
    return _thing(
        said.get("name", packed),
        _quietly(number, said.get("quantity", "")),
        _quietly(money, said.get("total", "")),
    )


def _quietly(read: Callable[[str], Decimal], text: str) -> Decimal | None:
    try:
        return read(text)
    except Unreadable:
        return None


def _thing(name: str, count: Decimal | None, amount: Decimal | None) -> str:
    words = f"{written(count if count is not None else Decimal(1))} × {name[:LONGEST_THING]}"
    return words if amount is None else f"{words}, {f'{amount:.2f}'.replace('.', ',')} €"
