"""The frame of every page: readable, reachable by keyboard, quiet where something fails."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from playwright.sync_api import Page, Route, expect

from customers.models import Customer
from orders.catalogue.models import Product
from tests.browser.conftest import Witness, in_each_size
from tests.factories import (
    AttributeFactory,
    AttributeOptionFactory,
    CategoryFactory,
    ProductFactory,
    VariantFactory,
    in_stock,
    put_on_shelf,
    say,
)

OpenPage = Callable[..., Page]

NARROW = 320  # 1280 px seen at 400 %
PAGES = ["/", "/osasto/koti/", "/tuote/kuura-muki/", "/haku/?q=muki", "/ostoskori/", "/tietosuoja/"]


@pytest.fixture
def mug() -> Product:
    """Put a white mug on the shelf of the home, beside something black."""
    home = CategoryFactory.create(slug="koti", name_fi="Koti")
    colour = AttributeFactory.create(code="vari", name_fi="Väri")
    for slug, price, code in [("kuura-muki", "19.90", "valkoinen"), ("kaiku", "129.00", "musta")]:
        product = ProductFactory.create(slug=slug, name_fi=slug.capitalize())
        option = AttributeOptionFactory.create(
            attribute=colour, code=code, name_fi=code.capitalize()
        )
        say(product, colour, option=option)
        put_on_shelf(product, home)
        in_stock(9, variant=VariantFactory.create(product=product, price=Decimal(price)))
    return Product.objects.get(slug="kuura-muki")


@pytest.mark.parametrize("address", PAGES)
def test_no_page_scrolls_sideways_or_fails_those_who_listen(
    address: str, mug: Product, page: Page, axe: Callable[[Page], None]
) -> None:
    page.goto(address)
    for _size in in_each_size(page, [(NARROW, False), (1600, True)]):
        axe(page)


def test_the_first_key_leads_past_the_header(mug: Product, page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")

    assert page.evaluate("document.activeElement.id") == "main"


def test_escape_closes_the_menu_and_gives_the_focus_back(mug: Product, page: Page) -> None:
    page.goto("/")
    page.click(".site-menu > summary")
    expect(page.locator(".menu-tree")).to_be_visible()

    page.keyboard.press("Escape")

    expect(page.locator(".menu-tree")).to_be_hidden()
    expect(page.locator(".site-menu > summary")).to_be_focused()


def test_choosing_keeps_the_panel_open_the_focus_where_it_was_and_tells_the_count(
    mug: Product, new_page: OpenPage
) -> None:
    page = new_page(width=360)
    page.goto("/osasto/koti/")
    page.click(".facets > summary")
    box = page.get_by_role("checkbox", name="Valkoinen")
    box.click()

    expect(page.locator(".product-card")).to_have_count(1)
    expect(box).to_be_visible()
    expect(box).to_be_focused()
    expect(page.locator("#announcements")).to_contain_text("1")


def test_without_javascript_the_choices_are_sent_with_a_button(
    mug: Product, new_page: OpenPage
) -> None:
    page = new_page(javascript=False)
    page.goto("/osasto/koti/")
    page.get_by_role("checkbox", name="Valkoinen").check()
    page.locator(".facets .no-script button").click()

    expect(page.locator(".product-card")).to_have_count(1)


def test_a_refusal_without_the_asked_part_is_shown_whole(
    mug: Product, page: Page, witness: Witness
) -> None:
    witness.allow("404")
    page.goto("/osasto/koti/")
    page.route("**/osasto/koti/?*", lambda route: answer_with_another_page(route, page))
    page.get_by_role("checkbox", name="Valkoinen").click()

    expect(page.locator(".error-number")).to_have_text("404")
    expect(page.locator("main")).to_have_count(1)


def test_a_lost_connection_is_told_and_the_page_stays(
    mug: Product, page: Page, witness: Witness
) -> None:
    witness.allow("htmx:sendError")
    witness.allow("htmx:afterRequest")
    witness.allow("Failed to load resource")
    page.goto("/osasto/koti/")
    page.route("**/osasto/koti/?*", lambda route: route.abort())
    page.get_by_role("checkbox", name="Valkoinen").click()

    expect(page.locator("#connection-lost")).to_be_visible()
    expect(page.locator(".product-card")).to_have_count(2)


def test_a_form_is_sent_once_however_often_its_button_is_pressed(
    page: Page, anna: Customer
) -> None:
    sent: list[str] = []
    page.goto("/tili/kirjaudu/")
    address = page.url

    def keep_waiting(route: Route) -> None:
        if route.request.method == "POST":
            sent.append(route.request.url)
            route.fulfill(status=204)  # the browser stays on the page
        else:
            route.continue_()

    page.route(address, keep_waiting)
    page.fill("[name=login]", "anna@example.fi")
    page.fill("[name=password]", "wrong")
    button = page.locator("main form .button").first
    button.click()
    expect(button).to_have_attribute("aria-busy", "true")
    button.click()
    page.wait_for_timeout(200)

    assert sent == [address]


def answer_with_another_page(route: Route, page: Page) -> None:
    """Answer as the shop answers an address that has gone meanwhile."""
    gone = page.request.get("/ei-ole/")
    route.fulfill(status=404, content_type="text/html", body=gone.text())
