"""Oscar's partner files: no header line, one row a product, always the same nine columns."""

from collections.abc import Iterable, Sequence

from orders.importing.readers.base import (
    LONGEST_NAME,
    ForeignReader,
    checked_gtin,
    several,
)
from orders.importing.rows import PriceRow, ProductRow, StockRow, VariantRow
from privacy.intake.source import Record

COLUMNS = ("type", "category", "upc", "title", "description", "partner", "sku", "price", "stock")
BOOKS = frozenset({"book", "books", "kirja", "bok"})


class OscarReader(ForeignReader):
    """One row is one product."""

    format = "oscar"
    not_taken = "partner"

    def begin(self, columns: Iterable[str]) -> None:
        """Say what is assumed of the whole file."""
        super().begin(columns)
        self.report.note("vat_books")

    def key(self, record: Record) -> str:
        return str(record.cells["sku"]).strip() or str(record.cells["upc"]).strip()

    def product(self, records: Sequence[Record]) -> ProductRow | None:
        """Read a product; a second row of the same SKU is a doubled one."""
        record = records[0]
        for other in records[1:]:
            self.cells(other).refuse("sku", "doubled_sku", value=self.key(other), other=record.line)
        row = self.cells(record)
        title = row.needed("title", LONGEST_NAME)
        product = self.start(row, slug=title, slug_is_its_name=False, name=title)
        self.say(product, "text", row.prose("description"))
        if row.cell("type").casefold() in BOOKS:
            product.first["vat_class_id"] = "book"
        path = [step for step in row.cell("category").split(">") if step.strip()]
        product.trails = (self.trail(row, "category", path),) if path else None
        price = row.money("price")
        if price is None and row.is_good:
            row.refuse("price", "missing")
        variant = VariantRow(
            line=row.line,
            sku=self.sku(row, "sku" if row.cell("sku") else "upc"),
            price=PriceRow(price) if price is not None else None,
            facts={"gtin": checked_gtin(row, "upc")} if row.cell("upc") else {},
            stock=StockRow(on_hand=row.pieces("stock")),
        )
        product.variants = several(variant)
        return product if row.is_good else None
