"""The web process is killed while people buy: whoever was told of an order has it.

The suite runs a few rounds; `make endure` runs a hundred.
"""

import http.cookiejar
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from http.client import HTTPException
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from orders.delivery.models import DeliveryMethod
from orders.sales.models import Order, OrderLine
from orders.stock.models import Level, Reservation
from orders.stock.operations import release_expired
from privacy.outbox.models import Letter
from soluto_shop.bench.server import free_port, wait_for
from tests.factories import VariantFactory, in_stock

ROUNDS = int(os.environ.get("ENDURE", "3"))
BUYERS = 4
PIECES = 1_000_000

pytestmark = [
    pytest.mark.endure,
    pytest.mark.django_db(transaction=True),
]


class GaveUp(Exception):
    """The page did not come; the buyer begins anew."""


class Buyer:
    """Somebody at a browser, with cookies of their own."""

    def __init__(self, port: int) -> None:
        self.root = f"http://127.0.0.1:{port}"
        jar = http.cookiejar.CookieJar()
        self.browser = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))

    def ask(self, address: str, **said: str) -> tuple[str, str]:
        """Open a page, or send a form; give where it led and what it says."""
        form = urllib.parse.urlencode(said).encode() if said else None
        request = urllib.request.Request(
            self.root + address, data=form, headers={"Origin": self.root}
        )
        try:
            with self.browser.open(request, timeout=20) as answer:
                return answer.geturl(), answer.read().decode()
        except (OSError, HTTPException) as trouble:
            raise GaveUp from trouble

    def buy(self, sku: str, method: str, name: str) -> str:
        """Buy one piece the whole way; give the order's number as the last page tells it."""
        self.ask("/en/basket/add/", sku=sku, quantity="1")
        _, page = self.ask("/en/checkout/")
        _, page = self.ask(
            "/en/checkout/",
            csrfmiddlewaretoken=token(page),
            email=f"{name}@example.fi",
            phone="0401234567",
            first_name="Pekka",
            last_name="Puro",
            street="Mannerheimintie 1",
            postcode="00100",
            city="Helsinki",
            payment_method="invoice",
            delivery_method=method,
        )
        _, page = self.ask(
            "/en/checkout/confirm/",
            csrfmiddlewaretoken=token(page),
            **dict(re.findall(r'type="hidden" name="(checkout|seen)" value="([^"]*)"', page)),
        )
        number = re.search(r"\b[1-9]\d{7}\b", page)
        if number is None:
            raise GaveUp
        return number[0]


def token(page: str) -> str:
    """Read a form's token."""
    found = re.findall(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    if not found:
        raise GaveUp
    return str(found[-1])


def database_url() -> str:
    """Name the tests' own database as a program beside them would."""
    server = urlsplit(os.environ["DATABASE_URL"])
    return server._replace(path=f"/{connection.settings_dict['NAME']}").geturl()


class Web:
    """The production server on the tests' database, to be killed."""

    def __init__(self) -> None:
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *more: str) -> None:
        surroundings = {
            "DATABASE_URL": database_url(),
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "BANK_IBAN": "FI2112345600000785",
            "PORT": str(self.port),
            "WEB_WORKERS": "2",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "python:soluto_shop.web_server", *more],
            env={**os.environ, **surroundings},
            cwd=settings.BASE_DIR,
            start_new_session=True,
        )
        wait_for(self.port)

    def kill(self) -> None:
        """Let nothing of it finish what it was doing."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(60)


@pytest.fixture
def web() -> Iterator[Web]:
    """Run the server; at the end nothing of it is left."""
    server = Web()
    server.start()
    yield server
    server.kill()


def test_what_a_buyer_was_told_of_exists_however_often_the_web_is_killed(
    web: Web, settings: object
) -> None:
    in_stock(PIECES, variant=VariantFactory.create(sku="LAMPPU", price=Decimal("12.55")))
    method = str(DeliveryMethod.objects.get(code="parcel").pk)
    told: list[str] = []
    over = threading.Event()

    def keep_buying(number: int) -> None:
        bought = 0
        while not over.is_set():
            bought += 1
            try:
                told.append(Buyer(web.port).buy("LAMPPU", method, f"buyer{number}x{bought}"))
            except GaveUp:
                time.sleep(0.05)

    buyers = [threading.Thread(target=keep_buying, args=[number]) for number in range(BUYERS)]
    for buyer in buyers:
        buyer.start()
    chance = random.Random(7)
    try:
        for _ in range(ROUNDS):
            time.sleep(chance.uniform(0.4, 1.6))
            web.kill()
            web.start()
        time.sleep(1)
    finally:
        over.set()
    for buyer in buyers:
        buyer.join(timeout=60)

    assert told
    known = set(Order.objects.values_list("number", flat=True))
    assert set(told) <= known
    assert len(told) == len(set(told))
    level = Level.objects.annotate(moved=Sum("movements__change")).get()
    sold = OrderLine.objects.aggregate(sum=Sum("quantity"))["sum"]
    assert level.on_hand == level.moved == PIECES - sold
    held = Reservation.objects.aggregate(sum=Sum("quantity"))["sum"] or 0
    assert level.reserved == held
    assert Letter.objects.filter(kind="order_placed").count() == len(known)

    while release_expired(at=timezone.now() + timedelta(hours=1)):
        pass

    assert not Reservation.objects.exists()
    level.refresh_from_db()
    assert level.reserved == 0
