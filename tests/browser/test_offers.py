"""A campaign, the price of a kilogram and a coupon, seen on the way to an order."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from orders.catalogue.campaigns import Campaign
from orders.offers.planning import plan
from orders.sales.models import Order
from tests.browser.conftest import Witness, in_each_size
from tests.browser.test_buying import draw
from tests.factories import ProductFactory, VariantFactory, in_stock
from tests.orders.buying import BANK
from tests.orders.offers.couponing import coupon

OpenPage = Callable[..., Page]
Look = Callable[[Page, str], Path]
Axe = Callable[[Page], None]


@pytest.fixture(autouse=True)
def shelf(settings: Settings, tmp_path: Path, live_server: object) -> None:
    """Put jam by the jar on the shelf, fifteen per cent off, and a coupon beside it."""
    settings.BANK_ACCOUNT = BANK
    settings.MEDIA_ROOT = tmp_path
    product = ProductFactory.create(
        slug="jam", name_en="Jam", name_fi="Puolukkahillo", vat_class_id="food"
    )
    draw(product, "puolukkahillo")
    in_stock(
        20,
        variant=VariantFactory.create(
            product=product,
            sku="HILLO",
            price=Decimal("8.50"),
            content=Decimal("0.340"),
            content_unit="kg",
        ),
    )
    now = timezone.now()
    campaign = Campaign.objects.create(
        name_fi="Talviale",
        name_en="Winter sale",
        percent=Decimal(15),
        begins_at=now,
        ends_at=now + timedelta(days=7),
        is_for_all=True,
    )
    plan(campaign=campaign, at=now)
    coupon("TALVI5", amount="5.00", minimum=Decimal("20.00"), name_sv="Vinter")


def test_a_reduced_product_and_a_coupon_explain_their_price(
    page: Page, screenshot: Look, axe: Axe, witness: Witness
) -> None:
    witness.allow("409")  # the wrong code

    def look(page: Page, name: str) -> None:
        """Look at a page wide and on a phone, in the light and in the dark."""
        for size in in_each_size(page, [(1280, True), (1280, False), (360, True), (360, False)]):
            axe(page)
            screenshot(page, f"offers-{name}-{size}")

    page.goto("/tuote/jam/")
    expect(page.locator(".product-info .price")).to_contain_text("21,26")  # 7.23 by 0.340 kg
    look(page, "product")
    page.get_by_label("Määrä").fill("2")
    page.get_by_role("button", name="Lisää ostoskoriin").click()
    page.get_by_text("Minulla on alennuskoodi").click()
    page.get_by_label("Alennuskoodi").fill("väärä")
    page.get_by_role("button", name="Käytä koodi").click()
    expect(page.get_by_role("alert")).to_contain_text("Tällaista alennuskoodia ei ole")
    screenshot(page, "offers-wrong")
    page.get_by_label("Alennuskoodi").fill("talvi-5")
    page.get_by_role("button", name="Käytä koodi").click()
    expect(page.locator(".coupon")).to_contain_text("5,54")
    page.locator("input[type=number]").first.fill("3")
    page.locator("input[type=number]").first.press("Tab")
    expect(page.locator(".totals .grand")).to_contain_text("16,69")
    look(page, "basket")


def test_the_order_tells_how_its_price_came_about(
    new_page: OpenPage, screenshot: Look, axe: Axe
) -> None:
    page = new_page()
    page.goto("/tuote/jam/")
    page.get_by_label("Määrä").fill("3")
    page.get_by_role("button", name="Lisää ostoskoriin").click()
    page.get_by_text("Minulla on alennuskoodi").click()
    page.get_by_label("Alennuskoodi").fill("TALVI5")
    page.get_by_role("button", name="Käytä koodi").click()
    page.get_by_role("link", name="Kassalle").click()
    said = {
        "email": "anna@example.fi",
        "first_name": "Anna",
        "last_name": "Aalto",
        "street": "Hämeenkatu 1",
        "postcode": "33100",
        "city": "Tampere",
    }
    for field, words in said.items():
        page.locator(f"[name={field}]").fill(words)
    page.locator("input[name=delivery_method]").first.check()
    page.locator("form.form button, form button.large").last.click()
    screenshot(page, "offers-summary")
    page.get_by_role("button", name="Tilaa ja maksa").click()
    page.get_by_text("Mistä hinta muodostuu").click()
    expect(page.locator(".price-story")).to_contain_text("Talviale")
    axe(page)
    screenshot(page, "offers-order")
    line = Order.objects.get().lines.get()
    assert (line.base_price, line.unit_price, line.discount, line.total) == (
        Decimal("8.50"),
        Decimal("7.23"),
        Decimal("5.00"),
        Decimal("16.69"),
    )
    assert line.price_words == "Talviale"
    assert line.rounding == Decimal("0.0150")  # 85 % of 8.50 are 7.225
