"""Words that are no words, planted into every column of text, are shown as words (IN-02, IN-03).

The staff's side is gone through in `test_crawl.py`, which opens all its pages anyway.
"""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import Error, connection, models, transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import get_resolver, reverse

from customers.models import Account, Customer, Session
from tests.doors import let_in_just_now
from tests.soluto_shop.test_url_matrix import ANNA, addresses, annas, pages

__all__ = ["annas"]

pytestmark = pytest.mark.django_db

WORDS = '"><img src=x onerror=alert(1)>{{7*7}}{% now "Y" %}'
ESCAPED = "&lt;img src=x onerror=alert(1)&gt;{{7*7}}{% now &quot;Y&quot; %}"
OURS = ("customers", "orders", "privacy")
FOR_MACHINES = {"path", "password", "reference", "seal", "secret", "sku", "slug", "table"}
"""Columns by which rows are found: without them there is no page to look at."""
A_PAGE_ITSELF = {"privacy.Letter.html"}
"""Made by our templates out of words that were escaped then; it is shown in a sandbox."""


def columns() -> Iterator[models.Field[object, object]]:
    for model in apps.get_models():
        if model._meta.app_label in OURS and not model._meta.proxy and model is not Session:
            for column in model._meta.concrete_fields:
                is_text = type(column) in {models.CharField, models.TextField}
                is_free = not column.choices and not column.unique
                is_long = (column.max_length or len(WORDS)) >= len(WORDS)
                is_for_words = column.name not in FOR_MACHINES and str(column) not in A_PAGE_ITSELF
                if is_text and is_free and is_long and is_for_words:
                    yield column


def plant() -> set[str]:
    """Write the words wherever the database takes them, as if its triggers were asleep."""
    planted = set()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for column in columns():
            rows = column.model._base_manager.exclude(**{column.attname: ""})
            try:
                with transaction.atomic():
                    if rows.update(**{column.attname: WORDS}):
                        planted.add(str(column))
            except Error:  # a constraint knows better
                continue
        cursor.execute("SET LOCAL session_replication_role = origin")
    return planted


def require_words(address: str, answer: HttpResponseBase, body: str) -> int:
    """Look at a page; tell how often the words stand there, each time as they were written."""
    assert answer.status_code < 500 or address == "/healthz/duties", address
    if "html" not in answer.get("Content-Type", ""):
        return 0
    for bad in ("<img src=x", "onerror=alert(1)>", "alert(1)&gt;49"):
        assert bad not in body, (address, bad, body[body.find(bad) - 200 :][:300])
    return body.count(ESCAPED)


def seen_at(client: Client, address: str) -> int:
    answer = client.get(address)
    return require_words(address, answer, b"".join(answer).decode(errors="replace"))


def test_in_02_and_03_words_are_words_on_every_page_of_the_shop(annas: Customer) -> None:
    known = addresses()
    planted = plant()
    member = let_in_just_now(Client(), Account.objects.get(email=ANNA))
    told = {
        name: seen_at(member, reverse(name, kwargs=known.get(name, {})))
        for name, _parts in pages(get_resolver().url_patterns)
    }

    assert len(planted) > 60, planted
    assert {"orders.Order.first_name", "customers.Customer.last_name"} <= planted
    for name in ("orders:order", "orders:product", "customers:details", "customers:own-data"):
        assert told[name], (name, told)
