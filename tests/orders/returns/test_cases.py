"""Law 7: what comes back is credited once, to the cent, and never more than was paid."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from customers.models import Account
from orders.books.models import LedgerAccount, Posting
from orders.checkout.steps import confirm_payment, deliver_order
from orders.delivery.models import DeliveryMethod
from orders.invoicing.models import Invoice
from orders.payments.models import Refund
from orders.payments.states import RefundState
from orders.returns.cases import Found, NotNow, inspect, note_sending, pressing, receive, settle
from orders.returns.following import NotThatWay, accept, take_up
from orders.returns.models import ReturnCase, ReturnLine, WithdrawalNotice
from orders.returns.states import CaseState, Loss, NoticeState, Outcome
from orders.sales.models import Order
from orders.stock.models import Movement
from privacy.outbox.models import Letter
from tests.conftest import NOON
from tests.doors import let_in
from tests.factories import DeliveryMethodFactory, in_stock
from tests.orders.money_matters import TOTAL, attempt, three_rates
from tests.orders.returns.withdrawing import withdraw
from tests.races import at_once

pytestmark = pytest.mark.django_db

BACK = Found(Outcome.RESTOCK)


def bought(**facts: Any) -> Order:
    """Let Anna have paid by the payment service, and got everything."""
    order = three_rates(**facts)
    confirm_payment(payment=attempt(order), at=NOON)
    return deliver_order(order=order, at=NOON)


def returned(order: Order, **quantities: int) -> ReturnCase:
    """Let Anna withdraw from so many pieces, or from everything."""
    said = {order.lines.get(sku=sku).pk: pieces for sku, pieces in quantities.items()}
    notice = withdraw(order=order, quantities=said or None)
    take_up(notice_id=notice.pk, at=NOON)
    return ReturnCase.objects.get(notice=notice)


def inspected(case: ReturnCase, **found: Found) -> ReturnCase:
    receive(case=case, at=NOON)
    seen = {line.pk: found.get(line.order_line.sku, BACK) for line in case.lines.all()}
    return inspect(case=case, found=seen, at=NOON)


def refunded(order: Order) -> Decimal:
    amounts = Refund.objects.filter(payment__order=order).values_list("amount", flat=True)
    return sum(amounts, start=Decimal(0))


def test_all_comes_back_and_all_goes_back_with_the_delivery() -> None:
    order = bought()
    case = returned(order)
    assert (case.state, case.due_date) == (CaseState.ANNOUNCED, date(2026, 12, 7))
    assert Letter.objects.filter(kind="return_instructions", to="anna@example.fi").count() == 1

    done = settle(case=inspected(case), at=NOON)

    note = done.credit_note
    assert note is not None
    assert (note.total, note.reason) == (-TOTAL, Invoice.Reason.WITHDRAWN)
    assert done.delivery_refund == Decimal("5.90")
    [refund] = Refund.objects.all()
    assert (refund.amount, refund.state) == (TOTAL, RefundState.NEW)
    assert refund.payment.order == order
    assert WithdrawalNotice.objects.get(case=case).state == NoticeState.SETTLED
    assert Posting.objects.of(order.pk).on(LedgerAccount.RECEIVABLE).balance() == 0


def test_the_dearer_delivery_is_given_back_up_to_the_cheapest() -> None:
    DeliveryMethod.objects.update(is_active=False)
    DeliveryMethodFactory.create(code="halpa", price=Decimal("3.90"))
    DeliveryMethodFactory.create(code="nouto", kind="pickup", price=Decimal(0))
    DeliveryMethodFactory.create(code="kallis", price=Decimal("5.90"))
    order = bought(delivery_code="kallis")
    done = settle(case=inspected(returned(order)), at=NOON)
    assert done.delivery_refund == Decimal("3.90")
    assert refunded(order) == TOTAL - Decimal("2.00")


def test_who_keeps_a_part_keeps_the_delivery_and_gets_it_with_the_last_part() -> None:
    order = bought()
    first = settle(case=inspected(returned(order, KIRJA=2)), at=NOON)
    assert (first.delivery_refund, refunded(order)) == (Decimal(0), Decimal("49.80"))
    second = settle(case=inspected(returned(order, KIRJA=1, LAMPPU=1, LEHTI=2)), at=NOON)
    assert second.delivery_refund == Decimal("5.90")
    assert refunded(order) == TOTAL


def test_lost_value_is_kept_for_a_reason_and_never_beyond_the_price() -> None:
    order = bought()
    worn = Found(Outcome.WRITE_OFF, Decimal("40.00"), Loss.USED)
    done = settle(case=inspected(returned(order, LAMPPU=1), LAMPPU=worn), at=NOON)
    note = done.credit_note
    assert note is not None
    assert note.total == Decimal("-59.00")
    assert (note.total_net, note.total_vat) == (Decimal("-47.02"), Decimal("-11.98"))
    assert refunded(order) == Decimal("59.00")

    line = returned(order, KIRJA=1).lines.get()
    for facts in (
        {"value_loss": Decimal("24.91"), "loss_reason": Loss.DAMAGED},
        {"value_loss": Decimal("1.00"), "loss_reason": ""},
        {"value_loss": Decimal("-1.00"), "loss_reason": Loss.DAMAGED},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            ReturnLine.objects.filter(pk=line.pk).update(**facts)


def test_where_all_value_is_lost_nothing_is_credited() -> None:
    order = bought()
    gone = Found(Outcome.WRITE_OFF, Decimal("99.00"), Loss.DAMAGED)
    done = settle(case=inspected(returned(order, LAMPPU=1), LAMPPU=gone), at=NOON)
    assert done.state == CaseState.SETTLED
    assert done.credit_note is None
    assert not Refund.objects.exists()


def test_what_can_be_sold_again_is_on_the_shelf_once() -> None:
    order = bought()
    lamp, book = in_stock(5), in_stock(5)
    order.lines.filter(sku="LAMPPU").update(variant=lamp)
    order.lines.filter(sku="KIRJA").update(variant=book)
    torn = Found(Outcome.WRITE_OFF)
    case = inspected(returned(order, LAMPPU=1, KIRJA=2), KIRJA=torn)
    settle(case=case, at=NOON)
    settle(case=case, at=NOON)
    moves = Movement.objects.filter(kind=Movement.Kind.RETURN)
    assert [(move.level.variant, move.change) for move in moves] == [(lamp, 1)]


def test_steps_are_taken_in_their_order_only() -> None:
    case = returned(bought())
    with pytest.raises(NotNow):
        settle(case=case, at=NOON)
    with pytest.raises(NotNow):
        inspect(case=case, found={}, at=NOON)
    receive(case=case, at=NOON)
    with pytest.raises(NotNow):
        receive(case=case, at=NOON)
    with pytest.raises(DatabaseError), transaction.atomic():
        ReturnCase.objects.filter(pk=case.pk).update(state=CaseState.SETTLED, settled_at=NOON)


def test_more_never_comes_back_than_was_ordered() -> None:
    order = bought()
    case = returned(order, KIRJA=2)
    words = withdraw(order=order, products="Kaikki")
    take_up(notice_id=words.pk, at=NOON)
    book = order.lines.get(sku="KIRJA")
    with pytest.raises(NotThatWay):
        accept(notice=words, at=NOON, quantities={book.pk: 2})
    assert ReturnCase.objects.count() == 1
    assert accept(notice=words, at=NOON, quantities={book.pk: 1}).state == NoticeState.TAKEN
    with pytest.raises(IntegrityError), transaction.atomic():
        ReturnLine.objects.create(case=case, order_line=book, quantity=1, price=1)


def test_the_money_waits_for_the_goods_or_a_proof_and_then_presses() -> None:
    case = returned(bought())
    eleventh = NOON + timedelta(days=11)
    assert case.may_wait
    assert pressing(at=NOON + timedelta(days=60)) == 0
    assert not note_sending(case=case, at=NOON).may_wait
    assert pressing(at=eleventh - timedelta(days=1)) == 0
    assert pressing(at=eleventh) == 1
    settle(case=inspected(case), at=NOON)
    assert pressing(at=NOON + timedelta(days=60)) == 0


def test_the_desk_takes_a_return_through_its_steps(client: Client, bertil: Account) -> None:
    order = bought()
    case = returned(order, LAMPPU=1)
    desk = let_in(client, bertil)
    address = f"/admin/orders/returncase/{case.pk}/"
    desk.post(f"{address}step/", {"step": "receive"})
    key = case.lines.get().pk
    said = {f"{key}-outcome": "restock", f"{key}-value_loss": "100", f"{key}-loss_reason": "used"}
    refused = desk.post(
        f"{address}step/", {"step": "inspect", **said}, headers={"accept-language": "en"}
    )
    assert refused.status_code == 200
    case.refresh_from_db()
    assert case.state == CaseState.RECEIVED
    desk.post(f"{address}step/", {"step": "inspect", **said, f"{key}-value_loss": "9,00"})
    desk.post(f"{address}step/", {"step": "settle"})
    case.refresh_from_db()
    assert case.state == CaseState.SETTLED
    assert refunded(order) == Decimal("90.00")
    assert order.number in desk.get(f"{address}change/").content.decode()


@pytest.mark.django_db(transaction=True)
def test_two_of_the_staff_settle_at_once_and_one_refund_is_made() -> None:
    order = bought()
    case = inspected(returned(order))
    done = at_once([lambda: settle(case=case, at=timezone.now())] * 3)
    assert [each for each in done if isinstance(each, Exception)] == []
    assert Invoice.objects.filter(kind=Invoice.Kind.CREDIT_NOTE).count() == 1
    assert refunded(order) == TOTAL
