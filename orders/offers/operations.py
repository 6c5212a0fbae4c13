"""Make codes, use them up, and give a use back."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from customers.models import Customer
from orders.offers.codes import LONGEST, SHORTEST, new_code, normal_code
from orders.offers.discount import Discount
from orders.offers.models import Coupon, CouponCode, CouponUse
from privacy.normal import normal_email

MOST_AT_ONCE = 10_000


class NotACode(ValueError):
    """A code has letters and digits, four to thirty-two."""


class CodeIsTaken(ValueError):
    """There is a coupon with this code already."""


@transaction.atomic
def name_code(*, coupon: Coupon, typed: str, most_uses: int | None, at: datetime) -> CouponCode:
    """Give a coupon a code that the merchant has chosen.

    :raises NotACode: when it is too short or too long.
    :raises CodeIsTaken: when another coupon has it.
    """
    code = normal_code(typed)
    if not SHORTEST <= len(code) <= LONGEST:
        raise NotACode(typed)
    made, is_new = CouponCode.objects.get_or_create(
        code=code, defaults={"coupon": coupon, "most_uses": most_uses, "created_at": at}
    )
    if not is_new:
        raise CodeIsTaken(code)
    return made


@transaction.atomic
def draw_codes(
    *, coupon: Coupon, how_many: int, most_uses: int | None, at: datetime
) -> list[CouponCode]:
    """Give a coupon so many codes that nobody can guess."""
    if not 0 <= how_many <= MOST_AT_ONCE:
        raise ValueError(how_many)
    drawn: set[str] = set()
    while len(drawn) < how_many:
        drawn |= {new_code() for _ in range(how_many - len(drawn))}
        drawn -= set(CouponCode.objects.filter(code__in=drawn).values_list("code", flat=True))
    return CouponCode.objects.bulk_create(
        CouponCode(coupon=coupon, code=code, most_uses=most_uses, created_at=at)
        for code in sorted(drawn)
    )


def code_named(typed: str) -> CouponCode | None:
    """Find a code however it was typed."""
    return CouponCode.objects.select_related("coupon").filter(code=normal_code(typed)).first()


def hold_code(code_id: UUID) -> CouponCode | None:
    """Let nobody else use a coupon until the transaction ends, and give the code as it is then.

    The coupon is held before the code, as its own count and its limits for a buyer go over all
    of its codes.
    """
    known = CouponCode.objects.filter(pk=code_id).values_list("coupon", flat=True).first()
    if known is None:
        return None
    Coupon.objects.select_for_update(no_key=True).get(pk=known)
    held = CouponCode.objects.select_for_update(no_key=True, of=("self",))
    return held.select_related("coupon").get(pk=code_id)


@transaction.atomic
def use(
    *,
    discount: Discount,
    order_number: str,
    customer: Customer | None,
    email: str,
    at: datetime,
) -> CouponUse:
    """Count a code as used by an order; the caller has held it since it was reckoned."""
    return CouponUse.objects.create(
        code_id=discount.code_id,
        order_number=order_number,
        customer=customer,
        email=normal_email(email),
        discount=discount.total,
        at=at,
        needed_until=max(at, discount.valid_until or at),
    )


@transaction.atomic
def give_back(*, order_number: str, at: datetime) -> bool:
    """Let the code of an order that has come to nothing be used again; once."""
    known = CouponUse.objects.filter(order_number=order_number, given_back_at=None)
    code_id = known.values_list("code", flat=True).first()
    if code_id is None:
        return False
    hold_code(code_id)
    return bool(known.update(given_back_at=at))
