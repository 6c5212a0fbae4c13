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
from tests.browser.conftest import SIZES, Witness
from tests.doors import let_in
from tests.orders.returns.test_cases import bought, refunded

OpenPage = Callable[..., Page]
Axe = Callable[[Page], None]
Screenshot = Callable[[Page, str], Path]


@pytest.fixture
def look(axe: Axe, screenshot: Screenshot) -> Screenshot:
    """Ask that a page has no faults and fits its screen, and keep a picture."""

    def look_at(page: Page, name: str) -> Path:
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
        return screenshot(page, name)

    return look_at


def test_a_defect_is_told_examined_and_made_good(
    new_page: OpenPage,
    look: Screenshot,
    screenshot: Screenshot,
    witness: Witness,
    bertil: Account,
) -> None:
    key = let_in(Client(), bertil).cookies["sessionid"].value
    cookie: Any = {"name": "sessionid", "value": key, "url": witness.home}
    witness.allow("400 (Bad Request)")
    for width, dark in SIZES:
        size = f"{width}-{'dark' if dark else 'light'}"
        order = bought()
        page = new_page(width=width, dark=dark)
        page.goto(f"/tilaus/{order.secret}/")
        page.get_by_role("link", name="Ilmoita virheestä").click()
        page.get_by_label("Lamppu").fill("1")
        page.get_by_role("button", name="Lähetä reklamaatio").click()
        look(page, f"complaint-form-{size}")
        expect(page.get_by_label("Lamppu")).to_have_value("1")
        page.get_by_label("Mikä on vikana").fill("Lamppu välkkyy ja sammuu.")
        page.get_by_label("Mitä toivot").select_option(label="Hinnanalennus")
        page.get_by_role("button", name="Lähetä reklamaatio").click()
        complaint = Complaint.objects.get(order=order)
        expect(page.locator("#complaining")).to_contain_text(complaint.number)
        look(page, f"complaint-order-{size}")

        desk = new_page(width=width, dark=dark)
        desk.context.add_cookies([cookie])
        desk.goto("/admin/orders/complaint/?waiting=yes")
        screenshot(desk, f"complaint-queue-{size}")
        desk.get_by_role("link", name=complaint.number).click()
        press(desk, "Ota selvitettäväksi")
        desk.get_by_label("Hinnanalennus, €").fill("100")
        press(desk, "Hyväksy ja kirjoita ostajalle")
        screenshot(desk, f"complaint-desk-{size}")
        desk.get_by_label("Hinnanalennus, €").fill("20,00")
        press(desk, "Hyväksy ja kirjoita ostajalle")
        press(desk, "Virhe on nyt hyvitetty")
        screenshot(desk, f"complaint-done-{size}")
        complaint.refresh_from_db()
        assert complaint.state == ComplaintState.REMEDIED
        assert refunded(order) == Decimal("20.00")
    look(desk, "complaint-closed")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()
