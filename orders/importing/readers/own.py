"""The shop's own format, in which nothing is lost: see the README for its columns.

A column that is not there says nothing. In a column that is there an empty cell of a product's
first row says "nothing of the kind" wherever the shop can hold nothing; the later rows leave the
product's columns to the first.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from orders.catalogue.models import Attribute, Product
from orders.catalogue.unit_price import UNITS
from orders.importing import cells
from orders.importing.cells import IS, PART, STEP, Unreadable, split, unescaped, unguarded
from orders.importing.readers.base import (
    LONGEST_ALT,
    LONGEST_ATTRIBUTE_CODE,
    LONGEST_ATTRIBUTE_NAME,
    LONGEST_CATEGORY_NAME,
    LONGEST_CATEGORY_SLUG,
    LONGEST_MANUFACTURER,
    LONGEST_NAME,
    LONGEST_OPTION,
    LONGEST_PATH,
    LONGEST_SKU,
    LONGEST_SLUG,
    LONGEST_SUMMARY,
    LONGEST_VALUE,
    Reader,
    checked_email,
    checked_gtin,
    several,
)
from orders.importing.record import LONGEST_TEXT, MOST_GRAMS, Cells
from orders.importing.rows import (
    LANGUAGES,
    Fact,
    ManufacturerRow,
    Named,
    PictureRow,
    PriceRow,
    ProductRow,
    StockRow,
    Texts,
    Trail,
    ValueRow,
    VariantRow,
)
from privacy.intake.source import Record

COLUMNS: tuple[str, ...] = (
    "product",
    "kind",
    *(f"{part}_{code}" for part in ("name", "summary", "text") for code in LANGUAGES),
    "vat_class",
    "manufacturer",
    "manufacturer_address",
    "manufacturer_email",
    *(
        name
        for part in ("categories", "attributes", "images")
        for name in (part, *(f"{part}_{code}" for code in LANGUAGES))
    ),
    "published_from",
    "published_until",
    "sku",
    *(
        name
        for part in ("options", "variant_images")
        for name in (part, *(f"{part}_{code}" for code in LANGUAGES))
    ),
    "gtin",
    "weight_g",
    "content",
    "content_unit",
    "price",
    "reduced_price",
    "reduced_from",
    "reduced_until",
    "stock",
    "backorder",
    "low_stock",
    "active",
    "position",
)
MARKS = frozenset({"product", "sku"})
LONGEST_UNIT = 12
MOST_DECIMALS = 3
MOST_CONTENT = 10_000_000
MOST_NUMBER = 10**11
MOST_POSITION = 32_767
LONGEST = {"name": LONGEST_NAME, "summary": LONGEST_SUMMARY, "text": LONGEST_TEXT}
_SLUG_SIGNS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


class _Code(NamedTuple):
    """What stands before the equals sign: `volume:number:l`."""

    attribute: str
    kind: str
    unit: str
    answer: str


class OwnReader(Reader):
    """Rows of one product slug are one product."""

    format = "own"

    def begin(self, columns: Iterable[str]) -> None:
        """Name the columns that nobody knows."""
        for name in columns:
            if name and name not in COLUMNS:
                self.report.note("unknown_column", value=name)

    def key(self, record: Record) -> str:
        return unguarded(str(record.cells["product"])).strip()

    def cells(self, record: Record) -> Cells:
        """Read a row cell by cell, without the guards against formulas."""
        plain = {name: unguarded(str(cell)) for name, cell in record.cells.items()}
        return Cells(Record(record.line, plain), self.report)

    def product(self, records: Sequence[Record]) -> ProductRow | None:
        """Read a product with its variants."""
        rows = [self.cells(record) for record in records]
        main = next((row for row in rows if row.cell("name_fi")), rows[0])
        product = self._product(main)
        if not main.is_good:
            return None
        bought = [row for row in rows if not self._is_bare(row)]
        for row in bought:
            variant = self._variant(row, of_main=row is main)
            if row.is_good:
                product.variants.append(variant)
        several(*product.variants)
        return product if product.variants or not bought else None

    @staticmethod
    def _is_bare(row: Cells) -> bool:
        """Tell a row that speaks of a product only: one that has no variants (yet)."""
        return not any(row.cell(column) for column in ("sku", "price", "options", "stock"))

    # --- The product ----------------------------------------------------------------------

    def _product(self, row: Cells) -> ProductRow:
        product = ProductRow(
            line=row.line,
            slug=self._slug(row, "product", row.cell("product"), LONGEST_SLUG),
            slug_is_its_name=True,
            is_whole=True,
            facts=dict(self._texts(row)),
            first={"kind": "goods", "vat_class_id": "standard"},
        )
        self._kind_and_tax(product, row)
        self._publication(product, row)
        self._manufacturer(product, row)
        if row.has("categories"):
            product.trails = tuple(self._trails(row))
        if row.has("attributes"):
            product.values = tuple(self._values(row, "attributes", default=""))
        product.pictures = self._pictures(row, "images")
        return product

    def _texts(self, row: Cells) -> Iterator[tuple[str, Fact]]:
        for part, most in LONGEST.items():
            for language in LANGUAGES:
                column = f"{part}_{language}"
                words = row.fit(column, row.raw(column), most)
                if row.has(column) and (column != "name_fi" or words.strip()):
                    yield column, words

    def _kind_and_tax(self, product: ProductRow, row: Cells) -> None:
        kind = row.choice("kind", Product.Kind.values)
        if kind:
            product.facts["kind"] = kind
        vat_class = row.choice("vat_class", self.setting.vat_classes)
        if vat_class:
            product.facts["vat_class_id"] = vat_class
        else:
            self.report.note("vat_standard")

    def _publication(self, product: ProductRow, row: Cells) -> None:
        begin, end = row.moment("published_from"), row.moment("published_until", end_of_day=True)
        if begin is not None:
            product.facts["published_from"] = begin
        if row.has("published_until"):
            product.facts["published_until"] = end
        if begin is not None and end is not None and end <= begin:
            row.refuse("published_until", "ends_before_it_begins")

    def _manufacturer(self, product: ProductRow, row: Cells) -> None:
        name = row.fit("manufacturer", row.raw("manufacturer"), LONGEST_MANUFACTURER)
        if name.strip():
            address = row.raw("manufacturer_address")
            product.manufacturer = ManufacturerRow(
                name,
                row.fit("manufacturer_address", address, LONGEST_VALUE),
                checked_email(row, "manufacturer_email"),
            )
        elif row.has("manufacturer"):
            product.facts["manufacturer_id"] = None

    def _slug(self, row: Cells, column: str, text: str, most: int) -> str:
        if not text:
            row.refuse(column, "missing")
        elif not set(text) <= _SLUG_SIGNS:
            row.refuse(column, "not_an_address", value=text)
        return row.fit(column, text, most)

    # --- Lists ----------------------------------------------------------------------------

    def _names(self, row: Cells, column: str, count: int) -> list[Texts]:
        """Read the names that go with a list of so many codes, in all languages."""
        named: list[list[str]] = []
        for language in LANGUAGES:
            written = row.raw(f"{column}_{language}")
            names = split(written) if written.strip() else []
            if len(names) > count:
                row.refuse(
                    f"{column}_{language}", "names_do_not_match", names=len(names), codes=count
                )
            named.append([*names, *[""] * count][:count])
        return [Texts(*words) for words in zip(*named, strict=True)]

    def _trails(self, row: Cells) -> Iterator[Trail]:
        paths = (
            [path.strip() for path in split(row.raw("categories"))]
            if row.cell("categories")
            else []
        )
        for path, names in zip(paths, self._names(row, "categories", len(paths)), strict=True):
            row.fit("categories", path, LONGEST_PATH)
            codes = [
                self._slug(row, "categories", code.strip(), LONGEST_CATEGORY_SLUG)
                for code in path.split("/")
            ]
            steps = [
                self._steps(row, language, text, len(codes))
                for language, text in names._asdict().items()
            ]
            words = [Texts(*step) for step in zip(*steps, strict=True)]
            yield tuple(map(Named, codes, words))

    def _steps(self, row: Cells, language: str, names: str, count: int) -> list[str]:
        column = f"categories_{language}"
        steps = [unescaped(step) for step in split(names, STEP)]
        if len(steps) > count:
            row.refuse(column, "names_do_not_match", names=len(steps), codes=count)
        for step in steps:
            row.fit(column, step, LONGEST_CATEGORY_NAME)
        return [*steps, *[""] * count][:count]

    def _values(self, row: Cells, column: str, *, default: str) -> Iterator[ValueRow]:
        entries = split(row.raw(column)) if row.cell(column) else []
        said: set[tuple[str, str]] = set()
        for entry, names in zip(entries, self._names(row, column, len(entries)), strict=True):
            code = self._code(row, column, entry, default)
            key = (code.attribute, code.answer if code.kind == "choice" else "")
            if key in said:
                row.refuse(column, "bad_entry", value=entry)
            said.add(key)
            value = self._value(row, column, code, names)
            if value is not None:
                yield value

    def _code(self, row: Cells, column: str, entry: str, default: str) -> _Code:
        before, _, answer = _halves(entry, IS)
        parts = [unescaped(part) for part in split(before.strip(), PART)] + ["", ""]
        attribute = self._slug(row, column, parts[0].strip(), LONGEST_ATTRIBUTE_CODE)
        kind = parts[1].strip() or default
        if kind not in Attribute.Kind.values:
            row.refuse(column, "bad_entry", value=entry)
        unit = row.fit(column, parts[2], LONGEST_UNIT)
        return _Code(attribute, kind, unit, unescaped(answer))

    def _value(self, row: Cells, column: str, code: _Code, names: Texts) -> ValueRow | None:
        halves = [_halves(words, IS) for words in names]
        titles = Texts(
            *(unescaped(title.removesuffix(" ") if found else title) for title, found, _ in halves)
        )
        words = Texts(*(unescaped(word.removeprefix(" ")) for _, _, word in halves))
        for language in LANGUAGES:
            row.fit(f"{column}_{language}", getattr(titles, language), LONGEST_ATTRIBUTE_NAME)
        attribute = Named(code.attribute, titles)
        if code.kind == Attribute.Kind.CHOICE:
            return self._choice(row, column, code, attribute, words)
        if code.kind == Attribute.Kind.TEXT:
            return self._words(row, column, attribute, words)
        if code.kind == Attribute.Kind.NUMBER:
            return self._number(row, column, code, attribute)
        return self._truth(row, column, code, attribute)

    def _choice(
        self, row: Cells, column: str, code: _Code, attribute: Named, words: Texts
    ) -> ValueRow:
        answer = self._slug(row, column, code.answer.strip(), LONGEST_OPTION)
        for language in LANGUAGES:
            row.fit(f"{column}_{language}", getattr(words, language), LONGEST_OPTION)
        return ValueRow(attribute, code.kind, code.unit, option=Named(answer, words))

    def _words(self, row: Cells, column: str, attribute: Named, words: Texts) -> ValueRow:
        for language in LANGUAGES:
            row.fit(f"{column}_{language}", getattr(words, language), LONGEST_VALUE)
        if not words.fi:
            row.refuse(f"{column}_fi", "missing")
        return ValueRow(attribute, Attribute.Kind.TEXT, text=words)

    def _number(self, row: Cells, column: str, code: _Code, attribute: Named) -> ValueRow | None:
        try:
            amount = cells.number(code.answer)
        except Unreadable as trouble:
            row.refuse(column, trouble.code, value=trouble.value)
            return None
        if abs(amount) >= MOST_NUMBER or amount != round(amount, MOST_DECIMALS):
            row.refuse(column, "too_large", value=code.answer)
        return ValueRow(attribute, code.kind, code.unit, number=amount)

    def _truth(self, row: Cells, column: str, code: _Code, attribute: Named) -> ValueRow | None:
        try:
            said = cells.truth(code.answer)
        except Unreadable as trouble:
            row.refuse(column, trouble.code, value=trouble.value)
            return None
        return ValueRow(attribute, code.kind, code.unit, truth=said)

    def _pictures(self, row: Cells, column: str) -> tuple[PictureRow, ...]:
        names = split(row.raw(column)) if row.cell(column) else []
        words = self._names(row, column, len(names))
        for texts in words:
            for language in LANGUAGES:
                row.fit(f"{column}_{language}", unescaped(getattr(texts, language)), LONGEST_ALT)
        return tuple(
            PictureRow(unescaped(name).strip(), Texts(*map(unescaped, alt)), row.line, column)
            for name, alt in zip(names, words, strict=True)
        )

    # --- The variant ----------------------------------------------------------------------

    def _variant(self, row: Cells, *, of_main: bool) -> VariantRow:
        sku = row.fit("sku", row.cell("sku"), LONGEST_SKU)
        if not sku:
            row.refuse("sku", "missing")
        variant = VariantRow(line=row.line, sku=sku, price=self._price(row))
        if row.has("gtin"):
            variant.facts["gtin"] = checked_gtin(row, "gtin")
        if row.has("weight_g"):
            variant.facts["weight_g"] = row.whole("weight_g", 0, MOST_GRAMS) or 0
        variant.facts |= self._content(row)
        position = row.whole("position", 0, MOST_POSITION)
        if position is not None:
            variant.facts["position"] = position
        active = row.truth("active")
        if active is not None:
            variant.facts["is_active"] = active
        if row.has("options"):
            variant.values = tuple(self._values(row, "options", default="choice"))
        owed = row.truth("backorder")
        variant.stock = StockRow(
            row.pieces("stock", may_be_owed=owed is not False),
            owed,
            row.whole("low_stock", 0, MOST_GRAMS),
        )
        variant.pictures = self._pictures(row, "variant_images")
        if not of_main:
            variant.pictures += self._pictures(row, "images")
        return variant

    def _content(self, row: Cells) -> dict[str, Fact]:
        """Read how much is in it; without a number or a unit, nothing is said of it."""
        if not (row.has("content") or row.has("content_unit")):
            return {}
        amount, unit = row.number("content"), row.cell("content_unit")
        is_one = amount is not None and 0 < amount < MOST_CONTENT
        if not is_one or amount != round(amount or 0, MOST_DECIMALS) or unit not in UNITS:
            if row.cell("content") or unit:
                row.warn("content", "no_content", value=row.cell("content"))
            return {"content": None, "content_unit": ""}
        return {"content": amount, "content_unit": unit}

    def _price(self, row: Cells) -> PriceRow | None:
        price = row.money("price")
        if price is None:
            if row.is_good and (row.has("price") or row.cell("reduced_price")):
                row.refuse("price", "missing")
            return None
        reduced = row.money("reduced_price")
        begin = row.moment("reduced_from")
        end = row.moment("reduced_until", end_of_day=True)
        if reduced is None:
            return PriceRow(price, says_reduction=row.has("reduced_price"))
        if reduced >= price:
            row.refuse("reduced_price", "reduction_not_below")
        if begin is not None and end is not None and end <= begin:
            row.refuse("reduced_until", "ends_before_it_begins")
        return PriceRow(price, reduced, begin, end)


def _halves(text: str, sign: str) -> tuple[str, bool, str]:
    """Cut at the first sign that is not escaped; tell whether there was one."""
    parts = split_once(text, sign)
    return (parts[0], True, parts[1]) if len(parts) > 1 else (parts[0], False, "")


def split_once(text: str, sign: str) -> list[str]:
    """Take a text apart at the first sign that is not escaped, without touching any space."""
    place = 0
    while place < len(text):
        if text[place] == "\\":
            place += 2
            continue
        if text[place] == sign:
            return [text[:place], text[place + 1 :]]
        place += 1
    return [text]
