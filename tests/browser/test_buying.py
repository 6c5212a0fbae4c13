"""A guest buys three things, one of them a variant, for a company; the whole way."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from orders.catalogue.models import Attribute, AttributeValue, Product, Variant
from orders.catalogue.pictures import add_picture
from orders.sales.models import Order
from orders.stock.models import Level
from privacy.outbox.models import Letter
from tests.browser.conftest import Witness
from tests.doors import prove_email
from tests.factories import (
    PASSWORD,
    AccountFactory,
    AttributeFactory,
    AttributeOptionFactory,
    CustomerFactory,
    ProductFactory,
    VariantFactory,
    in_stock,
)
from tests.orders.buying import BANK
from tests.post_office import PostOffice, opened, work_off_the_queue

PICTURES = Path(__file__).parents[2] / "orders" / "catalogue" / "demo" / "pictures"
OpenPage = Callable[..., Page]
Look = Callable[[Page, str], Path]
Axe = Callable[[Page], None]


@pytest.fixture(autouse=True)
def surroundings(settings: Settings, tmp_path: Path, live_server: object) -> None:
    settings.BANK_ACCOUNT = BANK
    settings.MEDIA_ROOT = tmp_path
    settings.SITE_ADDRESS = str(live_server)


@pytest.fixture
def post_office(settings: Settings) -> Iterator[PostOffice]:
    """Open a mail server, and let the shop use it."""
    with opened() as office:
        settings.EMAIL_BACKEND = "privacy.egress.mail.MailServer"
        settings.EMAIL_HOST = "127.0.0.1"
        settings.EMAIL_PORT = office.port
        settings.LETTERS_STAY_HERE = False
        yield office


@pytest.fixture(autouse=True)
def shelf(surroundings: None) -> None:
    """Put a jug, a cushion in two colours, and a juice of another VAT class on the shelf."""
    jug = goods("jug", "Jug", "kuura-teekannu", "24.90")
    in_stock(10, variant=jug)
    colour = AttributeFactory.create(code="colour", name_en="Colour", name_fi="Väri")
    cushion = ProductFactory.create(slug="cushion", name_en="Cushion", name_fi="Tyyny")
    draw(cushion, "rae-tyynynpaallinen-okra")
    for sku, name, price in (("CUSHION-R", "Red", "39.00"), ("CUSHION-B", "Blue", "42.00")):
        variant = VariantFactory.create(product=cushion, sku=sku, price=Decimal(price))
        in_stock(5, variant=variant)
        say_colour(variant, colour, name)
    juice = goods("juice", "Juice", "puolukkahillo", "8.50", vat_class_id="food")
    in_stock(100, variant=juice)


def goods(slug: str, name: str, picture: str, price: str, **facts: object) -> Variant:
    product = ProductFactory.create(slug=slug, name_en=name, name_fi=name, **facts)
    draw(product, picture)
    return VariantFactory.create(
        product=product, sku=slug.upper(), price=Decimal(price), weight_g=800
    )


def draw(product: Product, name: str) -> None:
    with (PICTURES / f"{name}.webp").open("rb") as file:
        add_picture(product=product, file=file, alt_fi=name, alt_en=name)


def say_colour(variant: Variant, colour: Attribute, name: str) -> None:
    option = AttributeOptionFactory.create(
        attribute=colour, code=name.lower(), name_en=name, name_fi=name
    )
    AttributeValue.objects.create(
        product=variant.product, variant=variant, attribute=colour, option=option
    )


def put_in_basket(page: Page, address: str, quantity: int = 1) -> None:
    page.goto(address)
    page.get_by_label("Quantity").fill(str(quantity))
    page.get_by_role("button", name="Add to basket").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Basket")


def fill_in_as_a_company(page: Page) -> None:
    page.get_by_label("E-mail address").fill("Pekka@Example.fi")
    page.get_by_label("Telephone").fill("040 123 4567")
    page.get_by_label("First name").fill("Pekka")
    page.get_by_label("Last name").fill("Puro")
    page.get_by_label("I buy for a company").check()
    page.get_by_label("Company name").fill("Puro Oy")
    page.get_by_label("Business ID").fill("20774740")
    page.get_by_label("Buyer's reference").fill("KP 7")
    page.get_by_label("Street address").first.fill("Hämeenkatu 1")
    page.get_by_label("Postcode").first.fill("33100")
    page.get_by_label("Postcode").first.press("Tab")


def choose(page: Page, method: str) -> None:
    page.get_by_role("radio", name=method).check()


def fill_the_basket(page: Page) -> None:
    put_in_basket(page, "/en/product/jug/", 2)
    page.goto("/en/product/cushion/")
    page.get_by_role("link", name="Blue").click()
    page.get_by_role("button", name="Add to basket").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Basket")
    put_in_basket(page, "/en/product/juice/")


@dataclass(frozen=True)
class Way:
    """How the buyer looks at the shop."""

    name: str
    width: int = 1280
    javascript: bool = True
    dark: bool = False


@dataclass(frozen=True)
class Examiner:
    """Looks at each page of the way: for axe, for a picture, for its width."""

    way: Way
    screenshot: Look
    axe: Axe

    def look(self, page: Page, name: str) -> None:
        if self.way.javascript:
            self.axe(page)
        self.screenshot(page, f"{name}-{self.way.name}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


WAYS = [Way("wide"), Way("phone", width=360, dark=True), Way("plain", javascript=False)]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_a_company_buys_three_things(
    way: Way, new_page: OpenPage, screenshot: Look, axe: Axe, post_office: PostOffice
) -> None:
    examiner = Examiner(way, screenshot, axe)
    page = new_page(width=way.width, javascript=way.javascript, dark=way.dark, language="en-GB")
    fill_the_basket(page)
    change_the_quantity(page, way)
    examiner.look(page, "basket")
    page.get_by_role("link", name="Go to checkout").click()
    fill_in_as_a_company(page)
    if way.javascript:
        expect(page.get_by_label("Town").first).to_have_value("Tampere")
    choose(page, "Parcel to your address")
    examiner.look(page, "checkout")
    page.get_by_role("button", name="Continue to check your order").click()
    check_the_summary(page)
    examiner.look(page, "summary")
    assert not Order.objects.exists()

    page.get_by_role("button", name="Order and pay").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you for your order!")
    order = Order.objects.get()
    expect(page.locator("main")).to_contain_text(order.number)
    expect(page.locator("main")).to_contain_text("FI21 1234 5600 0007 85")
    expect(page.locator(".basket-count")).to_have_count(0)
    examiner.look(page, "order")
    check_the_books(order)
    html = receive_the_letter(order, post_office)
    page.goto("about:blank")  # a mail program has no policy of the shop
    page.set_content(html)
    screenshot(page, f"letter-{way.name}")


def change_the_quantity(page: Page, way: Way) -> None:
    expect(page.locator("#basket-link")).to_contain_text("4")
    jug = page.get_by_label("Quantity: Jug")
    jug.fill("3")
    if way.javascript:
        jug.press("Tab")
    else:
        page.get_by_role("button", name="Update Jug").click()
    expect(page.locator("#basket .grand td")).to_have_text("€125.20")
    expect(page.locator("#basket-link")).to_contain_text("5")


def check_the_summary(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("Check and order")
    expect(page.locator(".totals .grand td")).to_have_text("€125.20")
    for words in ("2077474-0", "33100 Tampere", "Puro Oy", "+358401234567", "25.5%", "13.5%"):
        expect(page.locator("main")).to_contain_text(words)


def check_the_books(order: Order) -> None:
    # 3 × 24.90 + 42.00 = 116.70 at 25.5 %, and 8.50 at 13.5 %; the parcel is free from 80 €.
    rows = {row.rate: row.gross for row in order.vat_rows.all()}
    assert rows == {Decimal("25.5"): Decimal("116.70"), Decimal("13.5"): Decimal("8.50")}
    assert (order.business_id, order.email) == ("2077474-0", "pekka@example.fi")
    assert Level.objects.get(variant__sku="CUSHION-B").on_hand == 4
    assert Level.objects.get(variant__sku="CUSHION-R").on_hand == 5


def receive_the_letter(order: Order, post_office: PostOffice) -> str:
    """Let the worker send the confirmation; give its HTML."""
    assert post_office.letters == []
    work_off_the_queue()
    work_off_the_queue()
    (letter,) = post_office.letters
    assert letter["To"] == "pekka@example.fi"
    assert order.number in letter["Subject"]
    assert letter["Content-Language"] == "en"
    assert Letter.objects.get().sent_at is not None
    bodies = [letter.get_body((kind,)) for kind in ("plain", "html")]
    contents = [str(body.get_content()) for body in bodies if body is not None]
    for content in contents:
        assert f"/en/order/{order.secret}/" in content
        assert "Right of withdrawal" in content
    return contents[1]


def test_the_keyboard_alone_is_enough(new_page: OpenPage) -> None:
    page = new_page(language="en-GB")

    def go_to(selector: str, name: str) -> None:
        wanted = page.locator(f"main {selector}").filter(has_text=name).first
        if selector == "input":
            wanted = page.get_by_label(name).first
        for _ in range(120):
            page.keyboard.press("Tab")
            if wanted.evaluate("it => it === document.activeElement"):
                return
        raise AssertionError(f"Tab does not reach {name}")

    page.goto("/en/product/juice/")
    go_to("button", "Add to basket")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Basket")
    go_to("a", "Go to checkout")
    page.keyboard.press("Enter")
    typed = [
        ("E-mail address", "pekka@example.fi"),
        ("First name", "Pekka"),
        ("Last name", "Puro"),
        ("Street address", "Hämeenkatu 1"),
        ("Postcode", "33100"),
    ]
    for label, words in typed:
        go_to("input", label)
        page.keyboard.type(words)
    go_to("input", "Parcel to your address")
    page.keyboard.press("Space")
    go_to("button", "Continue to check your order")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check and order")
    go_to("button", "Order and pay")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you for your order!")
    assert Order.objects.get().city == "Tampere"


def test_errors_are_shown_where_they_are(
    new_page: OpenPage, screenshot: Look, axe: Axe, witness: Witness
) -> None:
    page = new_page(language="en-GB", width=360)
    witness.allow("400")
    put_in_basket(page, "/en/product/juice/")
    page.get_by_role("link", name="Go to checkout").click()
    page.get_by_label("Message to the shop").fill("Hetu 020594X903P")
    page.get_by_role("button", name="Continue to check your order").click()

    expect(page.locator(".error-summary")).to_be_focused()
    expect(page.locator(".error-summary")).to_contain_text("personal identity code")
    axe(page)
    screenshot(page, "checkout-errors-phone")


def test_removing_can_be_undone(new_page: OpenPage, axe: Axe, screenshot: Look) -> None:
    page = new_page(language="en-GB")
    put_in_basket(page, "/en/product/jug/", 2)
    put_in_basket(page, "/en/product/juice/")

    page.get_by_role("button", name="Remove Jug").click()
    expect(page.locator("#basket .line")).to_have_count(1)
    expect(page.locator("#basket-link")).to_contain_text("1")
    screenshot(page, "basket-removed")
    page.get_by_role("button", name="Remove Juice").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your basket is empty")
    axe(page)
    screenshot(page, "basket-empty")
    page.get_by_role("button", name="Put it back").click()

    expect(page.locator("#basket .line")).to_have_count(1)
    expect(page.get_by_label("Quantity: Juice")).to_have_value("1")


def test_more_than_there_is_is_told_in_place(
    new_page: OpenPage, witness: Witness, axe: Axe
) -> None:
    witness.allow("409")
    page = new_page(language="en-GB")
    put_in_basket(page, "/en/product/jug/", 2)
    page.get_by_label("Quantity: Jug").fill("50")
    page.get_by_label("Quantity: Jug").press("Tab")

    expect(page.get_by_role("alert").first).to_have_text("There are only 10 left.")
    expect(page.get_by_label("Quantity: Jug")).to_have_value("2")
    axe(page)


def test_a_member_finds_the_order_under_the_own_account(
    new_page: OpenPage, axe: Axe, screenshot: Look
) -> None:
    account = AccountFactory.create(email="anna@example.fi")
    prove_email(account)
    anna = CustomerFactory.create(
        account=account, email="anna@example.fi", first_name="Anna", last_name="Virtanen"
    )
    page = new_page(language="en-GB")
    put_in_basket(page, "/en/product/juice/")
    page.get_by_role("link", name="Go to checkout").click()
    page.locator("main").get_by_role("link", name="Sign in").click()
    page.get_by_label("E-mail").first.fill("anna@example.fi")
    page.get_by_label("Password").first.fill(PASSWORD)
    page.locator("main form button").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Checkout")
    expect(page.get_by_label("Last name")).to_have_value("Virtanen")
    page.get_by_label("Street address").first.fill("Hämeenkatu 1")
    page.get_by_label("Postcode").first.fill("33100")
    choose(page, "Parcel to your address")
    page.get_by_role("button", name="Continue to check your order").click()
    page.get_by_role("button", name="Order and pay").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you for your order!")

    page.goto("/en/account/orders/")
    axe(page)
    screenshot(page, "history")
    page.get_by_role("link", name=f"Order {Order.objects.get().number}").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Your order")
    axe(page)
    assert Order.objects.get().customer == anna
