"""What a buyer agrees to: every price computed by the shop, from the catalogue, at a moment."""

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from hashlib import sha256

from customers.postcodes import is_in_aland
from orders import money, vat
from orders.basket.contents import ContentLine, Contents, contents_of
from orders.basket.models import Basket
from orders.catalogue.agreements import Party, party_for_company
from orders.catalogue.models import Product
from orders.checkout.models import COUNTRIES, TYPED, CheckoutDraft
from orders.checkout.taxing import NoRateAbroad, Taxation, delivery_price, priced, tax, taxed
from orders.delivery.pricing import DeliveryOffer, Load, given_free, offers_for
from orders.quotes.models import Quote
from orders.quotes.pricing import prices_of, quote_of, ways_of
from orders.taxation.areas import HOME

Shown = dict[str, object]


@dataclass(frozen=True)
class Summary:
    """Lines, delivery and tax of an order that may be placed."""

    contents: Contents
    offers: tuple[DeliveryOffer, ...]
    delivery: DeliveryOffer | None
    vat_rows: tuple[vat.VatRow, ...]
    taxation: Taxation | None
    """None when a rate of its tax is not known: then it cannot be placed."""

    @property
    def lines(self) -> tuple[ContentLine, ...]:
        return self.contents.buyable

    @property
    def delivery_price(self) -> Decimal:
        return self.delivery.price if self.delivery else money.ZERO

    @property
    def total_net(self) -> Decimal:
        return vat.total(self.vat_rows)[0]

    @property
    def total_vat(self) -> Decimal:
        return vat.total(self.vat_rows)[1]

    @property
    def is_taxed_in_several_ways(self) -> bool:
        return len({(line.treatment, line.country) for line in self.lines}) > 1

    @property
    def total(self) -> Decimal:
        return self.contents.total + self.delivery_price

    def shown(self) -> Shown:
        """Give what the buyer sees in a form that can be kept and compared."""
        return {
            "lines": {
                line.key: [line.called, line.quantity, str(line.unit_price), str(line.vat_rate)]
                for line in self.lines
            },
            "delivery": [self.delivery.method.code, str(self.delivery.price)]
            if self.delivery
            else [],
            "coupon": self._coupon(),
            "total": str(self.total),
            "taxed": {line.sku: [str(line.treatment), line.country] for line in self.lines}
            if self.taxation
            else {},
        }

    def _coupon(self) -> list[str]:
        coupon = self.contents.coupon
        if coupon is None:
            return []
        return [coupon.code, str(coupon.total), str(coupon.delivers_free)]


@dataclass(frozen=True)
class Change:
    """One thing that is no longer as it was shown."""

    what: str
    """`price`, `quantity`, `vat`, `gone`, `new`, `delivery`, `coupon`, `taxed` or `total`."""
    name: str = ""
    before: str = ""
    after: str = ""

    @property
    def before_sum(self) -> Decimal | None:
        return Decimal(self.before) if self.before else None

    @property
    def after_sum(self) -> Decimal | None:
        return Decimal(self.after) if self.after else None


def load_of(draft: CheckoutDraft, contents: Contents) -> Load:
    """Say what is to be delivered, and whether over the tax border to Åland."""
    postcode = draft.delivery_postcode if draft.deliver_elsewhere else draft.postcode
    country = draft.delivery_country if draft.deliver_elsewhere else draft.country
    return Load(
        total=contents.goods_total,
        weight_g=contents.goods_weight_g,
        to_aland=is_in_aland(postcode),
        country=country or HOME,
    )


def party_of(draft: CheckoutDraft) -> Party | None:
    """Say for whom a checkout buys: the company it names, else the buyer alone.

    Who buys as a person gets no price of a company, and the other way round.
    """
    buyer = None if draft.basket is None else draft.basket.customer_id
    if buyer is None:
        return None
    return party_for_company(buyer, draft.business_id) if draft.for_company else buyer


def contents_now(basket: Basket | None, *, at: datetime) -> Contents:
    """Read what is to be ordered: at today's prices, or at those of the quote it was made of."""
    return contents_of(basket, at=at, quoted=prices_of(quote_of(basket)))


def delivery_offers(quote: Quote | None, contents: Contents, load: Load) -> list[DeliveryOffer]:
    """List the ways of delivery that fit; of what was quoted it is the one of the quote."""
    if not contents.has_goods:
        return []
    if quote is not None:
        return ways_of(quote, contents, load)
    offers = offers_for(load)
    return given_free(offers) if contents.delivers_free else offers


