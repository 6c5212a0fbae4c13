"""What lies in a basket, priced as of a moment."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Prefetch
from django.urls import reverse
from django.utils import timezone

from orders import money
from orders.basket.models import Basket, BasketLine
from orders.catalogue.exclusions import Exclusion, words_of
from orders.catalogue.models import AttributeValue, Picture, Product
from orders.catalogue.rates import rates_on
from orders.catalogue.renditions import Image, image_of
from orders.stock.operations import promised_to


@dataclass(frozen=True)
class ContentLine:
    """One line as it stands now."""

    variant_id: UUID
    sku: str
    name: str
    options: str
    slug: str
    kind: str
    quantity: int
    unit_price: Decimal
    shown_price: Decimal
    vat_rate: Decimal
    vat_class: str
    weight_g: int
    free: int | None
    """Pieces that can still be promised; None when they are not counted or may be back-ordered."""
    is_for_sale: bool
    picture: Picture | None
    withdrawal_exclusion: str = ""

    @property
    def exclusion_words(self) -> str:
        return words_of(self.withdrawal_exclusion)

    @property
    def address(self) -> str:
        return f"{reverse('orders:product', args=[self.slug])}?{urlencode({'sku': self.sku})}"

    @property
    def image(self) -> Image | None:
        return image_of(self.picture) if self.picture else None

    @property
    def total(self) -> Decimal:
        return self.unit_price * self.quantity

    @property
    def price_has_changed(self) -> bool:
        return self.unit_price != self.shown_price

    @property
    def is_short(self) -> bool:
        return self.free is not None and self.quantity > self.free

    @property
    def can_be_bought(self) -> bool:
        return self.is_for_sale and not self.is_short


@dataclass(frozen=True)
class Contents:
    """All lines of a basket, those that can be bought and those that no longer can."""

    lines: tuple[ContentLine, ...]

    @property
    def buyable(self) -> tuple[ContentLine, ...]:
        return tuple(line for line in self.lines if line.is_for_sale)

    @property
    def total(self) -> Decimal:
        return sum((line.total for line in self.buyable), start=money.ZERO)

    @property
    def goods_total(self) -> Decimal:
        goods = (line.total for line in self.buyable if line.kind == Product.Kind.GOODS)
        return sum(goods, start=money.ZERO)

    @property
    def goods_weight_g(self) -> int:
        return sum(
            line.weight_g * line.quantity
            for line in self.buyable
            if line.kind == Product.Kind.GOODS
        )

    @property
    def has_goods(self) -> bool:
        return any(line.kind == Product.Kind.GOODS for line in self.buyable)

    @property
    def needs_digital_consent(self) -> bool:
        return any(line.withdrawal_exclusion == Exclusion.DIGITAL for line in self.buyable)

    @property
    def pieces(self) -> int:
        return sum(line.quantity for line in self.lines)

    @property
    def is_empty(self) -> bool:
        return not self.lines

    @property
    def can_be_ordered(self) -> bool:
        return bool(self.lines) and all(line.can_be_bought for line in self.lines)


def contents_of(basket: Basket | None, *, at: datetime) -> Contents:
    """Read a basket with today's prices, rates and stock: a few queries, however many lines."""
    if basket is None:
        return Contents(())
    rates = rates_on(timezone.localdate(at))
    promised = promised_to(basket.pk)
    lines = (
        BasketLine.objects.filter(basket=basket)
        .select_related("variant__product", "variant__level")
        .prefetch_related(
            Prefetch(
                "variant__options",
                AttributeValue.objects.select_related("option", "attribute"),
            ),
            "variant__pictures",
            "variant__product__pictures",
        )
    )
    return Contents(tuple(_line(line, rates, promised, at) for line in lines))


def _line(
    line: BasketLine, rates: dict[str, Decimal], promised: dict[UUID, int], at: datetime
) -> ContentLine:
    variant, product = line.variant, line.variant.product
    rate = rates.get(str(product.vat_class_id))
    return ContentLine(
        variant_id=variant.pk,
        sku=variant.sku,
        name=product.name,
        options=options_in_words(variant.options.all()),
        slug=product.slug,
        kind=product.kind,
        quantity=line.quantity,
        unit_price=variant.price_at(at),
        shown_price=line.shown_price,
        vat_rate=rate if rate is not None else money.ZERO,
        vat_class=str(product.vat_class_id),
        weight_g=variant.weight_g,
        free=_free(line, promised.get(variant.pk, 0)),
        # Without a rate in force no lawful price can be asked.
        is_for_sale=variant.is_active and product.is_published(at) and rate is not None,
        picture=next(iter(variant.pictures.all()), next(iter(product.pictures.all()), None)),
        withdrawal_exclusion=product.withdrawal_exclusion,
    )


def options_in_words(values: Iterable[AttributeValue]) -> str:
    """Say what makes a variant: its colour, its size."""
    said = (value.option.name if value.option else value.text for value in values)
    return ", ".join(words for words in said if words)


def _free(line: BasketLine, promised: int) -> int | None:
    level = getattr(line.variant, "level", None)
    if level is None or level.backorder:
        return None
    return max(int(level.free) + promised, 0)
