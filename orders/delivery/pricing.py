"""Which ways of delivery fit, and what they cost."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from orders import money
from orders.delivery.models import DeliveryMethod
from orders.taxation.areas import HOME


@dataclass(frozen=True)
class Load:
    """What is to be delivered: the goods' sum with VAT in euros, their weight, and where to."""

    total: Decimal
    weight_g: int
    to_aland: bool = False
    country: str = HOME


@dataclass(frozen=True)
class DeliveryOffer:
    """A way of delivery and its price with VAT, in euros."""

    method: DeliveryMethod
    price: Decimal

    @property
    def is_free(self) -> bool:
        return not self.price


def offers_for(load: Load) -> list[DeliveryOffer]:
    """List the ways of delivery that fit, in the merchant's order."""
    methods = DeliveryMethod.objects.offered().prefetch_related("steps")
    return [
        DeliveryOffer(method, price_of(method, load)) for method in methods if fits(method, load)
    ]


def given_free(offers: Iterable[DeliveryOffer]) -> list[DeliveryOffer]:
    """Let ways of delivery cost nothing, as a coupon may."""
    return [replace(offer, price=money.ZERO) for offer in offers]


def fits(method: DeliveryMethod, load: Load) -> bool:
    """Tell whether a way of delivery takes this load there."""
    if load.country != HOME:
        if method.kind != DeliveryMethod.Kind.PICKUP and load.country not in method.countries:
            return False
    elif load.to_aland and not method.to_aland:
        return False
    return method.heaviest_g is None or load.weight_g <= method.heaviest_g


def price_of(method: DeliveryMethod, load: Load) -> Decimal:
    """Give the price with VAT of delivering a load, in euros."""
    if method.free_from is not None and load.total >= method.free_from:
        return money.ZERO
    if method.priced_by == DeliveryMethod.PricedBy.SUM:
        return _by_steps(method, load.total)
    if method.priced_by == DeliveryMethod.PricedBy.WEIGHT:
        return _by_steps(method, Decimal(load.weight_g))
    return method.price


def missing_until_free(offers: Iterable[DeliveryOffer], load: Load) -> Decimal | None:
    """Give the least sum that would make some paid delivery free, in euros; None when none does."""
    missing = [
        offer.method.free_from - load.total
        for offer in offers
        if offer.price and offer.method.free_from is not None
    ]
    return min(missing, default=None)


def _by_steps(method: DeliveryMethod, measure: Decimal) -> Decimal:
    """Take the last step that begins at or below the measure; below the first, the base price."""
    price = method.price
    for step in sorted(method.steps.all(), key=lambda step: step.start):
        if step.start <= measure:
            price = step.price
    return price
