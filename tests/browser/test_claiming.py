"""A guest buys, makes an account later, proves the address and takes everything into it."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from customers.models import Account, Customer
from orders.catalogue.models import Variant
from orders.quotes.models import Quote
from orders.sales.models import Order
from tests.browser.conftest import Witness, in_each_size
from tests.browser.test_buying import draw
from tests.browser.test_door import path_in_last_letter, sign_in
from tests.doors import prove_email
from tests.factories import PASSWORD, ProductFactory, VariantFactory, in_stock
from tests.orders.bookings.conftest import DAY, a_time, booked, consultation
from tests.orders.buying import BANK, fill_in, order, put
from tests.orders.quotes.quoting import asked, filled, given
from tests.privacy.lives import login_of

__all__ = ["consultation"]

Look = Callable[[Page, str], None]
ANNA = "anna@example.fi"
OFFER = "Liitä omalle tilille"


@pytest.fixture
def look(axe: Callable[[Page], None], screenshot: Callable[[Page, str], Path]) -> Look:
    """Look at a page in each size and light: no faults, nothing beside the screen, a picture."""

    def look_at(page: Page, name: str) -> None:
        for size in in_each_size(page):
            axe(page)
            screenshot(page, f"{name}-{size}")

    return look_at


@pytest.fixture
def bought_as_a_guest(
    settings: Settings, tmp_path: Path, live_server: object, consultation: Variant
) -> Order:
    """Let Anna buy a chair, book an hour and be given a quote before she has an account."""
    settings.BANK_ACCOUNT = BANK
    settings.MEDIA_ROOT = tmp_path
    product = ProductFactory.create(slug="tuoli", name_fi="Kaarre", name_en="Kaarre")
    draw(product, "kaarre-tyotuoli-okra")
    chair = VariantFactory.create(product=product, sku="TUOLI", price=Decimal("249.00"))
    in_stock(9, variant=chair)
    guest = Client()
    put(guest, "TUOLI")
    fill_in(guest, email="Anna@Example.fi", first_name="Anna", last_name="Virtanen")
    order(guest)
    bought, now = Order.objects.get(), timezone.now()
    booked(consultation, a_time(now.replace(minute=0) + 5 * DAY), at=now, email=ANNA)
    given(asked(filled(chair, 12), email=ANNA, at=now), "199.00", at=now)
    return bought


def sign_up_and_find_the_door_shut(page: Page, look: Look, number: str) -> None:
    """Choose the right password for an address that is not proved yet: the door says nothing."""
    page.goto("/tili/rekisteroidy/")
    page.get_by_label("Sähköpostiosoite").fill(ANNA)
    page.locator("#id_password1").fill(PASSWORD)
    page.locator("#id_password2").fill(PASSWORD)
    page.get_by_role("button", name="Luo tili").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vahvista sähköpostiosoitteesi")
    sign_in(page, ANNA)
    expect(page.get_by_role("heading", level=1)).to_have_text("Vahvista sähköpostiosoitteesi")
    assert number not in page.content()
    look(page, "claim-unproved")
    for address in ("/tili/", "/tili/tilaukset/", f"/tili/tilaukset/{number}/"):
        page.goto(address)
        page.wait_for_url("**/tili/kirjaudu/**")
        assert OFFER not in page.content()
    assert not Order.objects.exclude(customer=None).exists()


def prove_the_address(page: Page) -> None:
    page.goto(path_in_last_letter())
    page.get_by_role("button", name="Kyllä, se on minun").click()
    page.wait_for_url("**/tili/kirjaudu/")
    sign_in(page, ANNA)
    expect(page.get_by_role("heading", level=1)).to_have_text("Oma tili")


def find_everything_in_the_account(page: Page, look: Look, number: str) -> None:
    menu = page.get_by_role("navigation", name="Oma tili")
    menu.get_by_role("link", name="Ajanvaraukset").click()
    expect(page.get_by_role("link", name="Siirrä tai peru")).to_have_count(1)
    look(page, "claim-appointments")
    menu.get_by_role("link", name="Tarjoukset").click()
    expect(page.get_by_role("link", name=Quote.objects.get().number)).to_be_visible()
    look(page, "claim-quotes")
    menu.get_by_role("link", name="Tilaukset").click()
    page.get_by_role("link", name=number).click()
    expect(page.get_by_role("heading", name="Tilauksesi")).to_be_visible()
    expect(page.get_by_text("Kaarre").first).to_be_visible()
    look(page, "claim-own-order")


def test_a_guest_takes_what_was_done_once_the_address_is_proved(
    new_page: Callable[..., Page],
    look: Look,
    witness: Witness,
    bought_as_a_guest: Order,
    celia: Customer,
) -> None:
    number = bought_as_a_guest.number
    page = new_page()
    sign_up_and_find_the_door_shut(page, look, number)
    prove_the_address(page)

    expect(page.get_by_text("2 tilausta on tehty sähköpostiosoitteellasi")).to_be_visible()
    expect(page.get_by_text("1 tarjous on pyydetty sähköpostiosoitteellasi")).to_be_visible()
    look(page, "claim-account")
    page.goto("/tili/tilaukset/")
    expect(page.get_by_role("link", name=number)).to_have_count(0)
    look(page, "claim-offered")
    page.get_by_role("button", name=OFFER).click()
    expect(page.get_by_text("2 tilausta liitettiin tilauksiisi.")).to_be_visible()
    expect(page.get_by_text("1 tarjous liitettiin tarjouksiisi.")).to_be_visible()
    expect(page.get_by_role("button", name=OFFER)).to_have_count(0)
    look(page, "claim-taken")
    find_everything_in_the_account(page, look, number)
    owners = set(Order.objects.values_list("customer__account", flat=True))
    assert owners == {Account.objects.get(email=ANNA).pk}

    other = new_page()
    prove_email(login_of(celia))
    sign_in(other, celia.email)
    other.wait_for_url("**/tili/")
    for address in ("", "tilaukset/", "tarjoukset/", "ajanvaraukset/"):
        other.goto(f"/tili/{address}")
        expect(other.get_by_role("button", name=OFFER)).to_have_count(0)
        assert number not in other.content()
    look(other, "claim-nothing")
    witness.allow("404")
    other.goto(f"/tili/tilaukset/{number}/")
    expect(other.get_by_text("Kaarre")).to_have_count(0)
