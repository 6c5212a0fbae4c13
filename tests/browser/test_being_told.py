"""What somebody reads about their data: the statement, its editions, their own, and the copy."""

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from customers.models import Account, Customer
from privacy.editions.models import Edition
from privacy.requests.copying import answer_with_copy
from privacy.requests.models import Request
from privacy.statement import statement_text
from privacy.subject import subject_of
from tests.browser.conftest import in_each_size
from tests.conftest import NOON
from tests.doors import let_in
from tests.factories import PASSWORD, CompanyFactory, MembershipFactory
from tests.privacy.copying import copied
from tests.privacy.lives import login_of, member, order_of

OpenPage = Callable[..., Page]


@pytest.fixture(autouse=True)
def place(settings: Any, tmp_path: Path) -> None:
    settings.PRIVATE_ROOT = tmp_path / "private"


@pytest.fixture
def anna() -> Customer:
    """Anna, who has ordered three times, once as a guest."""
    card = member("anna@example.fi")
    MembershipFactory.create(customer=card, company=CompanyFactory.create(name="Annan Puu Oy"))
    order_of(card, "anna@example.fi")
    order_of(card, "anna@example.fi", note="")
    order_of(None, "anna@example.fi", street="Vanha katu 3")
    return card


def sign_in(page: Page, card: Customer) -> None:
    page.goto("/tili/kirjaudu/")
    page.fill("[name=login]", login_of(card).email)
    page.fill("[name=password]", PASSWORD)
    page.click("main form button.button:not(.quiet)")
    page.wait_for_url("**/tili/**")


def test_the_statement_and_its_editions_are_read(
    new_page: OpenPage,
    axe: Callable[[Page], None],
    screenshot: Callable[[Page, str], Path],
) -> None:
    texts = {f"text_{code}": statement_text(code) for code in ("fi", "sv", "en")}
    texts["text_fi"] = texts["text_fi"].replace("palomuurein", "salauksin ja palomuurein")
    Edition.objects.create(
        number=2,
        valid_from=NOON,
        approved_by="Jani-Petteri Pohjonen",
        sha256=hashlib.sha256(texts["text_fi"].encode()).hexdigest(),
        **texts,
    )
    page = new_page()
    for name, address in {
        "statement": "/tietosuoja/",
        "statement-sv": "/sv/dataskydd/",
        "editions": "/tietosuoja/versiot/",
        "edition": "/tietosuoja/versiot/1/",
        "difference": "/tietosuoja/versiot/1/muutokset/2/",
        "notice": "/tili/rekisteroidy/",
    }.items():
        if name == "notice":
            assert page.context.cookies() == []
        page.goto(address)
        if name == "notice":
            page.click(".privacy-notice summary")

        for size in in_each_size(page):
            axe(page)
            screenshot(page, f"told-{name}-{size}")


def test_anna_reads_what_is_held_and_takes_a_copy_along(
    anna: Customer,
    new_page: OpenPage,
    axe: Callable[[Page], None],
    screenshot: Callable[[Page, str], Path],
    tmp_path: Path,
) -> None:
    page = new_page()
    sign_in(page, anna)
    page.goto("/tili/omat-tiedot/")
    expect(page.locator("main")).to_contain_text("Vanha katu 3")
    for size in in_each_size(page):
        axe(page)
        screenshot(page, f"told-own-data-{size}")

    page.goto("/tili/omat-tiedot/kopio/")
    axe(page)
    screenshot(page, "told-copy-none")
    page.click("main form button")
    if "/kopio/" not in page.url:
        screenshot(page, "told-copy-proof")
        page.fill("[name=password]", PASSWORD)
        page.click("main form button.button:not(.quiet)")
    page.wait_for_url("**/kopio/")
    screenshot(page, "told-copy-waiting")
    answer_with_copy(Request.objects.get().pk, at=timezone.now())

    ready = page.locator("#copy a[download]")
    expect(ready).to_be_visible()
    axe(page)
    screenshot(page, "told-copy-ready")
    with page.expect_download() as fetched:
        ready.click()
    packed = Path(fetched.value.path()).read_bytes()
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert "Vanha katu 3" in json.dumps(json.loads(archive.read("data.json")))
        (tmp_path / "data.html").write_bytes(archive.read("data.html"))


def test_the_page_in_the_copy_stands_by_itself(
    anna: Customer,
    new_page: OpenPage,
    axe: Callable[[Page], None],
    screenshot: Callable[[Page, str], Path],
    tmp_path: Path,
) -> None:
    packed = copied(subject_of(cards=[anna.pk]), language="fi", at=NOON)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        (tmp_path / "data.html").write_bytes(archive.read("data.html"))
    page = new_page()
    page.set_content((tmp_path / "data.html").read_text())
    for size in in_each_size(page):
        axe(page)
        screenshot(page, f"told-copy-page-{size}")


def test_staff_read_the_record_on_any_screen(
    bertil: Account,
    new_page: OpenPage,
    axe: Callable[[Page], None],
    screenshot: Callable[[Page, str], Path],
    live_server: LiveServer,
) -> None:
    key = let_in(Client(), bertil).cookies["sessionid"].value
    page = new_page()
    page.context.add_cookies([{"name": "sessionid", "value": key, "url": live_server.url}])
    page.goto("/admin/privacy/processingrecord/")

    expect(page.locator(".record")).to_contain_text("Soluto Oy")
    for size in in_each_size(page):
        axe(page)
        screenshot(page, f"told-record-{size}")
