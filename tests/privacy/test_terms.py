"""Terms in whole days, as statutes and people count them."""

from datetime import date, timedelta

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from privacy.terms import AfterFinancialYear, Days, Term
from tests import vectors


@pytest.mark.parametrize("row", vectors.rows("retention"), ids=vectors.name)
def test_vouchers_stay_as_long_as_published_examples_say(row: dict[str, str]) -> None:
    ends = date.fromisoformat(row["financial_year_end"])
    term = AfterFinancialYear(6, ends.month)

    until = term.last_day(date.fromisoformat(row["voucher_date"]))

    assert until == date.fromisoformat(row["keep_vouchers_until"])


TERMS = st.one_of(
    st.builds(Days, st.integers(0, 4000)),
    st.builds(AfterFinancialYear, st.integers(6, 12), st.integers(1, 12)),
)
DAYS = st.dates(date(2015, 1, 1), date(2045, 12, 31))


@given(term=TERMS, since=DAYS, today=DAYS)
def test_the_two_ways_to_ask_agree(term: Term, since: date, today: date) -> None:
    assert (since >= term.first_running(today)) == (today <= term.last_day(since))


@given(term=TERMS, since=DAYS)
def test_the_last_day_is_the_last(term: Term, since: date) -> None:
    last = term.last_day(since)

    assert term.first_running(last) <= since
    assert term.first_running(last + timedelta(days=1)) > since


def test_a_term_says_how_long_it_is() -> None:
    with translation.override("en"):
        assert Days(90).words() == "90 days"
        assert Days(1095).words() == "3 years"
        assert AfterFinancialYear(6).words().startswith("6 years from the end of the calendar year")
