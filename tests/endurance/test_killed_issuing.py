"""MO-06: who issues invoices is killed in the middle, and the numbers have no gap.

The suite kills once among twenty orders; `make endure` kills ten times among fifty.
"""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from decimal import Decimal
from functools import partial
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection

from orders.bookkeeping.cross_checks import cross_checks
from orders.books.audit import findings
from orders.books.models import Entry, LedgerAccount, Posting, Series
from orders.checkout.steps import confirm_payment
from orders.invoicing.models import Invoice
from orders.invoicing.operations import SERIES
from orders.payments.models import Payment
from orders.sales.models import Order
from orders.sales.states import PaymentStatus
from tests.conftest import NOON
from tests.orders.money_matters import TOTAL, attempt, three_rates
from tests.races import at_once

pytestmark = [
    pytest.mark.endure,
    pytest.mark.django_db(transaction=True),
]

IS_LONG = "ENDURE" in os.environ
ORDERS, KILLS = (50, 10) if IS_LONG else (20, 1)
PATIENCE = 60.0
WORKER = """
import django
django.setup()
from concurrent.futures import ThreadPoolExecutor
from tests.endurance.test_killed_issuing import work_off
with ThreadPoolExecutor(4) as pool:
    list(pool.map(work_off, range(4)))
"""


def work_off(place: int) -> None:
    """Count what has come and is not counted yet, as calls of the service and the bank do."""
    unpaid = Payment.objects.exclude(state="paid").order_by("pk")
    for payment in [each for number, each in enumerate(unpaid) if number % 4 == place]:
        confirm_payment(payment=payment, at=NOON)


def killed_among(chance: random.Random) -> bool:
    """Let a process issue, and kill it when it has issued some; tell whether it was at work."""
    server = urlsplit(os.environ["DATABASE_URL"])
    url = server._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    before = Invoice.objects.count()
    process = subprocess.Popen(
        [sys.executable, "-c", WORKER],
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        cwd=settings.BASE_DIR,
        start_new_session=True,
    )
    wanted, until = before + chance.choice([1, 2, 3]), time.monotonic() + PATIENCE
    try:
        while Invoice.objects.count() < wanted and process.poll() is None:
            assert time.monotonic() < until, "it issues nothing"
            time.sleep(0.002)
        return process.poll() is None
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(60)


def assert_whole() -> None:
    """Each payment is counted with its invoice, or not at all, and no number is missing."""
    numbers = sorted(Invoice.objects.values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    given = Series.objects.filter(name=SERIES).values_list("last", flat=True)
    assert list(given) == [len(numbers)]
    assert Order.objects.filter(payment_status=PaymentStatus.PAID).count() == len(numbers)
    assert Payment.objects.filter(state="paid").count() == len(numbers)
    assert Entry.objects.count() == 2 * len(numbers)
    assert [*findings(), *cross_checks()] == []


def test_mo_06_who_is_killed_while_issuing_leaves_whole_invoices_and_no_gap() -> None:
    for _each in range(ORDERS):
        attempt(three_rates())
    chance = random.Random(6)
    at_work = 0
    for _each in range(KILLS):
        at_work += killed_among(chance)
        assert_whole()
    assert at_work, "nobody was killed in the middle"

    results = at_once([partial(work_off, place) for place in range(4)])

    assert results == [None] * 4
    assert_whole()
    assert Invoice.objects.count() == ORDERS
    assert Posting.objects.on(LedgerAccount.PROVIDER).balance() == ORDERS * TOTAL
    assert Posting.objects.on(LedgerAccount.RECEIVABLE).balance() == Decimal(0)
