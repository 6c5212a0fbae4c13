"""What every format comes down to: a product with its variants, as a file says them.

What a file does not say is absent, not empty: `facts` holds only the columns that the file speaks
of, and `first` what a new row begins with where nothing is said. So an import never undoes what
the merchant has decided in the meantime about something the file is silent on.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

LANGUAGES = ("fi", "sv", "en")

Fact = str | int | bool | Decimal | datetime | UUID | None


class Texts(NamedTuple):
    """The same words in the shop's languages; an empty one is not said."""

    fi: str = ""
    sv: str = ""
    en: str = ""

    @property
    def any(self) -> str:
        """The first of the texts that says something."""
        return self.fi or self.en or self.sv

    def facts(self, field: str) -> dict[str, str]:
        """Name the texts as columns."""
        return {f"{field}_{language}": text for language, text in self._asdict().items()}

    @classmethod
    def only(cls, language: str, text: str) -> "Texts":
        """Say something in one language."""
        return cls(**{language: text})


NOTHING_SAID = Texts()


class Named(NamedTuple):
    """A code with its names."""

    code: str
    names: Texts


Trail = tuple[Named, ...]
"""A category and those above it, from the trunk outwards."""


@dataclass(frozen=True, slots=True)
class ManufacturerRow:
    """Who made a product."""

    name: str
    address: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class ValueRow:
    """What is said by one attribute."""

    attribute: Named
    kind: str
    unit: str = ""
    option: Named | None = None
    number: Decimal | None = None
    truth: bool | None = None
    text: Texts = NOTHING_SAID


@dataclass(frozen=True, slots=True)
class PictureRow:
    """A picture by its file's name."""

    name: str
    alt: Texts
    line: int
    column: str


@dataclass(frozen=True, slots=True)
class StockRow:
    """What is said about the store room; None is not said."""

    on_hand: int | None = None
    backorder: bool | None = None
    low_at: int | None = None


@dataclass(frozen=True, slots=True)
class PriceRow:
    """What is asked, with VAT. A reduction without a beginning has none that the file knows of."""

    price: Decimal
    reduced_price: Decimal | None = None
    reduced_from: datetime | None = None
    reduced_until: datetime | None = None
    says_reduction: bool = True


@dataclass(slots=True)
class VariantRow:
    """One thing that goes into the basket."""

    line: int
    sku: str
    price: PriceRow | None = None
    facts: dict[str, Fact] = field(default_factory=dict)
    first: dict[str, Fact] = field(default_factory=dict)
    values: tuple[ValueRow, ...] | None = None
    stock: StockRow = StockRow()
    pictures: tuple[PictureRow, ...] = ()


@dataclass(slots=True)
class ProductRow:
    """A product, with the variants that the file has of it."""

    line: int
    slug: str
    slug_is_its_name: bool
    """Another file's product of this address is the same product, not a namesake."""
    is_whole: bool
    """The categories and attributes said are all there are; else they are added to the others."""
    facts: dict[str, Fact] = field(default_factory=dict)
    first: dict[str, Fact] = field(default_factory=dict)
    manufacturer: ManufacturerRow | None = None
    trails: tuple[Trail, ...] | None = None
    values: tuple[ValueRow, ...] | None = None
    pictures: tuple[PictureRow, ...] = ()
    variants: list[VariantRow] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What the product is called, for a preview."""
        return self._said("name_fi") or self._said("name_en") or self._said("name_sv") or self.slug

    def _said(self, column: str) -> str:
        return str(self.facts.get(column) or self.first.get(column) or "")
