"""A price list's rows as a table: given out as CSV, and taken in as a whole or not at all.

What was given out is read back to the same. A file is looked at first: what it would do, and what
is wrong in it, line by line; nothing of it is taken while anything is.
"""

import codecs
import csv
import hashlib
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from orders.catalogue.agreements import MOST_PIECES, Agreement, AgreementState, ListPrice, PriceList
from orders.catalogue.models import Variant
from privacy.intake.cells import Unreadable, guarded, money, unguarded, whole, written
from privacy.intake.report import REASONS, Issue, UnreadableFile, Weight, shown

COLUMNS = ("sku", "from_pieces", "net")
MOST_ROWS = 10_000
MOST_BYTES = 500_000
DELIMITERS = ",;\t"
_PIECES, _NET = COLUMNS[1:]

REASONS.update(
    {
        "unknown_sku": _("No variant has the SKU “%(value)s”."),
        "pieces_out_of_range": _("The number of pieces is from 1 to %(most)s."),
        "twice": _("The same variant from the same number of pieces stands on line %(value)s."),
        "too_many_rows": _("The file has more than %(most)s rows."),
        "no_rows": _("The file has no rows beneath its header."),
    }
)

Cells = tuple[int, str, str, str]
"""A line of the file and what stands on it: article number, pieces, price."""
Key = tuple[UUID, int]
"""A variant, and from how many pieces on."""


class ListStays(Exception):
    """An agreement gives the list's prices: they are not changed any more."""


class ListChanged(Exception):
    """The list is not what it was when the file was looked at."""


class NotTaken(Exception):
    """Something in the file is wrong, so nothing of it was taken."""


@dataclass(slots=True)
class Outlook:
    """What a file would do to a list."""

    seen: str
    """A checksum of the list as it was."""
    prices: dict[Key, Decimal] = field(default_factory=dict)
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    gone: set[int] = field(default_factory=set)
    issues: list[Issue] = field(default_factory=list)


def exported(price_list: PriceList) -> Iterator[str]:
    """Give the lines of the file, the header first."""
    writer = csv.writer(_Line(), lineterminator="\r\n")
    yield writer.writerow(COLUMNS)
    for sku, pieces, net in _rows_of(price_list).values_list("variant__sku", _PIECES, _NET):
        yield writer.writerow([guarded(sku), pieces, written(net)])


class _Line:
    def write(self, line: str) -> str:
        """Hand on the line."""
        return line


def _rows_of(price_list: PriceList) -> QuerySet[ListPrice]:
    ordered = ListPrice.objects.filter(price_list=price_list)
    return ordered.order_by("variant__sku", _PIECES)


