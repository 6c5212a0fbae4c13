"""Decide how a sale is taxed. Nothing is asked of the database or the settings here."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from orders.money import ZERO
from orders.taxation.areas import HOME, NORTHERN_IRELAND, Area, Place
from orders.taxation.treatments import Treatment

THRESHOLD = Decimal(10_000)
"""Directive 2006/112/EC, art. 59c: for all other member states together, a year, without VAT."""


class Supply(StrEnum):
    """What is sold, as the rules of the place of supply see it."""

    GOODS = "goods"
    SERVICE = "service"
    DIGITAL = "digital"


@dataclass(frozen=True, slots=True)
class Seller:
    """What matters of the shop: its registration, and what consumers abroad have bought."""

    oss_since: date | None = None
    sold_this_year: Decimal = ZERO
    sold_last_year: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Buyer:
    """What matters of the buyer."""

    place: Place
    is_company: bool = False
    vat_id: str = ""
    is_checked: bool = False
    """Somebody has found the VAT ID in VIES lately."""

    @property
    def is_proven(self) -> bool:
        """Tell whether this is known to be a company that is taxed in another member state."""
        return self.is_company and self.is_checked and self.vat_id[:2] not in ("", HOME)


@dataclass(frozen=True, slots=True)
class Sale:
    """What is sold: for how much without VAT, on which day, and where goods go to."""

    supply: Supply
    to: Place
    net: Decimal
    day: date


@dataclass(frozen=True, slots=True)
class Decision:
    """How a sale is taxed, and in which country it ends."""

    treatment: Treatment
    country: str = HOME

    @property
    def rates_of(self) -> str:
        """Give the country whose rates apply."""
        return self.country if self.treatment == Treatment.DISTANCE else HOME


def decide(sale: Sale, buyer: Buyer, seller: Seller) -> Decision:
    """Decide how a sale is taxed."""
    place = sale.to if sale.supply == Supply.GOODS else buyer.place
    return Decision(_treatment(sale, buyer, seller, place.area), place.tax_country)


def _treatment(sale: Sale, buyer: Buyer, seller: Seller, area: Area) -> Treatment:
    if area == Area.HOME:
        return Treatment.DOMESTIC
    if sale.supply == Supply.GOODS:
        return _of_goods(sale, buyer, seller, area)
    return _of_a_service(sale, buyer, seller, area)


def _of_goods(sale: Sale, buyer: Buyer, seller: Seller, area: Area) -> Treatment:
    if area == Area.ALAND:
        return Treatment.ALAND
    if area == Area.OUTSIDE:
        return Treatment.EXPORT
    return Treatment.INTRA if buyer.is_proven else _to_a_consumer(sale, buyer, seller)


def _of_a_service(sale: Sale, buyer: Buyer, seller: Seller, area: Area) -> Treatment:
    """Follow articles 44, 45, 58 and 59: a company's service is supplied where the company is.

    For services Åland is Finland, and Northern Ireland is not of the Union.
    """
    if area == Area.ALAND:
        return Treatment.DOMESTIC
    if area in (Area.OUTSIDE, Area.NORTHERN_IRELAND):
        leaves = buyer.is_company or sale.supply == Supply.DIGITAL
        return Treatment.ABROAD if leaves else Treatment.DOMESTIC
    if buyer.is_proven and not buyer.vat_id.startswith(NORTHERN_IRELAND):
        return Treatment.REVERSE
    if sale.supply == Supply.DIGITAL:
        return _to_a_consumer(sale, buyer, seller)
    return Treatment.DOMESTIC


def _to_a_consumer(sale: Sale, buyer: Buyer, seller: Seller) -> Treatment:
    """Tax where it goes, unless the shop sells little; a Finnish company is no consumer abroad."""
    if buyer.is_company and buyer.place.area == Area.HOME:
        return Treatment.DOMESTIC
    registered = seller.oss_since is not None and seller.oss_since <= sale.day
    passed = max(seller.sold_last_year, seller.sold_this_year + sale.net) > THRESHOLD
    return Treatment.DISTANCE if registered or passed else Treatment.BELOW
