"""The lowest price before a reduction, against a clock that is read hour by hour."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from orders.catalogue.prices import PriceRow, announced, lowest_before_reduction, spans

START = datetime(2026, 1, 1, tzinfo=UTC)
NOW = START + timedelta(days=90)


def day(number: float) -> datetime:
    return START + timedelta(days=number)


def row(at: float, price: int, reduced: int | None = None, *window: float | None) -> PriceRow:
    begin, end = (*window, None, None)[:2]
    return PriceRow(
        at=day(at),
        price=Decimal(price),
        reduced_price=None if reduced is None else Decimal(reduced),
        reduced_from=None if begin is None else day(begin),
        reduced_until=None if end is None else day(end),
    )


def test_the_price_already_asked_when_the_window_opened_counts() -> None:
    rows = [row(0, 90), row(70, 100), row(85, 100, 80, 85)]

    assert lowest_before_reduction(rows, at=NOW) == Decimal(90)


def test_the_window_ends_where_the_reduction_begins_and_not_today() -> None:
    rows = [row(0, 100), row(20, 90), row(25, 100), row(60, 100, 80, 60)]

    assert lowest_before_reduction(rows, at=day(61)) == Decimal(100)
    assert lowest_before_reduction(rows, at=day(89)) == Decimal(100)


def test_the_reduced_price_itself_does_not_count() -> None:
    reduction = announced([row(0, 100), row(80, 100, 60, 80)], at=NOW)

    assert reduction is not None
    assert (reduction.before, reduction.lowest_in_window) == (Decimal(100), Decimal(100))
    assert reduction.per_cent == 40


def test_a_reduction_soon_after_another_counts_from_the_lower_price() -> None:
    rows = [row(0, 100), row(60, 100, 70, 60, 65), row(80, 100, 65, 80)]
    reduction = announced(rows, at=NOW)

    assert reduction is not None
    assert reduction.lowest_in_window == Decimal(70)
    assert reduction.per_cent == 7  # of 70, rounded down, and not 35 of 100


def test_a_price_raised_for_the_reductions_sake_is_not_announced() -> None:
    assert announced([row(0, 80), row(80, 120), row(85, 120, 80, 85)], at=NOW) is None


def test_a_reduction_that_is_made_smaller_is_not_announced() -> None:
    assert announced([row(0, 100), row(80, 100, 70, 80), row(85, 100, 90, 80)], at=NOW) is None


def test_a_variant_that_came_already_reduced_says_itself_what_it_cost() -> None:
    reduction = announced([row(80, 100, 80, 60)], at=NOW)

    assert reduction is not None
    assert reduction.lowest_in_window == Decimal(100)


def test_nothing_is_announced_before_and_after_the_reduction() -> None:
    rows = [row(0, 100, 80, 40, 50)]

    assert announced(rows, at=day(40) - timedelta(microseconds=1)) is None
    assert announced(rows, at=day(40)) is not None
    assert announced(rows, at=day(50)) is None
    assert announced([], at=NOW) is None


days = st.integers(0, 89)
prices = st.integers(1, 6).map(lambda tens: tens * 10)


@st.composite
def histories(draw: st.DrawFn) -> list[PriceRow]:
    rows = []
    for at in sorted(draw(st.lists(days, min_size=1, max_size=6, unique=True))):
        price = draw(prices)
        reduced = draw(st.none() | st.integers(0, price - 1))
        if reduced is None:
            rows.append(row(at, price))
            continue
        begin = draw(st.integers(-40, 89))
        end = draw(st.none() | st.integers(begin + 1, 130))
        rows.append(row(at, price, reduced, begin, end))
    return rows


def asked(rows: list[PriceRow], at: datetime) -> tuple[Decimal, bool]:
    """Say what was asked at a moment, by looking and not by reckoning."""
    holds = [one for one in rows if one.at <= at]
    decision = holds[-1] if holds else rows[0]
    return decision.asked(at), decision.is_reduced(at)


@given(histories())
def test_the_lowest_price_is_that_of_a_clock_read_hour_by_hour(rows: list[PriceRow]) -> None:
    now = asked(rows, NOW)
    hours = [NOW - timedelta(hours=back) for back in range(24 * 180)]
    begin = next((hour for hour in hours if asked(rows, hour) != now), None)

    expected = None
    if now[1] and begin is not None:
        # Every change falls on a whole day: an hour before it is surely before it.
        start = begin + timedelta(hours=1)
        window = [start - timedelta(hours=back) for back in range(1, 30 * 24 + 1)]
        expected = min(asked(rows, hour)[0] for hour in window)

    assert lowest_before_reduction(rows, at=NOW) == expected


@given(histories(), st.randoms())
def test_the_order_of_the_rows_does_not_matter(rows: list[PriceRow], random: Random) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)

    assert spans(shuffled, until=NOW) == spans(rows, until=NOW)


@given(histories())
def test_an_announced_reduction_is_a_reduction(rows: list[PriceRow]) -> None:
    reduction = announced(rows, at=NOW)

    if reduction is not None:
        price = asked(rows, NOW)[0]
        assert price < reduction.before <= reduction.lowest_in_window
        assert price <= reduction.before * (100 - reduction.per_cent) / 100
