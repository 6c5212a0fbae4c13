"""The price that is asked for a variant at a moment: the one place where it is decided.

The lowest counts of the shelf's price, the variant's own reduction, the campaigns that are on, and
for a party to an agreement its agreed price (`agreed_now`), which is without VAT and by number of
pieces. Lists ask the database for what everybody pays (`asked_price`), and so say the database's
own sums of a product's prices (`triggers.ASKED_NOW`); whoever holds a variant in hand asks `asked`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from django.db.models import (
    Case,
    F,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, JSONObject, Least
from django.utils import timezone
from django.utils.translation import get_language

from orders import vat
from orders.catalogue.agreements import Party, covering
from orders.catalogue.campaigns import Campaign, CampaignPrice
from orders.catalogue.models import Variant, VatRate

SHELF, REDUCED, CAMPAIGN, AGREEMENT = "shelf", "reduced", "campaign", "agreement"
QUOTE = "quote"


@dataclass(frozen=True, slots=True)
class Agreed:
    """A price without VAT that an agreement gives, from so many pieces on."""

    net: Decimal
    number: str
    """The agreement's number."""
    until: date | None
    payment_days: int
    from_pieces: int = 1

    def gross(self, rate: Decimal) -> Decimal:
        """Give the price of a piece with VAT; its net, rounded, is the agreed price again."""
        return vat.split_net(self.net, rate).gross


@dataclass(frozen=True, slots=True)
class Asked:
    """A price, and whose it is."""

    price: Decimal
    base: Decimal
    reason: str = SHELF
    words: str = ""
    """What the campaign is called, in the language of the visit, or the agreement's or quote's
    number."""
    exact: Fraction | None = None
    """The price of a campaign or an agreement before it was rounded to cents."""

    @property
    def is_reduced(self) -> bool:
        return self.price < self.base


def asked_price(at: datetime, *, without: Campaign | None = None) -> Combinable:
    """Write the asked price of a variant for the database.

    :param without: a campaign to leave out, as if it were not.
    """
    begun = Q(reduced_from__lte=at)
    not_over = Q(reduced_until=None) | Q(reduced_until__gt=at)
    own = Case(When(begun & not_over, then=F("reduced_price")), default=F("price"))
    live = _live(at, "pk")
    if without is not None:
        live = live.exclude(campaign=without)
    return Least(own, Subquery(live.values("price")[:1]))


def campaign_now(at: datetime, variant: str = "pk") -> Subquery:
    """Look up the campaign that asks least for a variant, to be given to `asked`."""
    names = {f"name_{code}": f"campaign__name_{code}" for code in ("fi", "sv", "en")}
    told: dict[str, Any] = {
        "price": Cast("price", TextField()),
        "base": Cast("base", TextField()),
        "percent": Cast("campaign__percent", TextField()),
        **names,
    }
    return Subquery(_live(at, variant).values(told=JSONObject(**told))[:1])


def agreed_now(
    party: Party | None, at: datetime, *, variant: str = "pk", pieces: Combinable | int = 1
) -> Combinable:
    """Look up what an agreement of a party gives for so many pieces, to be read by `agreed_of`."""
    if party is None:
        return Value(None, output_field=JSONField())
    prices = "agreement__price_list__prices__"
    rows = covering(party, timezone.localdate(at)).filter(
        Q(**{f"{prices}variant": F("variant"), f"{prices}from_pieces__lte": pieces}),
        variant=OuterRef(variant),
    )
    told: dict[str, Any] = {
        "net": Cast(f"{prices}net", TextField()),
        "number": "agreement__number",
        "until": Cast("valid_until", TextField()),
        "payment_days": "agreement__payment_days",
        "from_pieces": f"{prices}from_pieces",
    }
    return Subquery(rows.order_by(f"{prices}net").values(told=JSONObject(**told))[:1])


def agreed_of(told: Mapping[str, Any] | None) -> Agreed | None:
    """Read what `agreed_now` has found."""
    if told is None:
        return None
    until = told["until"]
    return Agreed(
        net=Decimal(told["net"]),
        number=told["number"],
        until=date.fromisoformat(until) if until else None,
        payment_days=told["payment_days"],
        from_pieces=told["from_pieces"],
    )


Tiers = tuple[Agreed, ...]
"""What an agreement gives for a variant, by ascending number of pieces."""


