"""Reading and writing cells."""

import string
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orders.importing import cells
from orders.importing.cells import Unreadable

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
ANYTHING = st.text(
    st.sampled_from("'=+-@;\t\r\n|>:\\ abä1") | st.characters(exclude_categories=["Cs"])
)


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("12.50", "12.50"),
        ("12,5", "12.5"),
        ("1 234,50", "1234.50"),
        ("1\N{NO-BREAK SPACE}234,50 €", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("1.234.567", "1234567"),
        ("0,125", "0.125"),
        ("-3", "-3"),
        ("EUR 7", "7"),
    ],
)
def test_numbers_are_read_as_people_write_them(text: str, amount: str) -> None:
    assert cells.number(text) == Decimal(amount)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1,234", "ambiguous_number"),
        ("", "not_a_number"),
        ("kaksi", "not_a_number"),
        ("1e9", "not_a_number"),
        ("NaN", "not_a_number"),
        ("1,2,3", "not_a_number"),
        ("٣", "not_a_number"),
        ("9" * 41, "not_a_number"),
    ],
)
def test_what_is_no_clear_number_is_refused(text: str, code: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        cells.number(text)

    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("12.345", "ambiguous_number"),
        ("12.990", "ambiguous_number"),
        ("12.3456", "parts_of_a_cent"),
        ("9" * 30, "too_large"),
    ],
)
def test_money_has_whole_cents(text: str, code: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        cells.money(text)

    assert refusal.value.code == code
    assert cells.money("12.9900") == Decimal("12.99")


def test_days_begin_and_end_in_the_shop_s_own_time() -> None:
    assert cells.moment("2026-11-01") == datetime(2026, 10, 31, 22, 0, tzinfo=UTC)
    assert cells.moment("2026-11-01", end_of_day=True).astimezone(UTC).hour == 21
    assert cells.moment("2026-11-01T00:00:00+02:00") == datetime(2026, 10, 31, 22, 0, tzinfo=UTC)


@pytest.mark.parametrize("text", ["0001-01-01", "9999-12-31", "31.12.2026", "2026-02-30", "x" * 99])
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        cells.moment(text)


@pytest.mark.parametrize(
    ("amount", "unit", "grams"),
    [("1.5", "kg", 1500), ("2", "lb", 907), ("3", "OZ", 85), ("7", "g", 7)],
)
def test_weights_become_grams(amount: str, unit: str, grams: int) -> None:
    assert cells.grams(Decimal(amount), unit) == grams


@given(ANYTHING)
def test_a_guarded_cell_comes_back_as_it_was(text: str) -> None:
    assert cells.unguarded(cells.guarded(text)) == text


@given(ANYTHING)
def test_no_guarded_cell_begins_a_formula(text: str) -> None:
    guarded = cells.guarded(text)

    assert not guarded.startswith(FORMULA_SIGNS)
    for separator in ";\n":
        for part in guarded.split(separator)[1:]:
            assert not part.startswith(("=", "+", "-", "@"))


@given(st.lists(ANYTHING, min_size=1, max_size=5))
def test_a_list_in_a_cell_comes_back_as_it_was(items: list[str]) -> None:
    cell = cells.joined(cells.escaped(item) for item in items)

    assert [cells.unescaped(item) for item in cells.split(cell)] == items


@given(st.text(min_size=1))
def test_every_name_has_a_code(name: str) -> None:
    code = cells.code_of(name, 40)

    assert 0 < len(code) <= 40
    assert set(code) <= set(string.ascii_lowercase + string.digits + "-_")
    assert code == cells.code_of(name, 40)


def test_codes_are_what_a_finn_would_type() -> None:
    assert cells.code_of("Hyvää yötä, Åke!", 40) == "hyvaa-yota-ake"
    assert cells.code_of("茶", 40) != cells.code_of("花", 40)
    assert cells.code_of("a" * 60, 40) != cells.code_of("a" * 61, 40)
