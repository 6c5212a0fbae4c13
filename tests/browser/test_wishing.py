"""A member wishes, shows the list, waits and reviews; a guest waits by a link; staff publish."""

from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from orders.catalogue.models import Variant
from orders.wishes.awaited import Awaited
from orders.wishes.letters import key_of
from soluto_shop.staff_groups import ensure_groups
from tests.browser.conftest import SIZES, Witness, in_each_size
from tests.conftest import NOON
from tests.doors import let_in, seen_by
from tests.factories import ProductFactory, StaffFactory, VariantFactory, in_stock
from tests.privacy.lives import finish, member, order_of

OpenPage = Callable[..., Page]
Look = Callable[[Page, str], None]


@pytest.fixture(autouse=True)
def shelf() -> None:
    cache.clear()
    for slug, pieces in (("lamppu", 5), ("varjostin", 0), ("jalka", 3)):
        product = ProductFactory.create(slug=slug, name_fi=slug.capitalize())
        in_stock(pieces, variant=VariantFactory.create(product=product))


@pytest.fixture
def look(
    axe: Callable[[Page], None], screenshot: Callable[[Page, str], Path], witness: Witness
) -> Look:
    """Require a page to fit each screen and to have no faults, and keep pictures of it."""
    witness.allow("Failed to load resource")  # what is hidden is not found

    def look_at(page: Page, name: str) -> None:
        for size in in_each_size(page, SIZES[::-1]):  # and go on as on a phone
            axe(page)
            screenshot(page, f"wishing-{name}-{size}")

    return look_at


def test_wishing_showing_and_waiting(
    new_page: OpenPage, live_server: LiveServer, look: Look
) -> None:
    card = member("anna@example.fi")
    friend = new_page()
    page = new_page()

    page.goto("/tuote/lamppu/")
    page.get_by_role("button", name="Lisää toivelistalle").click()
    page.wait_for_url("**/tili/kirjaudu/**")
    key = seen_by(card).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": key, "url": live_server.url}])
    page.goto(page.url)  # whoever is signed in goes on to where the way led
    look(page, "asked")
    page.get_by_role("button", name="Lisää listalle").click()
    expect(page.get_by_text("Lamppu on nyt toivelistallasi.")).to_be_visible()
    page.goto("/tuote/varjostin/")
    look(page, "sold-out")
    page.get_by_role("button", name="Lisää toivelistalle").click()
    page.get_by_label("Kenen listaksi tätä kutsutaan?").fill("Anna-täti")
    page.get_by_role("button", name="Luo osoite").click()
    look(page, "list")

    address = page.get_by_role("link", name="/toiveet/").inner_text()
    friend.goto("/" + address.split("/", 3)[3])
    expect(friend.get_by_text("Anna-täti")).to_be_visible()
    look(friend, "shown")
    page.get_by_role("button", name="Siirrä ostoskoriin").click()
    expect(page.get_by_text("Lamppu on nyt ostoskorissasi.")).to_be_visible()
    page.get_by_role("button", name="Lopeta osoite").click()
    friend.reload()
    expect(friend.get_by_role("heading", level=1)).to_have_text(
        "Tätä listaa ei enää näytetä muille"
    )

    page.goto("/tuote/varjostin/")
    page.get_by_role("button", name="Kerro, kun tuote on taas saatavilla").click()
    expect(page.get_by_text("Kirjoitamme sinulle kerran")).to_be_visible()
    page.goto("/tili/toivelistat/")
    look(page, "lists")
    page.get_by_role("button", name="Älkää kertoko").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Se on unohdettu")
    assert not Awaited.objects.exists()

    friend.goto("/tuote/varjostin/")
    friend.get_by_role("button", name="Kerro, kun tuote on taas saatavilla").click()
    look(friend, "wait")
    friend.get_by_label("Sähköpostiosoite").fill("vieras@example.fi")
    friend.get_by_role("button", name="Lähetä linkki").click()
    friend.wait_for_url("**/takaisin-varastoon/pyydetty/")
    friend.goto(f"/takaisin-varastoon/{key_of(Awaited.objects.get())}/")
    look(friend, "confirm")
    friend.get_by_role("button", name="Kyllä, kertokaa minulle").click()
    expect(friend.get_by_role("button", name="Unohtakaa pyyntöni")).to_be_visible()
    assert Awaited.objects.get().is_in_line


def test_reviewing_and_publishing(new_page: OpenPage, live_server: LiveServer, look: Look) -> None:
    card = member("anna@example.fi")
    order = order_of(card, card.email)
    order.lines.update(variant=Variant.objects.get(product__slug="lamppu"))
    finish(order, at=NOON)
    page = new_page()
    key = seen_by(card).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": key, "url": live_server.url}])
    page.goto("/tuote/lamppu/")
    page.get_by_role("link", name="Kirjoita arvio").click()
    page.get_by_label("4 – hyvä").check()
    page.get_by_label("Otsikko").fill("Lämmin valo")
    page.get_by_label("Mitä mieltä olet").fill("Valo on lämmin, mutta johto on lyhyt.")
    page.get_by_label("Näytä etunimeni").check()
    look(page, "review")
    page.get_by_role("button", name="Lähetä arvio").click()
    expect(page.get_by_text("Arviosi julkaistaan, kun olemme lukeneet sen.")).to_be_visible()

    ensure_groups()
    bertil = StaffFactory.create(role="care")
    key = let_in(Client(), bertil).cookies["sessionid"].value
    staff = new_page()
    staff.context.add_cookies([{"name": "sessionid", "value": key, "url": live_server.url}])
    staff.goto("/admin/orders/review/?waiting=yes")
    staff.get_by_role("link", name="Lamppu").click()
    look(staff, "desk")
    staff.get_by_role("button", name="Julkaise", exact=True).click()
    friend = new_page()
    friend.goto("/tuote/lamppu/")
    expect(friend.get_by_text("Anna, varmennettu ostaja")).to_be_visible()
    look(friend, "reviewed")
    friend.goto("/")
    look(friend, "cards")
