"""Law 16: whatever is said to a form, it is answered, and never by a fault (IN-07 to IN-10, IN-14).

The forms are those that stand on the pages, shop's and staff's alike: a new one is met by itself.
The suite says a little to each; `make endure` says everything in every field.
"""

import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import quote_from_bytes, urlsplit

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import generate_totp_secret
from django.db import transaction
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import get_resolver, reverse
from pytest_django import Settings

from customers.models import Account, Customer
from orders.catalogue.models import Variant
from tests.doors import let_in_just_now, lift_limits
from tests.orders.buying import BANK, fill_in, put
from tests.soluto_shop.test_staff_matrix import (
    House,
    house,
    is_opened,
    opens,
    refusals_drawn_once,
    table,
)
from tests.soluto_shop.test_url_matrix import ANNA, addresses, annas, pages

__all__ = ["annas", "house", "refusals_drawn_once"]

pytestmark = [pytest.mark.endure, pytest.mark.django_db]

TRIES = int(os.environ.get("ENDURE", "1"))
"""So many fields of each form are tried one by one, the others left as they stand."""

BAD = [
    b"a\0b",
    b"9" * 30,
    b"\xed\xa0\x80",  # half of a pair, which no text has
    b"0001-01-01",
    b"x" * 5000,
    b"9999-12-31",
    b"[]",
    b"1e999",
    b"\xe2\x80\xae" + b"a\xcc\x81" * 20,
    b"2147483648",
    b"NaN",
    b'{"a": "\\u0000"}',
    b"-1",
    b"'\"\\;--%s{{7*7}}",
    b"anna@" + b"b." * 2000 + b"fi",
    b"9999-12-31T23:59:59",
    b"00000000-0000-0000-0000-000000000000",
    b"",
]

Said = dict[str, bytes]


@dataclass
class Form:
    how: str
    address: str
    said: Said = field(default_factory=dict)


class Forms(HTMLParser):
    """Reads the forms of a page, each with what a browser would send back."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[Form] = []
        self.select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        facts = {key: value or "" for key, value in attrs}
        if tag == "form":
            self.found.append(Form(facts.get("method", "get").upper(), facts.get("action", "")))
        elif self.found and (name := facts.get("name")):
            self.select = name if tag == "select" else ""
            is_off = facts.get("type") in {"checkbox", "radio"} and "checked" not in facts
            if not (is_off and name in self.found[-1].said):
                self.found[-1].said[name] = facts.get("value", "").encode()
        elif tag == "option" and "selected" in facts and self.select:
            self.found[-1].said[self.select] = facts.get("value", "").encode()


def tricks(said: Said, first: int) -> Iterator[Said]:
    """Say something bad in every field, and then in one field after the other."""
    names = [name for name in said if not name.endswith("_FORMS") and "__prefix__" not in name]
    for number in range(min(TRIES, len(BAD))):
        yield {**said, **dict.fromkeys(names, BAD[(first + number) % len(BAD)])}
    for number in range(min(TRIES, len(names))):
        name = names[(first + number) % len(names)]
        for bad in BAD if len(BAD) <= TRIES else [BAD[(first + 3 * number + 1) % len(BAD)]]:
            yield {**said, name: bad}


class Visitor:
    """Somebody who opens pages and sends what their forms should not get; nothing of it stays."""

    def __init__(self, client: Client) -> None:
        self.client = client
        client.raise_request_exception = False
        self.faults: list[tuple[str, str, Said]] = []
        self.statuses: Counter[int] = Counter()
        self.met: set[tuple[str, ...]] = set()

    def visit(self, page: str) -> HttpResponseBase:
        answer, body = self._ask("GET", page, {})
        for form in Forms(body).found:
            address = urlsplit(form.address or page)
            form.said.pop("csrfmiddlewaretoken", None)
            known_by = (form.how, address.path or page, *form.said)
            if not address.netloc and form.said and known_by not in self.met:
                self.met.add(known_by)
                for said in tricks(form.said, sum(self.statuses.values())):
                    self._ask(form.how, address.path or page, said)
        return answer

    def _ask(self, how: str, address: str, said: Said) -> tuple[HttpResponseBase, str]:
        sent = "&".join(
            f"{quote_from_bytes(name.encode())}={quote_from_bytes(value)}"
            for name, value in said.items()
        )
        with transaction.atomic():
            if how == "POST":
                kind = "application/x-www-form-urlencoded"
                answer = self.client.generic(how, address, sent, content_type=kind)
            else:
                answer = self.client.generic(how, address, QUERY_STRING=sent)
            body = b"".join(answer).decode(errors="replace")
            transaction.set_rollback(True)
        self.statuses[answer.status_code] += 1
        if answer.status_code >= 500:
            self.faults.append((how, address, said))
        return answer, body if "html" in answer.get("Content-Type", "") else ""


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out what only costs time here."""
    lift_limits(monkeypatch)


def test_law_16_no_form_of_the_shop_breaks_on_what_is_said(
    annas: Customer, settings: Settings
) -> None:
    settings.BANK_ACCOUNT = BANK
    known = addresses()
    apps = Authenticator.objects.filter(type=Authenticator.Type.TOTP)
    apps.update(data={"secret": generate_totp_secret()})
    member = let_in_just_now(Client(), Account.objects.get(email=ANNA))
    for client in (member, Client()):
        put(client, Variant.objects.get(product__slug="lamppu").sku)
        fill_in(client)
        visitor = Visitor(client)
        for name, _parts in pages(get_resolver().url_patterns):
            if name != "duties":  # which is red in a shop without a worker
                visitor.visit(reverse(name, kwargs=known.get(name, {})))

        assert visitor.faults == []
        assert visitor.statuses[200] > 60, visitor.statuses
        assert ("POST", reverse("orders:checkout-confirm")) in {each[:2] for each in visitor.met}


def test_law_16_and_9_no_form_of_the_staffs_breaks_and_the_owner_opens_the_pages_of_the_matrix(
    house: House, refusals_drawn_once: None
) -> None:
    visitor = Visitor(house.staff["owner"])
    opened = {}
    for page, address in house.addresses.items():
        name, how = page
        if how == "GET" and not name.startswith(("autocomplete", "view_on_site", "app_list")):
            opened[page] = is_opened(page, visitor.visit(address))
        else:
            opened[page] = opens(house.staff["owner"], page, address)

    assert visitor.faults == []
    assert sum(visitor.statuses.values()) > 500, visitor.statuses
    matrix = table("staff_matrix.csv")
    assert opened == {page: "owner" in roles for page, roles in matrix.items()}
