"""A guest complains from the order's page, and the desk looks into it and lowers the price."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from customers.models import Account
from orders.complaints.models import Complaint
from orders.complaints.states import ComplaintState
from tests.browser.conftest import Witness, in_each_size
from tests.doors import let_in
from tests.orders.returns.test_cases import bought, refunded

OpenPage = Callable[..., Page]
Axe = Callable[[Page], None]
Screenshot = Callable[[Page, str], Path]
Look = Callable[[Page, str], None]


@pytest.fixture
def look(axe: Axe, screenshot: Screenshot) -> Look:
    """Ask that a page has no faults and fits each screen, and keep pictures."""

    def look_at(page: Page, name: str) -> None:
        for size in in_each_size(page):
            axe(page)
            screenshot(page, f"{name}-{size}")

    return look_at


def test_a_defect_is_told_examined_and_made_good(
    new_page: OpenPage,
    look: Look,
    screenshot: Screenshot,
    witness: Witness,
    bertil: Account,
) -> None:
    key = let_in(Client(), bertil).cookies["sessionid"].value
    cookie: Any = {"name": "sessionid", "value": key, "url": witness.home}
    witness.allow("400 (Bad Request)")
    order = bought()
    page = new_page(width=360)
    page.goto(f"/tilaus/{order.secret}/")
    page.get_by_role("link", name="Ilmoita virheestä").click()
    page.get_by_label("Lamppu").fill("1")
    page.get_by_role("button", name="Lähetä reklamaatio").click()
    look(page, "complaint-form")
    expect(page.get_by_label("Lamppu")).to_have_value("1")
    page.get_by_label("Mikä on vikana").fill("Lamppu välkkyy ja sammuu.")
    page.get_by_label("Mitä toivot").select_option(label="Hinnanalennus")
    page.get_by_role("button", name="Lähetä reklamaatio").click()
    complaint = Complaint.objects.get(order=order)
    expect(page.locator("#complaining")).to_contain_text(complaint.number)
    look(page, "complaint-order")

    desk = new_page()
    desk.context.add_cookies([cookie])
    desk.goto("/admin/orders/complaint/?waiting=yes")
    screenshot(desk, "complaint-queue")
    desk.get_by_role("link", name=complaint.number).click()
    press(desk, "Ota selvitettäväksi")
    desk.get_by_label("Hinnanalennus, €").fill("100")
    press(desk, "Hyväksy ja kirjoita ostajalle")
    screenshot(desk, "complaint-desk")
    desk.get_by_label("Hinnanalennus, €").fill("20,00")
    press(desk, "Hyväksy ja kirjoita ostajalle")
    press(desk, "Virhe on nyt hyvitetty")
    screenshot(desk, "complaint-done")
    complaint.refresh_from_db()
    assert complaint.state == ComplaintState.REMEDIED
    assert refunded(order) == Decimal("20.00")
    look(desk, "complaint-closed")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
