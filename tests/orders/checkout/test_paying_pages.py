"""Paying at the payment service, page by page."""

from collections.abc import Iterator
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django.fixtures import Settings

from customers.models import Customer
from orders.catalogue.models import Variant
from orders.checkout.paying import begin_payment
from orders.delivery.models import DeliveryMethod
from orders.payments.models import Payment
from orders.payments.states import PaymentState
from orders.sales.models import Order
from orders.sales.states import PaymentStatus
from orders.stock.models import Level
from privacy.outbox.models import Letter
from soluto_shop.local.paytrail.service import Service
from tests.doors import seen_by
from tests.factories import VariantFactory, in_stock
from tests.orders.buying import (
    BANK,
    CHECKOUT,
    CONFIRM,
    fill_in,
    hidden,
    order,
    put,
    see_summary,
)
from tests.orders.offers.couponing import coupon
from tests.orders.paytrail import BACK, STOPPED, at_once_order, finished, played, told

pytestmark = pytest.mark.django_db

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

PAYTRAIL = {
    "account": "375917",
    "secret": "SAIPPUAKAUPPIAS",
    "algorithm": "sha256",
    "address": "https://services.paytrail.com",
}


@pytest.fixture(autouse=True)
def account_for_payments(settings: Settings) -> None:
    settings.BANK_ACCOUNT = BANK


@pytest.fixture
def service(settings: Settings) -> Iterator[Service]:
    with played(settings) as service:
        yield service


@pytest.fixture
def lamp() -> Variant:
    return in_stock(10, variant=VariantFactory.create(sku="LAMPPU", price=Decimal("12.55")))


def ordered(client: Client) -> "Answer":
    put(client, "LAMPPU", 2)
    fill_in(client, payment_method="paytrail")
    return order(client)


def policy_of(page: "Answer") -> str:
    [forms] = [
        part for part in page["Content-Security-Policy"].split("; ") if "form-action" in part
    ]
    return forms


def test_who_orders_goes_straight_on_to_pay_and_comes_back_to_a_paid_order(
    client: Client, service: Service, lamp: Variant
) -> None:
    sent = ordered(client)
    payment = Payment.objects.get()
    assert (sent.status_code, sent["Location"]) == (303, payment.page)
    assert sent["Location"].startswith(service.address)
    assert sent["Referrer-Policy"] == "same-origin", "the service is not told where from"

    back = client.get(f"{BACK}?{finished(service, payment)}")
    bought = Order.objects.get()
    assert (back.status_code, back["Location"]) == (303, f"/en/order/{bought.secret}/")
    assert bought.payment_status == PaymentStatus.PAID
    page = client.get(back["Location"]).content.decode()
    assert "not paid yet" not in page
    assert "IBAN" not in page


def test_what_costs_nothing_is_paid_with_the_order_and_nobody_is_sent_to_pay(
    client: Client, service: Service, lamp: Variant
) -> None:
    DeliveryMethod.objects.filter(code="parcel").update(price=0)
    coupon("KAIKKI", percent="100")
    put(client, "LAMPPU", 2)
    client.post("/en/basket/coupon/", {"code": "KAIKKI"})
    fill_in(client, payment_method="paytrail")
    summary = client.get(CONFIRM)
    assert "There is nothing to pay." in summary.content.decode()
    assert service.address not in summary["Content-Security-Policy"]
    answer = order(client, hidden(summary))

    bought = Order.objects.get()
    assert (answer.status_code, answer["Location"]) == (303, f"/en/order/{bought.secret}/")
    assert bought.total == 0
    assert bought.payment_status == PaymentStatus.PAID
    assert not Payment.objects.exists()
    assert service.bodies == []
    page = client.get(answer["Location"]).content.decode()
    assert "not paid yet" not in page
    assert "IBAN" not in page


