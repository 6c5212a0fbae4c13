"""WooCommerce's product file: simple rows, and variable ones with their variations.

After the public schema of its importer. A variation names its parent by SKU, or by `id:` and the
parent's number; it may stand anywhere in the file. A sale with a first day is taken at its word.
"""

import re
from collections.abc import Iterable, Sequence

from orders.importing import cells
from orders.importing.plain import plain_text, shortened
from orders.importing.readers.base import (
    LONGEST_MANUFACTURER,
    LONGEST_NAME,
    LONGEST_SUMMARY,
    ForeignReader,
    checked_gtin,
    several,
    without_doubles,
)
from orders.importing.record import Cells
from orders.importing.rows import (
    ManufacturerRow,
    PriceRow,
    ProductRow,
    StockRow,
    ValueRow,
    VariantRow,
)
from privacy.intake.source import Record

COLUMNS = frozenset({"type", "sku", "name"})
MARKS = frozenset({"regular price", "parent", "published", "visibility in catalog"})
SOLD = ("simple", "variable", "variation")
GTIN = "gtin, upc, ean, or isbn"
BRANDS = "brands"
ATTRIBUTE = re.compile(r"attribute (\d+) name")
WEIGHT = re.compile(r"weight \((\w+)\)")
MEASURE = re.compile(r"(length|width|height) \((\w+)\)")
COMMA = re.compile(r"(?<!\\),")
STANDARD = frozenset({"", "standard", "parent", "taxable"})
FREE_OF_TAX = "zero-rate"
BACKORDERS = frozenset({"1", "notify", "yes"})


def several_in(cell: str) -> list[str]:
    """Take a list apart at its commas, but not at those behind a backslash."""
    parts = (part.replace("\\,", ",").strip() for part in COMMA.split(cell))
    return [part for part in parts if part]


