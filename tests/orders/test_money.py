from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders import money
from tests import vectors

amounts = st.decimals("-1000000", "1000000", places=2)
weights = st.lists(st.decimals("0", "100000", places=3), min_size=1, max_size=30)


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [
        ("0.005", "0.01"),
        ("0.0049999999999999999999999999999", "0.00"),
        ("-0.005", "-0.01"),
        ("2.675", "2.68"),
        ("1.005", "1.01"),
        ("-0.001", "0.00"),
        ("999999999999.995", "1000000000000.00"),
    ],
)
def test_half_a_cent_is_rounded_away_from_zero(amount: str, rounded: str) -> None:
    assert str(money.round_to_cents(Decimal(amount))) == rounded


@pytest.mark.parametrize(
    "value", [0.1, 1.0, float("nan"), True, None, "NaN", "Infinity", "ten", "", "1,50", b"1"]
)
def test_what_is_no_exact_number_is_refused(value: Any) -> None:
    with pytest.raises(money.NotMoney):
        money.round_to_cents(value)


@pytest.mark.parametrize("value", ["1e999999", "1e60", "123456789" * 9])
def test_an_absurd_number_is_refused_at_once(value: str) -> None:
    with pytest.raises(money.NotMoney):
        money.round_to_cents(value)


def test_parts_of_a_cent_are_never_lost_silently() -> None:
    with pytest.raises(money.NotMoney):
        money.to_cents(Decimal("1.005"))


@given(st.integers(-(10**12), 10**12))
def test_cents_come_back_as_the_same_cents(cents: int) -> None:
    assert money.to_cents(money.from_cents(cents)) == cents


@given(st.decimals("-1000000", "1000000", places=6))
def test_rounding_moves_by_half_a_cent_at_most_and_only_once(amount: Decimal) -> None:
    rounded = money.round_to_cents(amount)

    assert abs(rounded - amount) <= Decimal("0.005")
    assert money.round_to_cents(rounded) == rounded
    assert money.round_to_cents(-amount) == -rounded


@given(amounts, weights)
def test_the_parts_sum_to_the_whole(total: Decimal, shares: list[Decimal]) -> None:
    if not any(shares):
        shares = [Decimal(1), *shares]
    parts = money.allocate(total, shares)

    assert len(parts) == len(shares)
    assert sum(parts) == total
    assert all(part * total >= 0 for part in parts)
    assert money.allocate(-total, shares) == [-part for part in parts]
    for part, share in zip(parts, shares, strict=True):
        assert abs(part - total * share / sum(shares)) < Decimal("0.010001")


@given(st.decimals("0.01", "1000", places=2), st.integers(1, 20))
def test_equal_shares_differ_by_a_cent_at_most_and_the_first_gets_it(
    total: Decimal, count: int
) -> None:
    parts = money.allocate(total, [1] * count)

    assert max(parts) - min(parts) <= money.CENT
    assert parts == sorted(parts, reverse=True)


def test_nothing_can_be_divided_by_nothing_only_when_it_is_nothing() -> None:
    assert money.allocate(Decimal(0), [Decimal(0), Decimal(0)]) == [money.ZERO, money.ZERO]
    with pytest.raises(money.NothingToShareBy):
        money.allocate(Decimal("0.01"), [Decimal(0)])
    with pytest.raises(money.NothingToShareBy):
        money.allocate(Decimal("0.01"), [])
    with pytest.raises(ValueError, match="negative"):
        money.allocate(Decimal(1), [Decimal(2), Decimal(-1)])


@pytest.mark.parametrize("row", vectors.rows("rounding", kind="allocate"), ids=vectors.name)
def test_a_discount_is_divided_as_published(row: dict[str, str]) -> None:
    words = row["input"].split()

    parts = money.allocate(Decimal(words[1]), [Decimal(word) for word in words[4:]])

    assert [str(part) for part in parts] == row["expected"].split()


@pytest.mark.parametrize("row", vectors.rows("rounding", kind="percent_discount"), ids=vectors.name)
def test_a_percentage_is_rounded_once(row: dict[str, str]) -> None:
    assert row["input"].startswith("3 x 9.99 gross, -10 %")
    discount = money.percentage(3 * Decimal("9.99"), Decimal(10))

    assert (
        row["expected"] == f"discount {discount} (2.997), payable {3 * Decimal('9.99') - discount}"
    )
