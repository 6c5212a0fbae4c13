"""A wish list as its page shows it: the same few queries however many wishes there are."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Prefetch
from django.urls import reverse

from orders.basket.contents import options_in_words
from orders.catalogue.asking import asked, campaign_now
from orders.catalogue.cards import Stock, stock_of
from orders.catalogue.models import AttributeValue, Variant
from orders.catalogue.renditions import Image, image_of
from orders.wishes.models import Wish, WishList


@dataclass(frozen=True, slots=True)
class Wished:
    """One wish; of what the shop has no more, the name alone."""

    pk: UUID
    name: str
    sku: str = ""
    options: str = ""
    address: str = ""
    image: Image | None = None
    price: Decimal | None = None
    stock: Stock = Stock.OUT

    @property
    def is_offered(self) -> bool:
        return self.price is not None

    @property
    def stock_class(self) -> str:
        return self.stock.name.lower()

    @property
    def can_be_bought(self) -> bool:
        return self.is_offered and self.stock is not Stock.OUT


def wished_on(wish_list: WishList, *, at: datetime) -> Sequence[Wished]:
    """Read the wishes of a list with today's prices, the latest first."""
    wishes = (
        Wish.objects.filter(wish_list=wish_list)
        .select_related("variant__product", "variant__level")
        .annotate(campaign=campaign_now(at, "variant"))
        .prefetch_related(
            Prefetch(
                "variant__options",
                AttributeValue.objects.select_related("option", "attribute"),
            ),
            "variant__pictures",
            "variant__product__pictures",
        )
    )
    return [_wished(wish, at) for wish in wishes]


def _wished(wish: Wish, at: datetime) -> Wished:
    variant = wish.variant
    if variant is None:
        return Wished(wish.pk, wish.name)
    product = variant.product
    if not (variant.is_active and product.is_published(at)):
        return Wished(wish.pk, product.name)
    picture = next(iter(variant.pictures.all()), next(iter(product.pictures.all()), None))
    page = reverse("orders:product", args=[product.slug])
    return Wished(
        pk=wish.pk,
        name=product.name,
        sku=variant.sku,
        options=options_in_words(variant.options.all()),
        address=f"{page}?{urlencode({'sku': variant.sku})}",
        image=image_of(picture) if picture else None,
        price=asked(variant, wish.__dict__["campaign"], at).price,
        stock=_stock(variant),
    )


def _stock(variant: Variant) -> Stock:
    level = getattr(variant, "level", None)
    return stock_of(
        free=None if level is None else level.free,
        low_at=None if level is None else level.low_at,
        backorder=None if level is None else level.backorder,
        is_goods=variant.product.is_goods,
    )
