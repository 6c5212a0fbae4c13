"""What the shop says to the payment service, and which of its answers it believes."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st
from pytest_django.fixtures import Settings

from orders.money import to_cents
from orders.payments.paytrail import client
from orders.payments.paytrail.breaker import Breaker, Resting
from orders.payments.paytrail.client import Begun, Unavailable
from privacy.egress.models import Transfer
from privacy.egress.web import Answer
from privacy.registry import Role
from soluto_shop.local.paytrail.service import Service
from tests.conftest import NOON
from tests.factories import ProcessorFactory
from tests.orders.paytrail import played

pytestmark = pytest.mark.django_db

ROWS = {Decimal("25.5"): Decimal("102.21"), Decimal("13.5"): Decimal("87.19")}


@pytest.fixture
def service(settings: Settings) -> Iterator[Service]:
    with played(settings) as service:
        service.clock = NOON.timestamp
        yield service


def begin(*, stamp: UUID | None = None, amount: str = "189.40", hours: float = 0) -> Begun:
    return client.begin(
        stamp=stamp or uuid4(),
        reference="123453",
        amount=Decimal(amount),
        rows=ROWS,
        language="fi",
        email="anna@example.fi",
        back={
            "success": "http://localhost/maksu/",
            "cancel": "http://localhost/peruttu/",
        },
        heard_at="http://localhost/payment-service/payment/",
        about=uuid4(),
        at=NOON + timedelta(hours=hours),
    )


def test_a_payment_is_begun_with_no_more_than_the_service_needs(service: Service) -> None:
    stamp = uuid4()
    begun = begin(stamp=stamp)

    assert begun.page == f"{service.address}/pay/{begun.transaction_id}"
    [(asked, body)] = service.bodies
    assert asked == "POST /payments"
    assert json.loads(body) == {
        "stamp": str(stamp),
        "reference": "123453",
        "amount": 18940,
        "currency": "EUR",
        "language": "FI",
        "items": [
            {"unitPrice": 8719, "units": 1, "vatPercentage": 13.5, "productCode": "13.5"},
            {"unitPrice": 10221, "units": 1, "vatPercentage": 25.5, "productCode": "25.5"},
        ],
        "customer": {"email": "anna@example.fi"},
        "redirectUrls": {
            "success": "http://localhost/maksu/",
            "cancel": "http://localhost/peruttu/",
        },
        "callbackUrls": dict.fromkeys(
            ("success", "cancel"), "http://localhost/payment-service/payment/"
        ),
    }
    assert b'"vatPercentage": 25.5' in body


@given(
    amount=st.decimals("0.01", "99999.99", places=2),
    gross=st.lists(st.decimals("0.01", "99999.99", places=2), min_size=1, max_size=4),
)
def test_the_items_sum_to_the_amount_to_the_cent(amount: Decimal, gross: list[Decimal]) -> None:
    rates = [Decimal("25.5"), Decimal("13.5"), Decimal("10.0"), Decimal("0.0")]
    items = client.items_of(amount, dict(zip(rates, gross, strict=False)))

    assert sum(item["unitPrice"] for item in items) == to_cents(amount)
    assert all(type(item["unitPrice"]) is int and item["unitPrice"] > 0 for item in items)


def test_sha512_works_as_well(settings: Settings) -> None:
    with played(settings, "sha512") as service:
        service.clock = NOON.timestamp
        assert begin().transaction_id in service.transactions.all


@pytest.mark.parametrize("minutes", [-10, 10])
def test_pa_07_a_clock_ten_minutes_off_pays_all_the_same(service: Service, minutes: int) -> None:
    assert begin(hours=minutes / 60).transaction_id


def test_pa_07_a_clock_an_hour_off_is_told_loudly(
    service: Service, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(Unavailable, match="401"):
        begin(hours=1)
    assert [record.levelname for record in caplog.records] == ["ERROR", "WARNING"]
    assert "anna" not in caplog.text


@pytest.mark.parametrize(
    ("trouble", "code"),
    [
        ("400", "400"),
        ("401", "401"),
        ("404", "404"),
        ("422", "422"),
        ("500", "ServiceFault"),
        ("reset", "OSError"),
        ("garbage", "garbage"),
        ("unsigned", "signature"),
    ],
)
def test_an_answer_that_cannot_be_used_is_named(service: Service, trouble: str, code: str) -> None:
    service.trouble = trouble
    with pytest.raises(Unavailable) as told:
        begin()
    assert told.value.code == code
    assert told.value.may_have_it is not trouble.startswith("4")
    assert not told.value.never_left


def test_pa_01_a_service_that_does_not_answer_is_given_up_within_five_seconds(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    sooner = client.SECONDS - 0.5
    assert {way.timeout for way in (client.PAYMENTS, client.ENQUIRIES, client.REFUNDS)} == {
        client.SECONDS
    }
    monkeypatch.setattr(client, "PAYMENTS", replace(client.PAYMENTS, timeout=0.5))
    service.trouble = "timeout"
    begun = time.monotonic()
    with pytest.raises(Unavailable, match="TimeoutError"):
        begin()
    assert time.monotonic() - begun < 5 - sooner


def test_after_three_failures_nothing_is_called_for_a_while(service: Service) -> None:
    service.trouble = "500"
    for _each in range(3):
        with pytest.raises(Unavailable, match="ServiceFault"):
            begin()
    with pytest.raises(Unavailable, match="Resting") as told:
        begin()
    assert told.value.never_left
    assert len(service.bodies) == 3


def test_pa_01_no_more_than_so_many_wait_for_an_answer_at_once() -> None:
    breaker = Breaker(places=1, failures=3, seconds=60)
    with breaker.call(), pytest.raises(Resting), breaker.call():
        pass
    with breaker.call():
        pass


def test_a_refusal_does_not_count_as_a_failure() -> None:
    breaker = Breaker(places=1, failures=1, seconds=60)
    with pytest.raises(ValueError, match="x"), breaker.call():
        raise ValueError("x")
    with breaker.call():
        pass


def test_a_nonce_is_used_once(service: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    same = uuid4()
    monkeypatch.setattr(client, "uuid4", lambda: same)
    begin()
    with pytest.raises(Unavailable, match="401"):
        begin()


def test_a_page_elsewhere_is_not_gone_to(
    service: Service, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    service.address = "http://127.0.0.1.example"
    with pytest.raises(Unavailable, match="page"):
        begin()
    settings.PAYTRAIL = {**settings.PAYTRAIL, "address": "https://services.paytrail.com"}
    assert client.pages() == ["https://pay.paytrail.com", "https://services.paytrail.com"]


def test_outside_this_machine_the_register_must_know_the_company_and_the_note_stays(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PAYTRAIL = {
        "account": "375917",
        "secret": "SAIPPUAKAUPPIAS",
        "algorithm": "sha256",
        "address": "https://services.paytrail.com",
    }
    client.start_anew()
    called: list[str] = []

    def answer(address: str, **said: object) -> Answer:
        called.append(address)
        raise ConnectionResetError

    monkeypatch.setattr(client, "call", answer)
    assert not client.is_offered(at=NOON)
    with pytest.raises(Unavailable, match="not_registered"):
        begin()
    assert called == []

    ProcessorFactory.create(name="Paytrail Oyj", role=Role.PAYMENT, hosts=["services.paytrail.com"])
    assert client.is_offered(at=NOON)
    stamp = uuid4()
    with transaction.atomic(), pytest.raises(Unavailable):
        begin(stamp=stamp)
    noted = Transfer.objects.get()
    assert called == ["https://services.paytrail.com/payments"]
    assert (noted.way, noted.lines, noted.is_confirmed) == ("payments", ["email"], False)
    assert "anna" not in str(Transfer.objects.values().get())


def test_without_keys_it_is_not_offered(settings: Settings) -> None:
    settings.PAYTRAIL = {**settings.PAYTRAIL, "account": "", "secret": ""}
    assert not client.is_offered(at=NOON)
