"""A guest buys, makes an account later, proves the address and takes the order among the own."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from customers.models import Account, Customer
from orders.sales.models import Order
from tests.browser.conftest import SIZES, Witness
from tests.browser.test_buying import draw
from tests.browser.test_door import path_in_last_letter, sign_in
from tests.doors import prove_email
from tests.factories import PASSWORD, ProductFactory, VariantFactory, in_stock
from tests.orders.buying import BANK, fill_in, order, put
from tests.privacy.lives import login_of

ANNA = "anna@example.fi"
STILL = "Promise.allSettled(document.getAnimations().map(it => it.finished)).then(() => null)"
OFFER = "Liitä ne omiin tilauksiini"


@pytest.fixture
def look(
    axe: Callable[[Page], None], screenshot: Callable[[Page, str], Path]
) -> Callable[[Page, str], None]:
    """Look at a page in each size and light: no faults, nothing beside the screen, a picture."""

    def look_at(page: Page, name: str) -> None:
        for width, dark in SIZES:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme="dark" if dark else "light")
            page.evaluate(STILL)  # else axe measures colours that are on their way
            axe(page)
            assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
            screenshot(page, f"{name}-{width}-{'dark' if dark else 'light'}")

    return look_at


@pytest.fixture
def bought_as_a_guest(settings: Settings, tmp_path: Path, live_server: object) -> Order:
    """Let Anna buy a chair before she has an account."""
    settings.BANK_ACCOUNT = BANK
    settings.MEDIA_ROOT = tmp_path
    product = ProductFactory.create(slug="tuoli", name_fi="Kaarre", name_en="Kaarre")
    draw(product, "kaarre-tyotuoli-okra")
    in_stock(
        9, variant=VariantFactory.create(product=product, sku="TUOLI", price=Decimal("249.00"))
    )
    guest = Client()
    put(guest, "TUOLI")
    fill_in(guest, email="Anna@Example.fi", first_name="Anna", last_name="Virtanen")
    order(guest)
    return Order.objects.get()


def test_a_guest_takes_the_orders_once_the_address_is_proved(
    new_page: Callable[..., Page],
    look: Callable[[Page, str], None],
    witness: Witness,
    bought_as_a_guest: Order,
    celia: Customer,
) -> None:
    number = bought_as_a_guest.number
    page = new_page()
    page.goto("/tili/rekisteroidy/")
    page.get_by_label("Sähköpostiosoite").fill(ANNA)
    page.locator("#id_password1").fill(PASSWORD)
    page.locator("#id_password2").fill(PASSWORD)
    page.get_by_role("button", name="Luo tili").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vahvista sähköpostiosoitteesi")
    letter = path_in_last_letter()

    # The password is hers, the address is not yet: the door stays shut, and says nothing.
    sign_in(page, ANNA)
    expect(page.get_by_role("heading", level=1)).to_have_text("Vahvista sähköpostiosoitteesi")
    assert number not in page.content()
    look(page, "claim-unproved")
    for address in ("/tili/tilaukset/", f"/tili/tilaukset/{number}/"):
        page.goto(address)
        page.wait_for_url("**/tili/kirjaudu/**")
        assert OFFER not in page.content()
    assert Order.objects.get().customer is None

    page.goto(letter)
    page.get_by_role("button", name="Kyllä, se on minun").click()
    page.wait_for_url("**/tili/kirjaudu/")
    sign_in(page, ANNA)
    expect(page.get_by_role("heading", level=1)).to_have_text("Oma tili")
    page.get_by_role("navigation", name="Oma tili").get_by_role("link", name="Tilaukset").click()
    expect(page.get_by_text("1 tilaus on tehty sähköpostiosoitteellasi")).to_be_visible()
    expect(page.get_by_role("link", name=number)).to_have_count(0)
    look(page, "claim-offered")
    page.get_by_role("button", name=OFFER).click()
    expect(page.get_by_text("1 tilaus liitettiin tilauksiisi.")).to_be_visible()
    expect(page.get_by_role("button", name=OFFER)).to_have_count(0)
    look(page, "claim-taken")
    page.get_by_role("link", name=number).click()
    expect(page.get_by_role("heading", name="Tilauksesi")).to_be_visible()
    expect(page.get_by_text("Kaarre").first).to_be_visible()
    look(page, "claim-own-order")
    assert login_of(Order.objects.get().customer or celia) == Account.objects.get(email=ANNA)

    other = new_page()
    prove_email(login_of(celia))
    sign_in(other, celia.email)
    other.wait_for_url("**/tili/")
    other.goto("/tili/tilaukset/")
    expect(other.get_by_role("button", name=OFFER)).to_have_count(0)
    assert number not in other.content()
    witness.allow("404")
    other.goto(f"/tili/tilaukset/{number}/")
    expect(other.get_by_text("Kaarre")).to_have_count(0)
