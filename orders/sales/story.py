"""How the price of an order's line came about, from what the line has kept."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from orders.sales.models import Order, OrderLine


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that a price is made of, and the sum that it adds or takes off."""

    words: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Story:
    """The parts of a line's price, which sum to what it cost."""

    parts: tuple[Part, ...]
    total: Decimal
    vat_rate: Decimal
    rounding: Decimal
    """What rounding to cents has added, within the parts above."""


@dataclass(frozen=True, slots=True)
class ToldLine:
    """A line with its story; an order from before stories were kept has none."""

    line: OrderLine
    story: Story | None


def told(order: Order) -> list[ToldLine]:
    """Tell of each line how its price came about."""
    return [ToldLine(line, story_of(line, order)) for line in order.lines.all()]


def story_of(line: OrderLine, order: Order) -> Story | None:
    """Tell how the price of a line came about."""
    if line.base_price is None:
        return None
    return Story(
        parts=tuple(_parts(line, order, line.base_price)),
        total=line.total,
        vat_rate=line.vat_rate,
        rounding=line.rounding.normalize(),
    )


def _parts(line: OrderLine, order: Order, base: Decimal) -> Iterator[Part]:
    is_quoted = line.price_reason == OrderLine.PriceReason.QUOTE
    as_quoted = is_quoted and line.unit_price == base
    regular = _whose(line) if as_quoted else pgettext("price", "Regular price")
    if line.quantity > 1:
        regular = f"{regular}, {line.quantity}\N{NO-BREAK SPACE}×"
    yield Part(regular, base * line.quantity)
    if line.unit_price != base:
        yield Part(_whose(line), (line.unit_price - base) * line.quantity)
    if line.discount:
        coupon = _("Coupon %(code)s") % {"code": order.coupon_code}
        name = f": {order.coupon_name}" if order.coupon_name else ""
        yield Part(f"{coupon}{name}", -line.discount)


def _whose(line: OrderLine) -> str:
    if line.price_reason == OrderLine.PriceReason.QUOTE:
        return _("Quote no %(number)s") % {"number": line.price_words}
    kind = str(OrderLine.PriceReason(line.price_reason).label)
    return f"{kind}: {line.price_words}" if line.price_words else kind
