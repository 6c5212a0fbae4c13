"""What is read from an address, and written back into it."""

from decimal import Decimal

import pytest
from django.http import QueryDict
from django.utils.http import urlencode
from hypothesis import given
from hypothesis import strategies as st

from orders.catalogue.listing import MOST_CHOICES, MOST_GROUPS, MOST_PAGES, Wishes, read

names = st.sampled_from(
    ["min", "max", "brand", "stock", "sort", "page", "a-vari", "a-koko", "a-", "q"]
)
values = st.text(max_size=12) | st.sampled_from(
    ["yes", "price", "-price", "name", "musta", "12,50", "1e9", "NaN", "-1", "٣", "10" * 30]
)


@given(st.lists(st.tuples(names, values), max_size=12))
def test_what_is_written_is_read_the_same_again(pairs: list[tuple[str, str]]) -> None:
    typed = QueryDict(mutable=True)
    for name, value in pairs:
        typed.appendlist(name, value)

    wishes = read(typed)

    assert read(wishes.query()) == wishes
    assert read(wishes.query()).query().urlencode() == wishes.query().urlencode()


@pytest.mark.parametrize(
    ("typed", "price"),
    [
        ("12", "12"),
        ("12,5", "12.5"),
        (" 1 200.00 € ", "1200"),
        ("0", "0"),
        ("-1", None),
        ("NaN", None),
        ("Infinity", None),
        ("1e400", None),
        ("9" * 90, None),
        ("kymmenen", None),
        ("", None),
    ],
)
def test_prices_are_read_as_people_type_them(typed: str, price: str | None) -> None:
    assert read(QueryDict(urlencode({"min": typed}))).lowest == (price and Decimal(price))


def test_a_range_typed_the_wrong_way_round_is_turned() -> None:
    wishes = read(QueryDict("min=30&max=10"))

    assert (wishes.lowest, wishes.highest) == (Decimal(10), Decimal(30))


@pytest.mark.parametrize(
    ("typed", "page"),
    [
        ("", 1),
        ("2", 2),
        ("0", 1),
        ("-3", 1),
        ("abc", 1),
        ("²", 1),
        ("1" + "0" * 30, MOST_PAGES + 1),
    ],
)
def test_pages_are_numbers(typed: str, page: int) -> None:
    assert read(QueryDict(urlencode({"page": typed}))).page == page


def test_what_nobody_knows_is_as_if_it_were_not() -> None:
    query = "utm=x&sort=password&order=1&a-=x&stock=maybe&brand=&__proto__=1&a-%00=1&a-x=%00"

    assert read(QueryDict(query)) == Wishes()


def test_the_number_of_choices_is_bounded() -> None:
    query = QueryDict(mutable=True)
    for group in range(100):
        query.setlist(f"a-{group:03}", [str(value) for value in range(100)])
    query.setlist("brand", [str(value) for value in range(1000)])

    wishes = read(query)

    assert len(wishes.options) == MOST_GROUPS
    assert {len(some) for some in wishes.options.values()} == {MOST_CHOICES}
    assert len(wishes.brands) == MOST_CHOICES
