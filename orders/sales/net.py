"""What an order cost without VAT, line by line, as companies read it.

Prices with VAT are the truth (what the buyer pays), and VAT was reckoned once for each rate. The
nets of the lines sum to the net of their rate to the cent, as on the invoice.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from orders import money, vat
from orders.catalogue.models import Product
from orders.sales.models import Order, OrderLine, OrderVat


@dataclass(frozen=True, slots=True)
class NetLine:
    """A line without VAT."""

    line: OrderLine
    each: Decimal
    """A piece, before a coupon."""
    total: Decimal
    discount: Decimal


@dataclass(frozen=True, slots=True)
class Net:
    """An order without VAT."""

    lines: list[NetLine]
    delivery: Decimal
    discount: Decimal
    total: Decimal
    vat: Decimal


def for_company(order: Order, lines: Sequence[OrderLine] | None = None) -> Net | None:
    """Give an order without VAT where a company has bought; to people prices are with VAT.

    :param lines: the order's lines, where they are at hand.
    """
    if not order.company_name:
        return None
    return in_net(order, order.lines.all() if lines is None else lines)


def in_net(order: Order, lines: Iterable[OrderLine]) -> Net:
    """Divide the net of each rate over its lines and the delivery."""
    lines = list(lines)
    sold = [vat.Taxed(line.vat_rate, line.total, line.treatment, line.country) for line in lines]
    goods = [
        each for line, each in zip(lines, sold, strict=True) if line.kind == Product.Kind.GOODS
    ]
    if order.delivery_price:
        sold += vat.divide_over_rates(order.delivery_price, goods)
    nets = _nets(sold, {_way(row): row.net for row in order.vat_rows.all()})
    shown = [
        NetLine(
            line=line,
            each=_without(line.unit_price, line.vat_rate),
            total=net,
            discount=_without(line.discount, line.vat_rate),
        )
        for line, net in zip(lines, nets, strict=False)
    ]
    return Net(
        lines=shown,
        delivery=sum(nets[len(lines) :], start=money.ZERO),
        discount=sum((each.discount for each in shown), start=money.ZERO),
        total=order.total_net,
        vat=order.total_vat,
    )


def _without(gross: Decimal, rate: Decimal) -> Decimal:
    return vat.split_gross(gross, rate).net


def _way(taxed: vat.Taxed | OrderVat) -> tuple[Decimal, str, str]:
    """Tell at what rate something is taxed, for what reason, and where."""
    return (taxed.rate, taxed.treatment, taxed.country)


def _nets(sold: list[vat.Taxed], nets: dict[tuple[Decimal, str, str], Decimal]) -> list[Decimal]:
    found: dict[int, Decimal] = {}
    for way, net in nets.items():
        places = [place for place, each in enumerate(sold) if _way(each) == way]
        parts = money.allocate(net, [sold[place].amount for place in places])
        found |= dict(zip(places, parts, strict=True))
    return [found.get(place, money.ZERO) for place in range(len(sold))]
