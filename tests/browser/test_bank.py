"""The accountant brings a file of the bank, matches what is left, and looks at the books."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as shop
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from customers.models import Account
from orders.banking.models import BankEntry
from orders.bookkeeping.nightly import audit_tonight
from orders.sales.models import Order
from orders.sales.operations import move
from orders.sales.states import PaymentStatus, Step
from tests.browser.conftest import Witness, in_each_size
from tests.doors import let_in
from tests.orders.banking.files import BANK, Told, camt, entry
from tests.orders.money_matters import TOTAL, three_rates

OpenPage = Callable[..., Page]


@pytest.fixture
def open_desk(
    new_page: OpenPage, client: Client, witness: Witness, bertil: Account, settings: Settings
) -> OpenPage:
    """Open pages for Bertil, who has signed in."""
    settings.BANK_ACCOUNT = BANK
    let_in(client, bertil)
    cookie = client.cookies[shop.SESSION_COOKIE_NAME].value

    def open_page(**wish: Any) -> Page:
        page = new_page(**wish)
        page.context.add_cookies(
            [{"name": shop.SESSION_COOKIE_NAME, "value": cookie, "url": witness.home}]
        )
        return page

    return open_page


def a_days_file() -> tuple[bytes, list[Order]]:
    """Write a file in which every kind of entry stands."""
    orders = [three_rates() for _each in range(3)]
    content = camt(
        entry(Told(str(TOTAL), orders[0].reference, number="2611230001")),
        entry(Told("100.00", orders[1].reference, number="2611230002")),
        entry(Told(str(TOTAL), message="Kiitos lampusta", number="2611230003")),
        entry(Told("12.00", "12345", number="2611230004")),
        entry(Told("640.00", message="Vuokra", number="2611230005", credit=False)),
        entry(Told("7.00")).replace(">7.00<", ">7,00<"),
    )
    return content, orders


@pytest.mark.parametrize("javascript", [True, False])
def test_a_file_is_brought_looked_at_counted_and_the_rest_matched(
    open_desk: OpenPage, *, javascript: bool
) -> None:
    content, orders = a_days_file()
    page = open_desk(javascript=javascript, language="en-GB")
    page.goto("/en/admin/orders/bankfile/add/")
    page.set_input_files(
        "input[type=file]", {"name": "tiliote.xml", "mimeType": "text/xml", "buffer": content}
    )
    page.get_by_role("button", name="Upload and check").click()
    expect(page.get_by_role("status")).to_contain_text("Read, not counted yet")
    assert not BankEntry.objects.exists()

    page.get_by_role("button", name="Count now").click()
    expect(page.get_by_role("status").first).to_contain_text("Counted")
    assert Order.objects.get(pk=orders[0].pk).payment_status == PaymentStatus.PAID

    page.goto(f"/en/admin/orders/bankentry/{BankEntry.objects.get(number='2611230003').pk}/change/")
    page.get_by_label("Order number or reference number").fill(orders[2].number)
    page.get_by_role("button", name="Count for the order").click()
    expect(page.get_by_role("status").first).to_contain_text("Counted for an order")
    assert Order.objects.get(pk=orders[2].pk).payment_status == PaymentStatus.PAID


def test_the_pages_of_money_fail_nobody(
    open_desk: OpenPage,
    axe: Callable[[Page], None],
    screenshot: Callable[[Page, str], Path],
) -> None:
    content, orders = a_days_file()
    move(order=orders[1], step=Step.PAY, at=timezone.now())
    page = open_desk(language="fi-FI")

    def look(what: str) -> None:
        """Look at the page on the phone and wide, in the light and in the dark."""
        page.wait_for_load_state()
        for size in in_each_size(page, [(360, False), (360, True), (1280, True), (1280, False)]):
            if size.startswith("1280"):
                axe(page)
            screenshot(page, f"bank-{what}-{size}")

    page.goto("/admin/orders/bankfile/add/")
    look("upload")
    page.set_input_files(
        "input[type=file]", {"name": "tiliote.xml", "mimeType": "text/xml", "buffer": content}
    )
    page.get_by_role("button", name="Lähetä ja tarkista").click()
    look("preview")
    page.get_by_role("button", name="Kirjaa nyt").click()
    look("counted")
    page.goto("/admin/orders/bankentry/?state__exact=open")
    look("work-list")
    page.goto(f"/admin/orders/bankentry/{BankEntry.objects.get(number='2611230003').pk}/change/")
    look("entry")
    audit_tonight(at=timezone.now())
    page.goto("/admin/orders/entry/books/?month=2026-11")
    look("books")
    page.goto(f"/admin/orders/entry/of-order/?number={orders[0].number}")
    look("order")
    page.goto("/admin/orders/entry/")
    look("entries")
