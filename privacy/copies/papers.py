"""The files of a copy: a person's invoices, and what was enclosed with letters to them.

They are streamed one by one into the archive, so that a copy needs no more memory for a hundred
invoices than for one. A file that lies there already, such as an invoice that also went with a
letter, is told of twice and put in once.
"""

import zipfile
from collections.abc import Callable, Iterable, Iterator
from hashlib import sha256
from io import BytesIO
from pathlib import PurePosixPath
from typing import IO, Any, NamedTuple

from django.db.models import FileField
from django.utils.text import get_valid_filename

from privacy.copies.models import DataCopy
from privacy.registry import Declaration, Paper
from privacy.telling.holdings import Entry, Holding

FOLDER = "files"
PIECE = 64 * 1024
AT_ONCE = 20
"""So many rows with files inside are read at a time."""
PACKED_ALREADY = {".pdf", ".zip", ".png", ".jpg", ".webp"}

Place = tuple[str, str, str]
"""A table, a row of it and a column."""


class Lies(NamedTuple):
    """What a file is called, and where in the archive it lies."""

    name: str
    file: str


Papers = dict[Place, list[Lies]]
"""The files of a column."""


class Archive:
    """An archive into which each file goes once."""

    def __init__(self, packed: zipfile.ZipFile) -> None:
        self._packed = packed
        self._known: dict[bytes, str] = {}

    def put(self, name: str, content: IO[bytes]) -> str:
        """Put a file in unless it lies there already, and tell where it lies."""
        digest = _digest(content)
        if digest not in self._known:
            self._known[digest] = name
            with self._packed.open(_about(name), "w") as target:
                for piece in _pieces(content):
                    target.write(piece)
        return self._known[digest]


def put_papers(archive: Archive, holding: Holding, entries: list[Entry]) -> Papers:
    """Put in the files that some of a person's rows name or hold, and tell which row has which."""
    found = Papers()
    for place, name, content in _named(holding.declaration, entries):
        found[place] = [Lies(PurePosixPath(name).name, archive.put(name, content))]
    for column, unpacked in holding.declaration.papers.items():
        found |= _inside(archive, holding.declaration, entries, column, unpacked)
    return found


def _named(
    declaration: Declaration, entries: list[Entry]
) -> Iterator[tuple[Place, str, IO[bytes]]]:
    """Open one after the other the files that rows name; one that is gone is passed over."""
    if declaration.model is DataCopy:
        return  # a copy holds no copies
    for entry in entries:
        for value in entry.values:
            column = declaration.column(value.column)
            if not isinstance(column, FileField) or value.is_withheld:
                continue
            try:
                content = column.storage.open(value.plain)
            except FileNotFoundError:
                continue
            name = f"{_folder(declaration)}/{PurePosixPath(value.plain).name}"
            with content:
                yield (declaration.label, entry.key, value.column), name, content


def _inside(
    archive: Archive,
    declaration: Declaration,
    entries: list[Entry],
    column: str,
    unpacked: Callable[[Any], Iterable[Paper]],
) -> Papers:
    """Put in the files that rows hold themselves, a few rows at a time."""
    found, keys = Papers(), [entry.key for entry in entries]
    held = declaration.model._base_manager.filter(pk__in=keys).exclude(declaration.is_blank(column))
    rows = held.order_by("pk").values_list("pk", column).iterator(chunk_size=AT_ONCE)
    for key, value in rows:
        found[declaration.label, str(key), column] = [
            Lies(
                paper.name,
                archive.put(_beside(declaration, key, number, paper), BytesIO(paper.content)),
            )
            for number, paper in enumerate(unpacked(value), start=1)
        ]
    return found


def _beside(declaration: Declaration, key: Any, number: int, paper: Paper) -> str:
    return f"{_folder(declaration)}/{key}-{number}-{get_valid_filename(paper.name)}"


def _folder(declaration: Declaration) -> str:
    return f"{FOLDER}/{declaration.label.lower().replace('.', '_')}"


def _about(name: str) -> zipfile.ZipInfo:
    """Say of a file how it is packed: what is packed already is only laid in."""
    said = zipfile.ZipInfo(name)
    is_packed = PurePosixPath(name).suffix.lower() in PACKED_ALREADY
    said.compress_type = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
    said.external_attr = 0o600 << 16
    return said


def _digest(content: IO[bytes]) -> bytes:
    known = sha256()
    for piece in _pieces(content):
        known.update(piece)
    content.seek(0)
    return known.digest()


def _pieces(content: IO[bytes]) -> Iterator[bytes]:
    while piece := content.read(PIECE):
        yield piece
