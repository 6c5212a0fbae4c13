"""Coupons for tests, each with just enough said of it."""

from decimal import Decimal
from typing import Any

from orders.basket.models import Basket
from orders.offers.models import Coupon, CouponCode
from orders.offers.operations import name_code
from tests.factories import LONG_AGO


def coupon(
    code: str = "KESÄ10",
    *,
    percent: str | None = None,
    amount: str | None = None,
    most_uses: int | None = None,
    **facts: Any,
) -> CouponCode:
    """Make a coupon with one code; without per cent or a sum it delivers free."""
    kind = Coupon.Kind.PERCENT if percent else Coupon.Kind.SUM if amount else Coupon.Kind.DELIVERY
    said: dict[str, Any] = {"name_fi": "Kesäetu", "name_en": "Summer", "valid_from": LONG_AGO}
    made = Coupon.objects.create(
        kind=kind,
        percent=Decimal(percent) if percent else None,
        amount=Decimal(amount) if amount else None,
        **{**said, **facts},
    )
    return name_code(coupon=made, typed=code, most_uses=most_uses, at=LONG_AGO)


def with_coupon(basket: Basket, code: CouponCode) -> None:
    """Let a coupon lie in a basket."""
    Basket.objects.filter(pk=basket.pk).update(coupon=code)
    basket.coupon = code
