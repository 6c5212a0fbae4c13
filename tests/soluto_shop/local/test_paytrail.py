"""The played payment service is as strict as the real one, and calls this machine only."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPResponse
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

import pytest

from orders.payments.paytrail.signature import is_signed, sign
from soluto_shop.local import surroundings
from soluto_shop.local.paytrail import service as played
from soluto_shop.local.paytrail.server import playing
from soluto_shop.local.paytrail.service import Service, call
from tests.conftest import NOON

SECRET = "SAIPPUAKAUPPIAS"
BODY: dict[str, Any] = {
    "stamp": "stamp-1",
    "reference": "123453",
    "amount": 1525,
    "currency": "EUR",
    "language": "SV",
    "items": [{"unitPrice": 1525, "units": 1, "vatPercentage": 25.5, "productCode": "25.5"}],
    "customer": {"email": "anna@example.fi"},
    "redirectUrls": {"success": "http://localhost/a/", "cancel": "http://localhost/b/"},
    "callbackUrls": {"success": "http://localhost/c/", "cancel": "http://localhost/c/"},
}


@pytest.fixture
def service() -> Iterator[Service]:
    with playing(Service(account="375917", secret=SECRET)) as service:
        service.clock = NOON.timestamp
        yield service


class Said:
    """An answer that was read."""

    def __init__(self, answer: HTTPResponse) -> None:
        self.status = answer.status
        self.headers = {name.lower(): value for name, value in answer.getheaders()}
        self.body = answer.read()


def ask(service: Service, method: str, path: str, body: bytes, headers: dict[str, str]) -> Said:
    connection = HTTPConnection("127.0.0.1", urlsplit(service.address).port, timeout=5)
    try:
        connection.request(method, path, body=body or None, headers=headers)
        return Said(connection.getresponse())
    finally:
        connection.close()


def signed(service: Service, verb: str, path: str, body: object = None, **said: str) -> Said:
    raw = b"" if body is None else json.dumps(body).encode()
    params = {
        "checkout-account": "375917",
        "checkout-algorithm": "sha256",
        "checkout-method": verb,
        "checkout-nonce": str(uuid4()),
        "checkout-timestamp": NOON.isoformat(),
    } | {f"checkout-{name}": value for name, value in said.items()}
    signature = sign(secret=SECRET, algorithm="sha256", params=params, body=raw)
    return ask(service, verb, path, raw, {**params, "signature": signature})


def test_a_payment_is_begun_and_asked_after_and_all_answers_are_signed(service: Service) -> None:
    begun = signed(service, "POST", "/payments", BODY)
    key = json.loads(begun.body)["transactionId"]
    known = signed(service, "GET", f"/payments/{key}")

    assert (begun.status, known.status) == (201, 200)
    assert json.loads(known.body)["status"] == "new"
    for answer in (begun, known, signed(service, "GET", "/payments/unknown")):
        assert is_signed(
            answer.headers["signature"],
            secret=SECRET,
            algorithm="sha256",
            params=answer.headers,
            body=answer.body,
        )
        assert answer.headers["request-id"]


@pytest.mark.parametrize(
    "said",
    [
        {"account": "1"},
        {"method": "GET"},
        {"algorithm": "md5"},
        {"timestamp": "2026-11-23T09:30:00Z"},
        {"timestamp": "2026-11-23T10:00:00"},
        {"timestamp": "now"},
        {"nonce": ""},
    ],
    ids=str,
)
def test_what_is_not_signed_as_agreed_is_not_heard(service: Service, said: dict[str, str]) -> None:
    assert signed(service, "POST", "/payments", BODY, **said).status == 401
    assert service.transactions.all == {}


def test_a_nonce_serves_once(service: Service) -> None:
    answers = [
        signed(service, "POST", "/payments", {**BODY, "stamp": stamp}, nonce="same").status
        for stamp in ("1", "2")
    ]
    assert answers == [201, 401]


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ({"amount": 0}, "amount"),
        ({"amount": 15.25}, "amount"),
        ({"amount": 99_999_999}, "amount"),
        ({"amount": 1526}, "items.sum"),
        ({"currency": "SEK"}, "currency"),
        ({"language": "DE"}, "language"),
        ({"stamp": "x" * 201}, "stamp"),
        ({"reference": ""}, "reference"),
        ({"customer": {}}, "customer.email"),
        ({"redirectUrls": {"success": "http://shop.example/", "cancel": "x"}}, "redirectUrls"),
        ({"items": [{"unitPrice": 1525, "units": 1, "vatPercentage": 25.55}]}, "items"),
    ],
    ids=str,
)
def test_a_body_that_breaks_a_rule_is_refused_with_its_name(
    service: Service, said: dict[str, Any], fault: str
) -> None:
    refused = signed(service, "POST", "/payments", {**BODY, **said})
    assert refused.status == 400
    assert any(name.startswith(fault) for name in json.loads(refused.body)["meta"])


def test_a_stamp_serves_once(service: Service) -> None:
    assert [signed(service, "POST", "/payments", BODY).status for _each in "12"] == [201, 400]


@pytest.mark.parametrize(
    ("calls", "times"), [("before", 1), ("twice", 2), ("at_once", 5), ("after", 1), ("never", 0)]
)
def test_the_shop_is_called_as_it_was_chosen(
    service: Service, monkeypatch: pytest.MonkeyPatch, calls: str, times: int
) -> None:
    called: list[str] = []
    monkeypatch.setattr(played, "call", called.append)
    monkeypatch.setattr(played, "SECONDS_LATER", 0)
    signed(service, "POST", "/payments", BODY)
    [transaction] = service.transactions.all.values()
    said = urlencode({"outcome": "ok", "calls": calls}).encode()
    left = ask(service, "POST", f"/pay/{transaction.id}", said, {})
    for thread in service.calls:
        thread.join()

    assert left.status == 303
    assert left.headers["location"].startswith("http://localhost/a/?checkout-account=375917&")
    assert len(called) == times
    assert all(address.startswith("http://localhost/c/?") for address in called)


def test_a_failure_returns_to_the_other_address(service: Service) -> None:
    signed(service, "POST", "/payments", BODY)
    [transaction] = service.transactions.all.values()
    assert service.finish(transaction, "cancel", "never").startswith("http://localhost/b/?")


@pytest.mark.parametrize(
    ("language", "title"),
    [("FI", "Maksa tilauksesi"), ("SV", "Betala din beställning"), ("EN", "Pay your order")],
)
def test_the_page_speaks_the_buyers_language(service: Service, language: str, title: str) -> None:
    signed(service, "POST", "/payments", {**BODY, "language": language})
    [transaction] = service.transactions.all.values()
    page = ask(service, "GET", f"/pay/{transaction.id}", b"", {})
    words = page.body.decode()
    assert title in words
    assert f'lang="{language.lower()}"' in words
    assert "anna@example.fi" not in words
    assert "<script" not in words
    assert "default-src 'none'" in page.headers["content-security-policy"]


def test_what_goes_wrong_is_chosen_on_its_own_page(service: Service) -> None:
    said = urlencode({"trouble": "500", "refunds": "pending"}).encode()
    assert ask(service, "POST", "/", said, {}).status == 303
    assert (service.trouble, service.refunds_are) == ("500", "pending")
    assert signed(service, "POST", "/payments", BODY).status == 500
    ask(service, "POST", "/", urlencode({"trouble": "nonsense"}).encode(), {})
    assert service.trouble == ""


@pytest.mark.parametrize("path", ["/pay/x", "/nothing", "/payments/a/b/c"])
def test_unknown_addresses_are_not_found(service: Service, path: str) -> None:
    assert ask(service, "GET", path, b"", {}).status in (401, 404)


def test_another_machine_is_never_called() -> None:
    assert call("http://shop.example/c/?x=1") == 0


def test_keys_of_a_real_service_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    real = {"PAYTRAIL_ACCOUNT": "1"}
    monkeypatch.setattr(os, "environ", real)
    assert not surroundings.play_payments(5)
    assert real == {"PAYTRAIL_ACCOUNT": "1"}

    bare: dict[str, str] = {}
    monkeypatch.setattr(os, "environ", bare)
    assert surroundings.play_payments(5)
    assert bare["PAYTRAIL_ADDRESS"] == "http://127.0.0.1:5"
    assert bare["PAYTRAIL_ACCOUNT"]
    assert len(bare["PAYTRAIL_SECRET"]) > 20


def test_a_moment_with_its_zone_is_needed() -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC).timestamp()
    assert played._age("2026-11-23T00:00:30Z", now) == 30
    assert played._age("2026-11-23T00:00:30", now) > 10**9
