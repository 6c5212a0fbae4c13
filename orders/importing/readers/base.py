"""What all readers have in common, and what the foreign ones share."""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from orders.catalogue import gtin
from orders.importing import cells
from orders.importing.record import Cells
from orders.importing.report import Report
from orders.importing.rows import (
    Named,
    PictureRow,
    PriceRow,
    ProductRow,
    Texts,
    Trail,
    ValueRow,
    VariantRow,
)
from privacy.intake.source import Record

LONGEST_SLUG = 100
LONGEST_CATEGORY_SLUG = 60
LONGEST_CATEGORY_NAME = 80
LONGEST_PATH = 400
LONGEST_ATTRIBUTE_CODE = 40
LONGEST_ATTRIBUTE_NAME = 60
LONGEST_OPTION = 60
LONGEST_VALUE = 200
LONGEST_NAME = 150
LONGEST_SUMMARY = 300
LONGEST_SKU = 64
LONGEST_MANUFACTURER = 100
LONGEST_ALT = 200
OWN_CURRENCY = "EUR"


@dataclass(frozen=True, slots=True)
class Setting:
    """What a reader must know beside the file."""

    report: Report
    language: str
    vat_classes: frozenset[str]


class Reader(ABC):
    """Turns the rows that belong together into a product."""

    format: ClassVar[str]

    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.report = setting.report

    @abstractmethod
    def key(self, record: Record) -> str:
        """Say which product a row belongs to; nothing when it cannot be said."""

    @abstractmethod
    def product(self, records: Sequence[Record]) -> ProductRow | None:
        """Read the rows of one product; None when it cannot be taken."""

    @abstractmethod
    def begin(self, columns: Iterable[str]) -> None:
        """Say what is assumed of the whole file."""

    def cells(self, record: Record) -> Cells:
        """Read a row cell by cell."""
        return Cells(record, self.report)


def checked_gtin(row: Cells, column: str) -> str:
    """Read a GTIN; a wrong one is left out, for it would name somebody else's product."""
    number = row.cell(column).lstrip("'")
    if not number:
        return ""
    try:
        return gtin.normalise(number)
    except gtin.NotAGtin:
        row.warn(column, "not_a_gtin", value=number)
        return ""


def checked_email(row: Cells, column: str) -> str:
    """Read an e-mail address; a wrong one is left out."""
    address = row.cell(column)
    try:
        validate_email(address or "nobody@example.com")
    except ValidationError:
        row.warn(column, "not_an_email", value=address)
        return ""
    return address


def without_doubles(values: Iterable[ValueRow]) -> tuple[ValueRow, ...]:
    """Keep the first of what is said twice."""
    kept: dict[tuple[str, str], ValueRow] = {}
    for value in values:
        kept.setdefault((value.attribute.code, value.option.code if value.option else ""), value)
    return tuple(kept.values())


