"""A file as it lies there: its encoding, its separator, its records one by one."""

import codecs
import csv
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple, TextIO

from privacy.intake.report import AnyReport, UnreadableFile, Weight

CHUNK = 1 << 16
DELIMITERS = (",", ";", "\t")
MOST_COLUMNS = 500
LONGEST_OBJECT = 1_000_000
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def encoding_of(path: Path) -> str:
    """Find out how the text is written: UTF-8, UTF-16 with its mark, else Windows-1252.

    The whole file is looked at, a piece at a time: one wrong byte decides.

    :raises UnreadableFile: when it is none of these.
    """
    with path.open("rb") as file:
        begin = file.read(4)
    if not begin:
        raise UnreadableFile("empty")
    marked = next((name for mark, name in _BYTE_ORDER_MARKS if begin.startswith(mark)), None)
    for name in [marked] if marked else ["utf-8", "cp1252"]:
        if _decodes(path, name):
            return name
    raise UnreadableFile("not_text")


def _decodes(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        try:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


class Record(NamedTuple):
    """One row of a file as it stands there: a line of cells, or an object of a list."""

    line: int
    cells: Mapping[str, object]


class Table(NamedTuple):
    """How a file of cells is laid out."""

    path: Path
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    """The columns' names; they stand in the first line unless the format has none there."""
    header_is_written: bool = True


def first_row(path: Path, encoding: str, delimiter: str) -> list[str]:
    """Read the first line that holds anything."""
    with path.open(encoding=encoding, newline="") as file:
        try:
            for row in csv.reader(file, delimiter=delimiter):
                if any(cell.strip() for cell in row):
                    return row
        except csv.Error as trouble:
            raise UnreadableFile("unreadable_row", line=1, value=trouble) from trouble
    raise UnreadableFile("empty")


def column_names(row: list[str]) -> tuple[str, ...]:
    """Bring a header to one spelling, without the blank columns that spreadsheets leave at its end.

    :raises UnreadableFile: when a column stands there twice.
    """
    names = [" ".join(cell.split()).casefold() for cell in row[:MOST_COLUMNS]]
    while names and not names[-1]:
        names.pop()
    doubled = next((name for name in names if name and names.count(name) > 1), None)
    if doubled is not None:
        raise UnreadableFile("doubled_column", line=1, column=doubled)
    return tuple(names)


class Rows:
    """The records of a table, with the lines they begin on."""

    def __init__(self, table: Table, report: AnyReport) -> None:
        self.table = table
        self.report = report

    def __iter__(self) -> Iterator[tuple[int, str]]:
        """Give line and cells (as JSON, ready to be laid aside) of every row that can be read."""
        with self.table.path.open(encoding=self.table.encoding, newline="") as file:
            reader = csv.reader(file, delimiter=self.table.delimiter, strict=False)
            to_skip = self.table.header_is_written
            while True:
                line = reader.line_num + 1
                try:
                    row = next(reader, None)
                except csv.Error as trouble:
                    self.report.add(Weight.ERROR, "unreadable_row", line, value=trouble)
                    continue
                if row is None:
                    return
                if not any(cell.strip() for cell in row):
                    continue
                if to_skip:
                    to_skip = False
                elif self._fits(row, line):
                    yield line, json.dumps(row)

    def _fits(self, row: list[str], line: int) -> bool:
        if not any(cell.strip() for cell in row[len(self.table.header) :]):
            return True
        self.report.add(Weight.ERROR, "too_many_cells", line)
        return False

    def record(self, line: int, written: str) -> Record:
        """Read back a row that was laid aside; cells missing at its end are empty."""
        row = json.loads(written)
        row += [""] * (len(self.table.header) - len(row))
        cells = zip(self.table.header, row, strict=False)
        return Record(line, {name: cell for name, cell in cells if name})


_GAP = re.compile(r"[\s,]*")
_OPEN_LIST = re.compile(r"\s*\[")
_LISTS = ("products", "items", "data", "results")


class Objects:
    """The objects of a JSON list, one at a time: the list itself, or one of a known name."""

    def __init__(
        self, path: Path, encoding: str, report: AnyReport, names: Iterable[str] = _LISTS
    ) -> None:
        self.path = path
        self.encoding = encoding
        self.report = report
        self.named_list = re.compile(rf"\"(?:{'|'.join(names)})\"\s*:\s*\[")

    def __iter__(self) -> Iterator[tuple[int, str]]:
        """Give the line and the text of every object."""
        with self.path.open(encoding=self.encoding) as file:
            yield from _Window(file, self.report, self.named_list)

    def record(self, line: int, written: str) -> Record:
        """Read back an object that was laid aside, numbers exactly."""
        found: dict[str, Any] = json.loads(written, parse_float=Decimal)
        return Record(line, found)


class _Window:
    """A moving window over the text, never longer than one object and a chunk."""

    def __init__(self, file: TextIO, report: AnyReport, named_list: re.Pattern[str]) -> None:
        self.named_list = named_list
        self.file = file
        self.report = report
        self.text = file.read(CHUNK)
        self.line = 1
        self.decoder = json.JSONDecoder(parse_float=Decimal, parse_constant=_refuse_constant)

    def __iter__(self) -> Iterator[tuple[int, str]]:
        self._move(self._begin_of_list())
        while True:
            self._move_over_gap()
            if not self.text or self.text[0] == "]":
                return
            value, length = self._next_value()
            written = self.text[:length]
            if isinstance(value, Mapping):
                yield self.line, written
            else:
                self.report.add(Weight.ERROR, "unreadable_row", self.line, value=written)
            self._move(length)

    def _begin_of_list(self) -> int:
        begin = _OPEN_LIST.match(self.text) or self.named_list.search(self.text)
        if begin is None:
            raise UnreadableFile("no_list")
        return begin.end()

    def _move(self, length: int) -> None:
        self.line += self.text.count("\n", 0, length)
        self.text = self.text[length:]

    def _move_over_gap(self) -> None:
        while True:
            gap = _GAP.match(self.text)
            self._move(gap.end() if gap else 0)
            if self.text or not self._read_on():
                return

    def _read_on(self) -> bool:
        more = self.file.read(CHUNK)
        self.text += more
        return bool(more)

    def _next_value(self) -> tuple[object, int]:
        """Decode the value at the window's beginning, reading on while it is not whole."""
        while True:
            try:
                value, length = self.decoder.raw_decode(self.text)
            except (ValueError, RecursionError) as trouble:
                if len(self.text) > LONGEST_OBJECT or not self._read_on():
                    raise UnreadableFile("not_json", line=self.line, value=trouble) from trouble
            else:
                if length < len(self.text) or not self._read_on():
                    return value, length


def _refuse_constant(name: str) -> object:
    raise ValueError(f"{name} is not a number")


def lines_of(path: Path, *, most: int | None = None) -> int:
    """Count the lines of a file, or as many as matter, a piece at a time."""
    lines = 0
    with path.open("rb") as file:
        while (most is None or lines <= most) and (chunk := file.read(CHUNK)):
            lines += chunk.count(b"\n")
    return lines


def begins_like_json(path: Path, encoding: str) -> bool:
    """Tell whether a text may be JSON."""
    with path.open(encoding=encoding) as file:
        return file.read(CHUNK).lstrip()[:1] in {"[", "{"}


LONGEST_CELL = 200_000
csv.field_size_limit(LONGEST_CELL)
