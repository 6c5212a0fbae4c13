"""Spree's product file: rows of one slug are a product, the first its master, the others variants.

A row without options whose product has rows with options is the master: it speaks of the product
and is nothing that can be bought. A SKU may come again with its price in another currency; the
price in euros is the one taken.
"""

from collections.abc import Sequence

from orders.importing.readers.base import (
    LONGEST_NAME,
    LONGEST_SKU,
    OWN_CURRENCY,
    ForeignReader,
    checked_gtin,
    several,
    without_doubles,
)
from orders.importing.record import Cells
from orders.importing.rows import PictureRow, ProductRow, StockRow, VariantRow
from privacy.intake.source import Record

COLUMNS = frozenset({"slug", "sku", "name", "price"})
MARKS = frozenset({"currency", "option1_name", "compare_at_price", "inventory_count"})
OPTIONS = ("option1", "option2", "option3")
CATEGORIES = ("category1", "category2", "category3")
IMAGES = ("image1_src", "image2_src", "image3_src")
MEASURES = (("width", "Width"), ("height", "Height"), ("depth", "Depth"))
CUSTOM = "custom_field.custom."
OFFERED = frozenset({"", "active"})


class SpreeReader(ForeignReader):
    """Rows of one slug are one product."""

    format = "spree"
    not_taken = "meta_title, meta_description, meta_keywords, tags, product_type"

    def key(self, record: Record) -> str:
        return str(record.cells["slug"]).strip()

    def product(self, records: Sequence[Record]) -> ProductRow | None:
        """Read a product with its variants."""
        rows = [self.cells(record) for record in records]
        master = next((row for row in rows if row.cell("name")), rows[0])
        name = master.needed("name", LONGEST_NAME)
        product = self.start(master, slug=master.cell("slug"), slug_is_its_name=True, name=name)
        self._describe(product, master)
        self.assume_standard_vat()
        if not master.is_good:
            return None
        offered = master.cell("status").casefold() in OFFERED
        for row, euros in self._bought(rows):
            variant = self._variant(row, euros, name)
            if row.is_good and euros.is_good:
                variant.facts["is_active"] = offered
                product.variants.append(variant)
        several(*product.variants)
        return product

    def _describe(self, product: ProductRow, row: Cells) -> None:
        self.say(product, "text", row.prose("description"))
        paths = [row.cell(column) for column in CATEGORIES if row.cell(column)]
        if paths:
            product.trails = tuple(self.trail(row, CATEGORIES[0], p.split("->")) for p in paths)
        product.values = without_doubles(
            self.words(row, column, self._title(column), row.cell(column))
            for column in row.values
            if column.startswith(CUSTOM) and row.cell(column)
        )
        product.pictures = self._pictures(row, product.name)
        begin, end = row.moment("available_on"), row.moment("discontinue_on")
        if begin is not None:
            product.facts["published_from"] = begin
        if end is not None:
            product.facts["published_until"] = end
        if begin is not None and end is not None and end <= begin:
            row.refuse("discontinue_on", "ends_before_it_begins")

    @staticmethod
    def _title(column: str) -> str:
        return column.removeprefix(CUSTOM).replace("_", " ").capitalize()

    def _bought(self, rows: Sequence[Cells]) -> list[tuple[Cells, Cells]]:
        """Pair each row that can be bought with the row that has its price in euros."""
        in_euros = {
            row.cell("sku"): row
            for row in rows
            if row.cell("currency").upper() == OWN_CURRENCY and row.cell("price")
        }
        described = [row for row in rows if any(row.cell(f"{o}_value") for o in OPTIONS)]
        by_sku: dict[str, Cells] = {}
        for row in described or rows[:1]:
            if row.cell("sku") in by_sku and row.cell("currency") == by_sku[row.cell("sku")].cell(
                "currency"
            ):
                row.refuse(
                    "sku", "doubled_sku", value=row.cell("sku"), other=by_sku[row.cell("sku")].line
                )
            by_sku.setdefault(row.cell("sku"), row)
        return [(row, in_euros.get(sku, row)) for sku, row in by_sku.items()]

    def _variant(self, row: Cells, euros: Cells, name: str) -> VariantRow:
        options = [
            self.choice(row, f"{o}_value", row.cell(f"{o}_name"), row.cell(f"{o}_value"))
            for o in OPTIONS
            if row.cell(f"{o}_name") and row.cell(f"{o}_value")
        ]
        measures = [self.length(row, c, t, row.cell("dimensions_unit")) for c, t in MEASURES]
        self.currency(euros, "currency", euros.cell("currency"))
        counted = row.truth("track_inventory")
        variant = VariantRow(
            line=row.line,
            sku=row.needed("sku", LONGEST_SKU),
            price=self.price(euros, "price", "compare_at_price"),
            values=without_doubles(
                [*options, *(measure for measure in measures if measure is not None)]
            ),
            stock=self._stock(row) if counted in {None, True} else StockRow(),
            pictures=self._pictures(row, name) if options else (),
        )
        weight = row.grams("weight", row.cell("weight_unit"))
        if weight is not None:
            variant.facts["weight_g"] = weight
        if row.cell("barcode"):
            variant.facts["gtin"] = checked_gtin(row, "barcode")
        return variant

    @staticmethod
    def _stock(row: Cells) -> StockRow:
        owed = row.truth("inventory_backorderable")
        return StockRow(
            on_hand=row.pieces("inventory_count", may_be_owed=bool(owed)), backorder=owed
        )

    def _pictures(self, row: Cells, name: str) -> tuple[PictureRow, ...]:
        return self.pictures(row, IMAGES[0], [row.cell(column) for column in IMAGES], name)
