"""Buyers and staff fetch invoices: the page, the PDF, and the month's books."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from playwright.sync_api import Page, expect

from customers.models import Account
from orders.invoicing import files
from orders.invoicing.models import Invoice
from orders.invoicing.operations import credit_all, issue
from tests.browser.conftest import Witness, in_each_size
from tests.conftest import NOON
from tests.doors import let_in
from tests.orders.buying import BANK
from tests.orders.money_matters import TODAY, three_rates

OpenPage = Callable[..., Page]
Axe = Callable[[Page], None]
Screenshot = Callable[[Page, str], Path]


@pytest.fixture
def invoice(settings: Any, tmp_path: Path) -> Invoice:
    settings.PRIVATE_ROOT = tmp_path
    settings.BANK_ACCOUNT = BANK
    settings.CONTROLLER = {**settings.CONTROLLER, "business_id": "2077474-0"}
    facts = {"company_name": "Puro Oy", "business_id": "2077474-0"}
    issued = issue(order=three_rates(**facts), tax_point=TODAY, at=NOON)
    return files.make_documents(invoice_id=issued.pk, at=NOON)


@pytest.fixture
def look(axe: Axe, screenshot: Screenshot) -> Callable[[Page, str], None]:
    """Ask that a page has no faults and fits each screen, and keep pictures."""

    def look_at(page: Page, name: str) -> None:
        for size in in_each_size(page):
            axe(page)
            screenshot(page, f"invoices-{name}-{size}")

    return look_at


def test_the_buyer_goes_from_the_order_to_the_invoice_and_takes_the_pdf(
    page: Page, look: Callable[[Page, str], None], invoice: Invoice
) -> None:
    page.goto(f"/tilaus/{invoice.order.secret}/")
    look(page, "order")
    page.get_by_role("link", name="Lasku 1", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Lasku 1")
    look(page, "invoice")
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Lataa PDF").click()
    assert fetched.value.suggested_filename == "lasku-1.pdf"
    assert Path(fetched.value.path()).read_bytes().startswith(b"%PDF")


def test_staff_fetch_the_pdf_and_look_at_the_month(
    page: Page,
    look: Callable[[Page, str], None],
    witness: Witness,
    invoice: Invoice,
    bertil: Account,
) -> None:
    credit_all(invoice=invoice, reason=Invoice.Reason.RETURNED, at=NOON)
    key = let_in(Client(), bertil).cookies["sessionid"].value
    pages = {
        "desk": f"/admin/orders/invoice/{invoice.pk}/change/",
        "month": "/admin/orders/invoice/books/?month=2026-11",
        "list": "/admin/orders/invoice/",
    }
    page.context.add_cookies([{"name": "sessionid", "value": key, "url": witness.home}])
    for name, address in pages.items():
        page.goto(address)
        look(page, name)
    page.set_viewport_size({"width": 360, "height": 900})
    expect(page.get_by_role("link", name="Kuukauden kirjanpito")).to_be_visible()
    page.goto(pages["desk"])
    with page.expect_download() as fetched:
        page.get_by_role("link", name="PDF", exact=True).click()
    assert fetched.value.suggested_filename == "lasku-1.pdf"
