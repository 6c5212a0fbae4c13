"""What is told before the order, in layers; the form to withdraw; the paper afterwards."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from orders.catalogue.models import Variant
from orders.sales.models import Order
from privacy.outbox.models import Letter
from tests.browser.conftest import in_each_size
from tests.factories import ProductFactory, VariantFactory, in_stock
from tests.orders.buying import BANK
from tests.post_office import work_off_the_queue

OpenPage = Callable[..., Page]
Look = Callable[[Page, str], Path]
Axe = Callable[[Page], None]
WIDTHS = [1280, 360]
LIGHTS = [False, True]


@pytest.fixture(autouse=True)
def variant(settings: Any, tmp_path: Path, live_server: object) -> Variant:
    settings.BANK_ACCOUNT = BANK
    settings.PRIVATE_ROOT = tmp_path / "private"
    settings.SITE_ADDRESS = str(live_server)
    product = ProductFactory.create(slug="lamppu", name_fi="Kajo-pöytälamppu")
    return in_stock(9, variant=VariantFactory.create(product=product, price=Decimal("89.00")))


def to_the_summary(page: Page) -> None:
    page.goto("/tuote/lamppu/")
    page.locator("main form button").first.click()
    page.wait_for_url("**/ostoskori/")
    page.goto("/kassa/")
    for name, value in (
        ("email", "pekka@example.fi"),
        ("first_name", "Pekka"),
        ("last_name", "Puro"),
        ("street", "Mannerheimintie 1 A 2"),
        ("postcode", "00100"),
        ("city", "Helsinki"),
    ):
        page.fill(f"[name={name}]", value)
    page.locator("[name=delivery_method]").first.check()
    page.locator("[name=payment_method]").first.check()
    page.locator(
        "main form .button.large, main form button[type=submit], main form button"
    ).last.click()
    page.wait_for_url("**/kassa/vahvista/")


def test_each_item_is_a_line_with_the_whole_beneath_it(
    new_page: OpenPage, axe: Axe, screenshot: Look
) -> None:
    for width in WIDTHS:
        page = new_page(width=width)
        to_the_summary(page)
        withdrawal = page.locator("#told-withdrawal")
        whole = withdrawal.get_by_text("Riittää, että lähetät ilmoituksen")
        expect(withdrawal).to_contain_text("Voit peruuttaa kaupan 14 päivän kuluessa")
        expect(whole).to_be_hidden()

        withdrawal.locator("summary").click()

        expect(whole).to_be_visible()
        for size in in_each_size(page, [(width, dark) for dark in LIGHTS]):
            axe(page)
            screenshot(page, f"before-ordering-{size}")


def test_the_paper_stands_on_the_order_once_the_worker_has_set_it(
    page: Page, screenshot: Look
) -> None:
    to_the_summary(page)
    page.get_by_role("button", name="Tilaa ja maksa").click()
    page.wait_for_url("**/tilaus/**")
    assert page.locator("#paper").count() == 0

    work_off_the_queue()

    page.reload()
    with page.expect_download() as fetched:
        page.locator("section[aria-labelledby=paper] a").click()
    number = Order.objects.get().number
    assert fetched.value.suggested_filename == f"tilausvahvistus-{number}.pdf"
    assert Letter.objects.filter(kind="order_placed").count() == 1
    screenshot(page, "order-with-its-paper")


def test_the_form_can_be_read_and_printed(new_page: OpenPage, axe: Axe, screenshot: Look) -> None:
    page = new_page()
    page.goto("/peruuttamislomake/")
    for size in in_each_size(page, [(width, dark) for width in WIDTHS for dark in LIGHTS]):
        expect(page.get_by_role("heading", name="Peruuttamislomakkeen malli")).to_be_visible()
        axe(page)
        screenshot(page, f"withdrawal-form-{size}")
