"""Consent given and withdrawn, and the page changes; the newsletter asked for and ended."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from customers.models import Account
from customers.newsletter.models import Newsletter
from orders.taste import models as taste
from privacy.consents.links import confirm_address
from privacy.consents.models import AskedConsent, Consent
from soluto_shop.staff_groups import ensure_groups
from tests.browser.conftest import in_each_size
from tests.conftest import NOON
from tests.doors import let_in
from tests.factories import (
    CategoryFactory,
    ProductFactory,
    StaffFactory,
    VariantFactory,
    in_stock,
    put_on_shelf,
)
from tests.privacy.lives import login_of, member

OpenPage = Callable[..., Page]


@pytest.fixture(autouse=True)
def shelf() -> None:
    home = CategoryFactory.create(slug="koti", name_fi="Koti")
    for slug in ("lamppu", "varjostin", "jalka", "polttimo", "johto"):
        product = ProductFactory.create(slug=slug, name_fi=slug.capitalize())
        in_stock(5, variant=VariantFactory.create(product=product))
        put_on_shelf(product, home)


def seated(page: Page, server: LiveServer, account: Account) -> Page:
    key = let_in(Client(), account).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": key, "url": server.url}])
    return page


Look = Callable[[Page, str], None]


@pytest.fixture
def look(axe: Callable[[Page], None], screenshot: Callable[[Page, str], Path]) -> Look:
    """Require a page to fit each screen and to have no faults, and keep pictures of it."""

    def look_at(page: Page, name: str) -> None:
        for size in in_each_size(page):
            axe(page)
            screenshot(page, f"consenting-{name}-{size}")

    return look_at


def test_consent_is_given_and_withdrawn_and_the_page_changes(
    new_page: OpenPage, live_server: LiveServer, look: Look
) -> None:
    account = login_of(member("anna@example.fi"))
    page = seated(new_page(), live_server, account)
    picked = page.get_by_role("heading", name="Sinulle poimittua")
    page.goto("/tuote/lamppu/")
    page.goto("/")
    expect(picked).to_have_count(0)
    assert not taste.Look.objects.exists()

    page.goto("/tili/suostumukset/")
    look(page, "off")
    mine = page.get_by_role("region", name="Sinulle poimittu sisältö")
    mine.get_by_role("button", name="Kytke päälle").click()
    expect(mine.get_by_role("button", name="Kytke pois")).to_be_visible()
    look(page, "on")
    page.goto("/tuote/lamppu/")
    page.goto("/tuote/jalka/")
    page.goto("/")
    expect(picked).to_be_visible()
    page.get_by_text("Miksi näen tämän?").click()
    look(page, "picked")

    page.get_by_role("button", name="Kytke pois ja poista muistettu").click()

    expect(page.get_by_text("Sinulle ei enää poimita mitään")).to_be_visible()
    expect(picked).to_have_count(0)
    assert not taste.Look.objects.exists()
    assert not Consent.objects.filter(ended_at=None).exists()
    page.goto("/tili/suostumukset/")
    expect(page.get_by_text("suostumus peruutettu")).to_be_visible()

    page.goto("/uutiskirje/")
    look(page, "newsletter")
    page.get_by_label("Sähköpostiosoite").fill("vieras@example.fi")
    page.get_by_role("button", name="Lähetä linkki").click()
    page.wait_for_url("**/uutiskirje/lahetetty/")
    page.goto("/" + confirm_address(AskedConsent.objects.get()).split("/", 3)[3])
    page.get_by_role("button", name="Kyllä, haluan sen").click()
    expect(page.get_by_role("button", name="Peruuta suostumus")).to_be_visible()
    look(page, "way-out")
    page.get_by_role("button", name="Peruuta suostumus").click()
    expect(page.get_by_text("Se on päättynyt")).to_be_visible()


def test_staff_see_what_they_send(
    new_page: OpenPage,
    live_server: LiveServer,
    look: Look,
    screenshot: Callable[[Page, str], Path],
) -> None:
    ensure_groups()
    words = {f"subject_{code}": "Kevään uutuudet" for code in ("fi", "sv", "en")}
    words |= {f"text_{code}": "Hei!\n\nKatso https://soluto.fi" for code in ("fi", "sv", "en")}
    letter = Newsletter.objects.create(created_at=NOON, **words)
    page = seated(new_page(width=1280), live_server, StaffFactory.create(role="care"))
    page.goto(f"/admin/customers/newsletter/{letter.pk}/change/")
    look(page, "desk")
    page.goto(f"/admin/customers/newsletter/{letter.pk}/preview/")
    screenshot(page, "consenting-letter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Kevään uutuudet")
