"""A merchant brings customers along, and a customer finds what was ordered in the former shop."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as shop
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from customers.models import Account, Customer
from orders.former.operations import import_former_orders
from privacy.intake.models import Intake
from privacy.intake.taking import Wish
from privacy.intake.tasks import carry_out_intake
from tests.browser.conftest import Witness, in_each_size
from tests.doors import let_in
from tests.privacy.lives import login_of, member
from tests.vectors import DATA

FILES = DATA / "moving"

OpenPage = Callable[..., Page]


@pytest.fixture
def open_as(
    new_page: OpenPage, client: Client, witness: Witness, settings: Settings, tmp_path: Path
) -> Callable[..., Page]:
    """Open pages for somebody who has signed in."""
    settings.PRIVATE_ROOT = tmp_path

    def open_page(account: Account, **wish: Any) -> Page:
        let_in(client, account)
        cookie = client.cookies[shop.SESSION_COOKIE_NAME].value
        page = new_page(**wish)
        page.context.add_cookies(
            [{"name": shop.SESSION_COOKIE_NAME, "value": cookie, "url": witness.home}]
        )
        return page

    return open_page


def test_customers_are_brought_in_and_the_drops_are_told(
    open_as: Callable[..., Page],
    axe: Callable[[Page], None],
    screenshot: Callable[[Page, str], Path],
    bertil: Account,
) -> None:
    page = open_as(bertil, language="en-GB")

    page.goto("/en/admin/privacy/intake/add/")
    axe(page)
    screenshot(page, "moving-upload")
    page.set_input_files("input[type=file]", FILES / "dummyjson-users.json")
    page.get_by_role("button", name="Upload and check").click()
    expect(page.get_by_role("status")).to_contain_text("Checked, not imported yet")
    drops = page.get_by_role("region", name="Dropped, and why")
    expect(drops.get_by_role("row", name="bank.cardNumber")).to_contain_text("payment card")
    expect(drops.get_by_role("row", name="birthDate")).to_contain_text("section 5")
    assert not Customer.objects.exists()
    axe(page)
    screenshot(page, "moving-checked")
    page.set_viewport_size({"width": 360, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    screenshot(page, "moving-checked-narrow")

    page.get_by_role("button", name="Import now").click()
    expect(page.get_by_role("status")).to_contain_text("Being imported")
    carry_out_intake(str(Intake.objects.get().pk))

    expect(page.get_by_role("status")).to_contain_text("Imported")
    assert Customer.objects.count() == 3
    page.goto("/en/admin/privacy/intake/")
    axe(page)


def test_a_customer_finds_what_was_ordered_in_the_former_shop(
    open_as: Callable[..., Page],
    axe: Callable[[Page], None],
    screenshot: Callable[[Page, str], Path],
) -> None:
    anna = member("anna@example.fi")
    import_former_orders(FILES / "orders-own.csv", Wish(party="Vanha kauppa"), at=timezone.now())

    page = open_as(login_of(anna), width=360)
    page.goto("/tili/tilaukset/")
    page.get_by_role("link", name="Tilattu entisestä kaupastamme").click()

    expect(page.get_by_text("Tilaus 1001")).to_be_visible()
    for size in in_each_size(page):
        expect(page.get_by_text("2 × Lamppu, 19,80 €")).to_be_visible()
        axe(page)
        screenshot(page, f"former-orders-{size}")
