"""Paying at the payment service in a real browser; and closing it right after."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from customers.models import Account
from orders.checkout.refunding import send_waiting
from orders.checkout.steps import cancel_order
from orders.payments.models import Payment
from orders.sales.models import Order
from orders.sales.states import PaymentStatus
from soluto_shop.local.paytrail.service import Service
from soluto_shop.local.paytrail.transactions import OK
from tests.browser.conftest import Witness, in_each_size
from tests.doors import let_in
from tests.factories import ProductFactory, VariantFactory, in_stock
from tests.orders.buying import BANK
from tests.orders.paytrail import played, theirs

OpenPage = Callable[..., Page]
Look = Callable[[Page, str], Path]
Axe = Callable[[Page], None]


@dataclass(frozen=True)
class Way:
    """How the buyer looks at the shop."""

    name: str
    width: int = 1280
    javascript: bool = True
    dark: bool = False


WAYS = [Way("wide"), Way("phone", width=360, dark=True), Way("plain", javascript=False)]


@pytest.fixture
def service(settings: Settings, live_server: object, witness: Witness) -> Iterator[Service]:
    settings.BANK_ACCOUNT = BANK
    settings.SITE_ADDRESS = str(live_server)
    with played(settings) as service:
        witness.allow(service.address)
        yield service


@pytest.fixture(autouse=True)
def shelf(service: Service) -> None:
    product = ProductFactory.create(slug="jug", name_en="Jug", name_fi="Kannu", name_sv="Kanna")
    in_stock(10, variant=VariantFactory.create(product=product, sku="JUG", price=Decimal("24.90")))


def go_to_the_summary(page: Page) -> None:
    page.goto("/en/product/jug/")
    page.get_by_role("button", name="Add to basket").click()
    page.get_by_role("link", name="Go to checkout").click()
    page.get_by_label("E-mail address").fill("pekka@example.fi")
    page.get_by_label("First name").fill("Pekka")
    page.get_by_label("Last name").fill("Puro")
    page.get_by_label("Street address").first.fill("Hämeenkatu 1")
    page.get_by_label("Postcode").first.fill("33100")
    page.get_by_label("Town").first.fill("Tampere")
    page.get_by_role("radio", name="Parcel to your address").check()
    page.get_by_role("radio", name="Card, bank or mobile payment").check()


def go_to_pay(page: Page) -> None:
    go_to_the_summary(page)
    page.get_by_role("button", name="Continue to check your order").click()
    page.get_by_role("button", name="Order and pay").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Pay your order")


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_a_buyer_stops_pays_again_and_sees_that_it_came(
    way: Way, new_page: OpenPage, service: Service, screenshot: Look, axe: Axe
) -> None:
    page = new_page(width=way.width, javascript=way.javascript, dark=way.dark, language="en-GB")

    def look(name: str) -> None:
        if way.javascript:
            axe(page)
        screenshot(page, f"{name}-{way.name}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    go_to_the_summary(page)
    look("paying-checkout")
    page.get_by_role("button", name="Continue to check your order").click()
    expect(page.locator("main")).to_contain_text("You go on to the payment service")
    look("paying-summary")
    page.get_by_role("button", name="Order and pay").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Pay your order")
    look("paying-service")
    page.get_by_role("button", name="Cancel and return to the shop").click()

    expect(page.locator("main")).to_contain_text("Nothing was charged, and your order waits.")
    look("paying-stopped")
    page.get_by_role("button", name="Pay €30.80").click()
    page.get_by_label("When the shop is told").select_option("at_once")
    page.get_by_role("button", name="Pay", exact=True).click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you for your order!")
    expect(page.locator(".badge.success")).to_have_text("Paid")
    expect(page.locator("main")).not_to_contain_text("not paid yet")
    look("paying-paid")
    for thread in service.calls:
        thread.join()
    assert Order.objects.get().payment_status == PaymentStatus.PAID
    assert Order.objects.get().events.filter(kind="pay").count() == 1


def test_whoever_closes_the_browser_after_paying_has_paid(
    new_page: OpenPage, service: Service
) -> None:
    page = new_page(language="en-GB")
    go_to_pay(page)
    page.context.close()  # on the way back, at the latest
    service.finish(theirs(service, Payment.objects.get()), "ok", "before")

    order = Order.objects.get()
    assert order.payment_status == PaymentStatus.PAID
    assert order.invoices.count() == 1


def test_while_it_waits_the_order_says_so(
    new_page: OpenPage, service: Service, screenshot: Look, axe: Axe
) -> None:
    page = new_page(width=360, language="en-GB")
    go_to_pay(page)
    page.get_by_role("button", name="The payment is left waiting").click()
    heading = "We are waiting for the confirmation of your payment"
    expect(page.get_by_role("heading", level=2, name=heading)).to_be_visible()
    axe(page)
    screenshot(page, "paying-waits")


@pytest.fixture
def look(axe: Axe, screenshot: Look) -> Callable[[Page, str], None]:
    """Have a page looked over and pictured."""

    def examine(page: Page, name: str) -> None:
        for size in in_each_size(page, [(1280, False), (360, True)]):
            axe(page)
            screenshot(page, f"{name}-{size}")

    return examine


def test_the_desk_pays_back_what_is_owed(
    new_page: OpenPage,
    service: Service,
    look: Callable[[Page, str], None],
    bertil: Account,
) -> None:
    service.refunds_are = "unsupported"
    page = new_page(language="en-GB")
    go_to_pay(page)
    service.finish(theirs(service, Payment.objects.get()), OK, "before")
    order = Order.objects.get()
    cancel_order(order=order, at=timezone.now())
    key = let_in(Client(), bertil).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": key, "url": settings.SITE_ADDRESS}])

    page.goto(f"/en/admin/orders/order/{order.pk}/change/")
    expect(page.locator("#content")).to_contain_text("To be paid back to the buyer: €30.80")
    page.get_by_role("button", name="Pay it back the way it came").click()
    send_waiting(at=timezone.now())
    page.reload()
    expect(page.locator("#content")).to_contain_text("This way of paying knows no refunds.")
    page.locator("summary").filter(has_text="What was heard of payments").click()
    look(page, "paying-desk")
    page.get_by_role("button", name="It was paid back by bank transfer").click()
    expect(page.locator(".order-state")).to_contain_text("Refunded")
