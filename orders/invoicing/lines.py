"""What stands on an invoice: lines whose nets sum to what the VAT of their rate was reckoned on."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Sum
from django.utils.translation import pgettext

from orders import money, vat
from orders.catalogue.models import Product
from orders.catalogue.rates import rates_on
from orders.invoicing.models import Invoice, InvoiceLine
from orders.sales.models import Order, OrderLine
from orders.taxation.areas import HOME
from orders.taxation.treatments import BEARS_NO_TAX, Treatment

Way = tuple[str, str, Decimal]
"""How it is taxed, in which country, at which rate."""


@dataclass(frozen=True, slots=True)
class Sold:
    """One thing sold: how many, for what with VAT, at which rate."""

    order_line_id: UUID | None
    sku: str
    name: str
    quantity: int
    unit_price: Decimal
    rate: Decimal
    gross: Decimal
    treatment: str
    country: str
    exempt_reason: str = ""
    exempt_code: str = ""

    @property
    def way(self) -> Way:
        return self.treatment, self.country, self.rate


@dataclass(frozen=True, slots=True)
class Figures:
    """Lines and VAT rows that add up."""

    lines: list[InvoiceLine]
    rows: list[vat.VatRow]

    @property
    def totals(self) -> tuple[Decimal, Decimal, Decimal]:
        """Give net, VAT and gross."""
        return vat.total(self.rows)


def figures_of(order: Order, *, tax_point: date) -> Figures:
    """Reckon an order's invoice, at the rates of its tax point.

    What the buyer pays does not change with a rate: prices with VAT are what was agreed.
    """
    sold = list(_sold(order, tax_point))
    rows = vat.summary(
        vat.Taxed(each.rate, each.gross, each.treatment, each.country) for each in sold
    )
    nets = _nets(sold, rows)
    lines = [
        InvoiceLine(
            order_line_id=each.order_line_id,
            position=position,
            sku=each.sku,
            name=each.name,
            quantity=each.quantity,
            unit_price=each.unit_price,
            vat_rate=each.rate,
            treatment=each.treatment,
            country=each.country,
            exempt_reason=each.exempt_reason,
            exempt_code=each.exempt_code,
            net=net,
            vat=each.gross - net,
            gross=each.gross,
        )
        for position, (each, net) in enumerate(zip(sold, nets, strict=True), start=1)
    ]
    return Figures(lines, rows)


def rates_of(lines: Iterable[OrderLine], day: date) -> dict[UUID, Decimal]:
    """Give the rate of a day for each line, of the country whose tax it bears.

    How a line is taxed was settled when it was ordered: what bore no tax bears none.
    """
    known: dict[str, dict[str, Decimal]] = {}
    found = {}
    for line in lines:
        found[line.pk] = line.vat_rate
        if line.treatment not in BEARS_NO_TAX:
            country = line.country if line.treatment == Treatment.DISTANCE else HOME
            if country not in known:
                known[country] = rates_on(day, country=country)
            found[line.pk] = known[country].get(line.vat_class, line.vat_rate)
    return found


def _sold(order: Order, tax_point: date) -> Iterable[Sold]:
    lines = list(order.lines.order_by("position"))
    rates = rates_of(lines, tax_point)
    goods = []
    for line in lines:
        rate = rates[line.pk]
        if line.kind == Product.Kind.GOODS:
            goods.append(vat.Taxed(rate, line.total, line.treatment, line.country))
        yield Sold(
            order_line_id=line.pk,
            sku=line.sku,
            name=line.called,
            quantity=line.quantity,
            # What a piece cost after the coupon's share; what the line cost is its gross.
            unit_price=money.share_of(line.total, Decimal(1), Decimal(line.quantity)),
            rate=rate,
            gross=line.total,
            treatment=line.treatment,
            country=line.country,
            exempt_reason=line.exempt_reason,
            exempt_code=line.exempt_code,
        )
    if order.delivery_price:
        exempt = next((line for line in lines if line.treatment == Treatment.EXEMPT), None)
        for part in vat.divide_over_rates(order.delivery_price, goods):
            is_exempt = exempt is not None and part.treatment == Treatment.EXEMPT
            yield Sold(
                order_line_id=None,
                sku="",
                name=order.delivery_method or pgettext("invoice line", "Delivery"),
                quantity=1,
                unit_price=part.amount,
                rate=part.rate,
                gross=part.amount,
                treatment=part.treatment,
                country=part.country,
                # The same words as those of the goods that it brings.
                exempt_reason=exempt.exempt_reason if exempt and is_exempt else "",
                exempt_code=exempt.exempt_code if exempt and is_exempt else "",
            )


def _nets(sold: Sequence[Sold], rows: Iterable[vat.VatRow]) -> list[Decimal]:
    """Divide the net of each rate over its lines, so that they sum to it to the cent."""
    nets: dict[int, Decimal] = {}
    for row in rows:
        way = (row.treatment, row.country, row.rate)
        places = [place for place, each in enumerate(sold) if each.way == way]
        parts = money.allocate(row.net, [sold[place].gross for place in places])
        nets |= dict(zip(places, parts, strict=True))
    return [nets[place] for place in range(len(sold))]


class NothingToCredit(ValueError):
    """All that is asked to be credited has been credited before, or was never invoiced."""


def figures_to_credit(
    invoice: Invoice,
    quantities: Mapping[UUID, int],
    *,
    delivery: Decimal,
    withheld: Mapping[UUID, Decimal] | None = None,
    reductions: Mapping[UUID, Decimal] | None = None,
) -> Figures:
    """Reckon a credit note: so many pieces of each invoice line, and so much of the delivery.

    However often and in whatever parts a line is credited, the parts never sum to more than the
    line, and to exactly the line when all of it is. Pieces that come back after their price was
    lowered give back what is left of it.

    :param quantities: pieces to credit, by the key of the invoice line.
    :param delivery: how much of the price of delivery, with VAT, is given back.
    :param withheld: how much of a line, with VAT, is kept although its pieces came back.
    :param reductions: by how much, with VAT, the price of a line is lowered whose pieces stay.
    :raises NothingToCredit: when a line has fewer pieces left, or nothing is left at all.
    """
    done, lowered = pieces_credited(invoice), _lowered(invoice)
    lines = []
    for line in invoice.lines.exclude(order_line=None).order_by("position"):
        before = done.get(line.order_line_id, 0)
        left = _left_of(line, before, lowered.get(line.order_line_id, _NOTHING))
        if quantities.get(line.pk):
            kept = (withheld or {}).get(line.pk, money.ZERO)
            lines.append(_credit_line(line, before, quantities[line.pk], kept, left))
        if amount := (reductions or {}).get(line.pk):
            lines.append(_lower(line, amount, left))
    lines += _credit_delivery(invoice, delivery)
    if not any(line.gross for line in lines):
        raise NothingToCredit
    for position, each in enumerate(lines, start=1):
        each.position = position
    return Figures(lines, _rows(lines))


def pieces_credited(invoice: Invoice) -> dict[UUID | None, int]:
    """Count the pieces of each order line that have been credited."""
    notes = InvoiceLine.objects.filter(
        invoice__corrects=invoice, order_line__isnull=False, is_reduction=False
    )
    found: Counter[UUID | None] = Counter()
    for key, quantity in notes.values_list("order_line", "quantity"):
        found[key] += quantity
    return dict(found)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of what a line cost."""

    net: Decimal
    gross: Decimal


