"""The lowest price before a reduction, against a clock that is read hour by hour."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from orders.catalogue.prices import (
    PriceRow,
    Window,
    announced,
    lowest_before_reduction,
    spans,
)

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


# --- Campaigns: a shelf price that anybody may change, and windows that may overlap


def window(price: int, begin: int, end: int | None = None) -> Window:
    return Window(Decimal(price), day(begin), None if end is None else day(end))


def test_a_campaign_cannot_hide_behind_the_one_before_it() -> None:
    rows, before, again = [row(0, 100)], window(60, 50, 60), window(70, 65, 80)
    reduction = announced(rows, at=day(70), windows=[before, again])

    assert lowest_before_reduction(rows, at=day(70), windows=[before, again]) == Decimal(60)
    assert reduction is None  # 70 is dearer than 60 was ten days ago


def test_campaigns_that_overlap_ask_the_lowest_and_never_add_up() -> None:
    rows, both = [row(0, 100)], [window(80, 40, 60), window(70, 50, 70)]

    asked_then = [span.asked for span in spans(rows, until=NOW, windows=both)]
    assert asked_then == [Decimal(100), Decimal(80), Decimal(70), Decimal(100)]
    assert lowest_before_reduction(rows, at=day(55), windows=both) == Decimal(80)
    assert lowest_before_reduction(rows, at=day(65), windows=both) == Decimal(80)


def test_a_campaign_above_the_price_changes_nothing() -> None:
    assert announced([row(0, 50)], at=day(60), windows=[window(80, 40)]) is None


@st.composite
def shelves(draw: st.DrawFn, *, way: str) -> tuple[list[PriceRow], list[Window]]:
    """Draw shelf prices that fall, rise or do either, under up to four campaigns."""
    moments = sorted(draw(st.lists(days, min_size=1, max_size=5, unique=True)))
    tens = draw(st.lists(st.integers(4, 12), min_size=len(moments), max_size=len(moments)))
    ordered = {"falling": sorted(tens, reverse=True), "rising": sorted(tens), "any": tens}[way]
    rows = [row(at, 10 * each) for at, each in zip(moments, ordered, strict=True)]
    campaigns = []
    for _ in range(draw(st.integers(1, 4))):
        begin = draw(st.integers(-40, 89))
        end = draw(st.none() | st.integers(begin + 1, 130))
        campaigns.append(window(10 * draw(st.integers(1, 11)), begin, end))
    return rows, campaigns


def on_day(rows: list[PriceRow], campaigns: list[Window], number: int) -> tuple[Decimal, bool]:
    """Read a day's price tag: every change falls on a midnight."""
    shelf = [one.price for one in rows if one.at <= day(number)] or [rows[0].price]
    live = [
        one.price
        for one in campaigns
        if one.since <= day(number) and (one.until is None or day(number) < one.until)
    ]
    asked_then = min([shelf[-1], *live])
    return asked_then, asked_then < shelf[-1]


def by_days(rows: list[PriceRow], campaigns: list[Window]) -> Decimal | None:
    """Find the lowest price of the thirty days before today's reduction, day by day."""
    today = on_day(rows, campaigns, 90)
    if not today[1]:
        return None
    number = 90
    while number > -200 and on_day(rows, campaigns, number - 1) == today:
        number -= 1
    if number == -200:
        return None  # it was always so
    return min(on_day(rows, campaigns, back)[0] for back in range(number - 30, number))


@given(shelves(way="falling"))
def test_the_lowest_under_campaigns_on_falling_prices(
    shelf: tuple[list[PriceRow], list[Window]],
) -> None:
    assert lowest_before_reduction(shelf[0], at=NOW, windows=shelf[1]) == by_days(*shelf)


@given(shelves(way="rising"))
def test_the_lowest_under_campaigns_on_rising_prices(
    shelf: tuple[list[PriceRow], list[Window]],
) -> None:
    assert lowest_before_reduction(shelf[0], at=NOW, windows=shelf[1]) == by_days(*shelf)


@given(shelves(way="any"))
def test_the_lowest_under_campaigns_that_overlap_whatever_prices_do(
    shelf: tuple[list[PriceRow], list[Window]],
) -> None:
    assert lowest_before_reduction(shelf[0], at=NOW, windows=shelf[1]) == by_days(*shelf)
