"""A merchant brings a catalogue: uploads it, looks, confirms; with and without JavaScript."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as shop
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from customers.models import Account
from orders.catalogue.models import Product
from orders.importing import tasks
from orders.importing.models import ImportRun
from tests.browser.conftest import Witness
from tests.doors import let_in
from tests.vectors import DATA

FILE = DATA / "importing" / "woocommerce.csv"

OpenPage = Callable[..., Page]


@pytest.fixture
def open_desk(
    new_page: OpenPage,
    witness: Witness,
    bertil: Account,
    settings: Settings,
    tmp_path: Path,
) -> OpenPage:
    """Open pages for Bertil, who has signed in."""
    settings.VAR_DIR = tmp_path
    cookie = let_in(Client(), bertil).cookies[shop.SESSION_COOKIE_NAME].value

    def open_page(**wish: Any) -> Page:
        page = new_page(**wish)
        page.context.add_cookies(
            [{"name": shop.SESSION_COOKIE_NAME, "value": cookie, "url": witness.home}]
        )
        return page

    return open_page


def upload(page: Page) -> None:
    page.goto("/en/admin/orders/importrun/add/")
    page.set_input_files("input[type=file]", FILE)
    page.get_by_role("button", name="Upload and check").click()
    expect(page.get_by_role("status")).to_contain_text("Checked, not imported yet")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_catalogue_is_uploaded_looked_at_and_imported(
    open_desk: OpenPage, *, javascript: bool
) -> None:
    page = open_desk(javascript=javascript, language="en-GB")

    upload(page)
    assert not Product.objects.exists()
    page.get_by_role("button", name="Import now").click()
    expect(page.get_by_role("status")).to_contain_text("Being imported")
    tasks.carry_out_import(str(ImportRun.objects.get().pk))
    if not javascript:
        page.get_by_role("link", name="Look again").click()

    expect(page.get_by_role("status")).to_contain_text("Imported")
    expect(page.get_by_role("button", name="Import now")).to_have_count(0)
    assert Product.objects.count() == 5


def test_the_pages_of_an_import_fail_nobody(
    open_desk: OpenPage,
    axe: Callable[[Page], None],
    screenshot: Callable[[Page, str], Path],
) -> None:
    page = open_desk(language="en-GB")

    page.goto("/en/admin/orders/importrun/add/")
    axe(page)
    screenshot(page, "import-upload")
    upload(page)
    axe(page)
    screenshot(page, "import-checked")
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    screenshot(page, "import-checked-narrow")
    page.goto("/en/admin/orders/importrun/")
    axe(page)
    screenshot(page, "import-list")
