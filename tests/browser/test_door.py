"""Through the shop's door in a real browser: a newcomer, and staff with a second factor."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from customers.models import Account, Customer
from privacy.outbox.models import Letter
from tests.browser.conftest import in_each_size
from tests.doors import code_of, prove_email
from tests.factories import PASSWORD, AddressFactory

Check = Callable[[Page], None]
Picture = Callable[[Page, str], Path]
Look = Callable[[Page, str], None]


@pytest.fixture
def look(axe: Check, screenshot: Picture) -> Look:
    """Require a page to have no faults on a wide screen and on a phone, and keep pictures of it."""

    def look_at(page: Page, name: str) -> None:
        for size in in_each_size(page, [(1280, False), (360, False)]):
            axe(page)
            screenshot(page, f"{name}-{size}")

    return look_at


def path_in_last_letter() -> str:
    found = re.search(r"https?://[^/]+(/\S+)", Letter.objects.latest("created_at").text)
    assert found is not None
    return found[1]


def sign_in(page: Page, email: str) -> None:
    page.goto("/tili/kirjaudu/")
    page.get_by_label("Sähköpostiosoite").fill(email)
    page.get_by_label("Salasana", exact=False).first.fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Kirjaudu sisään").click()


def test_a_newcomer_makes_an_account_and_tells_who_they_are(page: Page, look: Look) -> None:
    page.goto("/tili/rekisteroidy/")
    look(page, "door-sign-up")
    page.get_by_label("Sähköpostiosoite").fill("uusi@example.fi")
    page.locator("#id_password1").fill(PASSWORD)
    page.locator("#id_password2").fill(PASSWORD)
    page.get_by_role("button", name="Luo tili").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Vahvista sähköpostiosoitteesi")
    look(page, "door-unproved")

    page.goto(path_in_last_letter())
    page.get_by_role("button", name="Kyllä, se on minun").click()
    page.wait_for_url("**/tili/kirjaudu/")
    look(page, "door-sign-in")
    sign_in(page, "uusi@example.fi")
    expect(page.get_by_role("heading", level=1)).to_have_text("Oma tili")
    look(page, "door-account")

    page.get_by_role("link", name="Muuta tietojani").click()
    page.get_by_label("Etunimi").fill("Uuno")
    page.get_by_label("Puhelin").fill("040 123")
    page.get_by_role("button", name="Tallenna").click()
    expect(page.get_by_text("Tämä ei ole puhelinnumero").first).to_be_visible()
    look(page, "door-details")
    page.get_by_label("Puhelin").fill("040 123 4567")
    page.get_by_role("button", name="Tallenna").click()
    expect(page.get_by_text("Tietosi tallennettiin.")).to_be_visible()
    for address in ("/tili/yritys/", "/tili/sahkoposti/", "/tili/salasana/vaihda/"):
        page.goto(address)
        look(page, f"door-{address.strip('/').replace('/', '-')}")


def test_staff_take_an_app_and_reach_their_side(
    page: Page, bertil: Account, axe: Check, screenshot: Picture
) -> None:
    prove_email(bertil)
    page.goto("/admin/")
    sign_in(page, "bertil@example.fi")
    page.goto("/admin/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Kaksivaiheinen tunnistautuminen")
    axe(page)
    screenshot(page, "door-second-factor")
    page.get_by_role("link", name="Ota sovellus käyttöön").click()
    secret = page.locator("code.mono").inner_text()
    axe(page)
    screenshot(page, "door-app")
    page.locator("#id_code").fill(code_of(secret))
    page.get_by_role("button", name="Ota käyttöön").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Palautuskoodit")
    axe(page)
    screenshot(page, "door-codes")

    page.goto("/admin/")
    page.locator("#id_code").fill(code_of(secret, steps=1))
    page.get_by_role("button", name="Jatka").click()
    page.wait_for_url("**/admin/")


def test_a_passkey_is_added_and_lets_in(
    page: Page, bertil: Account, axe: Check, screenshot: Picture
) -> None:
    prove_email(bertil)
    browser = page.context.new_cdp_session(page)
    browser.send("WebAuthn.enable")
    browser.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
            }
        },
    )
    sign_in(page, "bertil@example.fi")
    page.goto("/tili/avainkoodit/lisaa/")
    axe(page)
    page.locator("#id_passwordless").check()
    page.get_by_role("button", name="Lisää avainkoodi").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Palautuskoodit")
    page.goto("/tili/avainkoodit/")
    axe(page)
    screenshot(page, "door-passkeys")

    page.goto("/tili/kirjaudu-ulos/")
    page.get_by_role("main").get_by_role("button", name="Kirjaudu ulos").click()
    page.wait_for_url(lambda url: "kirjaudu-ulos" not in url)
    page.goto("/tili/kirjaudu/")
    page.get_by_role("button", name="Kirjaudu avainkoodilla").click()
    page.wait_for_url("**/tili/")
    page.goto("/admin/")
    page.wait_for_url("**/admin/")


def test_a_customer_looks_after_their_account(
    new_page: Callable[..., Page], anna: Customer, axe: Check, screenshot: Picture
) -> None:
    assert anna.account is not None
    prove_email(anna.account)
    AddressFactory.create(customer=anna, is_delivery=True, is_billing=True)
    elsewhere = new_page(width=360, dark=True)
    sign_in(elsewhere, "anna@example.fi")
    elsewhere.wait_for_url("**/tili/")
    page = new_page()
    sign_in(page, "anna@example.fi")
    page.wait_for_url("**/tili/")
    for address in ("/tili/", "/tili/turvallisuus/", "/tili/osoitteet/", "/tili/osoitteet/lisaa/"):
        page.goto(address)
        for size in in_each_size(page, [(1280, False), (360, True)]):
            axe(page)
            screenshot(page, f"account-{address.strip('/').replace('/', '-')}-{size}")
    page.set_viewport_size({"width": 1280, "height": 900})

    page.goto("/tili/turvallisuus/")
    page.get_by_role("button", name="Päätä kaikki muut istunnot").click()
    expect(page.get_by_text("1 muu istunto päätettiin.")).to_be_visible()
    elsewhere.goto("/tili/")
    elsewhere.wait_for_url("**/tili/kirjaudu/**")

    page.get_by_role("link", name="Ota käyttöön").click()
    page.get_by_role("link", name="Ota sovellus käyttöön").click()
    secret = page.locator("code.mono").inner_text()
    page.locator("#id_code").fill(code_of(secret))
    page.get_by_role("button", name="Ota käyttöön").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Palautuskoodit")
    sign_in(elsewhere, "anna@example.fi")
    elsewhere.locator("#id_code").fill(code_of(secret, steps=1))
    screenshot(elsewhere, "account-second-step-phone-dark")
    elsewhere.get_by_role("main").get_by_role("button", name="Kirjaudu sisään").click()
    elsewhere.wait_for_url("**/tili/")