def tiers_of(party: Party, slug: str, at: datetime) -> dict[UUID, Tiers]:
    """Give what the agreements of a party ask for the variants of a product, by one query."""
    prices = "agreement__price_list__prices__"
    rows = covering(party, timezone.localdate(at)).filter(
        Q(**{f"{prices}variant": F("variant")}), variant__product__slug=slug
    )
    found: dict[UUID, Tiers] = {}
    for variant, *facts in rows.order_by("variant", f"{prices}from_pieces").values_list(
        "variant",
        f"{prices}net",
        "agreement__number",
        "valid_until",
        "agreement__payment_days",
        f"{prices}from_pieces",
    ):
        found[variant] = (*found.get(variant, ()), Agreed(*facts))
    return found


def asked(
    variant: Variant,
    campaign: Mapping[str, Any] | None,
    at: datetime,
    *,
    agreed: Agreed | None = None,
    rate: Decimal | None = None,
) -> Asked:
    """Decide what is asked for a variant, given what `campaign_now` and `agreed_now` have found.

    :param rate: the VAT that an agreed price is without; where there is none, nothing is sold.
    """
    everybodys = _asked_of_everybody(variant, campaign, at)
    if agreed is None or rate is None or agreed.gross(rate) >= everybodys.price:
        return everybodys
    return Asked(
        price=agreed.gross(rate),
        base=variant.price,
        reason=AGREEMENT,
        words=agreed.number,
        exact=Fraction(agreed.net) * (100 + Fraction(rate)) / 100,
    )


def asked_by_quote(
    variant: Variant, price: Decimal, *, number: str, is_net: bool, rate: Decimal | None
) -> Asked:
    """Give a piece's quoted price, whatever the shelf asks today.

    :param rate: the VAT that a price is without.
    """
    exact = None
    if is_net and rate is not None:
        exact = Fraction(price) * (100 + Fraction(rate)) / 100
        price = vat.split_net(price, rate).gross
    return Asked(price, base=max(variant.price, price), reason=QUOTE, words=number, exact=exact)


def _asked_of_everybody(
    variant: Variant, campaign: Mapping[str, Any] | None, at: datetime
) -> Asked:
    own: Decimal = variant.own_price_at(at)
    if campaign is None or Decimal(campaign["price"]) >= own:
        reason = REDUCED if variant.is_reduced(at) else SHELF
        return Asked(price=own, base=variant.price, reason=reason)
    language = (get_language() or "fi")[:2]
    said = (campaign[f"name_{code}"] for code in (language, "fi", "en", "sv"))
    return Asked(
        price=Decimal(campaign["price"]),
        base=variant.price,
        reason=CAMPAIGN,
        words=next(filter(None, said), ""),
        exact=_exact(campaign),
    )


def price_now(
    variant: Variant, at: datetime, *, party: Party | None = None, pieces: int = 1
) -> Decimal:
    """Ask the database what is asked for a piece of one variant, by so many pieces."""
    found = Variant.objects.filter(pk=variant.pk).annotate(asked=asked_price(at))
    if party is None:
        price: Decimal = found.values_list("asked", flat=True).get()
        return price
    told = found.annotate(
        agreed=agreed_now(party, at, pieces=pieces), vat_rate=rate_of(at, "product")
    )
    price, agreed, rate = told.values_list("asked", "agreed", "vat_rate").get()
    own = agreed_of(agreed)
    return price if own is None or rate is None else min(price, own.gross(rate))


def rate_of(at: datetime, product: str) -> Subquery:
    """Look up the rate of VAT at which a variant's product is sold on a day."""
    rates = VatRate.objects.on(timezone.localdate(at))
    return Subquery(rates.filter(vat_class=OuterRef(f"{product}__vat_class")).values("rate")[:1])


def _exact(campaign: Mapping[str, Any]) -> Fraction | None:
    if campaign["percent"] is None:
        return None
    return Fraction(campaign["base"]) * (100 - Fraction(campaign["percent"])) / 100


def _live(at: datetime, variant: str) -> QuerySet[CampaignPrice]:
    """Find a variant's campaign prices, the lowest first; of equals the campaign begun first."""
    mine = CampaignPrice.objects.live(at).filter(variant=OuterRef(variant))
    return mine.order_by("price", "campaign__begins_at", "campaign_id")
