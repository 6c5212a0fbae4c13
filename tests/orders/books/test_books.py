"""The books balance: whatever is posted sums to nothing, once, and for ever."""

from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from orders.books.audit import account_sums, audit, findings
from orders.books.models import BooksAudit, Entry, LedgerAccount, Posting, Series
from orders.books.operations import (
    Amount,
    PostedAlready,
    Unbalanced,
    moved,
    outstanding,
    owed_back,
    post,
    sale,
)
from orders.books.series import next_number
from orders.sales.models import Order
from orders.vat import split_gross
from tests.conftest import NOON
from tests.privacy.lives import order_of
from tests.races import at_once

ROWS = [split_gross(Decimal("99.00"), Decimal("25.5")), split_gross(Decimal("4.90"), Decimal(10))]


def posted(amounts: list[Amount], order: Order | None = None, source: UUID | None = None) -> Entry:
    return post(
        kind=Entry.Kind.INVOICE, source=source or uuid4(), amounts=amounts, at=NOON, order=order
    )


@pytest.mark.django_db
def test_a_sale_posts_the_gross_to_the_buyer_and_net_and_vat_rate_by_rate() -> None:
    entry = posted(sale(ROWS))

    assert [
        (each.account, each.amount, each.vat_rate) for each in entry.postings.order_by("pk")
    ] == [
        ("receivable", Decimal("103.90"), None),
        ("sales", Decimal("-78.88"), Decimal("25.5")),
        ("sales", Decimal("-4.45"), Decimal("10.0")),
        ("vat", Decimal("-20.12"), Decimal("25.5")),
        ("vat", Decimal("-0.45"), Decimal("10.0")),
    ]
    assert (entry.number, entry.date) == (1, date(2026, 11, 23))


@pytest.mark.django_db
def test_a_payment_settles_what_its_own_buyer_owes_and_nobody_elses() -> None:
    annas, celias = order_of(None, "anna@example.fi"), order_of(None, "celia@example.fi")
    for order in (annas, celias):
        posted(sale(ROWS), order)
    amounts = moved(Decimal("100.00"), to=LedgerAccount.BANK, out_of=LedgerAccount.RECEIVABLE)
    post(kind=Entry.Kind.PAYMENT, source=uuid4(), amounts=amounts, at=NOON, order=annas)

    assert outstanding(annas) == Decimal("3.90")
    assert outstanding(celias) == Decimal("103.90")
    assert owed_back(annas) == 0


@pytest.mark.django_db
def test_what_does_not_balance_is_refused_before_it_is_written() -> None:
    with pytest.raises(Unbalanced):
        posted([Amount(LedgerAccount.BANK, Decimal("1.00"))])
    with pytest.raises(Unbalanced):
        posted([])
    assert not Entry.objects.exists()


@pytest.mark.django_db
def test_nothing_is_posted_twice() -> None:
    key = uuid4()
    posted(sale(ROWS), source=key)
    with pytest.raises(PostedAlready):
        posted(sale(ROWS), source=key)
    assert Entry.objects.count() == 1
    assert posted(sale(ROWS)).number == 2


@pytest.mark.django_db(transaction=True)
def test_the_database_refuses_an_entry_that_does_not_balance() -> None:
    entry = posted(sale(ROWS))
    with pytest.raises(DatabaseError, match="does not balance"):
        Posting.objects.create(entry=entry, account=LedgerAccount.BANK, amount=Decimal("0.01"))
    with pytest.raises(DatabaseError, match="does not balance"):
        Entry.objects.create(number=7, kind="loss", source=uuid4(), at=NOON, date=NOON.date())
    assert Posting.objects.count() == 5
    assert Entry.objects.count() == 1


@pytest.mark.django_db
def test_mo_05_the_database_lets_nothing_be_rewritten_or_taken_away() -> None:
    entry = posted(sale(ROWS))
    audit(at=NOON)
    for act in (
        lambda: Posting.objects.filter(amount__gt=0).update(amount=1),
        lambda: Posting.objects.all().delete(),
        lambda: Entry.objects.filter(pk=entry.pk).update(number=9),
        lambda: BooksAudit.objects.update(findings=["x"]),
        lambda: Series.objects.update(last=5),
        lambda: Series.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            act()


@pytest.mark.django_db
def test_sales_and_vat_name_their_rate_and_nothing_else_does() -> None:
    for amounts in (
        [Amount(LedgerAccount.SALES, Decimal(1)), Amount(LedgerAccount.BANK, Decimal(-1))],
        [
            Amount(LedgerAccount.OWED, Decimal(1), Decimal("25.5")),
            Amount(LedgerAccount.BANK, Decimal(-1)),
        ],
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            posted(amounts)


@pytest.mark.django_db(transaction=True)
def test_numbers_have_no_gaps_though_many_want_one_and_some_give_it_back() -> None:
    def take() -> int:
        with transaction.atomic():
            return next_number("test")

    def give_back() -> int:
        with transaction.atomic():
            number = next_number("test")
            transaction.set_rollback(True)
        return number

    taken = at_once([*[take] * 8, *[give_back] * 4])

    assert not [each for each in taken if isinstance(each, Exception)]
    assert Series.objects.get(name="test").last == 8


@pytest.mark.django_db
def test_an_audit_tells_the_sums_and_what_is_wrong() -> None:
    posted(sale(ROWS))
    found = audit(at=NOON, more=["order 1: paid, but nothing was posted"])

    assert (found.debit, found.credit) == (Decimal("103.90"), Decimal("103.90"))
    assert found.findings == ["order 1: paid, but nothing was posted"]
    assert not found.is_fine
    assert audit(at=NOON).is_fine
    assert [(each.account, each.balance) for each in account_sums()] == [
        ("receivable", Decimal("103.90")),
        ("sales", Decimal("-83.33")),
        ("vat", Decimal("-20.57")),
    ]


@pytest.mark.django_db(transaction=True)
def test_an_audit_notices_what_was_done_past_the_database() -> None:
    entry = posted(sale(ROWS))
    posted(sale(ROWS))
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("DELETE FROM orders_posting WHERE entry_id = %s AND amount > 0", [entry.pk])
        cursor.execute("SET session_replication_role = DEFAULT")
    assert list(findings()) == ["entry 1: sum -103.90"]


cents = st.integers(min_value=1, max_value=10_000_000).map(lambda each: Decimal(each).scaleb(-2))
rates = st.sampled_from([Decimal("25.5"), Decimal("13.5"), Decimal(10), Decimal(0)])


class AnySale(TestCase):
    @settings(deadline=None, max_examples=25)
    @given(st.lists(st.tuples(cents, rates), min_size=1, max_size=6))
    def test_any_sale_and_its_credit_leave_nothing(
        self, sold: list[tuple[Decimal, Decimal]]
    ) -> None:
        order = order_of(None, "anna@example.fi")
        rows = [split_gross(gross, rate) for gross, rate in sold]
        credit = [split_gross(-gross, rate) for gross, rate in sold]
        posted(sale(rows), order)
        assert outstanding(order) == sum(gross for gross, _rate in sold)
        posted(sale(credit), order)
        assert outstanding(order) == 0
        assert all(each.balance == 0 for each in account_sums())
