"""The files of a copy while its rows are read: each grows on the disk, and none lies in memory.

An archive takes one file at a time, and the papers go into it as they are met. So the rows wait
beside it in files without names, and are laid in when the last has been read.
"""

import csv
import io
import json
import time
import zipfile
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, Self

from privacy.copies.nameless import nameless

PIECE = 64 * 1024
STEP = "  "


class Heap:
    """Words that are laid down one after the other, and read again from the first."""

    def __init__(self) -> None:
        self._file = nameless()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_trouble: object) -> None:
        self._file.close()

    def add(self, *words: str) -> None:
        """Lay words down."""
        for each in words:
            self._file.write(each.encode())

    def size(self) -> int:
        """Tell how many bytes have been laid down."""
        return self._file.tell()

    def pieces(self, size: int | None = None) -> Iterator[bytes]:
        """Read from where reading stopped: so many bytes, or all that are left."""
        while size is None or size:
            piece = self._file.read(PIECE if size is None else min(PIECE, size))
            if not piece:
                return
            size = None if size is None else size - len(piece)
            yield piece

    def lines(self) -> Iterator[str]:
        """Read line by line."""
        for line in self._file:
            yield line.decode()

    def rewind(self) -> Self:
        """Begin to read from the first word."""
        self._file.seek(0)
        return self

    def pour(self, other: "Heap") -> None:
        """Lay all of another heap on this one, and empty it."""
        for piece in other.rewind().pieces():
            self._file.write(piece)
        other.clear()

    def clear(self) -> None:
        """Forget all words."""
        self._file.seek(0)
        self._file.truncate()


class Listed:
    """The JSON of a copy, table by table, as if it had been written in one."""

    def __init__(self, facts: dict[str, Any], heap: Heap, rows: Heap) -> None:
        self._heap, self._rows = heap, rows
        self._tables = self._there = 0
        opening = json.dumps(facts, ensure_ascii=False, indent=2).removesuffix("\n}")
        heap.add(opening, f',\n{STEP}"tables": [')

    def add_row(self, row: dict[str, Any]) -> None:
        """Write a row of the table that is told now."""
        self._rows.add(_comma(self._there), _inward(row, 4))
        self._there += 1

    def end_table(self, table: str, name: str, columns: dict[str, Any]) -> None:
        """Write the table whose rows have been written."""
        head = _inward({"table": table, "name": name, "columns": columns}, 2)
        self._heap.add(_comma(self._tables), head.removesuffix("\n" + STEP * 2 + "}"))
        self._heap.add(f',\n{STEP * 3}"rows": [')
        self._heap.pour(self._rows)
        self._heap.add(_closed(self._there, 3), f"\n{STEP * 2}}}")
        self._tables, self._there = self._tables + 1, 0

    def end(self) -> None:
        """Write what closes it."""
        self._heap.add(_closed(self._tables, 1), "\n}")


def _comma(before: int) -> str:
    return "," if before else ""


def _inward(value: Any, depth: int) -> str:
    """Write a value so many steps from the edge. No word in it breaks a line in JSON."""
    edge = "\n" + STEP * depth
    return edge + json.dumps(value, ensure_ascii=False, indent=2).replace("\n", edge)


def _closed(there: int, depth: int) -> str:
    return f"\n{STEP * depth}]" if there else "]"


class Member(NamedTuple):
    """A table for a table reader: its name in the archive, and how long it is."""

    name: str
    size: int


class Tabled:
    """The CSV of a copy: a table's columns are known when its last row has been read."""

    def __init__(self, heap: Heap, rows: Heap) -> None:
        self._heap, self._rows = heap, rows
        self._columns: dict[str, None] = {}
        self.members: list[Member] = []

    def add_row(self, row: dict[str, Any]) -> None:
        """Lay a row of the table that is told now aside; one that holds nothing is none."""
        if row:
            self._columns |= dict.fromkeys(row)
            self._rows.add(json.dumps(row), "\n")

    def end_table(self, name: str) -> None:
        """Write the table whose rows were laid aside, if there were any."""
        if not self._columns:
            return
        before = self._heap.size()
        line = io.StringIO(newline="")
        writer = csv.DictWriter(line, list(self._columns))
        writer.writeheader()
        for row in self._rows.rewind().lines():
            writer.writerow(json.loads(row))
            self._heap.add(line.getvalue())
            line.seek(0)
            line.truncate()
        self._rows.clear()
        self._heap.add(line.getvalue())
        self.members.append(Member(name, self._heap.size() - before))
        self._columns = {}


def lay_in(archive: zipfile.ZipFile, name: str, size: int, pieces: Iterable[bytes]) -> None:
    """Put a file into the archive, piece by piece."""
    said = zipfile.ZipInfo(name, date_time=time.localtime()[:6])
    said.compress_type = zipfile.ZIP_DEFLATED
    said.external_attr = 0o600 << 16
    said.file_size = size  # more than two gigabytes are announced beforehand
    with archive.open(said, "w") as target:
        for piece in pieces:
            target.write(piece)