class ForeignReader(Reader):
    """A reader of another shop's file: one language, HTML texts, pictures on other servers."""

    not_taken: ClassVar[str] = ""

    def begin(self, columns: Iterable[str]) -> None:
        """Say what is assumed of the whole file."""
        self.report.note("texts_in", language=self.setting.language)
        self.report.note("prices_gross")
        if self.not_taken:
            self.report.note("not_taken", value=self.not_taken)

    def texts(self, words: str) -> Texts:
        """Say something in the file's language."""
        return Texts.only(self.setting.language, words)

    def start(self, row: Cells, *, slug: str, slug_is_its_name: bool, name: str) -> ProductRow:
        """Begin a product by its name."""
        return ProductRow(
            line=row.line,
            slug=cells.code_of(slug, LONGEST_SLUG),
            slug_is_its_name=slug_is_its_name,
            is_whole=False,
            facts={f"name_{self.setting.language}": name},
            first={"name_fi": name, "kind": "goods", "vat_class_id": "standard"},
        )

    def say(self, product: ProductRow, field: str, words: str) -> None:
        """Say something of the product, if there is something to say."""
        if words:
            product.facts[f"{field}_{self.setting.language}"] = words

    def assume_standard_vat(self) -> None:
        """Say that the class was not in the file."""
        self.report.note("vat_standard")

    def trail(self, row: Cells, column: str, names: Iterable[str]) -> Trail:
        """Make a category path of names."""
        steps = [cells.composed(" ".join(name.split())) for name in names]
        for step in steps:
            row.fit(column, step, LONGEST_CATEGORY_NAME)
        named = tuple(
            Named(cells.code_of(step, LONGEST_CATEGORY_SLUG), self.texts(step))
            for step in steps
            if step
        )
        row.fit(column, "/".join(step.code for step in named), LONGEST_PATH)
        return named

    def attribute(self, row: Cells, column: str, name: str) -> Named:
        """Name an attribute."""
        words = row.fit(column, cells.composed(" ".join(name.split())), LONGEST_ATTRIBUTE_NAME)
        return Named(cells.code_of(words, LONGEST_ATTRIBUTE_CODE), self.texts(words))

    def choice(self, row: Cells, column: str, name: str, answer: str) -> ValueRow:
        """Say something by an attribute with answers to choose from."""
        words = row.fit(column, cells.composed(" ".join(answer.split())), LONGEST_OPTION)
        option = Named(cells.code_of(words, LONGEST_OPTION), self.texts(words))
        return ValueRow(self.attribute(row, column, name), "choice", option=option)

    def words(self, row: Cells, column: str, name: str, text: str) -> ValueRow:
        """Say something by an attribute in free words."""
        said = row.fit(column, cells.composed(" ".join(text.split())), LONGEST_VALUE)
        return ValueRow(self.attribute(row, column, name), "text", text=self.texts(said))

    def length(self, row: Cells, column: str, name: str, unit: str) -> ValueRow | None:
        """Say a measure in centimetres."""
        amount = row.number(column)
        if not amount or amount < 0 or not row.is_good:
            return None
        try:
            measure = cells.centimetres(amount, unit)
        except cells.Unreadable as trouble:
            row.warn(column, trouble.code, value=trouble.value)
            return None
        if measure >= 10**9:
            row.refuse(column, "too_large", value=amount)
        return ValueRow(self.attribute(row, column, name), "number", "cm", number=measure)

    def sku(self, row: Cells, column: str, *made_of: str) -> str:
        """Read the SKU, or make one that will be the same at the next import."""
        sku = row.text(column, LONGEST_SKU)
        if not sku:
            sku = cells.code_of(" ".join(made_of), LONGEST_SKU).upper()
            row.warn(column, "sku_made", value=sku)
        return sku

    def price(self, row: Cells, asked: str, before: str) -> PriceRow | None:
        """Read what is asked now, and what was asked before if that was more."""
        now, earlier = row.money(asked), row.money(before)
        if now is None:
            if row.is_good:
                row.refuse(asked, "missing")
            return None
        if earlier is None or earlier <= now:
            return PriceRow(now)
        self.report.note("reductions_undated")
        return PriceRow(earlier, reduced_price=now)

    def pictures(
        self, row: Cells, column: str, names: Iterable[str], alt: str
    ) -> tuple[PictureRow, ...]:
        """Name pictures; where there are no words for one, the product's name must do."""
        words = self.texts(alt[:LONGEST_ALT])
        return tuple(
            PictureRow(name.strip(), words, row.line, column) for name in names if name.strip()
        )

    def currency(self, row: Cells, column: str, code: str) -> None:
        """Say so when prices are not in euros."""
        if code and code.upper() != OWN_CURRENCY:
            row.warn(column, "currency", value=code.upper())


def several(*variants: VariantRow) -> list[VariantRow]:
    """Give the variants numbers in the order of the file."""
    for place, variant in enumerate(variants, start=1):
        variant.first.setdefault("position", place)
        variant.first.setdefault("is_active", True)
    return list(variants)


NOTHING = Decimal(0)
