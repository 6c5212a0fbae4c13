"""The price that is asked for a variant at a moment: the one place where it is decided.

The lowest counts of the shelf's price, the variant's own reduction, and the campaigns that are on.
Lists ask the database for it (`asked_price`); whoever holds a variant in hand asks `asked`. The
database's own sums of a product's prices (`triggers.ASKED_NOW`) say the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.db.models import Case, F, OuterRef, Q, QuerySet, Subquery, TextField, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, JSONObject, Least
from django.utils.translation import get_language

from orders.catalogue.campaigns import Campaign, CampaignPrice
from orders.catalogue.models import Variant

SHELF, REDUCED, CAMPAIGN = "shelf", "reduced", "campaign"


@dataclass(frozen=True, slots=True)
class Asked:
    """A price, and whose it is."""

    price: Decimal
    base: Decimal
    reason: str = SHELF
    words: str = ""
    """What the campaign is called, in the language of the visit."""
    exact: Fraction | None = None
    """A campaign's price before it was rounded to cents."""

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


def asked(variant: Variant, campaign: Mapping[str, Any] | None, at: datetime) -> Asked:
    """Decide what is asked for a variant, given what `campaign_now` has found for it."""
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


def price_now(variant: Variant, at: datetime) -> Decimal:
    """Ask the database what is asked for one variant."""
    found = Variant.objects.filter(pk=variant.pk).annotate(asked=asked_price(at))
    price: Decimal = found.values_list("asked", flat=True).get()
    return price


def _exact(campaign: Mapping[str, Any]) -> Fraction | None:
    if campaign["percent"] is None:
        return None
    return Fraction(campaign["base"]) * (100 - Fraction(campaign["percent"])) / 100


def _live(at: datetime, variant: str) -> QuerySet[CampaignPrice]:
    """Find a variant's campaign prices, the lowest first; of equals the campaign begun first."""
    mine = CampaignPrice.objects.live(at).filter(variant=OuterRef(variant))
    return mine.order_by("price", "campaign__begins_at", "campaign_id")
