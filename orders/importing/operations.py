"""Importing a catalogue: read, gather by product, write batch by batch."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import DataError, IntegrityError, OperationalError, transaction
from psycopg.errors import DeadlockDetected, LockNotAvailable, SerializationFailure

from orders.catalogue.models import VatClass
from orders.importing.apply import Batch
from orders.importing.pictures import Album
from orders.importing.readers.base import Reader, Setting
from orders.importing.recognise import AUTO, READERS, recognise
from orders.importing.report import Report
from orders.importing.rows import ProductRow
from privacy.intake.refusals import broken_rule
from privacy.intake.report import Weight
from privacy.intake.source import Objects, Rows
from privacy.intake.spool import Spool

MOST_PRODUCTS = 200
MOST_VARIANTS = 1_000
MOST_TRIES = 4
FIRST_ROWS = 10
PASSING = (DeadlockDetected, LockNotAvailable, SerializationFailure)

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of an import."""

    format: str = AUTO
    language: str = "fi"
    dry_run: bool = False
    images: Path | None = None
    images_are_ours: bool = False
    """The pictures come with the shop and are kept as they are, which takes a tenth of the time."""


def _silent(done: int, of: int) -> None:
    """Tell nobody."""


def import_catalogue(
    path: Path, wish: Wish, *, at: datetime, progress: Progress = _silent
) -> Report:
    """Import a file and tell what was done.

    Every batch is a transaction of its own: whatever stops the import, what was written is whole,
    and importing the same file again goes on from there. A dry run does the same and takes each
    batch back.

    :raises UnreadableFile: when the file as a whole cannot be read; then nothing was imported.
    """
    found = recognise(path, wish.format)
    report = Report(format=found.format)
    known = frozenset(VatClass.objects.values_list("code", flat=True))
    reader = READERS[found.format](Setting(report, wish.language, known))
    reader.begin(found.table.header if found.table else ())
    album = Album(wish.images, report, is_dry_run=wish.dry_run, is_ours=wish.images_are_ours)
    with Spool() as spool:
        rows = found.rows(report)
        _gather(rows, reader, spool, report)
        report.counts["rows"] = spool.rows
        done = 0
        for batch in _batches(_products(rows, reader, spool, report), spool, report):
            _write(batch.products, report, album, at=at, dry_run=wish.dry_run)
            done = batch.rows_read
            progress(done, spool.rows)
        progress(spool.rows, spool.rows)
    album.tell()
    return report


def _gather(rows: Rows | Objects, reader: Reader, spool: Spool, report: Report) -> None:
    """Lay every row aside with the product it belongs to."""
    for line, written in rows:
        key = reader.key(rows.record(line, written))
        if key and _is_text(key):
            spool.lay(key, line, written)
        else:
            report.counts["rows"] += 1
            report.add(Weight.ERROR, "missing" if not key else "bad_characters", line)


def _is_text(key: str) -> bool:
    return not any("\ud800" <= sign <= "\udfff" or sign == "\0" for sign in key)


@dataclass(slots=True)
class _Read:
    """A product as it was read, and how far into the file that is."""

    product: ProductRow | None
    rows_read: int


def _products(
    rows: Rows | Objects, reader: Reader, spool: Spool, report: Report
) -> Iterator[_Read]:
    done = 0
    for group in spool.gathered():
        done += len(group)
        before = report.errors
        product = reader.product([rows.record(line, written) for line, written in group])
        if product is None and report.errors > before:
            _leave_out([line for line, _ in group], report)
        yield _Read(product, done)


def _leave_out(lines: Sequence[int], report: Report) -> None:
    """Name the rows that are lost by an error elsewhere in their product."""
    bad = {issue.line for issue in report.issues if issue.weight is Weight.ERROR}
    culprit = next((line for line in lines if line in bad), lines[0])
    for line in lines:
        if line not in bad:
            report.add(Weight.ERROR, "left_out", line, other=culprit)


@dataclass(slots=True)
class _Batch:
    products: list[ProductRow]
    rows_read: int


def _batches(read: Iterator[_Read], spool: Spool, report: Report) -> Iterator[_Batch]:
    """Put products together until a transaction is large enough."""
    batch, variants = _Batch([], 0), 0
    for one in read:
        batch.rows_read = one.rows_read
        if one.product is None or not _is_new_to_the_file(one.product, spool, report):
            continue
        batch.products.append(one.product)
        variants += len(one.product.variants)
        if len(batch.products) >= MOST_PRODUCTS or variants >= MOST_VARIANTS:
            yield batch
            batch, variants = _Batch([], one.rows_read), 0
    if batch.products:
        yield batch


def _is_new_to_the_file(product: ProductRow, spool: Spool, report: Report) -> bool:
    """Leave out variants whose SKU stood in the file before; tell whether any is left."""
    kept = []
    for variant in product.variants:
        before = spool.seen_before(variant.sku, variant.line)
        if before is None:
            kept.append(variant)
        else:
            report.add(
                Weight.ERROR, "doubled_sku", variant.line, "sku", value=variant.sku, other=before
            )
    if not product.variants and product.is_whole:
        return True
    if not product.variants:
        report.add(Weight.ERROR, "no_variants", product.line)
    product.variants = kept
    return bool(kept)


def _write(
    products: Sequence[ProductRow], report: Report, album: Album, *, at: datetime, dry_run: bool
) -> None:
    """Write a batch; where the database refuses it, product by product, so that good ones go in."""
    try:
        batch = _patiently(products, at=at, dry_run=dry_run)
    except (IntegrityError, DataError) as refusal:
        if len(products) == 1:
            report.add(Weight.ERROR, "refused", products[0].line, rule=broken_rule(refusal))
            return
        for product in products:
            _write([product], report, album, at=at, dry_run=dry_run)
        return
    report.count(batch.counts)
    for issue in batch.issues:
        report.add(issue.weight, issue.code, issue.line, issue.column, **issue.values)
    for written in batch.written:
        if len(report.first_rows) < FIRST_ROWS:
            report.first_rows.append(preview_of(written.row))
    album.hang(batch.written)


def _patiently(products: Sequence[ProductRow], *, at: datetime, dry_run: bool) -> Batch:
    """Write a batch in a transaction; try again after a clash with somebody else's."""
    for attempt in range(1, MOST_TRIES + 1):
        try:
            with transaction.atomic():
                batch = Batch(products, at=at)
                batch.write()
                transaction.set_rollback(dry_run)
        except OperationalError as clash:
            if attempt == MOST_TRIES or not isinstance(clash.__cause__, PASSING):
                raise
        else:
            return batch
    raise AssertionError  # the last attempt returned or raised


def preview_of(row: ProductRow) -> list[str]:
    """Show a product as a line of a table: address, name, category, variants, price, stock."""
    prices = [variant.price for variant in row.variants if variant.price is not None]
    asked = [price.reduced_price or price.price for price in prices]
    trail = row.trails[0] if row.trails else ()
    stock = [variant.stock.on_hand for variant in row.variants if variant.stock.on_hand is not None]
    return [
        row.slug,
        row.name,
        " › ".join(step.names.any or step.code for step in trail),
        str(len(row.variants)),
        str(min(asked)) if asked else "",
        str(sum(stock)) if stock else "",
    ]
