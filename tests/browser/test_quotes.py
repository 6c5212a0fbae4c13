"""A guest asks for a quote, staff answer it at the desk, and the guest orders at its prices."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from customers.models import Account
from orders.delivery.models import DeliveryMethod
from orders.quotes.models import Quote
from orders.sales.models import Order
from tests.browser.test_buying import draw
from tests.browser.test_companies import look as look_at
from tests.doors import let_in
from tests.factories import ProductFactory, VariantFactory, in_stock
from tests.orders.buying import BANK

OpenPage = Callable[..., Page]
Look = Callable[[Page, str], Path]
Axe = Callable[[Page], None]
Glance = Callable[[Page, str], None]


@pytest.fixture(autouse=True)
def chair(settings: Settings, tmp_path: Path, live_server: LiveServer) -> None:
    settings.BANK_ACCOUNT = BANK
    settings.MEDIA_ROOT = settings.PRIVATE_ROOT = tmp_path
    product = ProductFactory.create(slug="tuoli", name_fi="Kaarre-työtuoli")
    draw(product, "kaarre-tyotuoli-okra")
    in_stock(
        99, variant=VariantFactory.create(product=product, sku="TUOLI", price=Decimal("249.00"))
    )


@pytest.fixture
def look(screenshot: Look, axe: Axe) -> Glance:
    """Look at a page, wherever it is."""

    def glance(page: Page, name: str) -> None:
        look_at(page, name, screenshot, axe)

    return glance


def ask(page: Page, look: Glance) -> None:
    page.goto("/tuote/tuoli/")
    page.get_by_role("button", name="Lisää ostoskoriin").click()
    look(page, "quotes-basket")
    page.get_by_role("link", name="Pyydä tarjous").click()
    page.get_by_label("Sähköpostiosoite").fill("pekka@example.fi")
    page.get_by_label("Viesti").fill("Tarvitsemme tuolit tammikuussa.")
    look(page, "quotes-ask")
    page.get_by_role("button", name="Pyydä tarjous").click()
    expect(page.get_by_text("Olemme saaneet tarjouspyyntösi")).to_be_visible()


def answer(page: Page, look: Glance) -> None:
    page.goto("/admin/orders/quote/?waiting=yes")
    look(page, "quotes-desk-list")
    page.get_by_role("link", name=Quote.objects.get().number).click()
    page.get_by_label("Kappalehinta, €").first.fill("199,00")
    page.get_by_label("Toimitustapa").select_option(
        value=str(DeliveryMethod.objects.get(code="parcel").pk)
    )
    page.get_by_label("Teksti ostajalle").fill("Kiitos kysymästä. Tuolit ehtivät tammikuuksi.")
    look(page, "quotes-desk")
    page.get_by_role("button", name="Lähetä tarjous").click()
    expect(page.get_by_text("Ostaja saa viestin")).to_be_visible()
    look(page, "quotes-desk-given")


def test_a_guest_asks_staff_answer_and_the_guest_orders(
    new_page: OpenPage,
    look: Glance,
    bertil: Account,
    live_server: LiveServer,
) -> None:
    guest = new_page(width=360, dark=True)
    ask(guest, look)
    desk = new_page()
    key = let_in(Client(), bertil).cookies["sessionid"].value
    desk.context.add_cookies([{"name": "sessionid", "value": key, "url": live_server.url}])
    answer(desk, look)

    address = Quote.objects.get().signed_address
    wide = new_page()
    wide.goto(address)
    look(wide, "quotes-quote-wide-light")
    guest.goto(address)
    look(guest, "quotes-quote-phone-dark")
    guest.get_by_role("button", name="Hyväksy ja siirry kassalle").click()
    guest.get_by_label("Etunimi").fill("Pekka")
    guest.get_by_label("Sukunimi").fill("Puro")
    guest.get_by_label("Katuosoite").first.fill("Hämeenkatu 1")
    guest.get_by_label("Postinumero").first.fill("33100")
    guest.get_by_label("Postinumero").first.press("Tab")
    look(guest, "quotes-checkout")
    guest.get_by_role("button", name="Tarkista tilaus").click()
    expect(guest.get_by_text("Hinta tarjouksen")).to_be_visible()
    look(guest, "quotes-confirm")
    guest.locator("form button.wide.large").click()
    expect(guest.get_by_text("Tarjous nro")).to_have_count(1)

    order = Order.objects.get()
    assert order.lines.get().unit_price == Decimal("199.00")
    guest.goto("/ostoskori/")
    expect(guest.get_by_text("249,00 €").first).to_be_visible()
