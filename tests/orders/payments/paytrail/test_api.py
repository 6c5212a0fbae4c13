"""What is said to the service and heard of it, by its own description (`paytrail_api.json`)."""

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest
from django.conf import settings as shop
from django.utils import timezone
from pytest_django.fixtures import Settings

from orders.checkout import refunding
from orders.checkout.paying import begin_payment
from orders.checkout.steps import cancel_order
from orders.payments.models import PaymentEvent, Refund
from orders.payments.operations import ask_refunds
from orders.payments.paytrail import client
from orders.payments.paytrail.words import BEGUN, FAILED, PAID, WAITING
from orders.sales.models import Order
from privacy.egress.web import Answer, call
from soluto_shop.local.paytrail import rules
from soluto_shop.local.paytrail.service import Service
from tests.orders.paytrail import at_once_order, finished, played, told

API = json.loads(
    (Path(__file__).parents[3] / "data" / "paytrail_api.json").read_text(encoding="utf-8")
)
CREATE, ITEM = API["create_request"], API["item"]

pytestmark = pytest.mark.django_db


@pytest.fixture
def service(settings: Settings) -> Iterator[Service]:
    with played(settings) as service:
        yield service


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, Mapping[str, str]]]:
    """Keep how each question left: its method, its path, and what stood in its head."""
    heads: list[tuple[str, str, Mapping[str, str]]] = []

    def heard(address: str, *, method: str, headers: Mapping[str, str], **said: Any) -> Answer:
        path = "/" + address.split("://", 1)[1].partition("/")[2]
        heads.append((method, path, headers))
        return call(address, method=method, headers=headers, **said)

    monkeypatch.setattr(client, "call", heard)
    return heads


def body_of(service: Service, place: int = -1) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(service.bodies[place][1])
    return said


def dotted(said: Mapping[str, Any], before: str = "") -> Iterator[str]:
    for name, value in said.items():
        yield before + name
        if isinstance(value, dict):
            yield from dotted(value, f"{before}{name}.")


def test_it_is_known_where_the_description_comes_from() -> None:
    assert API["source"].startswith("github paytrail/api-documentation@8c1b5e0")
    assert API["base"] == "https://services.paytrail.com"


def test_a_payment_says_all_that_is_required_and_nothing_that_is_not_described(
    service: Service,
) -> None:
    begin_payment(order=at_once_order(), at=timezone.now())
    said = body_of(service)

    assert set(CREATE["required"]) <= set(dotted(said))
    assert set(said) <= {*CREATE, "customer"} - {"required"}
    assert said["currency"] in CREATE["currency"]
    assert {code.upper() for code, _name in shop.LANGUAGES} == set(CREATE["language"])
    for item in said["items"]:
        assert set(ITEM["required"]) == set(item)
        assert item["units"] == 1
    # With one decimal, as digits: 25.5, not 25.50 or "25.5".
    rates = re.findall(r'"vatPercentage": ([^,]+),', service.bodies[-1][1].decode())
    assert rates == ["10.0", "13.5", "25.5"]
    assert sum(item["unitPrice"] for item in said["items"]) == said["amount"] == 18940


def test_no_name_address_or_number_of_a_company_goes_along(service: Service) -> None:
    begin_payment(order=at_once_order(), at=timezone.now())
    said = body_of(service)
    assert set(said["customer"]) == {"email"}
    assert "address" in CREATE
    assert not {"deliveryAddress", "invoicingAddress", "address"} & set(said)


def test_the_largest_amount_is_the_smaller_of_the_two_that_are_described() -> None:
    named = [int(number) for number in re.findall(r"\d{8}", CREATE["amount"])]
    assert (len(named), min(named)) == (2, rules.LARGEST_AMOUNT)


def test_every_status_that_is_described_is_known() -> None:
    assert {BEGUN, PAID, FAILED, *WAITING} == set(API["statuses"])


def test_each_question_has_the_head_and_the_place_that_are_described(
    service: Service, asked: list[tuple[str, str, Mapping[str, str]]]
) -> None:
    order = at_once_order()
    payment = begin_payment(order=order, at=timezone.now())
    client.ask_status(transaction_id=payment.transaction_id, about=order.pk, at=timezone.now())
    told(finished(service, payment))
    cancel_order(order=order, at=timezone.now())
    ask_refunds(order=order, at=timezone.now())
    refunding.send_waiting(at=timezone.now())
    assert Refund.objects.get().state == "done"

    described = {
        (method, path.replace("{transactionId}", payment.transaction_id))
        for method, path, _status, _name in API["endpoints"]
    }
    assert {(method, path) for method, path, _head in asked} == described
    always = {name.split()[0] for name in API["headers"]} - {"content-type:"}
    for method, path, head in asked:
        wanted = always if path != "/payments" else always - {"checkout-transaction-id"}
        assert set(head) == wanted | ({"content-type"} if method == "POST" else set())
        assert head["checkout-method"] == method
    refund = body_of(service)
    assert set(refund) == {"amount", "refundStamp", "refundReference", "callbackUrls"}
    assert all(name in API["refund"]["request"] for name in refund)


def test_whatever_parameter_is_described_is_heard_with_its_signature(service: Service) -> None:
    order = at_once_order()
    query = finished(service, begin_payment(order=order, at=timezone.now()))
    described = {name.split()[0] for name in API["redirect_params"]}
    assert described - set(parse_qs(query)) == {"checkout-settlement-reference"}

    told(query + "&checkout-settlement-reference=1")
    assert PaymentEvent.objects.filter(why="signature").exists()
    assert Order.objects.get(pk=order.pk).payment_status == "unpaid"
    told(query)
    assert Order.objects.get(pk=order.pk).payment_status == "paid"


def test_answers_say_no_more_than_is_described(service: Service) -> None:
    order = at_once_order()
    payment = begin_payment(order=order, at=timezone.now())
    facts = service._facts(service.transactions.all[payment.transaction_id], None)
    assert set(facts) <= set(API["get_response"])
    assert Decimal(str(facts["amount"])) / 100 == payment.amount


@pytest.mark.parametrize("account", API["test_accounts"], ids=lambda each: each["kind"])
def test_both_accounts_of_the_description_sign_and_are_told_apart(
    service: Service, settings: Settings, account: dict[str, str]
) -> None:
    ours = {name: account[name] for name in ("account", "secret")}
    settings.PAYTRAIL = {**settings.PAYTRAIL, **ours}
    if ours["account"] == service.account:
        assert begin_payment(order=at_once_order(), at=timezone.now()).page
    else:
        with pytest.raises(client.Unavailable):
            begin_payment(order=at_once_order(), at=timezone.now())