_NOTHING = Part(money.ZERO, money.ZERO)


def _lowered(invoice: Invoice) -> dict[UUID | None, Part]:
    """Sum by how much the price of each order line has been lowered."""
    notes = InvoiceLine.objects.filter(invoice__corrects=invoice, is_reduction=True)
    sums = notes.values_list("order_line").annotate(Sum("net"), Sum("gross"))
    return {key: Part(-net, -gross) for key, net, gross in sums}


def _left_of(line: InvoiceLine, before: int, lowered: Part) -> Part:
    """Give what is left of a line's price after the pieces and reductions credited so far."""
    gone = [_share(line, amount, before) for amount in (line.net, line.gross)]
    return Part(line.net - gone[0] - lowered.net, line.gross - gone[1] - lowered.gross)


def _share(line: InvoiceLine, amount: Decimal, pieces: int) -> Decimal:
    return money.share_of(amount, Decimal(pieces), Decimal(line.quantity))


def _lower(line: InvoiceLine, amount: Decimal, left: Part) -> InvoiceLine:
    """Credit a part of a price whose pieces stay sold."""
    if not money.ZERO < amount <= left.gross:
        raise NothingToCredit(line.sku)
    net = left.net if amount == left.gross else vat.split_gross(amount, line.vat_rate).net
    return InvoiceLine(
        order_line_id=line.order_line_id,
        sku=line.sku,
        name=(pgettext("invoice line", "Price reduction: %(name)s") % {"name": line.name})[:350],
        unit_price=amount,
        net=-net,
        vat=net - amount,
        gross=-amount,
        is_reduction=True,
        **_taxed_as(line),
    )


