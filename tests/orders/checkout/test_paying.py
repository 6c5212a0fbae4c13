"""Paying by the payment service: only its word about exactly this payment pays, and once."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from urllib.parse import parse_qs, urlencode

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django.fixtures import Settings

from orders.books.audit import findings
from orders.books.models import LedgerAccount, Posting
from orders.books.operations import owed_back
from orders.checkout import hearing, refunding, upkeep
from orders.checkout.paying import NothingToPay, begin_payment
from orders.checkout.steps import cancel_order, confirm_payment
from orders.invoicing.models import Invoice
from orders.payments.models import Payment, PaymentEvent, Refund
from orders.payments.paytrail.client import Unavailable
from orders.payments.paytrail.signature import sign
from orders.payments.states import PaymentState, RefundState
from orders.sales.models import Order
from orders.sales.states import PaymentStatus, Status
from privacy.outbox.models import Letter
from soluto_shop.local.paytrail.service import Service
from tests.orders.money_matters import TOTAL
from tests.orders.paytrail import BACK, HEARD, SECRET, at_once_order, finished, played, theirs, told
from tests.races import at_once

pytestmark = pytest.mark.django_db

Source = PaymentEvent.Source


@pytest.fixture
def service(settings: Settings) -> Iterator[Service]:
    with played(settings) as service:
        service.clocks_apart = 10**9
        yield service


def begun(order: Order | None = None) -> Payment:
    return begin_payment(order=order or at_once_order(), at=timezone.now())


def again(order: Order) -> Order:
    return Order.objects.get(pk=order.pk)


def verdicts() -> list[tuple[str, str, str, str]]:
    rows = PaymentEvent.objects.exclude(source=Source.CREATED).order_by("at", "pk")
    return sorted(rows.values_list("source", "verdict", "why", "status"))


def altered(query: str, *, secret: str = SECRET, **said: str) -> str:
    """Change what a query says, and sign it anew."""
    params = {name: values[0] for name, values in parse_qs(query).items() if name != "signature"}
    params |= {f"checkout-{name.replace('_', '-')}": value for name, value in said.items()}
    algorithm = params["checkout-algorithm"]
    signature = sign(
        secret=secret,
        algorithm=algorithm if algorithm in ("sha256", "sha512") else "sha256",
        params=params,
    )
    return urlencode({**params, "signature": signature})


def assert_paid_once(order: Order) -> None:
    order = again(order)
    assert order.payment_status == PaymentStatus.PAID
    assert order.events.filter(kind="pay").count() == 1
    assert Posting.objects.on(LedgerAccount.PROVIDER).balance() == TOTAL
    assert Posting.objects.on(LedgerAccount.RECEIVABLE).balance() == 0
    assert Invoice.objects.count() == 1
    assert Letter.objects.filter(kind="order_paid").count() == 1
    assert list(findings()) == []


# --- Beginning


def test_pa_06_a_begun_payment_knows_its_page_and_bears_no_trace_of_the_buyer(
    service: Service,
) -> None:
    order = at_once_order()
    payment = begun(order)

    assert (payment.amount, payment.state) == (TOTAL, PaymentState.NEW)
    assert payment.page == f"{service.address}/pay/{payment.transaction_id}"
    known = theirs(service, payment)
    assert (known.stamp, known.reference) == (str(payment.pk), order.reference)
    for address in (payment.page, *known.redirects.values(), *known.callbacks.values()):
        for secret in ("anna", "virtanen", order.secret, order.number, "@"):
            assert secret not in address.lower()


def test_the_same_page_is_used_again_for_a_while_and_then_another(service: Service) -> None:
    order = at_once_order()
    now = timezone.now()
    first = begin_payment(order=order, at=now)

    assert begin_payment(order=order, at=now + timedelta(minutes=5)) == first
    assert begin_payment(order=order, at=now + timedelta(minutes=30)) != first


@pytest.mark.parametrize("trouble", ["500", "garbage", "unsigned", "reset", "401", "400"])
def test_pa_01_trouble_at_the_beginning_leaves_the_order_waiting(
    service: Service, trouble: str
) -> None:
    order = at_once_order()
    service.trouble = trouble
    with pytest.raises(Unavailable):
        begun(order)

    payment = Payment.objects.get()
    assert (payment.state, payment.page) == (PaymentState.FAILED, "")
    assert PaymentEvent.objects.get().verdict == PaymentEvent.Verdict.REFUSED
    assert again(order).payment_status == PaymentStatus.UNPAID
    service.trouble = ""
    assert begun(order).page


def test_nothing_is_begun_for_what_is_paid_off_forgotten_or_by_invoice(service: Service) -> None:
    paid = at_once_order()
    told(finished(service, begun(paid)))
    off = at_once_order()
    cancel_order(order=off, at=timezone.now())
    forgotten = at_once_order()
    Order.objects.filter(pk=forgotten.pk).update(email="")
    waiting = at_once_order()
    told(finished(service, begun(waiting), "pending"))
    for order in (paid, off, forgotten, waiting, at_once_order(payment_method="invoice")):
        with pytest.raises(NothingToPay):
            begun(again(order))


# --- Hearing


def test_the_services_call_pays_the_order(service: Service) -> None:
    order = at_once_order()
    answer = told(finished(service, begun(order)))

    assert (answer.status_code, answer.content) == (200, b"")
    assert_paid_once(order)
    payment = Payment.objects.get()
    assert (payment.state, payment.method) == (PaymentState.PAID, "osuuspankki")
    assert verdicts() == [("callback", "taken", "", "ok")]


def test_twice_is_once(service: Service) -> None:
    order = at_once_order()
    query = finished(service, begun(order))
    assert [told(query).status_code for _each in range(3)] == [200, 200, 200]

    assert_paid_once(order)
    assert [verdict for _source, verdict, _why, _status in verdicts()] == [
        "repeated",
        "repeated",
        "taken",
    ]


@pytest.mark.parametrize("first", ["callback", "return"])
def test_the_call_and_the_browser_come_in_any_order(service: Service, first: str) -> None:
    order = at_once_order()
    query = finished(service, begun(order))
    ways = {"callback": HEARD, "return": BACK}
    for way in (first, *(name for name in ways if name != first)):
        assert Client().get(f"{ways[way]}?{query}").status_code == 200

    assert_paid_once(order)
    assert {source for source, *_rest in verdicts()} == {"callback", "return"}


def test_the_return_alone_pays_too(service: Service) -> None:
    order = at_once_order()
    Client().get(f"{BACK}?{finished(service, begun(order))}")
    assert_paid_once(order)


@pytest.mark.django_db(transaction=True)
def test_law_6_twenty_calls_and_the_browser_at_once_pay_once(service: Service) -> None:
    order = at_once_order()
    query = finished(service, begun(order))

    def comes_back() -> int:
        return Client().get(f"{BACK}?{query}").status_code

    def is_told() -> int:
        return told(query).status_code

    assert at_once([*[is_told] * 20, comes_back]) == [200] * 21
    assert_paid_once(order)
    assert Payment.objects.count() == 1
    counted = [verdict for _source, verdict, _why, _status in verdicts()]
    assert (counted.count("taken"), counted.count("repeated")) == (1, 20)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"amount": "1"}, "amount"),
        ({"amount": "18941"}, "amount"),
        ({"amount": "018940"}, "amount"),
        ({"currency": "SEK"}, "currency"),
        ({"reference": "1232"}, "reference"),
        ({"transaction_id": "x"}, "transaction"),
        ({"status": "paid"}, "status"),
        ({"status": ""}, "status"),
        ({"stamp": "x"}, "stamp"),
        ({"stamp": "0b0d5b68-6d2a-4b58-8d9b-000000000000"}, "stamp"),
        ({"account": "695861"}, "signature"),
        ({"algorithm": "sha512"}, "signature"),
        ({"algorithm": "md5"}, "signature"),
    ],
)
def test_a_signed_word_about_another_payment_does_not_pay(
    service: Service, said: dict[str, str], why: str
) -> None:
    order = at_once_order()
    query = finished(service, begun(order))
    assert told(altered(query, **said)).status_code == 200

    assert again(order).payment_status == PaymentStatus.UNPAID
    assert Payment.objects.get().state == PaymentState.NEW
    assert [(verdict, code) for _source, verdict, code, _status in verdicts()] == [("refused", why)]
    told(query)
    assert_paid_once(order)


def test_an_unknown_field_that_is_signed_does_not_disturb(service: Service) -> None:
    order = at_once_order()
    told(altered(finished(service, begun(order)), settlement_reference="7") + "&utm_source=mail")
    assert_paid_once(order)


def test_a_forged_word_pays_nothing_and_names_no_payment(service: Service) -> None:
    order = at_once_order()
    query = finished(service, begun(order))
    forged = [
        query.replace("checkout-amount=18940", "checkout-amount=1"),
        query.partition("&signature=")[0],
        altered(query, secret="MONISAIPPUAKAUPPIAS"),
        query + "&checkout-new=1",
        query + "&checkout-status=fail",
        "",
    ]
    for each in forged:
        assert told(each).status_code == 200

    assert again(order).payment_status == PaymentStatus.UNPAID
    assert verdicts() == [("callback", "refused", "signature", "")] * len(forged)
    assert not PaymentEvent.objects.filter(why="signature", payment__isnull=False).exists()


def test_a_failure_signed_as_such_is_no_success_with_its_status_changed(service: Service) -> None:
    order = at_once_order()
    query = finished(service, begun(order), "fail")
    told(query.replace("checkout-status=fail", "checkout-status=ok"))
    assert again(order).payment_status == PaymentStatus.UNPAID


def test_a_flood_of_forgeries_is_not_written_down(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hearing, "MOST_FORGERIES", 3)
    for _each in range(5):
        assert told("checkout-status=ok&signature=x").status_code == 200
    assert PaymentEvent.objects.count() == 3


def test_one_orders_word_does_not_pay_another(service: Service) -> None:
    one, other = at_once_order(), at_once_order()
    query = finished(service, begun(one))
    payment = begun(other)
    told(altered(query, stamp=str(payment.pk)))

    assert again(other).payment_status == PaymentStatus.UNPAID
    assert again(one).payment_status == PaymentStatus.UNPAID


@pytest.mark.parametrize("method", ["head", "post", "options"])
@pytest.mark.parametrize("path", [HEARD, BACK])
def test_pa_08_only_a_get_acts(service: Service, method: str, path: str) -> None:
    order = at_once_order()
    query = finished(service, begun(order))
    answer = getattr(Client(), method)(f"{path}?{query}")

    assert answer.status_code == 405
    assert again(order).payment_status == PaymentStatus.UNPAID
    assert verdicts() == []


def test_a_failure_after_success_is_passed_over(service: Service) -> None:
    order = at_once_order()
    query = finished(service, begun(order))
    told(query)
    for status in ("fail", "pending"):
        told(altered(query, status=status))

    assert_paid_once(order)
    assert sorted(why for _source, _verdict, why, _status in verdicts()) == [
        "",
        "settled",
        "settled",
    ]


def test_success_after_failure_counts(service: Service) -> None:
    order = at_once_order()
    payment = begun(order)
    told(finished(service, payment, "fail"))
    assert Payment.objects.get().state == PaymentState.FAILED
    told(finished(service, payment))
    assert_paid_once(order)


@pytest.mark.parametrize("waiting", ["pending", "delayed"])
def test_pa_09_what_waits_is_paid_when_it_is_paid(service: Service, waiting: str) -> None:
    order = at_once_order()
    payment = begun(order)
    query = finished(service, payment, waiting)
    told(query)
    told(query)
    assert again(order).payment_status == PaymentStatus.UNPAID
    assert Payment.objects.get().state == PaymentState.PENDING
    assert not Letter.objects.filter(kind="order_paid").exists()

    told(finished(service, payment))
    assert_paid_once(order)


def test_a_call_that_comes_before_the_answer_was_noted_counts(service: Service) -> None:
    order = at_once_order()
    payment = begun(order)
    query = finished(service, payment)
    Payment.objects.filter(pk=payment.pk).update(transaction_id="", page="")
    told(query)
    assert_paid_once(order)
    assert Payment.objects.get().transaction_id == payment.transaction_id


# --- Money that nobody asked for


def test_pa_03_paid_twice_in_two_tabs_the_second_goes_back(service: Service) -> None:
    order = at_once_order()
    now = timezone.now()
    first = begin_payment(order=order, at=now)
    second = begin_payment(order=order, at=now + timedelta(minutes=30))
    told(finished(service, first))
    told(finished(service, second))

    assert again(order).payment_status == PaymentStatus.PAID
    assert owed_back(order) == TOTAL
    [refund] = Refund.objects.all()
    assert (refund.payment, refund.amount, refund.state) == (second, TOTAL, RefundState.NEW)
    assert Letter.objects.filter(kind="order_paid").count() == 1
    refunding.send_waiting(at=timezone.now())
    assert Refund.objects.get().state == RefundState.DONE
    assert owed_back(order) == 0
    assert_paid_once(order)


def test_money_for_a_cancelled_order_goes_back(service: Service) -> None:
    order = at_once_order()
    payment = begun(order)
    cancel_order(order=order, at=timezone.now())
    told(finished(service, payment))

    assert again(order).payment_status == PaymentStatus.REFUND_DUE
    assert not Letter.objects.filter(kind="order_paid").exists()
    refunding.send_waiting(at=timezone.now())
    assert again(order).payment_status == PaymentStatus.REFUNDED
    assert Posting.objects.on(LedgerAccount.PROVIDER).balance() == 0
    assert list(findings()) == []


# --- What was never heard of


def test_pa_02_a_lost_call_is_made_good_within_ten_minutes_and_once(service: Service) -> None:
    order = at_once_order()
    payment = begun(order)
    finished(service, payment)
    now = payment.created_at
    assert upkeep.ask_after_payments(at=now + timedelta(minutes=4)) == 0
    for minutes in (6, 10):
        upkeep.ask_after_payments(at=now + timedelta(minutes=minutes))

    assert_paid_once(order)
    assert verdicts() == [("poll", "taken", "", "ok")]


def test_asking_after_what_nobody_paid_leaves_no_trace(service: Service) -> None:
    payment = begun()
    assert upkeep.ask_after_payments(at=payment.created_at + timedelta(minutes=6)) == 1
    assert verdicts() == []


@pytest.mark.parametrize("trouble", ["500", "unsigned", "garbage", "404", "reset"])
def test_an_answer_that_cannot_be_used_changes_nothing(service: Service, trouble: str) -> None:
    payment = begun()
    finished(service, payment)
    service.trouble = trouble
    upkeep.ask_after_payments(at=payment.created_at + timedelta(minutes=6))
    assert Payment.objects.get().state == PaymentState.NEW
    assert verdicts() == []


@pytest.mark.parametrize("trouble", ["500", "unsigned", "garbage", "404", "reset"])
def test_one_answer_that_cannot_be_used_keeps_no_other_payment_from_being_asked_after(
    service: Service, trouble: str
) -> None:
    now = timezone.now()
    orders = [at_once_order() for _each in range(3)]
    paid = [begin_payment(order=order, at=now) for order in orders]
    for payment in paid:
        finished(service, payment)
    latest = max(paid, key=lambda payment: payment.created_at)
    service.troubles = {latest.transaction_id: trouble}
    assert upkeep.ask_after_payments(at=now + timedelta(minutes=6)) == 3

    states = {payment.pk: payment.state for payment in Payment.objects.all()}
    assert states.pop(latest.pk) == PaymentState.NEW
    assert set(states.values()) == {PaymentState.PAID}


@pytest.mark.parametrize("trouble", ["401", "500"])
def test_a_service_that_answers_nobody_is_left_alone_until_the_next_time(
    service: Service, trouble: str
) -> None:
    now = timezone.now()
    for _each in range(6):
        begin_payment(order=at_once_order(), at=now)
    asked = len(service.bodies)
    service.trouble = trouble
    upkeep.ask_after_payments(at=now + timedelta(minutes=6))
    assert len(service.bodies) - asked == {"401": 1, "500": 3}[trouble]


# --- In the end


def patience(settings: Settings) -> timedelta:
    return timedelta(hours=settings.PAYTRAIL_PATIENCE, minutes=1)


def test_an_order_that_nobody_pays_is_cancelled_with_a_letter(
    service: Service, settings: Settings
) -> None:
    order = at_once_order(at=timezone.now())
    begun(order)
    invoiced = at_once_order(payment_method="invoice", at=timezone.now())
    assert upkeep.cancel_unpaid(at=order.placed_at + timedelta(hours=23)) == 0
    assert upkeep.cancel_unpaid(at=order.placed_at + patience(settings)) == 1
    assert upkeep.cancel_unpaid(at=order.placed_at + patience(settings)) == 0

    assert again(order).status == Status.CANCELLED
    assert again(invoiced).status == Status.PLACED
    letter = Letter.objects.get(kind="order_cancelled")
    assert "was cancelled because it was not paid in time." in letter.text
    assert "was cancelled because it was not paid in time." in letter.html


def test_an_order_that_was_paid_unheard_is_not_cancelled(
    service: Service, settings: Settings
) -> None:
    order = at_once_order(at=timezone.now())
    finished(service, begun(order))
    assert upkeep.cancel_unpaid(at=order.placed_at + patience(settings)) == 0
    assert_paid_once(order)


@pytest.mark.parametrize("trouble", ["", "500"])
def test_nothing_is_cancelled_while_money_may_be_on_its_way(
    service: Service, settings: Settings, trouble: str
) -> None:
    order = at_once_order(at=timezone.now())
    finished(service, begun(order), "pending" if not trouble else "ok")
    service.trouble = trouble
    assert upkeep.cancel_unpaid(at=order.placed_at + patience(settings)) == 0
    assert again(order).status == Status.PLACED


@pytest.mark.parametrize("last", ["new", "pending"])
def test_a_payment_that_the_service_does_not_know_keeps_no_order_for_ever(
    service: Service, settings: Settings, last: str
) -> None:
    order = at_once_order(at=timezone.now())
    payment = begun(order)
    if last == "pending":
        told(finished(service, payment, "pending"))
    query = finished(service, payment)
    late = order.placed_at + patience(settings)
    service.troubles = {payment.transaction_id: "unsigned"}
    assert upkeep.cancel_unpaid(at=late) == 0
    service.troubles = {payment.transaction_id: "404"}
    assert upkeep.cancel_unpaid(at=late) == 1

    assert again(order).status == Status.CANCELLED
    assert Payment.objects.get().state == PaymentState.FAILED
    assert ("poll", "refused", "404", "") in verdicts()
    told(query)
    assert again(order).payment_status == PaymentStatus.REFUND_DUE
    assert Refund.objects.get().amount == TOTAL


def test_nothing_is_cancelled_while_somebody_is_at_the_page(
    service: Service, settings: Settings
) -> None:
    order = at_once_order(at=timezone.now())
    late = order.placed_at + patience(settings)
    begin_payment(order=order, at=late - timedelta(minutes=10))
    assert upkeep.cancel_unpaid(at=late) == 0


def test_a_part_that_was_paid_is_left_to_the_staff(service: Service, settings: Settings) -> None:
    order = at_once_order(at=timezone.now())
    Payment.objects.create(
        order=order, provider="bank", amount=Decimal("1.00"), created_at=order.placed_at
    )
    payment = Payment.objects.get()
    confirm_payment(payment=payment, at=order.placed_at)
    assert upkeep.cancel_unpaid(at=order.placed_at + patience(settings)) == 0
