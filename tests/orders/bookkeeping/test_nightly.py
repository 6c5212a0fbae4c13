"""The books are looked at each night with all that must agree with them, and silence is noticed."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pgtrigger
import pytest
from django.db.models import F
from django.test import Client
from django.utils import timezone

from customers.models import Account
from orders.banking.models import BankEntry
from orders.banking.operations import count_file, upload
from orders.bookkeeping.cross_checks import MOST_NAMED, cross_checks
from orders.bookkeeping.nightly import audit_tonight, books_are_well, raise_alarm
from orders.bookkeeping.tasks import audit_the_books
from orders.books.models import BooksAudit, Entry, LedgerAccount
from orders.books.operations import moved, post
from orders.checkout.steps import cancel_order, confirm_payment
from orders.invoicing.models import Invoice
from orders.payments.models import Payment, Refund
from orders.payments.operations import ask_refunds, settle_refund
from orders.sales.models import Order
from orders.sales.operations import move
from orders.sales.states import Step
from orders.stock.models import Level
from privacy.outbox.models import Letter
from tests.conftest import NOON
from tests.factories import in_stock
from tests.orders.banking.files import BANK, Told, statement
from tests.orders.money_matters import TOTAL, attempt, three_rates

pytestmark = pytest.mark.django_db


def whole(settings: Any) -> Order:
    """Let an order be paid, cancelled and refunded, and another payment wait."""
    settings.BANK_ACCOUNT = BANK
    order = three_rates()
    confirm_payment(payment=attempt(order), at=NOON)
    order.refresh_from_db()
    cancel_order(order=order, at=NOON)
    for refund in ask_refunds(order=order, at=NOON):
        settle_refund(refund=refund, at=NOON)
    in_stock(3)
    file = upload(content=statement(Told("7.00")), file_name="x", by=None, at=NOON)
    count_file(file_id=file.pk, at=NOON)
    confirm_payment(payment=attempt(three_rates()), at=NOON)
    return order


def test_a_whole_life_of_an_order_leaves_nothing_to_find(settings: Any) -> None:
    whole(settings)

    assert list(cross_checks()) == []
    audit = audit_tonight(at=NOON)
    assert (audit.is_fine, audit.findings) == (True, [])
    assert audit.debit == audit.credit > 0


def _unposted_payment(order: Order) -> str:
    payment = attempt(order)
    Payment.objects.filter(pk=payment.pk).update(state="paid", paid_at=NOON)
    return f"payment that is not in the books: {payment.pk}"


def _unposted_refund(order: Order) -> str:
    confirm_payment(payment=attempt(order), at=NOON)
    refund = Refund.objects.create(payment=order.payments.get(), amount=1, created_at=NOON)
    Refund.objects.filter(pk=refund.pk).update(state="done", done_at=NOON)
    return f"refund that is not in the books: {refund.pk}"


def _paid_by_state_only(order: Order) -> str:
    move(order=order, step=Step.PAY, at=NOON)
    return f"paid, but not in the books: {order.number}"


def _paid_by_the_books_only(order: Order) -> str:
    post(
        kind=Entry.Kind.MATCH,
        source=uuid4(),
        amounts=moved(TOTAL, to=LedgerAccount.BANK, out_of=LedgerAccount.RECEIVABLE),
        at=NOON,
        order=order,
    )
    return f"paid in the books, but not by its state: {order.number}"


def _refund_due_of_nothing(order: Order) -> str:
    move(order=order, step=Step.PAY, at=NOON)
    move(order=order, step=Step.CANCEL, at=NOON)
    return f"to be refunded, but nothing is owed back: {order.number}"


def _invoice_of_another_sum(order: Order) -> str:
    confirm_payment(payment=attempt(order), at=NOON)
    with pgtrigger.ignore():
        Invoice.objects.update(total=F("total") + 1, total_net=F("total_net") + 1)
    return f"invoice with another sum in the books: {Invoice.objects.get().number}"


def _stock_of_nowhere(order: Order) -> str:
    level = in_stock(3).level
    with pgtrigger.ignore():
        Level.objects.filter(pk=level.pk).update(on_hand=4)
    return f"stock that is not the sum of its movements: {level.variant.sku}"


def _promise_to_nobody(order: Order) -> str:
    level = in_stock(3).level
    with pgtrigger.ignore():
        Level.objects.filter(pk=level.pk).update(reserved=1)
    return f"promises that are not the sum of the baskets: {level.variant.sku}"


def _unknown_that_nobody_lists(order: Order) -> str:
    post(
        kind=Entry.Kind.PAYMENT,
        source=uuid4(),
        amounts=moved(Decimal(5), to=LedgerAccount.BANK, out_of=LedgerAccount.UNKNOWN),
        at=NOON,
    )
    return "not matched: 5.00 in the books, 0.00 on the work list"


@pytest.mark.parametrize(
    "wrong",
    [
        _unposted_payment,
        _unposted_refund,
        _paid_by_state_only,
        _paid_by_the_books_only,
        _refund_due_of_nothing,
        _invoice_of_another_sum,
        _stock_of_nowhere,
        _promise_to_nobody,
        _unknown_that_nobody_lists,
    ],
)
def test_each_thing_that_does_not_agree_is_named(wrong: Callable[[Order], str]) -> None:
    expected = wrong(three_rates())

    assert expected in list(cross_checks())
    assert not audit_tonight(at=NOON).is_fine


def test_more_credited_than_invoiced_is_named() -> None:
    order = three_rates()
    confirm_payment(payment=attempt(order), at=NOON)
    order.refresh_from_db()
    cancel_order(order=order, at=NOON)
    note = Invoice.objects.get(kind=Invoice.Kind.CREDIT_NOTE)
    with pgtrigger.ignore():
        Invoice.objects.filter(pk=note.pk).update(
            total=note.total - 1, total_net=note.total_net - 1
        )
    invoice = Invoice.objects.invoices().get()
    assert f"more credited than invoiced: {invoice.number}" in list(cross_checks())


def test_a_thousand_of_one_kind_do_not_fill_the_page() -> None:
    for _each in range(MOST_NAMED + 3):
        move(order=three_rates(), step=Step.PAY, at=NOON)

    found = [each for each in cross_checks() if each.startswith("paid, but")]

    assert len(found) == MOST_NAMED + 1
    assert found[-1] == f"paid, but not in the books: {MOST_NAMED + 3} in all"


# --- Who hears of it


def test_books_are_well_for_twenty_six_hours_after_a_look(settings: Any) -> None:
    whole(settings)
    audit_tonight(at=NOON)
    assert books_are_well(at=NOON + timedelta(hours=26))
    assert not books_are_well(at=NOON + timedelta(hours=26, minutes=1))


def test_a_new_shop_is_well_until_something_has_stood_in_its_books() -> None:
    assert books_are_well(at=NOON)
    confirm_payment(payment=attempt(three_rates()), at=NOON)
    assert books_are_well(at=NOON + timedelta(hours=26))
    assert not books_are_well(at=NOON + timedelta(hours=27))


def test_the_shop_is_told_once_a_day() -> None:
    move(order=three_rates(), step=Step.PAY, at=NOON)
    audit_tonight(at=NOON)

    letter = raise_alarm(at=NOON)
    assert letter is not None
    assert letter.to == "kauppa@soluto.fi"
    assert "1 asia, joka ei täsmää" in letter.text
    assert raise_alarm(at=NOON + timedelta(hours=23)) is None
    assert raise_alarm(at=NOON + timedelta(hours=25)) is not None
    assert Letter.objects.count() == 2


def test_nobody_is_told_of_books_that_are_well(settings: Any) -> None:
    whole(settings)
    audit_tonight(at=NOON)
    assert raise_alarm(at=NOON) is None


def test_the_duties_and_the_start_page_turn_red(client: Client, bertil: Account) -> None:
    now = timezone.now()
    move(order=three_rates(), step=Step.PAY, at=now)
    audit_the_books(0)
    assert not BooksAudit.objects.get().is_fine
    assert client.get("/healthz/duties").json()["books"] is False

    BooksAudit.objects.create(at=now + timedelta(seconds=1), debit=0, credit=0)
    assert client.get("/healthz/duties").json()["books"] is True
    assert not BankEntry.objects.exists()
