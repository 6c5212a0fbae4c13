"""SE-02: whoever follows every link changes nothing: no address acts when it is only looked at.

Of the staff's side IN-02 and IN-03 are asked as well: words planted into every column of text are
shown there as words.
"""

import os
import re
from collections import Counter, deque
from collections.abc import Iterable
from decimal import Decimal
from functools import cache
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.urls import Resolver404, resolve
from django.utils import translation
from psycopg import sql

from customers.models import Account
from tests.doors import let_in
from tests.factories import (
    CategoryFactory,
    DeliveryMethodFactory,
    ProductFactory,
    VariantFactory,
    in_stock,
    put_on_shelf,
)
from tests.privacy.lives import login_of, whole_life
from tests.soluto_shop.test_planted import plant, require_words
from tests.soluto_shop.test_staff_matrix import House, house, refusals_drawn_once

__all__ = ["house", "refusals_drawn_once"]

pytestmark = [pytest.mark.endure, pytest.mark.django_db]

MAY_CHANGE = {
    "customers_session": "when a session of staff was last used",
    "privacy_reading": "who of the staff has looked at whose data",
    "account_emailaddress": "allauth's note of the address of an account that staff made, once",
}
"""Tables that a look may change, and why."""

ALIKE = int(os.environ.get("ENDURE", "2"))
"""So many pages of one view are followed: lists have filters and sorts in every combination."""

HERE = re.compile(r'(?:href|src|hx-get|action)="([^"]*)"')


def state_of_the_shop() -> dict[str, str]:
    """Sum up each table's rows."""
    sums = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
        )
        for (table,) in cursor.fetchall():
            rows = sql.SQL("SELECT md5(string_agg(t::text, ',' ORDER BY t::text)) FROM {} AS t")
            cursor.execute(rows.format(sql.Identifier(table)))
            sums[table] = cursor.fetchone()[0]
    return sums


class Crawler:
    """Somebody who opens every link of every page, forms' addresses too, once."""

    def __init__(self, client: Client) -> None:
        self.client = client
        self.seen: Counter[str] = Counter()
        self.known: set[str] = set()
        self.statuses: dict[str, int] = {}
        self.waiting: deque[str] = deque()
        self.words: dict[str, int] = {}

    def follow(self, *beginnings: str, further: Iterable[str] = ()) -> dict[str, int]:
        """Open the beginnings and what follows; of what is named `further` each counts as followed.

        No link may lead there.
        """
        self.waiting.extend(beginnings)
        for address in further:
            self._remember(address, _view(urlsplit(address).path))
        while self.waiting:
            address = self.waiting.popleft()
            if address not in self.statuses:
                self._open(address)
        return self.statuses

    def _open(self, address: str) -> None:
        answer = self.client.get(address)
        body = b"".join(answer).decode(errors="replace")
        self.statuses[address] = answer.status_code
        self.words[address] = require_words(address, answer, body)
        if "Location" in answer:
            self._note(address, answer["Location"])
        if "html" in answer.get("Content-Type", ""):
            for link in dict.fromkeys(HERE.findall(body)):
                self._note(address, unescape(link))

    def _note(self, page: str, link: str) -> None:
        parts = urlsplit(urljoin(f"http://testserver{page}", link))
        if parts.netloc != "testserver" or parts.path.startswith("/static/"):
            return
        address = f"{parts.path}?{parts.query}" if parts.query else parts.path
        kind = _view(parts.path)
        if address not in self.known and self.seen[kind] < ALIKE:
            self._remember(address, kind)

    def _remember(self, address: str, kind: str) -> None:
        self.seen[kind] += 1
        self.known.add(address)
        self.waiting.append(address)


@cache
def _view(path: str) -> str:
    """Name the view, whatever its language; an address of no view stands for itself.

    A page of the staff's has a hundred links, nearly all of which stood on the last one too.
    """
    language = translation.get_language_from_path(path) or settings.LANGUAGE_CODE
    try:
        with translation.override(language):
            return resolve(path).view_name
    except Resolver404:
        return path


@pytest.fixture
def shop(bertil: Account) -> None:
    shelf = CategoryFactory.create(slug="koti")
    for number in range(2):
        product = ProductFactory.create(slug=f"lamppu-{number}")
        put_on_shelf(product, shelf)
        in_stock(5, variant=VariantFactory.create(product=product, price=Decimal("12.55")))
    DeliveryMethodFactory.create()


BEGINNINGS = ("/", "/tili/", "/admin/", "/en/", "/sv/", "/healthz", "/readyz")


def follow_every_link(client: Client, *, further: Iterable[str] = ()) -> Crawler:
    before = state_of_the_shop()
    crawler = Crawler(client)
    statuses = crawler.follow(*BEGINNINGS, further=further)
    after = state_of_the_shop()
    changed = {table for table in before if before[table] != after[table]}

    assert changed <= set(MAY_CHANGE)
    assert {address: status for address, status in statuses.items() if status >= 500} == {}
    assert len(before) > 50
    return crawler


@pytest.mark.parametrize("who", ["guest", "customer"])
def test_se_02_following_every_link_changes_nothing(who: str, shop: None, bertil: Account) -> None:
    anna = login_of(whole_life("anna@example.fi", clerk=bertil))
    client = Client()
    follow_every_link(let_in(client, anna) if who == "customer" else client)


def test_se_02_and_in_02_following_the_staffs_links_changes_nothing_and_words_are_words(
    house: House, shop: None, bertil: Account, refusals_drawn_once: None
) -> None:
    """No link leads to some of the staff's pages: these are opened as well."""
    plant()
    staffs = {
        page: address
        for page, address in house.addresses.items()
        if page[1] == "GET" and not page[0].startswith("autocomplete")
    }
    told = follow_every_link(let_in(Client(), bertil), further=staffs.values()).words

    assert told[staffs["orders_order_change", "GET"]]
    assert told[staffs["customers_customer_changelist", "GET"]]
    assert sum(1 for address in staffs.values() if told[address]) > 40, told
