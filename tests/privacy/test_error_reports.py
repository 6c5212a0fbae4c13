"""Logs and error letters say nothing about the person it happened to (PR-01, PR-02)."""

import base64
import io
import logging

import pytest
from django.core import mail
from django.db import connection
from django.db.utils import IntegrityError
from django.test import Client
from pytest_django import Settings

from customers.models import Account
from privacy.cache_keys import sealed
from privacy.error_reports import ErrorLetter, OneLine
from tests.customers.conftest import Door
from tests.doors import prove_email
from tests.factories import AccountFactory

pytestmark = pytest.mark.django_db

CANARIES = [
    "kanaria.osoite",
    "kanaria-salasana",
    "kanaria-haku",
    "kanaria-otsake",
    "kanaria-polku",
    "kanariatunniste",
    "192.0.2.77",
]


def unspoken(words: str) -> bool:
    return not any(canary in words for canary in CANARIES)


def visit_everywhere(client: Client) -> None:
    seen = {
        "user-agent": "kanaria-otsake",
        "referer": "http://testserver/?q=kanaria-otsake",
        "x-forwarded-for": "192.0.2.77",
    }
    form = {"login": "kanaria.osoite@example.fi", "password": "kanaria-salasana"}
    for address in (
        "/kanaria-polku/kanaria.osoite@example.fi/?q=kanaria-haku",
        "/tietosuoja/?q=kanaria-haku",
        f"/tili/salasana/uusi/{'0' * 32}-kanariatunniste/",
        "/tili/sahkoposti/vahvista/kanariatunniste/",
        "/haku/?q=kanaria-haku",
        "/tietosuoja/?q=kanaria-haku%00",
    ):
        client.get(address, headers=seen)
    client.post("/tietosuoja/", form, headers=seen)
    client.get("/tili/", headers={"host": "kanaria-otsake.example"})
    for _ in range(6):
        client.post("/tili/kirjaudu/", form, headers=seen)
    strict = Client(enforce_csrf_checks=True)
    elsewhere = {**seen, "origin": "https://kanaria-otsake.example"}
    strict.post("/tili/kirjaudu/", form, headers=elsewhere)


def test_pr_01_no_log_line_repeats_what_a_visitor_said(log: io.StringIO) -> None:
    visit_everywhere(Client(REMOTE_ADDR="192.0.2.77"))

    lines = log.getvalue()
    assert unspoken(lines)
    assert "403 POST account_login" in lines


def raise_with_secrets() -> str:
    password = "kanaria-salasana"
    raise IntegrityError(f"Key (email)=(kanaria.osoite@example.fi) already exists {password}")


def test_pr_02_a_fault_is_told_by_kind_and_place_only(
    log: io.StringIO, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> None:
    settings.ADMINS = [("", "vika@example.fi")]
    handlers = logging.getLogger("django").handlers
    assert any(isinstance(handler, ErrorLetter) for handler in handlers)
    monkeypatch.setattr("privacy.views.edition_in_force", raise_with_secrets)
    client = Client(raise_request_exception=False)
    for _ in range(3):
        client.get("/tietosuoja/?q=kanaria-haku", REMOTE_ADDR="192.0.2.77")

    [line] = {line.partition(" ERROR ")[2] for line in log.getvalue().strip().splitlines()}
    assert line.startswith("django.request 500 GET privacy:statement | IntegrityError at ")
    assert "test_error_reports.py" in line
    assert unspoken(line)
    # Of the same fault one letter, and in it no more than in the log.
    [letter] = [letter for letter in mail.outbox if letter.to == ["vika@example.fi"]]
    assert unspoken(str(letter.message()))
    assert "IntegrityError" in letter.body


@pytest.mark.parametrize("trick", ["\r\nforged line", "\x1b[31mred", "\u2028next", "a\tb", "\0"])
def test_in_11_one_record_is_one_line(trick: str) -> None:
    record = logging.makeLogRecord({"msg": "said %s", "args": (trick,), "levelname": "WARNING"})
    line = OneLine().format(record)

    assert len(line.splitlines()) == 1
    assert line.isprintable()


def test_the_shared_cache_holds_neither_names_nor_addresses(door: Door) -> None:
    anna = AccountFactory.create(email="anna@example.fi")
    prove_email(anna)
    door.knock("anna@example.fi", "kanaria-salasana", address="192.0.2.77")
    Client().post("/tili/salasana/unohtui/", {"email": "anna@example.fi"}, REMOTE_ADDR="192.0.2.77")

    with connection.cursor() as cursor:
        cursor.execute("SELECT cache_key, value FROM soluto_cache")
        rows = cursor.fetchall()
    kept = " ".join(f"{key} {base64.b64decode(value).decode('latin-1')}" for key, value in rows)
    assert kept.count(":1:") >= 4
    for told in ("anna", "192.0.2.77", "kanaria", str(Account.objects.get().pk), "login"):
        assert told not in kept


def test_a_sealed_key_tells_keys_apart_and_nothing_else() -> None:
    assert sealed("a", "", 1) == sealed("a", "", 1)
    assert sealed("a", "", 1) != sealed("b", "", 1)
    assert len(sealed("x" * 5000, "", 1)) < 250
