"""Money is counted once, and goes back no more than it came."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from functools import partial

import pytest
from django.db import DatabaseError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from orders.books.audit import account_sums, findings
from orders.books.models import LedgerAccount, Posting
from orders.books.operations import owed_back
from orders.checkout.steps import (
    cancel_order,
    confirm_payment,
    deliver_order,
    mark_paid,
    ship_order,
)
from orders.invoicing.models import Invoice
from orders.payments.models import Payment, PaymentEvent, Provider, Refund
from orders.payments.operations import (
    NothingOwed,
    ask_refund,
    ask_refunds,
    fail_refund,
    receive,
    refundable,
    settle_refund,
    to_pay,
    to_refund,
)
from orders.payments.states import RefundState
from orders.returns.cases import Found, NotNow, inspect
from orders.returns.cases import receive as receive_return
from orders.returns.cases import settle as settle_return
from orders.returns.following import take_up
from orders.returns.models import ReturnCase
from orders.returns.states import Loss, Outcome
from orders.sales.models import Order
from orders.sales.operations import NotPermitted, move
from orders.sales.states import PaymentStatus, Status, Step
from tests.conftest import NOON
from tests.orders.money_matters import TODAY, TOTAL, attempt, three_rates
from tests.orders.returns.withdrawing import withdraw
from tests.races import at_once


def on(account: LedgerAccount) -> Decimal:
    return Posting.objects.on(account).balance()


def again(order: Order) -> Order:
    return Order.objects.get(pk=order.pk)


@pytest.mark.django_db
def test_a_payment_pays_its_order_and_the_invoice_follows_at_that_days_rates() -> None:
    order = three_rates()
    confirm_payment(payment=attempt(order), at=NOON)

    order = again(order)
    assert (order.payment_status, order.paid_at) == (PaymentStatus.PAID, NOON)
    assert to_pay(order) == 0
    assert Invoice.objects.get().tax_point == TODAY
    assert on(LedgerAccount.PROVIDER) == TOTAL
    assert on(LedgerAccount.RECEIVABLE) == 0


@pytest.mark.django_db
def test_a_payment_counted_twice_counts_once() -> None:
    order = three_rates()
    payment = attempt(order)
    for _each in range(2):
        confirm_payment(payment=payment, at=NOON)
    assert on(LedgerAccount.PROVIDER) == TOTAL
    assert Invoice.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_twenty_words_of_one_payment_at_once_count_once() -> None:
    order = three_rates()
    payment = attempt(order)
    results = at_once([partial(confirm_payment, payment=payment, at=NOON)] * 20)

    assert all(isinstance(each, Payment) for each in results)
    assert on(LedgerAccount.PROVIDER) == TOTAL
    assert Invoice.objects.count() == 1
    assert again(order).events.filter(kind="pay").count() == 1


@pytest.mark.django_db
def test_a_part_does_not_pay_an_order_and_the_rest_does() -> None:
    order = three_rates()
    confirm_payment(payment=attempt(order, "100.00", provider=Provider.BANK), at=NOON)
    assert again(order).payment_status == PaymentStatus.UNPAID
    assert to_pay(order) == Decimal("89.40")
    assert not Invoice.objects.exists()

    confirm_payment(payment=attempt(order, "89.40", provider=Provider.BANK), at=NOON)
    assert again(order).payment_status == PaymentStatus.PAID
    assert to_pay(order) == 0
    assert owed_back(order) == 0


@pytest.mark.django_db
def test_what_comes_too_much_is_owed_back() -> None:
    order = three_rates()
    confirm_payment(payment=attempt(order, "200.00"), at=NOON)
    second = attempt(order)
    confirm_payment(payment=second, at=NOON)

    assert again(order).payment_status == PaymentStatus.PAID
    assert owed_back(order) == Decimal("200.00")
    assert to_refund(order) == Decimal("200.00")


@pytest.mark.django_db
def test_a_paid_order_that_is_cancelled_owes_all_of_it_and_is_refunded() -> None:
    order = three_rates()
    confirm_payment(payment=attempt(order), at=NOON)
    cancelled = cancel_order(order=order, at=NOON)

    assert cancelled.payment_status == PaymentStatus.REFUND_DUE
    assert owed_back(order) == TOTAL
    [refund] = ask_refunds(order=order, at=NOON)
    assert to_refund(order) == 0
    settle_refund(refund=refund, at=NOON, transaction_id="r1")
    settle_refund(refund=refund, at=NOON, transaction_id="r1")
    assert again(order).payment_status == PaymentStatus.REFUNDED
    assert all(each.balance == 0 for each in account_sums())
    assert list(findings()) == []


@pytest.mark.django_db
def test_money_for_an_order_that_is_off_is_owed_back() -> None:
    order = three_rates()
    cancel_order(order=order, at=NOON)
    assert to_pay(again(order)) == 0
    confirm_payment(payment=attempt(order), at=NOON)

    assert again(order).payment_status == PaymentStatus.REFUND_DUE
    assert owed_back(order) == TOTAL
    assert not Invoice.objects.exists()
    for refund in ask_refunds(order=order, at=NOON):
        settle_refund(refund=refund, at=NOON)
    confirm_payment(payment=attempt(order), at=NOON)
    assert again(order).payment_status == PaymentStatus.REFUND_DUE


@pytest.mark.django_db
def test_a_part_payment_of_an_order_that_is_cancelled_is_owed_back() -> None:
    order = three_rates()
    confirm_payment(payment=attempt(order, "100.00"), at=NOON)
    assert cancel_order(order=order, at=NOON).payment_status == PaymentStatus.REFUND_DUE
    assert owed_back(order) == Decimal("100.00")


@pytest.mark.django_db
def test_what_is_shipped_on_invoice_is_invoiced_at_the_day_it_left() -> None:
    order = move(order=three_rates(), step=Step.PACK, at=NOON)
    ship_order(order=order, tracking_code="", at=NOON)
    assert Invoice.objects.get().tax_point == TODAY
    assert to_pay(order) == TOTAL
    assert mark_paid(order=order, at=NOON).payment_status == PaymentStatus.PAID
    assert Invoice.objects.count() == 1


@pytest.mark.django_db
def test_no_more_goes_back_than_is_owed_or_came() -> None:
    order = three_rates()
    confirm_payment(payment=attempt(order, "100.00"), at=NOON)
    small = order.payments.get()
    with pytest.raises(NothingOwed):
        ask_refund(payment=small, amount=Decimal("0.01"), at=NOON)
    cancel_order(order=order, at=NOON)
    with pytest.raises(NothingOwed):
        ask_refund(payment=small, amount=Decimal("100.01"), at=NOON)
    refund = ask_refund(payment=small, amount=Decimal("60.00"), at=NOON)
    with pytest.raises(NothingOwed):
        ask_refund(payment=small, amount=Decimal("40.01"), at=NOON)
    fail_refund(refund=refund, trouble="422")
    assert refundable(small) == Decimal("100.00")
    assert owed_back(order) == Decimal("100.00")


@pytest.mark.django_db(transaction=True)
def test_law_7_two_refunds_at_once_over_the_sum_have_one_winner() -> None:
    order = three_rates()
    payment = attempt(order)
    confirm_payment(payment=payment, at=NOON)
    cancel_order(order=order, at=NOON)

    results = at_once([partial(ask_refund, payment=payment, amount=Decimal("150.00"), at=NOON)] * 4)
    assert sum(isinstance(each, Refund) for each in results) == 1
    assert sum(isinstance(each, NothingOwed) for each in results) == 3


@pytest.mark.django_db
def test_law_7_the_database_itself_refuses_to_refund_more_than_was_paid() -> None:
    order = three_rates()
    payment = attempt(order)
    with pytest.raises(DatabaseError, match="more is refunded"), transaction.atomic():
        Refund.objects.create(payment=payment, amount=1, created_at=NOON)
    receive(payment=payment, at=NOON)
    Refund.objects.create(payment=payment, amount=TOTAL, created_at=NOON)
    with pytest.raises(DatabaseError, match="more is refunded"), transaction.atomic():
        Refund.objects.create(payment=payment, amount=Decimal("0.01"), created_at=NOON)
    for change in ({"amount": 1}, {"state": "done"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Refund.objects.update(**change)


@pytest.mark.django_db
@pytest.mark.parametrize("currency", ["SEK", "eur", "XYZ", ""])
def test_mo_03_no_payment_is_of_another_currency_than_its_order(currency: str) -> None:
    order = three_rates()
    with pytest.raises(DatabaseError), transaction.atomic():
        Payment.objects.create(
            order=order, provider="paytrail", amount=TOTAL, currency=currency, created_at=NOON
        )
    attempt(order)
    with pytest.raises(DatabaseError), transaction.atomic():
        Payment.objects.update(currency=currency)


@pytest.mark.django_db
def test_the_database_keeps_payments_and_what_was_heard_of_them() -> None:
    payment = attempt(three_rates())
    receive(payment=payment, at=NOON)
    PaymentEvent.objects.create(payment=payment, source="poll", verdict="taken", at=NOON)
    for change in ({"amount": 1}, {"state": "failed", "paid_at": None}, {"provider": "bank"}):
        with pytest.raises(DatabaseError), transaction.atomic():
            Payment.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        PaymentEvent.objects.update(verdict="refused")
    with pytest.raises(DatabaseError), transaction.atomic():
        Payment.objects.all().delete()


@pytest.mark.django_db
def test_what_is_paid_at_once_does_not_leave_unpaid() -> None:
    order = three_rates(payment_method="paytrail")
    assert order.steps == [Step.PAY, Step.CANCEL]
    with pytest.raises(DatabaseError, match="what_is_paid_at_once_leaves_paid"):
        move(order=order, step=Step.PACK, at=NOON)


@pytest.mark.django_db
def test_staff_cannot_count_what_is_paid_already() -> None:
    order = mark_paid(order=three_rates(), at=NOON)
    assert order.payments.get().provider == Provider.BANK
    with pytest.raises(NotPermitted):
        mark_paid(order=order, at=NOON)


DEEDS = st.sampled_from(
    ["part", "pay", "over", "ship", "deliver", "cancel", "withdraw", "refund", "settle", "fail"]
)


class AnyLife(TestCase):
    @settings(deadline=None, max_examples=40)
    @given(st.lists(DEEDS, max_size=9))
    def test_mo_05_whatever_happens_to_an_order_the_books_balance(self, deeds: list[str]) -> None:
        order = three_rates()
        for deed in deeds:
            try:
                with transaction.atomic():
                    do(deed, again(order))
            except (NotPermitted, NothingOwed, NotNow):
                continue
        order = again(order)
        assert sum(each.balance for each in account_sums()) == 0
        assert list(findings()) == []
        came = sum(each.amount for each in order.payments.paid())
        back = sum(
            each.amount
            for each in Refund.objects.filter(payment__order=order, state=RefundState.DONE)
        )
        for payment in order.payments.paid():
            # Whatever is under way counts as gone.
            assert 0 <= refundable(payment) <= payment.amount
        kept = on(LedgerAccount.PROVIDER) + on(LedgerAccount.BANK)
        assert kept == came - back
        assert min(to_refund(order), owed_back(order)) >= 0
        if order.status == Status.CANCELLED:
            assert on(LedgerAccount.SALES) == on(LedgerAccount.VAT) == 0
            assert owed_back(order) == came - back
        if order.payment_status == PaymentStatus.PAID:
            assert to_pay(order) == 0


def do(deed: str, order: Order) -> None:
    """Do one of the things that can be done to an order."""
    ways: dict[str, Callable[[], object]] = {
        "part": lambda: pay(order, Decimal("50.00")),
        "pay": lambda: pay(order, order.total),
        "over": lambda: pay(order, order.total + 1),
        "ship": lambda: ship_order(
            order=move(order=order, step=Step.PACK, at=NOON), tracking_code="", at=NOON
        ),
        "deliver": lambda: deliver_order(order=order, at=NOON),
        "cancel": lambda: cancel_order(order=order, at=NOON),
        "withdraw": lambda: bring_back(order),
        "refund": lambda: ask_refunds(order=order, at=NOON),
        "settle": lambda: end_refunds(order, succeed=True),
        "fail": lambda: end_refunds(order, succeed=False),
    }
    ways[deed]()


def pay(order: Order, amount: Decimal) -> None:
    confirm_payment(payment=attempt(order, amount), at=NOON, on=date(2026, 11, 23))


def end_refunds(order: Order, *, succeed: bool) -> None:
    for refund in Refund.objects.filter(payment__order=order, state=RefundState.NEW):
        if succeed:
            settle_refund(refund=refund, at=NOON)
        else:
            fail_refund(refund=refund, trouble="x")


def bring_back(order: Order) -> None:
    """Withdraw from one book, and let it come back with some of its value lost."""
    notice = withdraw(order=order, quantities={order.lines.get(sku="KIRJA").pk: 1})
    take_up(notice_id=notice.pk, at=NOON)
    for case in ReturnCase.objects.filter(notice=notice):
        receive_return(case=case, at=NOON)
        seen = {
            line.pk: Found(Outcome.RESTOCK, value_loss=Decimal("1.01"), why=Loss.USED)
            for line in case.lines.all()
        }
        settle_return(case=inspect(case=case, found=seen, at=NOON), at=NOON)


@pytest.mark.django_db(transaction=True)
def test_paying_and_shipping_at_once_do_not_wait_for_each_other() -> None:
    paid = [three_rates() for _each in range(4)]
    shipped = [move(order=three_rates(), step=Step.PACK, at=NOON) for _each in range(4)]
    payments = [attempt(order) for order in paid]

    actions: list[Callable[[], object]] = [
        *(partial(confirm_payment, payment=each, at=NOON) for each in payments),
        *(partial(ship_order, order=each, tracking_code="", at=NOON) for each in shipped),
    ]

    results = at_once(actions)

    assert [each for each in results if isinstance(each, Exception)] == []
    assert Invoice.objects.count() == 8
    assert list(findings()) == []
