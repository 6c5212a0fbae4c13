"""What a coupon takes off a basket, or why it takes off nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from django.db.models import Q

from orders import money
from orders.catalogue.models import Category, ProductCategory
from orders.offers.codes import written
from orders.offers.models import Coupon, CouponCode, CouponScope, CouponUse
from privacy.normal import normal_email


class Why(StrEnum):
    """Why a coupon takes off nothing."""

    UNKNOWN = "unknown"
    EARLY = "early"
    OVER = "over"
    USED_UP = "used_up"
    USED_BY_YOU = "used_by_you"
    NOT_THESE = "not_these"
    REDUCED = "reduced"
    TOO_SMALL = "too_small"
    NOT_SENT = "not_sent"


@dataclass(frozen=True)
class Refused:
    """A coupon that takes off nothing just now."""

    why: Why
    code: str = ""
    missing: Decimal = money.ZERO
    """By how much the sum is too small."""
    day: datetime | None = None
    """When it begins, or when it ended."""

    @property
    def may_count_later(self) -> bool:
        """Tell whether another basket of the same buyer would make it count."""
        return self.why in (Why.NOT_THESE, Why.REDUCED, Why.TOO_SMALL, Why.NOT_SENT)


@dataclass(frozen=True)
class Item:
    """A line that a coupon may count for."""

    key: UUID
    product: UUID
    total: Decimal
    is_reduced: bool
    is_goods: bool


@dataclass(frozen=True)
class Discount:
    """What a coupon takes off each line, which sums to what it takes off."""

    code_id: UUID
    code: str
    name: str
    gives: str
    valid_until: datetime | None
    shares: Mapping[UUID, Decimal] = field(default_factory=dict)
    exact: Mapping[UUID, Fraction] = field(default_factory=dict)
    """The same before it was rounded to cents."""
    delivers_free: bool = False

    @property
    def written(self) -> str:
        return written(self.code)

    @property
    def total(self) -> Decimal:
        return sum(self.shares.values(), start=money.ZERO)


@dataclass(frozen=True)
class Buyer:
    """By whom a coupon is used, as far as it is known."""

    customer: UUID | None = None
    emails: tuple[str, ...] = ()

    @property
    def is_known(self) -> bool:
        return self.customer is not None or any(self.emails)


def discount_of(
    code: CouponCode, items: Iterable[Item], *, buyer: Buyer, at: datetime
) -> Discount | Refused:
    """Reckon what a code takes off, or say why nothing."""
    coupon = code.coupon
    refused = _by_terms(code, buyer, at)
    if refused is not None:
        return refused
    priced = [item for item in items if item.total]
    within = _within(coupon, priced)
    counted = within if coupon.with_reduced else [item for item in within if not item.is_reduced]
    if not counted:
        why = Why.REDUCED if within else Why.NOT_THESE
        return Refused(why, code.code)
    total = sum((item.total for item in counted), start=money.ZERO)
    if total < coupon.minimum:
        return Refused(Why.TOO_SMALL, code.code, missing=coupon.minimum - total)
    if coupon.kind == Coupon.Kind.DELIVERY and not any(item.is_goods for item in priced):
        return Refused(Why.NOT_SENT, code.code)
    found = _taken_off(code, counted, total)
    if coupon.budget is not None and coupon.given + found.total > coupon.budget:
        return Refused(Why.USED_UP, code.code)
    return found


def _by_terms(code: CouponCode, buyer: Buyer, at: datetime) -> Refused | None:
    """Find why a code counts for nothing whatever lies in the basket."""
    coupon = code.coupon
    if not coupon.is_active:
        return Refused(Why.UNKNOWN, code.code)
    if at < coupon.valid_from:
        return Refused(Why.EARLY, code.code, day=coupon.valid_from)
    if coupon.valid_until is not None and at >= coupon.valid_until:
        return Refused(Why.OVER, code.code, day=coupon.valid_until)
    if code.most_uses is not None and code.uses >= code.most_uses:
        return Refused(Why.USED_UP, code.code)
    most = coupon.most_per_buyer
    if most is not None and buyer.is_known and uses_of(coupon, buyer) >= most:
        return Refused(Why.USED_BY_YOU, code.code)
    return None


def uses_of(coupon: Coupon, buyer: Buyer) -> int:
    """Count how often a buyer has used a coupon, by whichever of its codes."""
    emails = [normal_email(email) for email in buyer.emails if email]
    whose = Q(email__in=emails)
    if buyer.customer is not None:
        whose |= Q(customer=buyer.customer)
    uses = CouponUse.objects.filter(whose, code__coupon=coupon, given_back_at=None)
    return uses.count()


def _within(coupon: Coupon, items: Sequence[Item]) -> list[Item]:
    """Keep the lines that a coupon names, or all when it names none."""
    scopes = list(CouponScope.objects.filter(coupon=coupon).values_list("product", "category"))
    if not scopes:
        return list(items)
    products = {product for product, _category in scopes if product is not None}
    categories = [category for _product, category in scopes if category is not None]
    if categories:
        products |= products_below(categories, [item.product for item in items])
    return [item for item in items if item.product in products]


def products_below(categories: Sequence[UUID], products: Sequence[UUID]) -> set[UUID]:
    """Keep the products that stand in one of some categories, or below it."""
    here = Q(category__in=categories)
    paths = Category.objects.filter(pk__in=categories)
    below = Q()
    for path in paths.values_list("path", flat=True):
        below |= Q(category__path__startswith=f"{path}/")
    found = ProductCategory.objects.filter(here | below, product__in=products)
    return set(found.values_list("product", flat=True))


def _taken_off(code: CouponCode, items: Sequence[Item], total: Decimal) -> Discount:
    coupon = code.coupon
    until = coupon.valid_until
    if coupon.kind == Coupon.Kind.DELIVERY:
        return Discount(code.pk, code.code, coupon.name, coupon.gives, until, delivers_free=True)
    whole, rounded = _whole(coupon, total)
    weights = [item.total for item in items]
    shares = money.allocate(rounded, weights)
    return Discount(
        code.pk,
        code.code,
        coupon.name,
        coupon.gives,
        until,
        shares={item.key: share for item, share in zip(items, shares, strict=True)},
        exact={item.key: whole * Fraction(item.total) / Fraction(total) for item in items},
    )


def _whole(coupon: Coupon, total: Decimal) -> tuple[Fraction, Decimal]:
    """Give the discount before and after it is rounded, once; never more than there is to pay."""
    if coupon.percent is not None:
        exact = Fraction(total) * Fraction(coupon.percent) / 100
        return exact, min(money.percentage(total, coupon.percent), total)
    amount = min(coupon.amount or money.ZERO, total)
    return Fraction(amount), amount
