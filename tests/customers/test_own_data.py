"""Whoever is signed in sees what is held about them, and about nobody else."""

import html
import io
import json
import re
import zipfile
from datetime import datetime
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from customers.models import Account
from privacy.copies.models import DataCopy
from privacy.copies.operations import fill_copy, key_of
from privacy.outbox.models import Letter
from privacy.registry import registry
from privacy.requests.copying import answer_with_copy
from privacy.requests.models import Request
from tests.conftest import NOON
from tests.doors import let_in, seen_by
from tests.factories import PASSWORD
from tests.privacy.canaries import plant
from tests.privacy.lives import login_of, member, order_of

pytestmark = pytest.mark.django_db

PAGE = "/tili/omat-tiedot/"
COPIES = "/tili/omat-tiedot/kopio/"


@pytest.fixture(autouse=True)
def place(settings: Settings, tmp_path: Path) -> None:
    settings.PRIVATE_ROOT = tmp_path / "private"


def prove_again(client: Client, said: dict[str, str] | None = None) -> None:
    """Write the password once more, as the shop asks before a copy."""
    asked = client.post(COPIES, said or {})
    assert asked.status_code == 302
    assert "todista" in asked["Location"] or "vahvista" in asked["Location"]
    client.post(asked["Location"], {"password": PASSWORD})


def test_a_stranger_is_sent_to_sign_in(client: Client) -> None:
    for address in (PAGE, COPIES, f"{COPIES}avain/"):
        answer = client.get(address)
        assert answer.status_code == 302
        assert "kirjaudu" in answer["Location"]


def test_every_declared_value_is_on_the_page_and_none_of_anybody_else() -> None:
    anna, planted = plant("anna@example.fi")
    _celia, others = plant("celia@example.fi")
    withheld = {f"{d.label}.{name}" for d in registry.values() for name in d.withheld}
    [account] = Account.objects.filter(pk__in=anna.accounts)

    page = html.unescape(let_in(Client(), account).get(PAGE).content.decode())

    def said(value: object) -> str:
        if isinstance(value, datetime):
            return date_format(timezone.localtime(value), "SHORT_DATETIME_FORMAT")
        return str(value)

    missing = [name for name, value in planted.items() if said(value) not in page]
    assert set(missing) <= withheld
    texts = {name: value for name, value in others.items() if isinstance(value, str)}
    assert [name for name, value in texts.items() if value in page] == []
    assert "celia@example.fi" not in page


def test_the_page_tells_why_and_how_long() -> None:
    anna = member("anna@example.fi")
    order_of(anna, "anna@example.fi", street="Kanariankatu 1")

    page = html.unescape(seen_by(anna).get("/en/account/own-data/").content.decode())

    part = page[page.index("Kanariankatu 1") :][:900]
    assert "Orders: street address" in part.replace("Street", "street")
    assert "1336/1997" in part
    assert "2032" in part
    assert "Legal obligation (Article 6(1)(c))" in page


def test_one_customer_never_sees_another_or_a_guest_who_typed_their_address() -> None:
    anna, celia = member("anna@example.fi"), member("celia@example.fi")
    order_of(celia, "anna@example.fi", note="Celian viesti")
    order_of(None, "anna@example.fi", note="Annan vierastilaus")

    annas = seen_by(anna).get(PAGE).content.decode()
    celias = seen_by(celia).get(PAGE).content.decode()

    assert "Annan vierastilaus" in annas
    assert "Celian viesti" not in annas
    assert "Celian viesti" in celias
    assert "Annan vierastilaus" not in celias


def test_no_link_to_a_new_password_lies_on_an_open_screen() -> None:
    anna = member("anna@example.fi")
    client = seen_by(anna)
    client.post("/tili/salasana/unohtui/", {"email": "anna@example.fi"})
    letter = Letter.objects.get(kind="account_reset")
    [link] = re.findall(r"https?://[^/\s]+(/tili/salasana/\S+)", letter.text)

    page = client.get(PAGE).content.decode()

    assert letter.subject in html.unescape(page)
    assert link not in page


def test_the_page_is_kept_by_nobody_on_the_way() -> None:
    answer = seen_by(member("anna@example.fi")).get(PAGE)

    assert "no-store" in answer["Cache-Control"]


