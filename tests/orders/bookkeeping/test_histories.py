"""Whatever buyers, banks and staff do, and in whatever order, the books balance and agree."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.test import override_settings
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from orders.banking.models import BankEntry
from orders.banking.operations import (
    NotNow,
    count_file,
    look_again,
    match,
    not_ours,
    returned,
    to_return,
    upload,
)
from orders.bookkeeping.cross_checks import cross_checks
from orders.books.audit import account_sums, findings
from orders.books.models import LedgerAccount, Posting
from orders.checkout.steps import cancel_order, confirm_payment, deliver_order
from orders.money import from_cents
from orders.payments.models import Refund
from orders.payments.operations import ask_refunds
from orders.sales.models import Order
from orders.sales.operations import NotPermitted
from tests.conftest import NOON
from tests.orders.banking.files import BANK, Told, statement
from tests.orders.money_matters import attempt, three_rates

CENTS = st.integers(min_value=1, max_value=40_000)
WHICH = st.integers(min_value=0, max_value=5)
DEEDS = st.one_of(
    st.tuples(st.just("bank"), WHICH, CENTS),
    st.tuples(st.just("bank in full"), WHICH, st.just(0)),
    st.tuples(st.just("again"), WHICH, st.just(0)),
    st.tuples(st.just("unknown"), WHICH, CENTS),
    st.tuples(st.just("match"), WHICH, WHICH),
    st.tuples(st.just("aside"), WHICH, WHICH),
    st.tuples(st.just("card"), WHICH, CENTS),
    st.tuples(st.just("cancel"), WHICH, st.just(0)),
    st.tuples(st.just("deliver"), WHICH, st.just(0)),
    st.tuples(st.just("refund"), WHICH, st.just(0)),
)


@dataclass
class Life:
    """Two orders, a bank, and what has been told."""

    orders: list[Order]
    files: list[bytes] = field(default_factory=list)
    came: Decimal = Decimal(0)

    def do(self, what: str, which: int, more: int) -> None:
        """Let one thing happen."""
        order = Order.objects.get(pk=self.orders[which % 2].pk)
        sum_ = str(order.total if what == "bank in full" else from_cents(more))
        ways: dict[str, Callable[[], object]] = {
            "bank": lambda: self.tell(Told(sum_, order.reference)),
            "bank in full": lambda: self.tell(Told(sum_, order.reference)),
            "again": lambda: self.again(which),
            "unknown": lambda: self.tell(Told(sum_)),
            "card": lambda: confirm_payment(payment=attempt(order, sum_), at=NOON),
            "match": lambda: self.look_at_the_work_list(what, which, order, more),
            "aside": lambda: self.look_at_the_work_list(what, which, order, more),
            "cancel": lambda: cancel_order(order=order, at=NOON),
            "deliver": lambda: deliver_order(order=order, at=NOON),
            "refund": lambda: self.refund(order),
        }
        with suppress(NotPermitted):
            ways[what]()

    def tell(self, told: Told) -> None:
        """Let the bank tell of a payment, and of the one before it once more."""
        number = len(self.files)
        fresh = Told(**{**vars(told), "number": f"N{number}"})
        self.came += Decimal(fresh.amount) if fresh.credit else -Decimal(fresh.amount)
        self.files.append(statement(fresh))
        self.take_in(self.files[-1])

    def again(self, which: int) -> None:
        """Let a file come once more."""
        for content in self.files[which : which + 1]:
            self.take_in(content)

    def take_in(self, content: bytes) -> None:
        file = upload(content=content, file_name="x", by=None, at=NOON)
        count_file(file_id=file.pk, at=NOON)

    def look_at_the_work_list(self, what: str, which: int, order: Order, more: int) -> None:
        waiting = list(BankEntry.objects.waiting().order_by("number"))
        if not waiting:
            return
        found = waiting[which % len(waiting)]
        facts: dict[str, Any] = {"entry": found, "at": NOON, "by": None}
        try:
            if what == "match":
                match(order=order, **facts)
            else:
                (to_return, not_ours, returned, look_again)[more % 4](**facts)
        except NotNow:
            return
        found.refresh_from_db()
        if found.state in ("returned", "not_ours"):
            self.came -= found.amount

    def refund(self, order: Order) -> None:
        """Ask for what is owed back, and let the bank tell that it went."""
        for refund in ask_refunds(order=order, at=NOON):
            if refund.payment.provider == "bank":
                self.tell(
                    Told(str(refund.amount), message=f"Palautus {order.number}", credit=False)
                )
                assert Refund.objects.get(pk=refund.pk).state == "done"


@override_settings(BANK_ACCOUNT=BANK)
class HistoriesTest(TestCase):
    """Each example has a database of its own."""

    @given(st.lists(DEEDS, min_size=1, max_size=12))
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    def test_mo_05_the_books_balance_and_the_audit_is_silent(
        self, deeds: list[tuple[str, int, int]]
    ) -> None:
        life = Life([three_rates(), three_rates()])
        for deed in deeds:
            life.do(*deed)

        assert sum(each.balance for each in account_sums()) == 0
        assert [*findings(), *cross_checks()] == []
        assert Posting.objects.on(LedgerAccount.BANK).balance() == life.came
