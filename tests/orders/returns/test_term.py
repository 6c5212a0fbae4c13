"""Law 6: until when a buyer may withdraw."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from orders.returns.term import Term, last_day, term_of
from orders.sales.operations import move
from orders.sales.states import Step
from tests.conftest import NOON
from tests.privacy.lives import order_of
from tests.vectors import name, rows

HELSINKI = ZoneInfo("Europe/Helsinki")
DATED = [row for row in rows("withdrawal_period") if row["last_day"][:1].isdigit()]


@pytest.mark.parametrize("row", DATED, ids=name)
def test_the_term_ends_as_published(row: dict[str, str]) -> None:
    begins = date.fromisoformat(row["start"])
    assert last_day(begins) == date.fromisoformat(row["last_day"])


def test_what_is_sent_on_the_last_day_before_midnight_in_helsinki_is_in_time() -> None:
    [row] = rows("withdrawal_period", id="WP08")
    assert row["last_day"] == "in time"
    term = Term(last_day(date.fromisoformat(row["start"])))
    assert not term.is_over(datetime(2026, 11, 16, 23, 59, 59, tzinfo=HELSINKI))
    assert term.is_over(datetime(2026, 11, 17, 0, 0, tzinfo=HELSINKI))
    # The same moment is still the sixteenth in London.
    assert term.is_over(datetime(2026, 11, 16, 22, 0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        (date(2026, 11, 20), date(2026, 12, 4)),
        (date(2026, 11, 22), date(2026, 12, 6)),  # Independence Day, a Sunday: no day is added
        (date(2026, 12, 11), date(2026, 12, 25)),
        (date(2028, 2, 15), date(2028, 2, 29)),
    ],
)
def test_weekends_and_holidays_count_as_other_days(begins: date, ends: date) -> None:
    assert last_day(begins) == ends


def test_who_was_not_told_has_twelve_months_more() -> None:
    assert last_day(date(2026, 11, 2), was_told=False) == date(2027, 11, 16)
    assert last_day(date(2028, 2, 15), was_told=False) == date(2029, 2, 28)


@pytest.mark.parametrize(
    ("told", "ends"),
    [
        (date(2026, 11, 5), date(2026, 11, 19)),
        (date(2027, 3, 1), date(2027, 3, 15)),
        (date(2026, 10, 1), date(2026, 11, 16)),  # told before the goods came
        (date(2027, 11, 10), date(2027, 11, 16)),  # never beyond the twelve months
    ],
)
def test_told_later_the_fourteen_days_run_from_then(told: date, ends: date) -> None:
    assert last_day(date(2026, 11, 2), was_told=False, told_date=told) == ends


@pytest.mark.django_db
def test_what_nobody_noted_as_delivered_has_not_begun_to_run_out() -> None:
    order = order_of(None, "anna@example.fi")
    term = term_of(order, has_goods=True)
    assert term.last_day is None
    assert not term.is_over(datetime(2036, 1, 1, tzinfo=UTC))

    delivered = move(order=order, step=Step.DELIVER, at=NOON)

    assert term_of(delivered, has_goods=True).last_day == date(2026, 12, 7)


@pytest.mark.django_db
def test_of_a_service_the_term_runs_from_the_contract() -> None:
    order = order_of(None, "anna@example.fi", at=datetime(2026, 11, 5, 23, 0, tzinfo=UTC))
    assert term_of(order, has_goods=False).last_day == date(2026, 11, 20)
