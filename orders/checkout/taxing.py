"""Which VAT a checkout's order bears, and what its buyer pays for that reason.

The price with VAT on the shelf stays the same in every country of the Union, whatever its rate.
Where no VAT is charged the buyer pays the price without it, rounded to the cent piece by piece.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
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
from orders.taxation.treatments import ACROSS_BORDERS, UNTAXED, Treatment, note_of
from orders.taxation.vat_ids import country_of

_SUPPLIES = {
    Product.Kind.GOODS: Supply.GOODS,
    Product.Kind.SERVICE: Supply.SERVICE,
    Product.Kind.DIGITAL: Supply.DIGITAL,
}


class TaxedApart(Exception):
    """Parts of the order are taxed in different ways, or at rates that nobody has told."""


@dataclass(frozen=True, slots=True)
class Taxation:
    """How an order is taxed, and who found out that its buyer may be."""

    decision: Decision
    check: VatIdCheck | None = None

    @property
    def is_untaxed(self) -> bool:
        return self.decision.treatment in UNTAXED


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
    """Decide how the order of a checkout is taxed.

    :raises TaxedApart: when its parts would be taxed in different ways.
    """
    check = latest_check(draft.vat_id, at=at) if draft.for_company else None
    buyer = _buyer(draft, check)
    net = vat.total(vat.summary(_taxed(contents.buyable)))[0]
    kinds = {_SUPPLIES[Product.Kind(line.kind)] for line in contents.buyable} or {Supply.GOODS}
    day = timezone.localdate(at)
    sales = [Sale(kind, destination_of(draft, method), net, day) for kind in sorted(kinds)]
    found = {decide(sale, buyer, Seller()) for sale in sales}
    if any(each.treatment in ACROSS_BORDERS for each in found):
        found = {decide(sale, buyer, _seller(day.year)) for sale in sales}
    if len({(each.treatment, each.rates_of) for each in found}) > 1:
        raise TaxedApart
    return Taxation(max(found, key=lambda each: each.country), check)


def _seller(year: int) -> Seller:
    return Seller(
        oss_since=settings.OSS_SINCE,
        sold_this_year=sold_across_borders(year),
        sold_last_year=sold_across_borders(year - 1),
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

    :raises TaxedApart: when the country of destination has no rate for one of them.
    """
    if taxation.is_untaxed:
        return replace(contents, lines=tuple(_without_vat(line) for line in contents.lines))
    country = taxation.decision.rates_of
    if country == HOME:
        return contents
    rates = rates_on(timezone.localdate(at), country=country)
    try:
        lines = [replace(line, vat_rate=rates[line.vat_class]) for line in contents.lines]
    except KeyError as missing:
        raise TaxedApart from missing
    return replace(contents, lines=tuple(lines))


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
    goods = _taxed([line for line in contents.buyable if line.kind == Product.Kind.GOODS])
    if not (taxation.is_untaxed and price and goods):
        return price
    parts = vat.divide_over_rates(price, goods)
    return sum((vat.split_gross(part.amount, part.rate).net for part in parts), start=money.ZERO)


def _taxed(lines: Sequence[ContentLine]) -> list[vat.Taxed]:
    return [vat.Taxed(line.vat_rate, line.total) for line in lines]


def words_for(draft: CheckoutDraft, taxation: Taxation) -> list[str]:
    """Say to the buyer, before the order, what is unusual about its VAT."""
    treatment, country = taxation.decision.treatment, taxation.decision.country
    said = []
    if treatment == Treatment.DISTANCE:
        said.append(note_of(treatment, country_name(country)))
    elif taxation.is_untaxed:
        said.append(note_of(treatment))
        said.append(_("You pay the prices without VAT."))
    if treatment in (Treatment.EXPORT, Treatment.ALAND):
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
    return said