def _taxed_as(line: InvoiceLine) -> dict[str, Any]:
    """Give how a line is taxed, for one that credits a part of it."""
    facts = ("vat_rate", "treatment", "country", "exempt_reason", "exempt_code")
    return {fact: getattr(line, fact) for fact in facts}


def _way(line: InvoiceLine) -> Way:
    return line.treatment, line.country, line.vat_rate


def _credit_line(
    line: InvoiceLine, before: int, quantity: int, kept: Decimal, left: Part
) -> InvoiceLine:
    if before + quantity > line.quantity:
        raise NothingToCredit(line.sku)

    def part(amount: Decimal) -> Decimal:
        return _share(line, amount, before + quantity) - _share(line, amount, before)

    is_whole = part(line.gross) <= left.gross
    gross = (part(line.gross) if is_whole else left.gross) - min(kept, left.gross)
    net = part(line.net) if is_whole else left.net
    net -= vat.split_gross(min(kept, left.gross), line.vat_rate).net
    return InvoiceLine(
        order_line_id=line.order_line_id,
        sku=line.sku,
        name=line.name,
        quantity=quantity,
        unit_price=line.unit_price,
        net=-net,
        vat=net - gross,
        gross=-gross,
        **_taxed_as(line),
    )


def _credit_delivery(invoice: Invoice, wanted: Decimal) -> list[InvoiceLine]:
    charged = list(invoice.lines.filter(order_line=None).order_by("position"))
    given = list(InvoiceLine.objects.filter(invoice__corrects=invoice, order_line=None))
    done = [
        sum((-each.gross for each in given if _way(each) == _way(line)), start=money.ZERO)
        for line in charged
    ]
    left = [line.gross - so_far for line, so_far in zip(charged, done, strict=True)]
    if wanted > sum(left):
        raise NothingToCredit(invoice.number)
    if not wanted:
        return []
    parts = money.allocate(wanted, left)
    found = []
    for line, so_far, gross in zip(charged, done, parts, strict=True):
        if gross:
            # By what is given in all, as with pieces: however small the parts, VAT follows.
            until, before = (
                money.share_of(line.net, amount, line.gross) for amount in (so_far + gross, so_far)
            )
            net = until - before
            found.append(
                InvoiceLine(
                    name=line.name,
                    unit_price=gross,
                    net=-net,
                    vat=net - gross,
                    gross=-gross,
                    **_taxed_as(line),
                )
            )
    return found


def _rows(lines: Iterable[InvoiceLine]) -> list[vat.VatRow]:
    sums: dict[Way, list[Decimal]] = {}
    for line in lines:
        row = sums.setdefault(_way(line), [money.ZERO, money.ZERO, money.ZERO])
        for place, amount in enumerate((line.net, line.vat, line.gross)):
            row[place] += amount
    found = []
    for way in sorted(sums, key=lambda way: (-way[2], *way[:2])):
        treatment, country, rate = way
        net, tax, gross = sums[way]
        found.append(vat.VatRow(rate, net, tax, gross, treatment, country))
    return found
