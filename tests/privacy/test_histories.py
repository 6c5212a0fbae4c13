"""Whatever people have done: the preview tells what goes, and nobody else notices."""

import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from customers.models import Account, Customer
from orders.sales.models import Order
from orders.sales.operations import NotPermitted, move
from orders.sales.states import Step
from privacy.erase import erase, preview
from privacy.evidence import Erasure, LedgerMark
from privacy.ledger import the_ledger
from privacy.outbox.operations import post
from privacy.registry import registry
from privacy.subject import rows_of, subject_of
from privacy.sweep import sweep
from tests.conftest import NOON
from tests.factories import CompanyFactory, MembershipFactory
from tests.privacy.lives import finish, member, order_of, whole_life

pytestmark = pytest.mark.django_db

HISTORIES = 10 * int(os.environ.get("ENDURE", "0")) or 12
ADDRESSES = ["anna@example.fi", "bea@example.fi", "celia@example.fi"]
OUR_OWN = {Erasure, LedgerMark}

ORDERS = st.tuples(
    st.integers(0, 2),  # who is signed in; the last is a guest
    st.integers(0, 2),  # whose address is typed
    st.integers(0, 3000),  # days ago
    st.lists(st.sampled_from(list(Step)), max_size=4),
)


@contextmanager
def undone() -> Iterator[None]:
    """Leave the database as it was; an erasure inside takes it for the test's own frame."""
    with transaction.atomic():
        vars(connection.atomic_blocks[-1])["_from_testcase"] = True
        yield
        transaction.set_rollback(True)
    the_ledger().path.unlink(missing_ok=True)


Snapshot = dict[tuple[str, Any], dict[str, Any]]


def snapshot() -> Snapshot:
    rows: Snapshot = {}
    for model in registry:
        if model in OUR_OWN:
            continue
        for row in model._base_manager.values():
            rows[model._meta.label, row[model._meta.pk.attname]] = row
    return rows


def vanished(before: Snapshot, after: Snapshot) -> Counter[str]:
    """Count the personal values that were there and are not any more."""
    gone: Counter[str] = Counter()
    for model, declaration in registry.items():
        for name in declaration.data:
            column = declaration.column(name).attname
            for (label, key), row in before.items():
                if label != model._meta.label or row[column] in (None, ""):
                    continue
                now = after.get((label, key))
                if now is None or now[column] in (None, ""):
                    gone[f"{label}.{name}"] += 1
    return gone


def changed(before: Snapshot, after: Snapshot) -> set[tuple[str, Any]]:
    return {key for key in before.keys() | after.keys() if before.get(key) != after.get(key)}


def live(orders: list[tuple[int, int, int, list[Step]]]) -> list[Customer]:
    cards = [member(address) for address in ADDRESSES[:2]]
    for signed_in, typed, days, steps in orders:
        at = NOON - timedelta(days=days)
        card = cards[signed_in] if signed_in < len(cards) else None
        order = order_of(card, ADDRESSES[typed], at=at)
        for step in steps:
            try:
                move(order=order, step=step, at=at + timedelta(days=1))
            except NotPermitted:
                continue
        post(to=order.email, language="fi", kind="x", subject="x", text="x", at=at, about=order.pk)
    MembershipFactory.create(company=CompanyFactory.create(), customer=cards[0])
    return cards


@given(orders=st.lists(ORDERS, max_size=6), guest=st.booleans(), days=st.integers(0, 4000))
@settings(
    max_examples=HISTORIES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_the_preview_is_what_happens_and_others_are_untouched(
    *, orders: list[tuple[int, int, int, list[Step]]], guest: bool, days: int
) -> None:
    with undone():
        cards = live(orders)
        person = subject_of(emails=[ADDRESSES[2]]) if guest else subject_of(cards=[cards[0].pk])
        at = NOON + timedelta(days=days)
        hers = {(d.label, key) for d, keys in rows_of(person).items() for key in keys}
        before = snapshot()
        told = preview(person, at=at)

        receipt = erase(person, at=at)
        after = snapshot()

        promised: Counter[str] = Counter()
        for item in told.goes_now:
            promised[item.column] += item.count
        assert vanished(before, after) == promised == Counter(receipt.removed)
        strangers = {label for label, _key in changed(before, after) - hers}
        assert strangers <= {"procrastinate.ProcrastinateEvent"}  # of jobs that went
        assert {(kept["what"], kept["count"], kept["until"]) for kept in receipt.kept} == {
            (item.column, item.count, item.until.isoformat() if item.until else None)
            for item in (*told.goes_later, *told.stays_by_law)
        }


def test_everything_of_a_whole_life_is_counted(bertil: Account) -> None:
    card = whole_life("anna@example.fi", clerk=bertil)
    person = subject_of(cards=[card.pk])
    before, told = snapshot(), preview(person, at=NOON)

    erase(person, at=NOON)

    promised = Counter({item.column: 0 for item in told.goes_now})
    for item in told.goes_now:
        promised[item.column] += item.count
    assert vanished(before, snapshot()) == promised


def test_for_twelve_years_each_order_names_its_buyer_to_the_last_day() -> None:
    card = member("anna@example.fi")
    days = [
        date(year, month, day)
        for year in range(2026, 2032)
        for month, day in ((1, 1), (6, 30), (12, 31))
    ]
    orders = []
    for day in days:
        at = NOON.replace(year=day.year, month=day.month, day=day.day)
        orders.append((day, finish(order_of(card, "anna@example.fi", at=at), at=at)))
    began = NOON.replace(year=2032, month=1, day=20)
    erase(subject_of(cards=[card.pk]), at=began)

    for year in range(2032, 2039):
        for today in (date(year, 1, 1), date(year, 7, 1), date(year, 12, 31)):
            sweep(at=moment(max(today, began.date())))
            named = set(Order.objects.exclude(last_name="").values_list("pk", flat=True))
            assert named == {
                order.pk for day, order in orders if today <= date(day.year + 6, 12, 31)
            }, today
            assert not Order.objects.exclude(email="").exists()
    assert not Order.objects.exclude(last_name="").exists()


def moment(day: date) -> datetime:
    return NOON.replace(year=day.year, month=day.month, day=day.day)


def test_the_queries_of_an_erasure_do_not_grow_with_the_orders(
    django_assert_max_num_queries: Any,
) -> None:
    counts = []
    for address, many in (("anna@example.fi", 2), ("bea@example.fi", 40)):
        card = member(address)
        for _each in range(many):
            finish(order_of(card, address), at=NOON)
        with django_assert_max_num_queries(500) as asked:
            erase(subject_of(cards=[card.pk]), at=NOON)
        counts.append(len(asked.captured_queries))
    assert counts[0] == counts[1]
