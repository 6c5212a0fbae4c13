"""A list of objects in JSON: DummyJSON's products, or any plain list with such names."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from orders.importing import cells
from orders.importing.readers.base import (
    LONGEST_MANUFACTURER,
    LONGEST_NAME,
    NOTHING,
    ForeignReader,
    checked_gtin,
    several,
)
from orders.importing.record import Cells
from orders.importing.rows import (
    ManufacturerRow,
    PriceRow,
    ProductRow,
    StockRow,
    VariantRow,
)
from orders.money import percentage
from privacy.intake.source import Record

HUNDRED = Decimal(100)


class ObjectReader(ForeignReader):
    """One object is one product."""

    format = "json"
    not_taken = (
        "reviews (they name people), rating, returnPolicy and shippingInformation (the shop's own "
        "hold), minimumOrderQuantity, tags, thumbnail, meta"
    )

    def begin(self, columns: Iterable[str]) -> None:
        """Say what is assumed of the whole file."""
        super().begin(columns)
        self.assume_standard_vat()

    def key(self, record: Record) -> str:
        return str(
            next((record.cells[n] for n in ("sku", "id") if record.cells.get(n)), "")
        ).strip()

    def product(self, records: Sequence[Record]) -> ProductRow | None:
        """Read a product; a second object of the same SKU is a doubled one."""
        record = records[0]
        for other in records[1:]:
            self.cells(other).refuse("sku", "doubled_sku", value=self.key(other), other=record.line)
        row = self.cells(Record(record.line, _flat(record.cells)))
        title = "title" if row.cell("title") else "name"
        name = row.needed(title, LONGEST_NAME)
        slug = row.cell("slug")
        product = self.start(row, slug=slug or name, slug_is_its_name=bool(slug), name=name)
        self._describe(product, row)
        variant = VariantRow(
            line=row.line,
            sku=self.sku(row, "sku", "json", row.cell("id") or name),
            price=self._price(row),
            stock=StockRow(on_hand=row.pieces("stock")),
        )
        self._weigh(variant, row)
        product.variants = several(variant)
        return product if row.is_good else None

    def _describe(self, product: ProductRow, row: Cells) -> None:
        self.say(product, "text", row.prose("description"))
        brand = row.text("brand", LONGEST_MANUFACTURER)
        product.manufacturer = ManufacturerRow(brand) if brand else None
        path = [step for step in row.cell("category").split(">") if step.strip()]
        if path:
            named = [step.replace("-", " ").strip().capitalize() for step in path]
            product.trails = (self.trail(row, "category", named),)
        warranty = row.cell("warrantyInformation")
        if warranty:
            product.values = (self.words(row, "warrantyInformation", "Warranty", warranty),)
        product.pictures = self.pictures(
            row, "images", [n for n in row.raw("images").split("\n") if n], product.name
        )
        self.currency(row, "currency", row.cell("currency"))

    def _price(self, row: Cells) -> PriceRow | None:
        """Read the price, and a discount in per cent as a reduction without a first day."""
        price, discount = row.money("price"), row.number("discountPercentage")
        if price is None:
            if row.is_good:
                row.refuse("price", "missing")
            return None
        if not discount or not row.is_good:
            return PriceRow(price)
        if not NOTHING < discount <= HUNDRED:
            row.refuse("discountPercentage", "too_large", value=discount)
            return None
        asked = percentage(price, HUNDRED - discount)
        if asked >= price:
            return PriceRow(price)
        self.report.note("reductions_undated")
        return PriceRow(price, reduced_price=asked)

    def _weigh(self, variant: VariantRow, row: Cells) -> None:
        unit = row.cell("weight_unit") or row.cell("weightUnit")
        if row.cell("weight") and not unit:
            self.report.note("weight_without_unit")
        weight = row.grams("weight", unit) if unit else None
        if weight is not None:
            variant.facts["weight_g"] = weight
        barcode = next((c for c in ("barcode", "gtin", "meta.barcode") if row.cell(c)), "")
        if barcode:
            variant.facts["gtin"] = checked_gtin(row, barcode)


def _flat(found: Mapping[str, Any]) -> dict[str, object]:
    """Bring an object to cells: what is nested one deep by a dotted name, lists line by line."""
    flat: dict[str, object] = {}
    for name, value in found.items():
        if isinstance(value, Mapping):
            inner = {f"{name}.{key}": part for key, part in value.items()}
            flat |= {key: _cell(part) for key, part in inner.items()}
        elif isinstance(value, list):
            flat[name] = "\n".join(str(part) for part in value if isinstance(part, str))
        else:
            flat[name] = _cell(value)
    return flat


def _cell(value: object) -> str:
    if value is None or isinstance(value, Mapping | list):
        return ""
    return cells.written(value) if isinstance(value, Decimal) else str(value)
