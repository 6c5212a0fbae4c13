"""Which VAT a checkout's order bears, and what its buyer pays for that reason.

The price with VAT on the shelf stays the same in every country of the Union, whatever its rate.
Where no VAT is charged the buyer pays the price without it, rounded to the cent piece by piece.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from orders import money, vat
from orders.basket.contents import ContentLine, Contents
from orders.catalogue.models import Product
from orders.catalogue.rates import rates_on
from orders.checkout.models import CheckoutDraft
from orders.delivery.models import DeliveryMethod
from orders.sales.across_borders import sold_across_borders
from orders.taxation.areas import HOME, MEMBERS, NORTHERN_IRELAND, Place
from orders.taxation.countries import country_name
from orders.taxation.deciding import Buyer, Decision, Sale, Seller, Supply, decide
from orders.taxation.models import VatIdCheck, latest_check
from orders.taxation.treatments import (
    ACROSS_BORDERS,
    FINNISH,
    UNTAXED,
    Treatment,
    in_common,
    note_of,
)
from orders.taxation.vat_ids import country_of

_SUPPLIES = {
    Product.Kind.GOODS: Supply.GOODS,
    Product.Kind.SERVICE: Supply.SERVICE,
    Product.Kind.DIGITAL: Supply.DIGITAL,
}


class NoRateAbroad(Exception):
    """A part of the order bears the tax of a country whose rate nobody has told."""


@dataclass(frozen=True, slots=True)
class Taxation:
    """How each kind of thing in an order is taxed, and who found out that its buyer may be."""

    decisions: Mapping[Supply, Decision]
    check: VatIdCheck | None = None

    def of(self, kind: str) -> Decision:
        """Tell how things of a kind are taxed; what delivers goods is taxed as they are."""
        return self.decisions[_SUPPLIES[Product.Kind(kind)]]

    @property
    def ways(self) -> list[Decision]:
        """List in how many ways the order is taxed: one, as a rule."""
        return list(dict.fromkeys(self.decisions[kind] for kind in sorted(self.decisions)))

    @property
    def treatment(self) -> str:
        """Give the one way in which all is taxed, or nothing where there are several."""
        return in_common(each.treatment for each in self.ways)

    @property
    def country(self) -> str:
        """Give the country in which the sale ends: where the goods go, if there are any."""
        goods = self.decisions.get(Supply.GOODS)
        return (goods or max(self.ways, key=lambda each: each.country)).country


def destination_of(draft: CheckoutDraft, method: DeliveryMethod | None) -> Place:
    """Tell where the goods are handed over: what is picked up never leaves Finland."""
    if method is not None and method.kind == DeliveryMethod.Kind.PICKUP:
        return Place(HOME)
    if draft.deliver_elsewhere:
        return Place(draft.delivery_country or HOME, draft.delivery_postcode)
    return Place(draft.country or HOME, draft.postcode)


def leaves_finland(draft: CheckoutDraft) -> bool:
    """Tell whether the order may be taxed otherwise than at home."""
    return {draft.country, draft.delivery_country} - {HOME, ""} != set()


def is_asked_for_vat_id(country: str) -> bool:
    """Tell whether a company of this country has a VAT ID that VIES knows."""
    return country != HOME and (country in MEMBERS or country == NORTHERN_IRELAND)


def tax(
    draft: CheckoutDraft, contents: Contents, method: DeliveryMethod | None, *, at: datetime
) -> Taxation:
    """Decide how each kind of thing in the order of a checkout is taxed."""
    check = latest_check(draft.vat_id, at=at) if draft.for_company else None
    buyer = _buyer(draft, check)
    to, day = destination_of(draft, method), timezone.localdate(at)
    kinds = {_SUPPLIES[Product.Kind(line.kind)] for line in contents.buyable} or {Supply.GOODS}
    found = {kind: decide(Sale(kind, to, money.ZERO, day), buyer, Seller()) for kind in kinds}
    across = {kind for kind in kinds if found[kind].treatment in ACROSS_BORDERS}
    if across:
        # All that this order sells across borders counts, and nothing else of it.
        counted = [
            line for line in contents.buyable if _SUPPLIES[Product.Kind(line.kind)] in across
        ]
        net = vat.total(vat.summary(taxed(counted)))[0]
        seller = _seller(day)
        found |= {kind: decide(Sale(kind, to, net, day), buyer, seller) for kind in across}
    return Taxation(found, check)


def _seller(day: date) -> Seller:
    since = settings.OSS_SINCE
    if since is not None and since <= day:
        # Who is registered taxes at the destination, however little was sold.
        return Seller(oss_since=since)
    return Seller(
        oss_since=since,
        sold_this_year=sold_across_borders(day.year),
        sold_last_year=sold_across_borders(day.year - 1),
    )


def _buyer(draft: CheckoutDraft, check: VatIdCheck | None) -> Buyer:
    country = draft.country or HOME
    if draft.for_company and draft.vat_id and country_of(draft.vat_id) != country:
        place = Place(country_of(draft.vat_id))
    else:
        place = Place(country, draft.postcode)
    return Buyer(place, draft.for_company, draft.vat_id, is_checked=check is not None)


def priced(contents: Contents, taxation: Taxation, *, at: datetime) -> Contents:
    """Give the same goods at the prices and rates that this order bears.

    :raises NoRateAbroad: when the country of destination has no rate for one of them.
    """
    day = timezone.localdate(at)
    abroad = {each.rates_of for each in taxation.ways} - {HOME}
    rates = {country: rates_on(day, country=country) for country in abroad}
    lines = []
    for line in contents.lines:
        # What cannot be bought was not decided about, and is not sold.
        decision = taxation.decisions.get(_SUPPLIES[Product.Kind(line.kind)])
        lines.append(line if decision is None else _taxed_as(line, decision, rates))
    return replace(contents, lines=tuple(lines))


def _taxed_as(
    line: ContentLine, decision: Decision, rates: Mapping[str, Mapping[str, Decimal]]
) -> ContentLine:
    treatment = decision.treatment
    country = HOME if treatment in FINNISH else decision.country
    is_finnish = decision.rates_of == HOME and treatment not in UNTAXED
    if is_finnish and line.treatment == Treatment.EXEMPT:
        # Exempt by Finnish law wherever the tax would have been Finnish.
        return line
    taxed = replace(line, treatment=treatment, country=country, exempt_reason="", exempt_code="")
    if decision.treatment in UNTAXED:
        return _without_vat(taxed)
    if decision.rates_of == HOME:
        return taxed
    try:
        return replace(taxed, vat_rate=rates[decision.rates_of][line.vat_class])
    except KeyError as missing:
        raise NoRateAbroad from missing


def _without_vat(line: ContentLine) -> ContentLine:
    def net(amount: Decimal) -> Decimal:
        return vat.split_gross(amount, line.vat_rate).net

    price = net(line.unit_price)
    return replace(
        line,
        unit_price=price,
        shown_price=net(line.shown_price),
        base_price=net(line.base_price),
        # Rounded piece by piece the line may be a cent less than what the coupon takes off.
        discount=min(net(line.discount), price * line.quantity),
        exact_price=_exactly_net(line.exact_price, line.vat_rate),
        exact_discount=_exactly_net(line.exact_discount, line.vat_rate),
        vat_rate=money.ZERO,
    )


def _exactly_net(gross: Fraction | None, rate: Decimal) -> Fraction | None:
    return None if gross is None else gross * 100 / (100 + Fraction(rate))


def delivery_price(price: Decimal, contents: Contents, taxation: Taxation) -> Decimal:
    """Give what delivery costs: without VAT where none is charged, by the rates of its goods."""
    goods = taxed([line for line in contents.buyable if line.kind == Product.Kind.GOODS])
    if not (price and goods and taxation.of(Product.Kind.GOODS).treatment in UNTAXED):
        return price
    parts = vat.divide_over_rates(price, goods)
    return sum((vat.split_gross(part.amount, part.rate).net for part in parts), start=money.ZERO)


def taxed(lines: Sequence[ContentLine]) -> list[vat.Taxed]:
    """Give what each line costs with the way in which it is taxed."""
    return [vat.Taxed(line.vat_rate, line.total, line.treatment, line.country) for line in lines]


def words_for(draft: CheckoutDraft, taxation: Taxation) -> list[str]:
    """Say to the buyer, before the order, what is unusual about its VAT."""
    ways = taxation.ways
    said = [note_of(way.treatment, country_name(way.country)) for way in ways]
    if taxation.treatment in UNTAXED:
        said.append(_("You pay the prices without VAT."))
    elif any(way.treatment in UNTAXED for way in ways):
        said.append(_("You pay the prices of these without VAT: it stands beside each product."))
    if any(way.treatment in (Treatment.EXPORT, Treatment.ALAND) for way in ways):
        said.append(
            _("The goods cross a tax border: VAT and customs fees may be asked where they arrive.")
        )
    if draft.for_company and draft.vat_id and taxation.check is None:
        said.append(
            _(
                "Nobody here has checked your VAT ID in the EU's register (VIES) yet, so the order "
                "includes VAT. Write to us before you order, and we check it."
            )
        )
    return [words for words in said if words]