def summarise(draft: CheckoutDraft, *, at: datetime, with_pictures: bool = True) -> Summary:
    """Compute everything that the buyer of a draft would agree to at a moment."""
    quote = quote_of(draft.basket)
    contents = contents_of(
        draft.basket,
        at=at,
        email=draft.email,
        party=party_of(draft),
        quoted=prices_of(quote),
        with_pictures=with_pictures,
    )
    offers = delivery_offers(quote, contents, load_of(draft, contents))
    chosen = next((o for o in offers if o.method.pk == draft.delivery_method_id), None)
    try:
        taxation = tax(draft, contents, chosen.method if chosen else None, at=at)
        sold = priced(contents, taxation, at=at)
    except NoRateAbroad:
        return Summary(contents, tuple(offers), chosen, tuple(_vat(contents, chosen)), None)
    if chosen is not None:
        price = delivery_price(chosen.price, contents, taxation)
        chosen = DeliveryOffer(chosen.method, price)
    return Summary(sold, tuple(offers), chosen, tuple(_vat(sold, chosen)), taxation)


def seal(draft: CheckoutDraft, summary: Summary) -> str:
    """Give one short text for all that a buyer agrees to: goods, prices, rates, and where to.

    The summary's page carries it, so that an older page in another tab cannot order what it did
    not show. Names are left out: they follow the language.
    """
    shown = summary.shown()
    agreed = {
        "lines": {sku: facts[1:] for sku, facts in _lines(shown).items()},
        "exclusions": {line.key: line.withdrawal_exclusion for line in summary.lines},
        "delivery": shown["delivery"],
        "coupon": shown["coupon"],
        "total": shown["total"],
        "taxed": shown["taxed"],
        "typed": {field: getattr(draft, field) for field in (*TYPED, *COUNTRIES)},
        "choices": [draft.for_company, draft.deliver_elsewhere, draft.payment_method],
    }
    return sha256(json.dumps(agreed, sort_keys=True).encode()).hexdigest()


def _vat(contents: Contents, delivery: DeliveryOffer | None) -> list[vat.VatRow]:
    """Sum the tax by rate; the delivery's price follows the rates of the goods it brings."""
    sold = taxed(contents.buyable)
    if delivery is not None and delivery.price:
        goods = taxed([line for line in contents.buyable if line.kind == Product.Kind.GOODS])
        sold += vat.divide_over_rates(delivery.price, goods)
    return vat.summary(sold)


def changes_between(before: Shown, after: Shown) -> list[Change]:
    """List what is not as it was shown."""
    was, now = _lines(before), _lines(after)
    changes = [Change("gone", name=was[sku][0]) for sku in was if sku not in now]
    changes += [Change("new", name=now[sku][0]) for sku in now if sku not in was]
    for sku in was.keys() & now.keys():
        changes += _line_changes(was[sku], now[sku])
    if before.get("delivery") != after.get("delivery"):
        changes.append(
            Change(
                "delivery",
                before=_price(before.get("delivery")),
                after=_price(after.get("delivery")),
            )
        )
    was_off, is_off = _off(before), _off(after)
    if was_off != is_off:
        changes.append(Change("coupon", before=was_off, after=is_off))
    if not changes and before.get("taxed") != after.get("taxed"):
        changes.append(Change("taxed"))
    if not changes and before.get("total") != after.get("total"):
        changes.append(
            Change("total", before=str(before.get("total", "")), after=str(after.get("total", "")))
        )
    return changes


def _lines(shown: Shown) -> dict[str, list[str]]:
    lines = shown.get("lines")
    if not isinstance(lines, dict):
        return {}
    return {sku: [str(fact) for fact in facts] for sku, facts in lines.items()}


def _line_changes(was: list[str], now: list[str]) -> list[Change]:
    kinds = ("name", "quantity", "price", "vat")
    return [
        Change(kind, name=now[0], before=old, after=new)
        for kind, old, new in zip(kinds, was, now, strict=True)
        if old != new and kind != "name"
    ]


def _off(shown: Shown) -> str:
    """Say what the coupon took off; nothing where there was none that counted."""
    coupon = shown.get("coupon")
    return str(coupon[1]) if isinstance(coupon, list) and coupon else ""


def _price(delivery: object) -> str:
    return str(delivery[1]) if isinstance(delivery, list) and delivery else ""
