"""What a quote gives: prices for a basket that is made of it, and its sums."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from orders import money, vat
from orders.basket.contents import Contents, Quoted
from orders.basket.models import Basket
from orders.catalogue.models import Product
from orders.catalogue.rates import rates_on
from orders.delivery.pricing import DeliveryOffer, Load, fits
from orders.quotes.models import Quote, QuoteLine


def quote_of(basket: Basket | None) -> Quote | None:
    """Give the quote that a basket was made of; what buyers fill themselves is of none."""
    if basket is None or not basket.is_set_aside:
        return None
    quotes = Quote.objects.select_related("company", "delivery_method")
    return quotes.prefetch_related("lines").filter(basket=basket).first()


def prices_of(quote: Quote | None) -> Quoted | None:
    """Give the prices of a quote for the basket made of it."""
    if quote is None:
        return None
    prices = {
        line.variant_id: line.price
        for line in quote.lines.all()
        if line.variant_id is not None and line.price is not None
    }
    return Quoted(quote.number, prices, quote.is_net)


def ways_of(quote: Quote, contents: Contents, load: Load) -> list[DeliveryOffer]:
    """Give the one way of delivery that was quoted, at its price, where it goes there at all."""
    method = quote.delivery_method
    if method is None or not fits(method, load):
        return []
    goods = [
        vat.Taxed(line.vat_rate, line.total)
        for line in contents.buyable
        if line.kind == Product.Kind.GOODS
    ]
    return [DeliveryOffer(method, _delivery(quote, goods))]


def _delivery(quote: Quote, goods: list[vat.Taxed]) -> Decimal:
    """Give the quoted delivery with VAT, which follows the rates of the goods."""
    if not quote.is_net or not quote.delivery_price or not goods:
        return quote.delivery_price
    parts = vat.divide_over_rates(quote.delivery_price, goods)
    gross = (vat.split_net(part.amount, part.rate).gross for part in parts)
    return sum(gross, start=money.ZERO)


@dataclass(frozen=True, slots=True)
class Sums:
    """What a quote comes to, by the rates of a day."""

    net: Decimal
    vat: Decimal
    total: Decimal


def sums_of(quote: Quote, lines: Iterable[QuoteLine], *, on: date) -> Sums:
    """Sum a quote as its order in Finland will be summed."""
    rates = rates_on(on)
    sold, goods = [], []
    for line in lines:
        if not line.quantity or line.price is None:
            continue
        rate = rates.get(line.vat_class, money.ZERO)
        piece = vat.split_net(line.price, rate).gross if quote.is_net else line.price
        taxed = vat.Taxed(rate, piece * line.quantity)
        sold.append(taxed)
        if line.kind == Product.Kind.GOODS:
            goods.append(taxed)
    delivery = _delivery(quote, goods)
    if delivery and goods:
        sold += vat.divide_over_rates(delivery, goods)
    return Sums(*vat.total(vat.summary(sold)))