def test_the_number_of_queries_does_not_grow_with_the_orders() -> None:
    anna = member("anna@example.fi")
    client = seen_by(anna)
    counts = []
    client.get(PAGE)
    for more in (1, 10):
        for _each in range(more):
            order_of(anna, "anna@example.fi")
        with CaptureQueriesContext(connection) as queries:
            client.get(PAGE)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_copy_is_asked_for_made_and_fetched() -> None:
    anna = member("anna@example.fi")
    client = seen_by(anna)

    prove_again(client)  # and what was asked for goes on by itself
    [job] = ProcrastinateJob.objects.filter(task_name__endswith="make_requested_copy")
    asked = Request.objects.get()
    assert job.args == {"request_id": str(asked.pk)}
    assert (asked.kind, asked.state, asked.identity) == ("access", "open", "signed_in")
    assert asked.number in client.get(COPIES).content.decode()

    answer_with_copy(asked.pk, at=timezone.now())
    asked.refresh_from_db()
    assert (asked.state, Letter.objects.get().kind) == ("done", "request_answer")
    page = client.get(COPIES).content.decode()
    [address] = re.findall(rf'href="({COPIES}[^"]+)"', page)
    answer = client.get(address)

    packed = answer.getvalue()
    assert answer["Content-Type"] == "application/zip"
    assert "attachment" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert json.loads(archive.read("data.json"))["format"] == "soluto-personal-data/1"


def test_nothing_is_made_or_fetched_without_the_password_once_more() -> None:
    anna = member("anna@example.fi")
    copy = DataCopy.objects.create(account=login_of(anna), language="fi", requested_at=NOON)
    fill_copy(copy.pk, at=timezone.now())
    client = seen_by(anna)

    assert client.post(COPIES).status_code == 302
    assert client.get(f"{COPIES}{key_of(copy)}/").status_code == 302
    assert DataCopy.objects.get() == copy


def test_lo_05_fifty_times_asked_is_made_once() -> None:
    anna = member("anna@example.fi")
    client = seen_by(anna)
    prove_again(client)
    for number in range(50):
        kind = "portability" if number % 2 else "access"
        assert client.post(COPIES, {"kind": kind}).status_code == 302

    [job] = ProcrastinateJob.objects.filter(task_name__endswith="make_requested_copy")
    asked = Request.objects.get()
    answer_with_copy(asked.pk, at=timezone.now())
    assert job.status == "todo"
    made = DataCopy.objects.get()
    for _each in range(50):
        client.post(COPIES)

    assert Request.objects.get() == asked
    assert DataCopy.objects.get() == made
    assert Letter.objects.count() == 1


def test_the_files_for_another_service_are_a_request_of_their_own_kind() -> None:
    client = seen_by(member("anna@example.fi"))
    page = client.get(f"{COPIES}?kind=portability").content.decode()
    assert 'name="kind" value="portability"' in page

    prove_again(client, {"kind": "portability"})

    assert Request.objects.get().kind == "portability"


def test_another_customer_does_not_get_the_copy() -> None:
    anna, celia = member("anna@example.fi"), member("celia@example.fi")
    copy = DataCopy.objects.create(account=login_of(anna), language="fi", requested_at=NOON)
    fill_copy(copy.pk, at=timezone.now())
    client = seen_by(celia)
    prove_again(client)

    assert client.get(f"{COPIES}{key_of(copy)}/").status_code == 404


def test_pr_11_no_page_of_ones_own_is_indexed_or_says_who_in_address_or_title() -> None:
    anna = member("anna@example.fi", first_name="Anna", last_name="Virtanen")
    order = order_of(anna, "anna@example.fi")
    client = seen_by(anna)
    addresses = ["/tili/", PAGE, COPIES, "/tili/tiedot/", reverse("orders:history")]
    addresses.append(order.get_absolute_url())

    for address in addresses:
        answer = client.get(address)
        page = answer.content.decode()
        assert answer.status_code == 200, address
        assert answer["Referrer-Policy"] == "same-origin"
        assert "noindex" in page or "noindex" in answer.headers.get("X-Robots-Tag", "")
        [title] = re.findall(r"<title>(.*?)</title>", page, re.DOTALL)
        links = re.findall(r'(?:href|src|action)="([^"]*)"', page)
        for said in (title, *(link for link in links if not link.startswith("mailto:"))):
            assert not re.search(r"anna|virtanen|@", said, re.IGNORECASE), said
