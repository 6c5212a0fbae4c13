"""What is shown to one visitor, and why.

Without a consent everybody sees the same: what enough people have bought together. With one, the
person's own orders and looks choose; nothing else about anybody does, and nothing of it is kept.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from customers.models import Account
from orders.catalogue import cards
from orders.catalogue.cards import Card
from orders.catalogue.models import Product, ProductCategory, ProductQuerySet
from orders.sales.models import OrderLine
from orders.taste.models import Look, Together
from privacy.consents.models import Consent
from privacy.consents.purposes import For

MOST_SHOWN = 4
MOST_SIGNALS = 40
MOST_NEAR = 200
"""Of the newest beside what was ordered or looked at so many are weighed."""

LOOKED_BACK = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Signal:
    """A product that somebody has ordered, or looked at."""

    slug: str
    is_look: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Picks:
    """What is shown to one visitor beside the rest of a page."""

    picked: tuple[Card, ...] = ()
    looked_at: tuple[Card, ...] = ()


def signals_of(account: Account, *, at: datetime) -> list[Signal]:
    """Read what somebody has ordered and looked at, the latest first; by one query.

    Nothing while there is no consent, or while the data may only be stored.
    """
    consents = Consent.objects.of_account(account.pk).in_use(For.PERSONAL, at)
    looks = (
        Look.objects.of(account)
        .filter(Exists(consents))
        .annotate(is_look=Value(value=True), moment=F("at"))
        .order_by()
        .values_list("product__slug", "is_look", "moment")
    )
    ordered = (
        OrderLine.objects.filter(
            Exists(consents),
            order__customer__account=account,
            order__placed_at__gt=at - LOOKED_BACK,
            variant__isnull=False,
        )
        .annotate(is_look=Value(value=False), moment=F("order__placed_at"))
        .order_by()
        .values_list("variant__product__slug", "is_look", "moment")
    )
    told = looks.union(ordered, all=True).order_by("-moment")[:MOST_SIGNALS]
    return [Signal(*row) for row in told]


def pick(account: Account, *, beside: str, at: datetime, net: bool) -> Picks:
    """Pick for somebody by what they have ordered and looked at; by three queries at most.

    :param beside: the product of the page, which is not shown beside itself.
    """
    signals = signals_of(account, at=at)
    if not signals:
        return Picks()
    known = {signal.slug for signal in signals}
    looks = [signal.slug for signal in signals if signal.is_look and signal.slug != beside]
    looks = looks[:MOST_SHOWN]
    weighed = _weighed(known, at)
    chosen = weighed.filter(_goes_with(known)).exclude(slug__in={*known, beside})
    wanted = Q(pk__in=chosen.values("pk")[:MOST_SHOWN]) | Q(slug__in=looks)
    return _shown(weighed.filter(wanted), looks, at=at, net=net)


def recall(looked_at: Sequence[str], *, beside: str, at: datetime, net: bool) -> Picks:
    """Show what a visit itself remembers that was looked at."""
    looks = [slug for slug in looked_at if slug != beside][:MOST_SHOWN]
    if not looks:
        return Picks()
    return _shown(Product.objects.published(at).filter(slug__in=looks), looks, at=at, net=net)


def bought_with(slug: str, *, at: datetime, net: bool) -> tuple[Card, ...]:
    """Show what enough people have bought together with a product."""
    pairs = Together.objects.filter(product__slug=slug)
    buyers = pairs.filter(other=OuterRef("pk")).values("buyers")[:1]
    found = Product.objects.published(at).filter(pk__in=pairs.values("other"))
    in_order = found.annotate(buyers=Subquery(buyers)).order_by("-buyers", "pk")
    return tuple(cards.cards(in_order, at=at, net=net, stop=MOST_SHOWN))


def _goes_with(known: set[str]) -> Q:
    """Find what goes with what somebody knows: bought together with it, or new beside it."""
    pairs = Together.objects.filter(product__slug__in=known)
    shelves = ProductCategory.objects.filter(product__slug__in=known).values("category")
    near = ProductCategory.objects.filter(category__in=shelves)
    newest = near.order_by("-product__published_from").values("product")[:MOST_NEAR]
    return Q(pk__in=pairs.values("other")) | Q(pk__in=newest)


def _weighed(known: set[str], at: datetime) -> ProductQuerySet:
    """Put first what most have bought together with what somebody knows, then what is newest."""
    pairs = Together.objects.filter(product__slug__in=known, other=OuterRef("pk"))
    total = pairs.order_by().values("other").annotate(total=Sum("buyers")).values("total")
    weighed = Product.objects.published(at).annotate(weight=Coalesce(Subquery(total[:1]), 0))
    return weighed.order_by("-weight", "-published_from", "pk")


def _shown(
    products: ProductQuerySet, looked_at: Sequence[str], *, at: datetime, net: bool
) -> Picks:
    """Read the cards of both lists together: what was not looked at has been picked."""
    shown = cards.fetch(products, at=at, net=net)
    reductions = cards.reductions_of((offer for one in shown for offer in one.offers), at=at)
    made = {one.row.slug: cards.card(one, reductions, at=at, net=net) for one in shown}
    return Picks(
        picked=tuple(card for slug, card in made.items() if slug not in looked_at),
        looked_at=tuple(made[slug] for slug in looked_at if slug in made),
    )