def test_ordering_twice_pays_once(client: Client, service: Service, lamp: Variant) -> None:
    put(client, "LAMPPU", 2)
    fill_in(client, payment_method="paytrail")
    seen = see_summary(client)
    assert order(client, seen)["Location"] == order(client, seen)["Location"]
    assert (Order.objects.count(), Payment.objects.count()) == (1, 1)
    assert Level.objects.get().on_hand == 8


def test_only_pages_that_lead_away_name_the_services_host(
    client: Client, service: Service, lamp: Variant
) -> None:
    put(client, "LAMPPU")
    assert policy_of(client.get(CHECKOUT)) == "form-action 'self'"
    fill_in(client, payment_method="invoice")
    assert policy_of(client.get(CONFIRM)) == "form-action 'self'"
    fill_in(client, payment_method="paytrail")
    assert policy_of(client.get(CONFIRM)) == f"form-action 'self' {service.address}"
    unpaid, invoiced = at_once_order(), at_once_order(payment_method="invoice")
    assert service.address in policy_of(client.get(unpaid.get_absolute_url()))
    assert service.address not in policy_of(client.get(invoiced.get_absolute_url()))


@pytest.mark.parametrize("trouble", ["500", "garbage", "unsigned", "reset", "401"])
def test_pa_01_a_service_in_trouble_leaves_an_order_that_can_be_paid_later(
    client: Client, service: Service, lamp: Variant, trouble: str
) -> None:
    service.trouble = trouble
    put(client, "LAMPPU", 2)
    fill_in(client, payment_method="paytrail")
    page = client.post(CONFIRM, see_summary(client), follow=True)
    words = page.content.decode()
    assert page.status_code == 200
    assert "The payment service does not answer just now." in words
    assert Letter.objects.filter(kind="order_placed").count() == 1

    service.trouble = ""
    bought = Order.objects.get()
    again = client.post(f"/en/order/{bought.secret}/pay/")
    assert (again.status_code, again["Location"]) == (
        303,
        Payment.objects.exclude(page="").get().page,
    )


def test_a_buyer_who_stopped_sees_that_the_order_waits_and_pays_again(
    client: Client, service: Service, lamp: Variant
) -> None:
    ordered(client)
    first = Payment.objects.get()
    back = client.get(f"{STOPPED}?{finished(service, first, 'cancel')}", follow=True)
    words = back.content.decode()
    assert "The payment was not made. Nothing was charged, and your order waits." in words
    assert "Pay €31.00" in words

    bought = Order.objects.get()
    client.post(f"/en/order/{bought.secret}/pay/")
    second = Payment.objects.exclude(pk=first.pk).get()
    told(finished(service, second))
    assert {each.state for each in Payment.objects.all()} == {
        PaymentState.FAILED,
        PaymentState.PAID,
    }


def test_while_money_is_on_its_way_the_page_says_so_and_offers_no_second_payment(
    client: Client, service: Service
) -> None:
    unpaid = at_once_order()
    told(finished(service, begin_payment(order=unpaid, at=timezone.now()), "pending"))
    words = client.get(f"/en/order/{unpaid.secret}/").content.decode()
    assert "We are waiting for the confirmation of your payment" in words
    assert "/pay/" not in words
    sent = client.post(f"/en/order/{unpaid.secret}/pay/")
    assert sent["Location"] == f"/en/order/{unpaid.secret}/"
    assert Payment.objects.count() == 1


@pytest.mark.parametrize(
    ("outcome", "said"),
    [
        ("ok", "Thank you, the payment has come"),
        ("pending", "We are waiting for the confirmation of your payment"),
        ("fail", "The payment was not made"),
    ],
)
def test_an_address_of_return_leads_nobody_else_to_the_order(
    service: Service, outcome: str, said: str
) -> None:
    unpaid = at_once_order()
    query = finished(service, begin_payment(order=unpaid, at=timezone.now()), outcome)
    page = Client().get(f"{BACK}?{query}")
    words = page.content.decode()

    assert page.status_code == 200
    assert said in words
    assert page["X-Robots-Tag"] == "noindex, nofollow"
    for secret in (unpaid.secret, unpaid.number, "anna@example.fi", "Virtanen"):
        assert secret not in words


