"""The pages of the books: by account and month, by order, and as a table; to be looked at only."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from orders.bookkeeping.nightly import audit_tonight
from orders.bookkeeping.trial_balance import next_month, previous_month, trial_balance
from orders.books.models import Entry
from orders.checkout.steps import confirm_payment
from orders.money import ZERO
from orders.sales.models import Order
from soluto_shop.staff_groups import ensure_groups
from tests.conftest import NOON
from tests.doors import let_in
from tests.factories import StaffFactory
from tests.orders.money_matters import TOTAL, attempt, three_rates

pytestmark = pytest.mark.django_db

BOOKS = "/admin/orders/entry/books/"
NOVEMBER, DECEMBER = date(2026, 11, 1), date(2026, 12, 1)


@pytest.fixture
def staff(client: Client) -> Client:
    ensure_groups()
    account = StaffFactory.create(role="accountant", is_superuser=False)
    return let_in(client, account)


def paid(*, later: timedelta = timedelta()) -> Order:
    order = three_rates()
    confirm_payment(payment=attempt(order), at=NOON + later)
    return order


def test_each_account_begins_a_month_where_it_ended_the_last() -> None:
    paid()
    paid(later=timedelta(days=30))

    november, december = trial_balance(NOVEMBER), trial_balance(DECEMBER)

    rows = {row.account.value: row for row in november.rows}
    assert (rows["provider"].debit, rows["receivable"].after) == (TOTAL, ZERO)
    assert november.balances
    assert december.balances
    assert [row.before for row in december.rows] == [row.after for row in november.rows]
    assert {row.account.value: row.after for row in december.rows}["provider"] == 2 * TOTAL
    before, debit, credit, after = december.total
    assert (before, after) == (Decimal(0), Decimal(0))
    assert debit == credit == 2 * TOTAL
    assert trial_balance(date(2026, 10, 1)).rows == []


def test_months_follow_each_other_over_the_year() -> None:
    assert next_month(DECEMBER) == date(2027, 1, 1)
    assert previous_month(date(2027, 1, 1)) == DECEMBER
    assert previous_month(next_month(NOVEMBER)) == NOVEMBER


def test_the_page_shows_the_month_and_what_was_found(staff: Client) -> None:
    order = paid()
    audit_tonight(at=NOON)
    said = staff.get(BOOKS, {"month": "2026-11"}).content.decode()
    assert "Saaminen maksupalvelulta" in said
    assert "189,40" in said
    assert "Debet ja kredit täsmäävät." in said
    assert order.number not in said


@pytest.mark.parametrize("month", ["", "x", "2026-13", "0000-01", "99999-99", "-1"])
def test_a_month_that_is_none_is_this_one(staff: Client, month: str) -> None:
    assert staff.get(BOOKS, {"month": month}).status_code == 200


def test_the_page_asks_as_much_for_many_entries_as_for_few(
    staff: Client, django_assert_max_num_queries: Any
) -> None:
    for _each in range(8):
        paid()
    for address in (BOOKS, "/admin/orders/entry/", "/admin/orders/posting/"):
        with django_assert_max_num_queries(22):
            assert staff.get(address).status_code == 200


def test_the_books_of_an_order_are_on_one_page(staff: Client) -> None:
    order, other = paid(), paid()
    said = staff.get("/admin/orders/entry/of-order/", {"number": order.number}).content.decode()

    numbers = Entry.objects.about(order).values_list("pk", flat=True)
    assert len(numbers) == 2
    assert all(f"/admin/orders/entry/{number}/change/" in said for number in numbers)
    others = Entry.objects.about(other).values_list("pk", flat=True)
    assert not any(f"/admin/orders/entry/{number}/change/" in said for number in others)
    said = staff.get("/admin/orders/entry/of-order/", {"number": "1"}).content.decode()
    assert "Tällä numerolla ei ole tilausta." in said


def test_a_month_is_a_table_that_sums_to_nothing(staff: Client) -> None:
    order = paid()
    paid(later=timedelta(days=30))
    answer: Any = staff.get("/admin/orders/entry/entries.csv", {"month": "2026-11"})
    lines = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()

    header, *rows = [line.split(";") for line in lines]
    assert header[5:7] == ["debet, €", "kredit, €"]
    assert len(rows) == 9
    assert {row[3] for row in rows} == {order.number}
    columns = [[Decimal(row[n].replace(",", ".") or 0) for row in rows] for n in (5, 6)]
    assert sum(columns[0]) == sum(columns[1]) == 2 * TOTAL
    assert 'filename="entries-2026-11.csv"' in answer["Content-Disposition"]


def test_entries_are_found_by_their_own_and_their_orders_number(staff: Client) -> None:
    order = paid()
    paid()
    for typed, count in ((order.number, 2), ("1", 1), ("9" * 30, 0), ("x", 0)):
        answer: Any = staff.get("/admin/orders/entry/", {"q": typed})
        assert answer.context_data["cl"].result_count == count, typed


def test_nothing_in_the_books_is_written_by_hand(staff: Client) -> None:
    paid()
    entry = Entry.objects.first()
    assert entry is not None
    for address in ("/admin/orders/entry/add/", f"/admin/orders/entry/{entry.pk}/delete/"):
        assert staff.get(address).status_code == 403
    assert staff.post(f"/admin/orders/entry/{entry.pk}/change/", {"number": 9}).status_code == 403
