"""The price of a kilogram, a litre or a metre: Government Decree 553/2013, beside each price."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import pgettext, pgettext_lazy

from orders import money

UNITS: dict[str, str | Promise] = {
    "kg": "kg",
    "l": "l",
    "m": "m",
    "m2": "m²",
    "m3": "m³",
    "piece": pgettext_lazy("unit of content", "piece"),
}


@dataclass(frozen=True, slots=True)
class UnitPrice:
    """What one unit of a variant's content costs with VAT."""

    amount: Decimal
    unit: str


def unit_price(price: Decimal, content: Decimal | None, unit: str) -> UnitPrice | None:
    """Reckon what a unit costs, rounded once; nothing where no content is told."""
    if not content or unit not in UNITS:
        return None
    words = pgettext("unit of content", "piece") if unit == "piece" else str(UNITS[unit])
    return UnitPrice(money.share_of(price, Decimal(1), content), words)