def read(content: bytes) -> list[Cells]:
    """Read a file's cells, with the lines they stand on.

    :raises UnreadableFile: when it is no such table.
    """
    if len(content) > MOST_BYTES:
        raise UnreadableFile("too_many_rows", most=MOST_ROWS)
    text = _text_of(content)
    head = next((line for line in text.splitlines() if line.strip()), "")
    delimiter = max(DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    names, found, line = None, [], 1
    try:
        for row in reader:
            at, line = line, reader.line_num + 1
            if not any(cell.strip() for cell in row):
                continue
            if names is None:
                names = _header(row)
                continue
            said = dict(zip(names, row, strict=False))
            sku, pieces, net = (unguarded(said.get(name, "")).strip() for name in COLUMNS)
            found.append((at, sku, pieces, net))
    except csv.Error as trouble:
        raise UnreadableFile("unreadable_row", line=line, value=trouble) from trouble
    if not found:
        raise UnreadableFile("no_rows" if names else "empty")
    if len(found) > MOST_ROWS:
        raise UnreadableFile("too_many_rows", most=MOST_ROWS)
    return found


def _text_of(content: bytes) -> str:
    marked = content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    for encoding in ["utf-16"] if marked else ["utf-8-sig", "cp1252"]:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise UnreadableFile("not_text")


def _header(row: list[str]) -> list[str]:
    names = [cell.strip().casefold() for cell in row]
    lacking = [name for name in COLUMNS if name not in names]
    if lacking:
        raise UnreadableFile("missing_columns", line=1, columns=", ".join(lacking))
    doubled = next((name for name in COLUMNS if names.count(name) > 1), None)
    if doubled is not None:
        raise UnreadableFile("doubled_column", line=1, column=doubled)
    return names


def packed(cells: Iterable[Cells]) -> str:
    """Write cells so that a page can carry them along."""
    return json.dumps(list(cells), separators=(",", ":"), ensure_ascii=False)


def unpacked(text: str) -> list[Cells]:
    """Read what a page has carried along.

    :raises UnreadableFile: when it is something else.
    """
    try:
        rows = json.loads(text)
        return [(int(line), str(sku), str(pieces), str(net)) for line, sku, pieces, net in rows]
    except (ValueError, TypeError, RecursionError):
        raise UnreadableFile("not_text") from None


def looked_at(price_list: PriceList, cells: Iterable[Cells], *, is_whole: bool) -> Outlook:
    """Tell what cells would do to a list.

    :param is_whole: what the list holds and the cells do not, goes.
    """
    there = {
        (row.variant_id, row.from_pieces): row
        for row in ListPrice.objects.filter(price_list=price_list)
    }
    outlook = Outlook(seen=_checksum(there))
    _read_into(outlook, list(cells))
    for key, net in outlook.prices.items():
        known = there.get(key)
        outlook.new += known is None
        outlook.changed += known is not None and known.net != net
        outlook.unchanged += known is not None and known.net == net
    if is_whole:
        outlook.gone = {row.pk for key, row in there.items() if key not in outlook.prices}
    return outlook


def _checksum(rows: Mapping[Key, ListPrice]) -> str:
    facts = sorted((str(variant), pieces, str(row.net)) for (variant, pieces), row in rows.items())
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def _read_into(outlook: Outlook, cells: list[Cells]) -> None:
    skus = {sku for _line, sku, _pieces, _net in cells if "\0" not in sku}
    variants = dict(Variant.objects.filter(sku__in=skus).values_list("sku", "pk"))
    lines: dict[Key, int] = {}
    for line, sku, said_pieces, said_net in cells:
        wrong = len(outlook.issues)
        if sku not in variants:
            _note(outlook, "unknown_sku" if sku else "missing", line, "sku", value=sku)
        pieces = _pieces_of(outlook, line, said_pieces)
        net = _net_of(outlook, line, said_net)
        if len(outlook.issues) > wrong:
            continue
        key = (variants[sku], pieces)
        if key in lines:
            _note(outlook, "twice", line, "sku", value=lines[key])
        else:
            lines[key], outlook.prices[key] = line, net


def _pieces_of(outlook: Outlook, line: int, said: str) -> int:
    try:
        pieces = whole(said) if said else 1
    except Unreadable as trouble:
        _note(outlook, trouble.code, line, _PIECES, value=trouble.value)
        return 0
    if not 1 <= pieces <= MOST_PIECES:
        _note(outlook, "pieces_out_of_range", line, _PIECES, most=MOST_PIECES)
    return pieces


def _net_of(outlook: Outlook, line: int, said: str) -> Decimal:
    try:
        net = money(said)
    except Unreadable as trouble:
        _note(outlook, trouble.code if said else "missing", line, _NET, value=trouble.value)
        return Decimal(0)
    if net < 0:
        _note(outlook, "negative", line, _NET, value=said)
    return net


def _note(outlook: Outlook, code: str, line: int, column: str, **values: object) -> None:
    said = {name: shown(value) for name, value in values.items()}
    outlook.issues.append(Issue(Weight.ERROR, code, line, column, said))


@transaction.atomic
def take(price_list: PriceList, cells: Iterable[Cells], *, is_whole: bool, seen: str) -> Outlook:
    """Take a file's rows into a list: all of them, or none.

    :param seen: the checksum of the list as it was when the file was looked at.
    :raises ListStays: when an agreement gives the list's prices meanwhile.
    :raises ListChanged: when somebody else has changed it meanwhile.
    :raises NotTaken: when anything in the file is wrong.
    """
    held = PriceList.objects.select_for_update(of=("self",)).get(pk=price_list.pk)
    given = Agreement.objects.filter(price_list=held).exclude(state=AgreementState.DRAFT)
    if given.exists():
        raise ListStays
    outlook = looked_at(held, cells, is_whole=is_whole)
    if outlook.issues:
        raise NotTaken
    if outlook.seen != seen:
        raise ListChanged
    ListPrice.objects.filter(pk__in=outlook.gone).delete()
    ListPrice.objects.bulk_create(
        (
            ListPrice(price_list=held, variant_id=variant, from_pieces=pieces, net=net)
            for (variant, pieces), net in outlook.prices.items()
        ),
        update_conflicts=True,
        unique_fields=["price_list", "variant", "from_pieces"],
        update_fields=["net"],
        batch_size=1000,
    )
    return outlook
