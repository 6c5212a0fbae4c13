"""The payment service, played for tests, and orders that are paid by it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.test import Client
from pytest_django.fixtures import Settings

from orders.payments.models import Payment
from orders.payments.paytrail import client
from orders.sales.models import Order
from soluto_shop.local.paytrail.server import playing
from soluto_shop.local.paytrail.service import Service
from soluto_shop.local.paytrail.transactions import Transaction
from tests.orders.money_matters import three_rates

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

ACCOUNT, SECRET = "375917", "SAIPPUAKAUPPIAS"
HEARD, BACK, STOPPED = (
    "/payment-service/payment/",
    "/en/payment/done/",
    "/en/payment/stopped/",
)


@contextmanager
def played(settings: Settings, algorithm: str = "sha256") -> Iterator[Service]:
    """Play the service, and let the shop use it."""
    client.start_anew()
    with playing(Service(account=ACCOUNT, secret=SECRET, algorithm=algorithm)) as service:
        settings.PAYTRAIL = {
            "account": ACCOUNT,
            "secret": SECRET,
            "algorithm": algorithm,
            "address": service.address,
        }
        yield service
    client.start_anew()


def at_once_order(**facts: Any) -> Order:
    """Let Anna, a guest, order things of three rates that are to be paid at once: 189.40 €."""
    return three_rates(**{"payment_method": "paytrail", "language": "en", **facts})


def theirs(service: Service, payment: Payment) -> Transaction:
    """Give the service's own row of a payment."""
    return service.transactions.all[payment.transaction_id]


def finished(service: Service, payment: Payment, outcome: str = "ok") -> str:
    """Let the buyer finish at the service, which calls nobody; give the signed query."""
    place = service.finish(theirs(service, payment), outcome, "never")
    return place.partition("?")[2]


def told(query: str) -> "Answer":
    """Let the service call the shop."""
    return Client().get(f"{HEARD}?{query}")
