"""Money that goes back from the desk: sent once, heard once, and never more than is owed."""

from collections.abc import Iterator
from functools import partial

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings

from customers.models import Account
from orders.books.audit import findings
from orders.books.models import LedgerAccount, Posting
from orders.books.operations import owed_back
from orders.checkout import refunding, upkeep
from orders.checkout.paying import begin_payment
from orders.checkout.steps import cancel_order
from orders.desk.today import today
from orders.payments.models import Payment, PaymentEvent, Refund
from orders.payments.operations import ask_refund, ask_refunds, receive
from orders.payments.paytrail import client
from orders.payments.states import RefundState
from orders.sales.models import Order
from orders.sales.states import PaymentStatus
from soluto_shop.local.paytrail.service import Service
from tests.doors import let_in
from tests.factories import StaffFactory
from tests.orders.money_matters import TOTAL
from tests.orders.paytrail import at_once_order, finished, played, theirs, told
from tests.races import at_once

pytestmark = pytest.mark.django_db
REFUND_HEARD = "/payment-service/refund/"


@pytest.fixture
def service(settings: Settings) -> Iterator[Service]:
    with played(settings) as service:
        yield service


@pytest.fixture
def desk(bertil: Account) -> Client:
    return let_in(Client(), bertil)


@pytest.fixture
def order(service: Service) -> Order:
    """Let an order have been paid, and be off: all of it is owed back."""
    order = at_once_order()
    told(finished(service, begin_payment(order=order, at=timezone.now())))
    cancel_order(order=order, at=timezone.now())
    return Order.objects.get(pk=order.pk)


def press(desk: Client, order: Order, doing: str, refund: Refund | None = None) -> list[str]:
    said = {"doing": doing, **({"refund": str(refund.pk)} if refund else {})}
    page = desk.post(reverse("admin:orders_order_refund", args=[order.pk]), said, follow=True)
    order.refresh_from_db()
    return [str(message) for message in page.context["messages"]]


def send() -> Refund:
    refunding.send_waiting(at=timezone.now())
    return Refund.objects.get()


def hear(query: str) -> int:
    return Client().get(f"{REFUND_HEARD}?{query}").status_code


def query_of(service: Service, refund: Refund) -> str:
    transaction = theirs(service, refund.payment)
    return service.query_of(transaction, transaction.refunds[0])


def assert_paid_back(order: Order) -> None:
    order.refresh_from_db()
    assert order.payment_status == PaymentStatus.REFUNDED
    assert owed_back(order) == 0
    assert Posting.objects.on(LedgerAccount.PROVIDER).balance() == 0
    assert list(findings()) == []


def test_what_is_owed_goes_back_the_way_it_came(
    desk: Client, service: Service, order: Order
) -> None:
    press(desk, order, "back")
    press(desk, order, "back")
    refund = send()

    assert (refund.amount, refund.state) == (TOTAL, RefundState.DONE)
    [sent] = theirs(service, refund.payment).refunds
    assert (sent.stamp, sent.amount) == (str(refund.pk), 18940)
    assert_paid_back(order)


def test_a_refund_that_waits_is_counted_when_the_service_says_so(
    desk: Client, service: Service, order: Order
) -> None:
    service.refunds_are = "pending"
    press(desk, order, "back")
    refund = send()
    assert (refund.state, order.payment_status) == (RefundState.PENDING, "refund_due")
    theirs(service, refund.payment).refunds[0].status = "ok"
    query = query_of(service, refund)
    assert [hear(query) for _each in range(3)] == [200, 200, 200]

    assert_paid_back(order)
    heard = PaymentEvent.objects.filter(status="refund ok")
    assert sorted(heard.values_list("verdict", flat=True)) == ["repeated", "repeated", "taken"]


def test_a_refund_whose_call_was_lost_is_asked_after(
    desk: Client, service: Service, order: Order
) -> None:
    service.refunds_are = "pending"
    press(desk, order, "back")
    refund = send()
    theirs(service, refund.payment).refunds[0].status = "ok"
    upkeep.ask_after_payments(at=timezone.now())
    assert_paid_back(order)


def test_a_refund_that_the_service_does_not_know_keeps_no_other_from_being_asked_after(
    desk: Client, service: Service, order: Order
) -> None:
    service.refunds_are = "pending"
    press(desk, order, "back")
    refund = send()
    theirs(service, refund.payment).refunds[0].status = "ok"
    for unknown in ("one", "another"):
        paid = at_once_order()
        payment = Payment.objects.create(
            order=paid,
            provider="paytrail",
            amount=paid.total,
            transaction_id=unknown,
            created_at=timezone.now(),
        )
        cancel_order(order=paid, at=timezone.now())
        receive(payment=payment, at=timezone.now())
        lost = ask_refund(payment=payment, amount=paid.total, at=timezone.now())
        Refund.objects.filter(pk=lost.pk).update(state="pending", transaction_id=unknown)
    upkeep.ask_after_payments(at=timezone.now())
    assert Refund.objects.get(pk=refund.pk).state == RefundState.DONE
    assert Refund.objects.filter(state="pending").count() == 2


