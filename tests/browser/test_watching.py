"""Who looked, and the register of breaches, as staff and customers see them."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from customers.models import Account
from privacy.breaches.affected import Seen, add_affected
from privacy.breaches.models import Breach
from privacy.breaches.operations import open_breach
from privacy.reading.models import Kind
from privacy.reading.operations import note_readings
from tests.browser.conftest import Witness, in_each_size
from tests.doors import let_in
from tests.privacy.lives import login_of, member, order_of

OpenPage = Callable[..., Page]
Look = Callable[[Page, str, str], None]


@pytest.fixture
def breach(bertil: Account) -> Breach:
    """Somebody had Bertil's session, two days ago, and he had looked at Anna and a guest."""
    now = timezone.now()
    anna = member("anna@example.fi")
    order, guest = order_of(anna, "anna@example.fi"), order_of(None, "bea@example.fi")
    looks = [
        ("customers.Customer", Kind.SEARCH, anna.pk, ""),
        ("orders.Order", Kind.DETAIL, order.pk, ""),
        ("orders.Order", Kind.LIST, guest.pk, ""),
        ("axes.AccessLog", Kind.SEARCH, login_of(anna).pk, "Asiakas kysyi kirjautumisistaan"),
    ]
    for minutes, (table, kind, number, reason) in enumerate(looks):
        at = now - timedelta(minutes=10 * minutes)
        note_readings(staff=bertil, kind=kind, table=table, numbers=[number], at=at, reason=reason)
    breach = open_breach(
        noticed_at=now - timedelta(hours=40),
        what="Joku on saattanut käyttää henkilökuntamme jäsenen istuntoa.",
        risk="high",
        risk_reasons="Osoitteita ja puhelinnumeroita.",
    )
    seen = Seen({"orders.Order", "customers.Customer"}, now, now)
    add_affected(breach, {anna.pk: seen, guest.pk: Seen({"orders.Order"}, now, now)}, at=now)
    open_breach(noticed_at=now - timedelta(hours=1), what="Kirje meni väärälle asiakkaalle.")
    return breach


@pytest.fixture
def look(axe: Callable[[Page], None], screenshot: Callable[[Page, str], Path]) -> Look:
    """Go to a page that fits its screen and has no faults, and keep a picture."""

    def look_at(page: Page, name: str, address: str) -> None:
        page.goto(address)
        for size in in_each_size(page):
            axe(page)
            screenshot(page, f"watching-{name}-{size}")

    return look_at


def come_in(page: Page, key: str, witness: Witness) -> Page:
    page.context.add_cookies([{"name": "sessionid", "value": key, "url": witness.home}])
    return page


def key_of(account: Account) -> str:
    return let_in(Client(), account).cookies["sessionid"].value


@pytest.fixture
def staff(bertil: Account) -> str:
    """Give the session of Bertil, who is in."""
    return key_of(bertil)


def addresses_of(breach: Breach) -> dict[str, str]:
    own = f"/admin/privacy/breach/{breach.pk}"
    return {
        "start": "/admin/",
        "log": "/admin/privacy/reading/",
        "reason": "/admin/privacy/reading/?q=anna@example.fi",
        "breaches": "/admin/privacy/breach/",
        "breach": f"{own}/change/",
        "people": f"{own}/people/",
        "notice": f"{own}/notice/",
        "affected": f"/admin/privacy/affected/?breach__id__exact={breach.pk}",
    }


def test_staff_read_the_log_and_keep_the_register_on_any_screen(
    breach: Breach, staff: str, new_page: OpenPage, look: Look, witness: Witness
) -> None:
    page = come_in(new_page(), staff, witness)
    for name, address in addresses_of(breach).items():
        look(page, name, address)


def test_the_contact_person_asks_who_looked_and_whom_a_breach_touched(
    breach: Breach,
    staff: str,
    page: Page,
    screenshot: Callable[[Page, str], Path],
    witness: Witness,
) -> None:
    come_in(page, staff, witness)
    addresses = addresses_of(breach)
    for address in addresses.values():
        page.goto(address)

    page.goto(addresses["reason"])
    page.fill("[name=reading-reason]", "Anna kysyi, kuka on katsonut")
    page.click("#content [type=submit]")
    rows = page.locator("#result_list tbody tr")
    expect(rows).to_have_count(4)  # three of before, and the list of people just now
    screenshot(page, "watching-one-person")
    page.goto(addresses["people"])
    page.fill("[name=numbers-numbers]", "123456789")
    page.click("form:has([name=numbers-numbers]) button")
    expect(page.locator(".errorlist")).to_contain_text("123456789")
    screenshot(page, "watching-people-fault")


def test_anna_reads_who_has_looked(
    breach: Breach, new_page: OpenPage, look: Look, witness: Witness
) -> None:
    key = key_of(Account.objects.get(email="anna@example.fi"))
    page = come_in(new_page(), key, witness)
    look(page, "own", "/tili/omat-tiedot/")
    log = page.locator("section:has(h2:has-text('Henkilökuntamme katselut'))")
    expect(log.locator("tbody tr")).to_have_count(3)
    expect(log).to_contain_text("kaupan ylläpito")
    expect(log).not_to_contain_text("Bertil")
