"""Value added tax: a gross price is its net and its tax, summed up rate by rate.

Consumer prices are gross and stay the truth. A fifth of them cannot be written as a net price
plus its rounded tax at 25.5 %, so the tax is always what is left when the net is taken away, and
it is counted once on the sum of a rate, never line by line.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from orders import money

HUNDRED = Decimal(100)
AT_HOME, HOME = "domestic", "FI"
"""How most is taxed, and where; `orders/taxation` knows the other ways."""


class NoRateInForce(LookupError):
    """The tax class has no rate on the day that decides."""


class NothingSold(ValueError):
    """A charge should follow the goods' rates, but there are no goods."""


@dataclass(frozen=True, slots=True)
class VatRow:
    """What falls on one rate: the net, the tax and the gross, which always sum up."""

    rate: Decimal
    net: Decimal
    vat: Decimal
    gross: Decimal
    treatment: str = AT_HOME
    country: str = HOME

    def __post_init__(self) -> None:
        if self.net + self.vat != self.gross:
            raise ValueError(f"{self.net} + {self.vat} is not {self.gross}")


@dataclass(frozen=True, slots=True)
class Taxed:
    """An amount, the rate that it is sold at, and for what reason at that."""

    rate: Decimal
    amount: Decimal
    treatment: str = AT_HOME
    country: str = HOME


@dataclass(frozen=True, slots=True)
class DatedRate:
    """A rate of a tax class from its first day to its last, or for the time being."""

    tax_class: str
    valid_from: dt.date
    valid_to: dt.date | None
    rate: Decimal

    def covers(self, day: dt.date) -> bool:
        """Tell whether the rate is in force on the day."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def split_gross(gross: Decimal, rate: Decimal) -> VatRow:
    """Split a price that includes its tax; the gross is kept as it is."""
    checked = _checked_rate(rate)
    whole = money.from_cents(money.to_cents(gross))
    net = money.share_of(whole, HUNDRED, HUNDRED + checked)
    return VatRow(rate=checked, net=net, vat=whole - net, gross=whole)


def split_net(net: Decimal, rate: Decimal) -> VatRow:
    """Add the tax to a price agreed without it, as companies do; the net is kept as it is."""
    checked = _checked_rate(rate)
    whole = money.from_cents(money.to_cents(net))
    vat = money.percentage(whole, checked)
    return VatRow(rate=checked, net=whole, vat=vat, gross=whole + vat)


def summary(lines: Iterable[Taxed]) -> list[VatRow]:
    """Sum gross amounts by rate and split each sum once, the highest rate first.

    What is taxed in different ways, or in different countries, is summed apart.
    """
    return [_of(split_gross(each.amount, each.rate), each) for each in _by_rate(lines)]


def summary_of_net(lines: Iterable[Taxed]) -> list[VatRow]:
    """Sum net amounts by rate and add the tax to each sum once, the highest rate first."""
    return [_of(split_net(each.amount, each.rate), each) for each in _by_rate(lines)]


def divide_over_rates(charge: Decimal, goods: Sequence[Taxed]) -> list[Taxed]:
    """Divide a delivery charge over the rates of the goods that it delivers.

    The charge is a side cost of the goods and follows their rates in proportion to their amounts;
    what is taxed in different ways counts as of different rates. When the goods cost nothing, it
    follows the highest of their rates, so that too little tax is never declared.

    :raises NothingSold: when there are no goods at all.
    """
    sums = _by_rate(goods)
    if not sums:
        raise NothingSold("A delivery charge needs goods to follow")
    weights = [each.amount for each in sums]
    if not any(weights):
        weights[0] = money.CENT
    parts = money.allocate(charge, weights)
    return [replace(each, amount=part) for each, part in zip(sums, parts, strict=True) if part]


def total(rows: Iterable[VatRow]) -> tuple[Decimal, Decimal, Decimal]:
    """Sum the rows to one net, one tax and one gross."""
    listed = list(rows)
    return (
        sum((row.net for row in listed), start=money.ZERO),
        sum((row.vat for row in listed), start=money.ZERO),
        sum((row.gross for row in listed), start=money.ZERO),
    )


def tax_point(*, delivered: dt.date | None = None, paid: dt.date | None = None) -> dt.date:
    """Choose the day whose rate applies.

    The delivery decides; money received before it decides for itself, so an advance payment keeps
    the rate of the day on which it came. An invoice paid later changes nothing.

    :raises ValueError: when neither has happened.
    """
    days = [day for day in (delivered, paid) if day is not None]
    if not days:
        raise ValueError("Neither delivered nor paid: no rate can be chosen yet")
    return min(days)


def rate_on(rates: Iterable[DatedRate], *, tax_class: str, day: dt.date) -> Decimal:
    """Find the rate of a tax class that is in force on the day.

    :raises NoRateInForce: when none is; two at once cannot be, which the database sees to.
    """
    for dated in rates:
        if dated.tax_class == tax_class and dated.covers(day):
            return dated.rate
    raise NoRateInForce(f"{tax_class} has no rate on {day.isoformat()}")


def _by_rate(lines: Iterable[Taxed]) -> list[Taxed]:
    """Sum the amounts of each rate and way of taxing, the highest rate first."""
    sums: dict[tuple[Decimal, str, str], Decimal] = {}
    for line in lines:
        key = (_checked_rate(line.rate), str(line.treatment), line.country)
        sums[key] = sums.get(key, money.ZERO) + money.exact(line.amount)
    ordered = sorted(sums, key=lambda key: (-key[0], *key[1:]))
    return [Taxed(rate, sums[rate, how, where], how, where) for rate, how, where in ordered]


def _of(row: VatRow, taxed: Taxed) -> VatRow:
    """Let a row say how it is taxed."""
    return replace(row, treatment=taxed.treatment, country=taxed.country)


def _checked_rate(rate: Decimal) -> Decimal:
    """Refuse a rate that is not a percentage between nothing and a hundred."""
    checked = money.exact(rate)
    if not 0 <= checked <= HUNDRED:
        raise ValueError(f"{rate} is not a rate of tax")
    return checked