class WooCommerceReader(ForeignReader):
    """Simple products and variable ones with their variations."""

    format = "woocommerce"
    not_taken = (
        "Tags, Shipping class, Purchase note, Grouped products, Upsells, Cross-sells, "
        "External URL, Downloads, Meta"
    )

    def begin(self, columns: Iterable[str]) -> None:
        """Say what is assumed, and find the columns that carry a unit or a number."""
        super().begin(columns)
        self.keys: dict[str, str] = {}
        names = list(columns)
        self.attributes = [m[1] for name in names if (m := ATTRIBUTE.fullmatch(name))]
        self.weight = next(((m[0], m[1]) for n in names if (m := WEIGHT.fullmatch(n))), None)
        self.measures = [(m[0], m[1], m[2]) for n in names if (m := MEASURE.fullmatch(n))]

    def key(self, record: Record) -> str:
        row = record.cells
        parent = str(row.get("parent", "")).strip()
        if self._kind(str(row["type"])) == "variation" and parent:
            return self.keys.get(parent, parent)
        sku, number = str(row["sku"]).strip(), str(row.get("id", "")).strip()
        key = sku or (f"id:{number}" if number else str(row["name"]).strip())
        if number and self._kind(str(row["type"])) == "variable":
            self.keys[f"id:{number}"] = key
        return key

    @staticmethod
    def _kind(cell: str) -> str:
        words = several_in(cell.casefold())
        return next((word for word in words if word in SOLD), words[0] if words else "")

    def product(self, records: Sequence[Record]) -> ProductRow | None:
        """Read a product; a variable one with its variations."""
        rows = [self.cells(record) for record in records]
        main = next((row for row in rows if self._kind(row.raw("type")) != "variation"), None)
        if main is None:
            for row in rows:
                row.refuse("parent", "no_parent", value=row.cell("parent"))
            return None
        self._refuse_unsold(main)
        name = main.needed("name", LONGEST_NAME)
        product = self.start(main, slug=name, slug_is_its_name=False, name=name)
        bought = self._bought(main, rows)
        self._describe(product, main, [row for row in bought if row is not main])
        if not main.is_good:
            return None
        for row in bought:
            variant = self._variant(row, main)
            if row.is_good:
                product.variants.append(variant)
        several(*product.variants)
        return product

    def _refuse_unsold(self, main: Cells) -> None:
        kind = self._kind(main.raw("type"))
        if kind not in SOLD:
            main.refuse("type", "unknown_choice", value=kind, known=", ".join(SOLD))

    def _bought(self, main: Cells, rows: Sequence[Cells]) -> list[Cells]:
        if self._kind(main.raw("type")) == "simple":
            for other in rows:
                if other is not main:
                    other.refuse("sku", "doubled_sku", value=other.cell("sku"), other=main.line)
            return [main]
        return [row for row in rows if row is not main]

    def _describe(self, product: ProductRow, row: Cells, variations: Sequence[Cells]) -> None:
        self._tell(product, row)
        paths = [path.split(">") for path in several_in(row.cell("categories"))]
        if paths:
            product.trails = tuple(self.trail(row, "categories", path) for path in paths)
        brand = several_in(row.text(BRANDS, LONGEST_MANUFACTURER))
        product.manufacturer = ManufacturerRow(brand[0]) if brand else None
        product.values = without_doubles(
            value
            for value in self._attributes(row)
            if value.attribute.code not in self._varying(variations)
        )
        product.pictures = self.pictures(
            row, "images", several_in(row.cell("images")), product.name
        )
        kinds = several_in(row.cell("type").casefold())
        if "downloadable" in kinds:
            product.first["kind"] = "digital"
        elif "virtual" in kinds:
            product.first["kind"] = "service"
            self.report.note("service_guessed")
        self._tax(product, row)

    def _tell(self, product: ProductRow, row: Cells) -> None:
        """Read the two descriptions, in which line breaks are written as a backslash and an n."""
        short = plain_text(
            row.fit("short description", row.raw("short description"), 100_000).replace("\\n", "\n")
        )
        summary = shortened(short, LONGEST_SUMMARY)
        if len(" ".join(short.split())) > LONGEST_SUMMARY:
            row.warn("short description", "shortened", most=LONGEST_SUMMARY)
        self.say(product, "summary", cells.composed(summary))
        long = row.fit("description", row.raw("description"), 100_000).replace("\\n", "\n")
        self.say(product, "text", cells.composed(plain_text(long)))

    def _tax(self, product: ProductRow, row: Cells) -> None:
        tax = row.cell("tax class").casefold()
        if tax in self.setting.vat_classes:
            product.first["vat_class_id"] = tax
        elif tax == FREE_OF_TAX or row.cell("tax status").casefold() == "none":
            product.first["vat_class_id"] = "zero"
        elif tax not in STANDARD:
            row.warn("tax class", "unknown_vat", value=tax)
        else:
            self.assume_standard_vat()

    def _attributes(self, row: Cells) -> list[ValueRow]:
        """Read the numbered groups of columns."""
        return [
            self.choice(row, f"attribute {number} value(s)", name, answer)
            for number in self.attributes
            if (name := row.cell(f"attribute {number} name"))
            for answer in several_in(row.cell(f"attribute {number} value(s)"))
        ]

    def _varying(self, variations: Sequence[Cells]) -> frozenset[str]:
        """Name the attributes that tell a product's variations apart: they are not its own."""
        return frozenset(
            value.attribute.code for row in variations for value in self._attributes(row)
        )

    def _variant(self, row: Cells, main: Cells) -> VariantRow:
        parent = main.cell("sku") or main.cell("id") or main.cell("name")
        answers = [row.cell(f"attribute {number} value(s)") for number in self.attributes]
        made_of = ("woo", parent, *answers) if row is not main else ("woo", parent)
        published = row.cell("published") in {"", "1"} and main.cell("published") in {"", "1"}
        own = self._attributes(row) if row is not main else []
        variant = VariantRow(
            line=row.line,
            sku=self.sku(row, "sku", *made_of),
            price=self._price(row),
            facts={"is_active": published},
            values=without_doubles([*own, *self._measures(row)]),
            stock=self._stock(row, main),
            pictures=()
            if row is main
            else self.pictures(row, "images", several_in(row.cell("images")), main.cell("name")),
        )
        self._weigh(variant, row, main)
        return variant

    def _price(self, row: Cells) -> PriceRow | None:
        found = self.price(row, "regular price", "regular price")
        sale = row.money("sale price")
        if found is None or sale is None or sale >= found.price:
            return found
        begin = row.moment("date sale price starts")
        end = row.moment("date sale price ends", end_of_day=True)
        if begin is not None and end is not None and end <= begin:
            row.refuse("date sale price ends", "ends_before_it_begins")
        if begin is None:
            self.report.note("reductions_undated")
        return PriceRow(found.price, sale, begin, end)

    def _measures(self, row: Cells) -> list[ValueRow]:
        found = (
            self.length(row, column, title.capitalize(), unit)
            for column, title, unit in self.measures
        )
        return [measure for measure in found if measure is not None]

    def _weigh(self, variant: VariantRow, row: Cells, main: Cells) -> None:
        if self.weight is not None:
            column, unit = self.weight
            source = row if row.cell(column) else main
            weight = source.grams(column, unit)
            if weight is not None:
                variant.facts["weight_g"] = weight
        if row.cell(GTIN):
            variant.facts["gtin"] = checked_gtin(row, GTIN)

    def _stock(self, row: Cells, main: Cells) -> StockRow:
        """Read the stock; where nothing is counted, "in stock" or not is all that is known."""
        owed = row.cell("backorders allowed?").casefold() in BACKORDERS
        if row.cell("stock").casefold() not in {"", "parent"}:
            return StockRow(
                on_hand=row.pieces("stock", may_be_owed=owed),
                backorder=owed,
                low_at=row.whole("low stock amount", 0, 1_000_000),
            )
        return (
            StockRow(on_hand=0, backorder=False) if row.truth("in stock?") is False else StockRow()
        )
