"""Which shop a file comes from: seen from its first line, or from its first cells where none is."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from orders.importing import cells
from orders.importing.readers import own, shopify, spree, woocommerce
from orders.importing.readers.base import ForeignReader, Reader
from orders.importing.readers.objects import ObjectReader
from orders.importing.readers.oscar import COLUMNS as OSCAR_COLUMNS
from orders.importing.readers.oscar import OscarReader
from orders.importing.report import Report
from privacy.intake.report import UnreadableFile
from privacy.intake.source import (
    DELIMITERS,
    Objects,
    Rows,
    Table,
    begins_like_json,
    column_names,
    encoding_of,
    first_row,
)

AUTO = "auto"
READERS: dict[str, type[Reader]] = {
    reader.format: reader
    for reader in (
        own.OwnReader,
        woocommerce.WooCommerceReader,
        shopify.ShopifyReader,
        spree.SpreeReader,
        OscarReader,
        ObjectReader,
    )
}
FORMATS = (AUTO, *READERS)
FOREIGN = tuple(name for name, reader in READERS.items() if issubclass(reader, ForeignReader))


class Recognised(NamedTuple):
    """What a file turned out to be."""

    format: str
    path: Path
    encoding: str
    table: Table | None

    def rows(self, report: Report) -> Rows | Objects:
        """Open it."""
        if self.table is None:
            return Objects(self.path, self.encoding, report)
        return Rows(self.table, report)


def recognise(path: Path, asked: str = AUTO) -> Recognised:
    """Find out what a file is, or whether it is what was asked for.

    :raises UnreadableFile: when it is nothing known, or not that.
    """
    encoding = encoding_of(path)
    if asked == ObjectReader.format or (asked == AUTO and begins_like_json(path, encoding)):
        return Recognised(ObjectReader.format, path, encoding, None)
    lines = {mark: first_row(path, encoding, mark) for mark in DELIMITERS}
    for name in READERS if asked == AUTO else [asked]:
        for delimiter, line in lines.items():
            if name in _TESTS and _TESTS[name](line):
                return _recognised(name, path, encoding, delimiter, line)
    if asked == AUTO:
        raise UnreadableFile("unknown_format", known=", ".join(READERS))
    lacking = _NEEDED[asked] - set(column_names(max(lines.values(), key=len)))
    raise UnreadableFile("missing_columns", columns=", ".join(sorted(lacking)))


def _recognised(name: str, path: Path, encoding: str, mark: str, line: list[str]) -> Recognised:
    has_header = name != OscarReader.format or not _is_book_row(line)
    header = column_names(line) if name != OscarReader.format else OSCAR_COLUMNS
    return Recognised(name, path, encoding, Table(path, encoding, mark, header, has_header))


def _names(line: list[str]) -> set[str]:
    return {" ".join(cell.split()).casefold() for cell in line}


def _is_own(line: list[str]) -> bool:
    return _names(line) >= own.MARKS


def _is_woocommerce(line: list[str]) -> bool:
    names = _names(line)
    return names >= woocommerce.COLUMNS and bool(names & woocommerce.MARKS)


def _is_shopify(line: list[str]) -> bool:
    return any(marks <= _names(line) for marks in shopify.MARKS)


def _is_spree(line: list[str]) -> bool:
    names = _names(line)
    return names >= spree.COLUMNS and bool(names & spree.MARKS)


def _is_oscar(line: list[str]) -> bool:
    return _is_book_row(line) or tuple(map(str.casefold, line)) == OSCAR_COLUMNS


def _is_book_row(line: list[str]) -> bool:
    """Tell a row of Oscar by its shape: nine cells, the last two a price and a number."""
    if len(line) != len(OSCAR_COLUMNS) or not line[0].strip() or not line[3].strip():
        return False
    try:
        cells.money(line[7])
        cells.whole(line[8])
    except cells.Unreadable:
        return False
    return True


_TESTS: dict[str, Callable[[list[str]], bool]] = {
    own.OwnReader.format: _is_own,
    woocommerce.WooCommerceReader.format: _is_woocommerce,
    shopify.ShopifyReader.format: _is_shopify,
    spree.SpreeReader.format: _is_spree,
    OscarReader.format: _is_oscar,
}
_NEEDED: dict[str, frozenset[str]] = {
    own.OwnReader.format: own.MARKS,
    woocommerce.WooCommerceReader.format: woocommerce.COLUMNS,
    shopify.ShopifyReader.format: shopify.MARKS[0],
    spree.SpreeReader.format: spree.COLUMNS,
    OscarReader.format: frozenset(OSCAR_COLUMNS),
}
