"""What a coupon takes off, to the cent, and every reason for which it takes off nothing."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders import money, vat
from orders.catalogue.models import Product
from orders.offers.discount import (
    Buyer,
    Discount,
    Item,
    Refused,
    Why,
    _whole,
    discount_of,
)
from orders.offers.models import Coupon, CouponCode, CouponScope
from orders.offers.operations import use
from tests.conftest import NOON
from tests.factories import CategoryFactory, CustomerFactory, ProductFactory, put_on_shelf
from tests.orders.offers.couponing import coupon

pytestmark = pytest.mark.django_db
NOBODY = Buyer()


def item(total: str, *, product: Product | None = None, **facts: Any) -> Item:
    said: dict[str, Any] = {"is_reduced": False, "is_goods": True}
    key = product.pk if product else uuid4()
    return Item(uuid4(), key, Decimal(total), **{**said, **facts})


def taken(code: CouponCode, *items: Item, buyer: Buyer = NOBODY) -> Discount:
    found = discount_of(code, items, buyer=buyer, at=NOON)
    assert isinstance(found, Discount), found
    return found


def why_not(code: CouponCode, *items: Item, buyer: Buyer = NOBODY) -> Refused:
    found = discount_of(code, items, buyer=buyer, at=NOON)
    assert isinstance(found, Refused), found
    return found


def test_per_cent_are_rounded_once_and_divided_by_largest_remainder() -> None:
    """RN021 of the rounding vectors: 10 % of 3 × 9.99 are 3.00, and 26.97 are to be paid."""
    one = item("29.97")
    assert taken(coupon(percent="10"), one).shares == {one.key: Decimal("3.00")}


def test_a_sum_is_divided_so_that_no_cent_is_lost() -> None:
    """RN022 of the rounding vectors."""
    items = [item("3.33"), item("3.33"), item("3.34")]
    found = taken(coupon(amount="1.00"), *items)

    assert [found.shares[each.key] for each in items] == [
        Decimal("0.33"),
        Decimal("0.33"),
        Decimal("0.34"),
    ]


def test_mo_02_no_coupon_takes_off_more_than_there_is_to_pay() -> None:
    cheap = item("3.00")
    assert taken(coupon(amount="50.00"), cheap).total == Decimal("3.00")
    assert taken(coupon("TOINEN", percent="100"), cheap).total == Decimal("3.00")


def test_free_delivery_takes_nothing_off_the_lines() -> None:
    found = taken(coupon(), item("3.00"))
    assert (found.total, found.delivers_free) == (money.ZERO, True)
    assert why_not(coupon("TOINEN"), item("3.00", is_goods=False)).why is Why.NOT_SENT


def test_a_coupon_counts_within_its_days_and_not_a_moment_longer() -> None:
    tomorrow, tick = NOON + timedelta(days=1), timedelta(microseconds=1)
    early = why_not(coupon("A123", percent="10", valid_from=tomorrow), item("9.00"))
    assert (early.why, early.day) == (Why.EARLY, tomorrow)
    over = why_not(coupon("B123", percent="10", valid_until=NOON), item("9.00"))
    assert (over.why, over.day) == (Why.OVER, NOON)
    assert taken(coupon("C123", percent="10", valid_until=NOON + tick), item("9.00")).total


def test_a_sum_that_is_too_small_says_by_how_much() -> None:
    refused = why_not(coupon(percent="10", minimum=Decimal("50.00")), item("20.00"), item("17.50"))
    assert (refused.why, refused.missing) == (Why.TOO_SMALL, Decimal("12.50"))
    assert refused.may_count_later


def test_reduced_products_pay_their_own_price_when_the_coupon_says_so() -> None:
    code = coupon(percent="50", with_reduced=False)
    full, reduced = item("10.00"), item("8.00", is_reduced=True)

    assert taken(code, full, reduced).shares == {full.key: Decimal("5.00")}
    assert why_not(code, reduced).why is Why.REDUCED


def test_a_coupon_counts_for_its_products_and_what_stands_below_its_categories() -> None:
    home = CategoryFactory.create(slug="koti")
    lamps = CategoryFactory.create(slug="valot", parent=home)
    CategoryFactory.create(slug="kotiin")
    lamp, book, other = (ProductFactory.create() for _ in range(3))
    put_on_shelf(lamp, lamps)
    code = coupon(percent="50")
    CouponScope.objects.create(coupon=code.coupon, category=home)
    CouponScope.objects.create(coupon=code.coupon, product=book)
    items = [item("10.00", product=each) for each in (lamp, book, other)]

    found = taken(code, *items)
    assert set(found.shares) == {items[0].key, items[1].key}
    assert why_not(code, items[2]).why is Why.NOT_THESE


def test_one_use_by_each_buyer_is_known_by_address_and_by_card() -> None:
    anna = CustomerFactory.create(email="anna@example.fi")
    code = coupon(percent="10", most_per_buyer=1)
    found = taken(code, item("9.00"), buyer=Buyer(emails=("anna@example.fi",)))
    use(discount=found, order_number="1", customer=anna, email="Anna@Example.fi", at=NOON)
    code.refresh_from_db()

    for again in (Buyer(emails=("ANNA@example.fi",)), Buyer(customer=anna.pk)):
        assert why_not(code, item("9.00"), buyer=again).why is Why.USED_BY_YOU
    assert taken(code, item("9.00"), buyer=Buyer(emails=("celia@example.fi",))).total


def test_a_budget_is_never_exceeded() -> None:
    code = coupon(percent="50", budget=Decimal("5.00"))
    found = taken(code, item("8.00"))
    use(discount=found, order_number="1", customer=None, email="a@example.fi", at=NOON)
    code.coupon.refresh_from_db()

    assert code.coupon.given == Decimal("4.00")
    assert why_not(code, item("4.00")).why is Why.USED_UP
    assert taken(code, item("2.00")).total == Decimal("1.00")


def test_a_coupon_out_of_use_is_as_if_there_were_none() -> None:
    assert why_not(coupon(percent="10", is_active=False), item("9.00")).why is Why.UNKNOWN


cents = st.integers(1, 20_000).map(lambda each: Decimal(each).scaleb(-2))


@given(
    totals=st.lists(cents, min_size=1, max_size=8),
    percent=st.integers(1, 10_000).map(lambda each: Decimal(each).scaleb(-2)),
)
def test_shares_sum_to_what_is_taken_off_and_leave_no_line_below_nothing(
    totals: list[Decimal], percent: Decimal
) -> None:
    whole = sum(totals, start=money.ZERO)
    _exact, rounded = _whole(Coupon(percent=percent), whole)
    shares = money.allocate(rounded, totals)

    assert sum(shares) == rounded <= whole
    assert all(0 <= share <= line for share, line in zip(shares, totals, strict=True))


@given(
    lines=st.lists(
        st.tuples(
            st.integers(1, 9_999), st.integers(1, 9), st.sampled_from(["25.5", "13.5", "10"])
        ),
        min_size=1,
        max_size=8,
    ),
    cut=st.integers(0, 8),
    percent=st.integers(1, 100),
)
def test_mo_01_splitting_and_merging_baskets_changes_no_cent_beyond_the_one_rounding(
    lines: list[tuple[int, int, str]], cut: int, percent: int
) -> None:
    """Without a coupon the sums of the parts are the whole's; with one, each part is rounded once.

    So is the VAT of each rate: two vouchers differ from one by a cent a rate at the most.
    """

    def paid(part: list[tuple[int, int, str]], off: int) -> tuple[Decimal, dict[str, Decimal]]:
        totals = [Decimal(price * pieces).scaleb(-2) for price, pieces, _rate in part]
        whole = sum(totals, start=money.ZERO)
        taken_off = _whole(Coupon(percent=Decimal(off)), whole)[1] if off else money.ZERO
        shares = money.allocate(taken_off, totals) if whole else []
        left = [total - share for total, share in zip(totals, shares, strict=True)]
        rows = vat.summary(
            vat.Taxed(Decimal(rate), each) for (_p, _n, rate), each in zip(part, left, strict=True)
        )
        return whole - taken_off, {str(row.rate): row.vat for row in rows}

    one, other = lines[:cut], lines[cut:]
    for off, most in ((0, Decimal(0)), (percent, money.CENT)):
        whole, whole_vat = paid(lines, off)
        (first, first_vat), (second, second_vat) = paid(one, off), paid(other, off)
        assert abs(first + second - whole) <= most
        if not off:
            for rate, tax in whole_vat.items():
                apart = first_vat.get(rate, money.ZERO) + second_vat.get(rate, money.ZERO)
                assert abs(apart - tax) <= money.CENT