def test_an_address_of_return_that_is_not_signed_says_nothing_of_an_order(
    service: Service,
) -> None:
    page = Client().get(f"{BACK}?checkout-status=ok&checkout-stamp=1")
    assert page.status_code == 200
    assert "Back from the payment service" in page.content.decode()


def test_the_owner_of_an_order_is_led_to_it(service: Service, anna: Customer) -> None:
    unpaid = at_once_order()
    Order.objects.filter(pk=unpaid.pk).update(customer=anna)
    client = seen_by(anna)
    query = finished(service, begin_payment(order=unpaid, at=timezone.now()))
    back = client.get(f"{BACK}?{query}")
    assert (back.status_code, back["Location"]) == (303, f"/en/order/{unpaid.secret}/")


def test_a_foreign_order_is_not_found(service: Service, client: Client) -> None:
    assert client.post("/en/order/nonsense/pay/").status_code == 404
    assert client.get(f"/en/order/{at_once_order().secret}/pay/").status_code == 405


# --- Where it is offered


def test_without_keys_only_the_invoice_is_offered(
    client: Client, settings: Settings, lamp: Variant
) -> None:
    settings.PAYTRAIL = {**PAYTRAIL, "account": "", "secret": ""}
    put(client, "LAMPPU")
    assert 'value="paytrail"' not in client.get(CHECKOUT).content.decode()
    refused = fill_in(client, payment_method="paytrail")
    assert refused.status_code == 400
    assert "Choose a payment method." in refused.content.decode()


def test_with_keys_it_waits_for_the_processors_register(
    client: Client, settings: Settings, lamp: Variant
) -> None:
    settings.PAYTRAIL = PAYTRAIL
    put(client, "LAMPPU")
    assert 'value="paytrail"' not in client.get(CHECKOUT).content.decode()


def test_a_shop_without_a_bank_account_sells_by_the_payment_service(
    client: Client, settings: Settings, service: Service, lamp: Variant
) -> None:
    settings.BANK_ACCOUNT = {"iban": "", "bic": ""}
    put(client, "LAMPPU")
    words = client.get(CHECKOUT).content.decode()
    assert 'value="paytrail" checked' in words
    assert 'value="invoice"' not in words


def test_a_method_that_is_gone_meanwhile_is_asked_for_anew(
    client: Client, settings: Settings, service: Service, lamp: Variant
) -> None:
    put(client, "LAMPPU")
    fill_in(client, payment_method="paytrail")
    seen = hidden(client.get(CONFIRM))
    settings.PAYTRAIL = {**PAYTRAIL, "account": "", "secret": ""}
    page = client.post(CONFIRM, seen, follow=True)
    assert "This payment method is not available now. Choose another." in page.content.decode()
    assert not Order.objects.exists()


def test_the_order_page_asks_the_database_as_often_however_many_payments_there_were(
    client: Client, service: Service
) -> None:
    def questions(unpaid: Order) -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            client.get(unpaid.get_absolute_url())
        return len(asked)

    unpaid = at_once_order()
    begin_payment(order=unpaid, at=timezone.now())
    questions(unpaid)
    before = questions(unpaid)
    for _each in range(3):
        Payment.objects.filter(order=unpaid, state="new").update(state="failed")
        begin_payment(order=unpaid, at=timezone.now())
    assert questions(unpaid) == before


@pytest.mark.parametrize("field", ["note", "first_name", "last_name", "street", "city"])
def test_pa_05_a_card_number_is_refused_wherever_it_is_typed(
    client: Client, service: Service, lamp: Variant, field: str
) -> None:
    put(client, "LAMPPU")
    refused = fill_in(client, **{field: "4153 0139 9970 0313"})
    assert refused.status_code == 400
    assert "Take the card number out, please." in refused.content.decode()
