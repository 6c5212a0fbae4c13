"""SE-02: whoever follows every link changes nothing: no address acts when it is only looked at."""

import os
import re
from collections import Counter, deque
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

    def follow(self, *beginnings: str) -> dict[str, int]:
        self.waiting.extend(beginnings)
        while self.waiting:
            address = self.waiting.popleft()
            if address not in self.statuses:
                self._open(address)
        return self.statuses

    def _open(self, address: str) -> None:
        answer = self.client.get(address)
        self.statuses[address] = answer.status_code
        if "Location" in answer:
            self._note(address, answer["Location"])
        if not answer.streaming and "html" in answer.get("Content-Type", ""):
            for link in HERE.findall(answer.content.decode()):
                self._note(address, unescape(link))

    def _note(self, page: str, link: str) -> None:
        parts = urlsplit(urljoin(f"http://testserver{page}", link))
        if parts.netloc != "testserver" or parts.path.startswith("/static/"):
            return
        address = f"{parts.path}?{parts.query}" if parts.query else parts.path
        kind = _view(parts.path)
        if address not in self.known and self.seen[kind] < ALIKE:
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


@pytest.mark.parametrize("who", ["guest", "customer", "superuser"])
def test_se_02_following_every_link_changes_nothing(who: str, shop: None, bertil: Account) -> None:
    anna = login_of(whole_life("anna@example.fi", clerk=bertil))
    client = Client()
    if who != "guest":
        let_in(client, anna if who == "customer" else bertil)
    before = state_of_the_shop()
    crawler = Crawler(client)
    statuses = crawler.follow("/", "/tili/", "/admin/", "/en/", "/sv/", "/healthz", "/readyz")
    after = state_of_the_shop()
    changed = {table for table in before if before[table] != after[table]}

    print(who, Counter(statuses.values()), changed)  # noqa: T201 (how far it came)
    assert changed <= set(MAY_CHANGE)
    assert {address: status for address, status in statuses.items() if status >= 500} == {}
    assert len(before) > 50