def test_a_refund_that_failed_is_owed_as_before_and_paid_by_bank(
    desk: Client, service: Service, order: Order
) -> None:
    service.refunds_are = "fail"
    press(desk, order, "back")
    refund = send()
    assert refund.state == RefundState.FAILED
    assert owed_back(order) == TOTAL

    stuck = reverse("admin:orders_order_changelist") + "?refunds=stuck"
    assert today().refunds_stuck == 1
    assert [row.pk for row in desk.get(stuck).context["cl"].result_list] == [order.pk]
    press(desk, order, "bank")
    assert today().refunds_stuck == 0
    assert list(desk.get(stuck).context["cl"].result_list) == []
    assert order.payment_status == PaymentStatus.REFUNDED
    assert Posting.objects.on(LedgerAccount.BANK).balance() == -TOTAL
    assert Posting.objects.on(LedgerAccount.PROVIDER).balance() == TOTAL
    assert list(findings()) == []


def test_a_way_that_knows_no_refunds_is_told_to_the_desk(
    desk: Client, service: Service, order: Order
) -> None:
    service.refunds_are = "unsupported"
    press(desk, order, "back")
    refund = send()
    assert (refund.state, refund.trouble) == (RefundState.FAILED, "422")
    page = desk.get(reverse("admin:orders_order_change", args=[order.pk]))
    assert "tilisiirrolla" in page.content.decode()


@pytest.mark.parametrize("trouble", ["500", "garbage", "unsigned", "reset"])
def test_what_may_have_arrived_is_not_sent_again_by_itself(
    desk: Client, service: Service, order: Order, trouble: str
) -> None:
    press(desk, order, "back")
    service.trouble = trouble
    refund = send()
    assert (refund.state, refund.trouble) == (RefundState.NEW, "unanswered")
    service.trouble = ""
    assert send().trouble == "unanswered"
    assert theirs(service, refund.payment).refunds == []

    press(desk, order, "again", refund)
    assert send().state == RefundState.DONE
    assert_paid_back(order)


def test_what_has_not_left_is_sent_again_by_itself(
    desk: Client, service: Service, order: Order, settings: Settings
) -> None:
    press(desk, order, "back")
    known = settings.PAYTRAIL
    settings.PAYTRAIL = {**known, "address": "http://127.0.0.1:9"}
    assert (send().state, send().trouble) == (RefundState.NEW, "")
    settings.PAYTRAIL = known
    assert send().state == RefundState.DONE


def test_a_worker_that_died_while_sending_leaves_it_to_the_desk(
    desk: Client, service: Service, order: Order, monkeypatch: pytest.MonkeyPatch
) -> None:
    def die(**_said: object) -> None:
        raise KeyboardInterrupt

    press(desk, order, "back")
    with monkeypatch.context() as patch:
        patch.setattr(client, "send_back", die)
        with pytest.raises(KeyboardInterrupt):
            send()
    assert send().trouble == "sent"
    press(desk, order, "went", Refund.objects.get())
    assert_paid_back(order)


def test_a_forged_or_foreign_word_changes_no_refund(
    desk: Client, service: Service, order: Order
) -> None:
    service.refunds_are = "pending"
    press(desk, order, "back")
    refund = send()
    theirs(service, refund.payment).refunds[0].status = "ok"
    query = query_of(service, refund)
    for forged in (query.replace("18940", "1"), query[:-1], "", "checkout-status=ok"):
        assert hear(forged) == 200
    theirs(service, refund.payment).refunds[0].amount = 1
    assert hear(query_of(service, refund)) == 200
    assert Client().head(f"{REFUND_HEARD}?{query}").status_code == 405
    assert Refund.objects.get().state == RefundState.PENDING


def test_a_failure_after_it_was_paid_back_changes_nothing(
    desk: Client, service: Service, order: Order
) -> None:
    press(desk, order, "back")
    refund = send()
    theirs(service, refund.payment).refunds[0].status = "fail"
    hear(query_of(service, refund))
    assert_paid_back(order)


@pytest.mark.django_db(transaction=True)
def test_ten_workers_and_ten_calls_send_and_count_once(service: Service, order: Order) -> None:
    service.refunds_are = "pending"
    ask_refunds(order=order, at=timezone.now())
    at_once([partial(refunding.send_waiting, at=timezone.now())] * 10)
    refund = Refund.objects.get()
    refunding.send(refund, at=timezone.now())
    assert len([asked for asked, _body in service.bodies if asked.endswith("/refund")]) == 1
    theirs(service, refund.payment).refunds[0].status = "ok"
    query = query_of(service, refund)
    assert at_once([partial(hear, query)] * 10) == [200] * 10
    assert_paid_back(order)


def test_another_orders_refund_is_not_touched(desk: Client, service: Service, order: Order) -> None:
    service.refunds_are = "pending"
    press(desk, order, "back")
    refund = send()
    other = at_once_order()
    press(desk, other, "went", refund)
    assert Refund.objects.get().state == RefundState.PENDING
    assert press(desk, order, "went", None)
    assert press(desk, order, "nonsense", refund)
    assert Refund.objects.get().state == RefundState.PENDING


def test_who_only_looks_sees_the_payments_and_no_buttons(service: Service, order: Order) -> None:
    care = let_in(Client(), StaffFactory.create(role="care", is_superuser=False))
    address = reverse("admin:orders_order_refund", args=[order.pk])
    assert care.post(address, {"doing": "back"}).status_code == 403
    assert not Refund.objects.exists()
    assert Payment.objects.count() == 1
