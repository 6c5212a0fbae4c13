"""Shopify's product file: rows of one handle are a product; a row may be a variant or a picture.

Both generations of its header are read: the one with `Handle, Title, Body (HTML)` and the one with
`Title, URL handle, Description`. Names after the public description of the columns.
"""

from collections.abc import Iterable, Sequence

from orders.importing.readers.base import (
    LONGEST_MANUFACTURER,
    LONGEST_NAME,
    ForeignReader,
    checked_gtin,
    several,
    without_doubles,
)
from orders.importing.record import Cells
from orders.importing.rows import (
    ManufacturerRow,
    PictureRow,
    ProductRow,
    StockRow,
    VariantRow,
)
from privacy.intake.source import Record

#: The newer name of each column, where it has changed.
NEWER = {
    "handle": "url handle",
    "body (html)": "description",
    "published": "published on online store",
    "product category": "product category",
    "variant sku": "sku",
    "variant barcode": "barcode",
    "variant price": "price",
    "variant compare at price": "compare-at price",
    "variant inventory tracker": "inventory tracker",
    "variant inventory qty": "inventory quantity",
    "variant inventory policy": "continue selling when out of stock",
    "variant grams": "weight value (grams)",
    "variant requires shipping": "requires shipping",
    "image src": "product image url",
    "image alt text": "image alt text",
    "variant image": "variant image url",
}
MARKS = (frozenset({"handle", "title"}), frozenset({"url handle", "title"}))
NO_OPTION = ("title", "default title")
OFFERED = frozenset({"", "active"})
METAFIELD = "(product.metafields."
GOES_ON = frozenset({"continue", "true"})


class ShopifyReader(ForeignReader):
    """Rows of one handle are one product."""

    format = "shopify"
    not_taken = "Tags, SEO, Google Shopping, Cost per item, Variant Tax Code, Unit price"

    def begin(self, columns: Iterable[str]) -> None:
        """Say what is assumed of the whole file."""
        super().begin(columns)
        self.is_newer = "handle" not in set(columns)

    def column(self, name: str) -> str:
        """Give a column's name in this file's generation."""
        return NEWER.get(name, name) if self.is_newer else name

    def key(self, record: Record) -> str:
        return str(record.cells[self.column("handle")]).strip()

    def product(self, records: Sequence[Record]) -> ProductRow | None:
        """Read a product with its variants and pictures."""
        rows = [self.cells(record) for record in records]
        main = next((row for row in rows if row.cell("title")), rows[0])
        name = main.needed("title", LONGEST_NAME)
        handle = main.cell(self.column("handle"))
        product = self.start(main, slug=handle, slug_is_its_name=True, name=name)
        self._describe(product, main)
        self.assume_standard_vat()
        if not main.is_good:
            return None
        product.pictures = tuple(picture for row in rows for picture in self._shown(row, name))
        titles = [main.cell(f"option{number} name") for number in (1, 2, 3)]
        offered = self._is_offered(main)
        for row in rows:
            if self._is_variant(row):
                self._add_variant(product, row, titles, handle, offered=offered)
        several(*product.variants)
        return product

    def _describe(self, product: ProductRow, row: Cells) -> None:
        self.say(product, "text", row.prose(self.column("body (html)")))
        vendor = row.text("vendor", LONGEST_MANUFACTURER)
        product.manufacturer = ManufacturerRow(vendor) if vendor else None
        path = row.cell("type") or row.cell("product category")
        if path:
            column = "type" if row.cell("type") else "product category"
            steps = [step for step in path.split(">") if step.strip()]
            product.trails = (self.trail(row, column, steps),)
        product.values = without_doubles(
            self.words(row, column, column.partition("(")[0].strip().capitalize(), row.cell(column))
            for column in row.values
            if METAFIELD in column and row.cell(column)
        )
        ships = row.truth(self.column("variant requires shipping"))
        if ships is False:
            product.first["kind"] = "service"
            self.report.note("service_guessed")

    def _is_offered(self, row: Cells) -> bool:
        status = row.cell("status").casefold() in OFFERED
        return status and row.truth(self.column("published")) is not False

    def _is_variant(self, row: Cells) -> bool:
        """Tell a variant from a row that only brings a picture."""
        telling = ("variant sku", "variant price", "option1 value")
        return any(row.cell(self.column(name)) for name in telling)

    def _add_variant(
        self, product: ProductRow, row: Cells, titles: Sequence[str], handle: str, *, offered: bool
    ) -> None:
        answers = [
            (f"option{number} value", title, row.cell(f"option{number} value"))
            for number, title in enumerate(titles, start=1)
        ]
        options = [
            (column, title, answer)
            for column, title, answer in answers
            if title and answer and (title.casefold(), answer.casefold()) != NO_OPTION
        ]
        made_of = (handle, *(answer for _, _, answer in options))
        variant = VariantRow(
            line=row.line,
            sku=self.sku(row, self.column("variant sku"), *made_of),
            price=self.price(
                row, self.column("variant price"), self.column("variant compare at price")
            ),
            facts={"is_active": offered},
            values=without_doubles(
                self.choice(row, column, title, answer) for column, title, answer in options
            ),
            stock=self._stock(row),
            pictures=self.pictures(
                row, "variant image", [row.cell(self.column("variant image"))], product.name
            ),
        )
        self._weigh(variant, row)
        if row.is_good:
            product.variants.append(variant)

    def _weigh(self, variant: VariantRow, row: Cells) -> None:
        weight = row.grams(self.column("variant grams"), "g")
        if weight is not None:
            variant.facts["weight_g"] = weight
        barcode = self.column("variant barcode")
        if row.cell(barcode):
            variant.facts["gtin"] = checked_gtin(row, barcode)

    def _stock(self, row: Cells) -> StockRow:
        """Read the stock; a variant without a tracker is not counted."""
        if not row.cell(self.column("variant inventory tracker")):
            return StockRow()
        goes_on = row.cell(self.column("variant inventory policy")).casefold() in GOES_ON
        quantity = row.pieces(self.column("variant inventory qty"), may_be_owed=True)
        if quantity is not None and quantity < 0 and not goes_on:
            quantity = 0
        return StockRow(on_hand=quantity, backorder=goes_on)

    def _shown(self, row: Cells, name: str) -> tuple[PictureRow, ...]:
        column = self.column("image src")
        return self.pictures(row, column, [row.cell(column)], row.cell("image alt text") or name)
