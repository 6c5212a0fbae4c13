"""A buyer goes over the limit, and the approver of the company orders."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from customers.companies.operations import Limits, add_company, change_company, invite
from customers.models import Company, Customer, Membership
from orders.checkout.models import PurchaseRequest
from orders.sales.models import Order
from tests.browser.test_being_told import sign_in
from tests.browser.test_buying import draw
from tests.conftest import NOON
from tests.factories import MembershipFactory, ProductFactory, VariantFactory, in_stock
from tests.orders.buying import BANK
from tests.privacy.lives import member

OpenPage = Callable[..., Page]
Look = Callable[[Page, str], Path]
Axe = Callable[[Page], None]


@pytest.fixture
def company(settings: Settings, tmp_path: Path, live_server: object) -> Company:
    """Celia looks after Lamppu Oy; Anna may buy there for a hundred euros."""
    settings.BANK_ACCOUNT = BANK
    settings.MEDIA_ROOT = settings.PRIVATE_ROOT = tmp_path
    product = ProductFactory.create(slug="tuoli", name_fi="Kaarre-työtuoli")
    draw(product, "kaarre-tyotuoli-okra")
    in_stock(
        20, variant=VariantFactory.create(product=product, sku="TUOLI", price=Decimal("249.00"))
    )
    celia = member("celia@example.fi", first_name="Celia", last_name="Lindström")
    admin = add_company(celia, name="Lamppu Oy", business_id="2077474-0", at=NOON)
    said = {
        "einvoice_address": "003720774740",
        "einvoice_operator": "NDEAFIHH",
        "street": "Tehtaankatu 1",
        "postcode": "00140",
        "city": "Helsinki",
    }
    change_company(by=admin, said=said, at=NOON)
    anna = member("anna@example.fi")
    MembershipFactory.create(company=admin.company, customer=anna, order_limit=Decimal(100))
    invite(by=admin, email="uusi@example.fi", role="approver", limits=Limits(), at=NOON)
    return admin.company


def look(page: Page, name: str, screenshot: Look, axe: Axe) -> None:
    axe(page)
    screenshot(page, f"company-{name}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_buyer_goes_over_the_limit_and_the_approver_orders(
    company: Company, new_page: OpenPage, screenshot: Look, axe: Axe
) -> None:
    annas = new_page(width=360, dark=True)
    sign_in(annas, Customer.objects.get(email="anna@example.fi"))
    annas.goto("/tuote/tuoli/")
    annas.get_by_role("button", name="Lisää ostoskoriin").click()
    annas.wait_for_url("**/ostoskori/")
    annas.goto("/kassa/")
    expect(annas.get_by_label("Yrityksen nimi")).to_have_value("Lamppu Oy")
    expect(annas.get_by_label("Verkkolaskuosoite")).to_have_value("003720774740")
    expect(annas.locator("#id_street")).to_have_value("Tehtaankatu 1")
    annas.locator("[name=delivery_method]").first.check()
    look(annas, "checkout-phone", screenshot, axe)
    annas.get_by_role("button", name="Tarkista tilaus").click()
    expect(annas.get_by_text("Tämä ylittää sen, mitä voit ostaa")).to_be_visible()
    look(annas, "confirm-phone", screenshot, axe)
    annas.get_by_role("button", name="Lähetä hyväksyttäväksi").click()
    expect(annas.get_by_text("Ostosi odottaa hyväksyntää")).to_be_visible()
    look(annas, "waiting-phone", screenshot, axe)
    assert not Order.objects.exists()

    celias = new_page()
    sign_in(celias, Customer.objects.get(email="celia@example.fi"))
    celias.goto(f"/tili/yritys/{company.pk}/")
    look(celias, "page-wide", screenshot, axe)
    celias.get_by_role("link", name="Hyväksyttävät ostot").click()
    look(celias, "purchases-wide", screenshot, axe)
    celias.get_by_role("link", name="Anna Virtanen").click()
    look(celias, "decide-wide", screenshot, axe)
    celias.get_by_role("button", name="Hyväksy ja tilaa").click()
    expect(celias.get_by_role("heading", level=1)).to_have_text("Yrityksen tilaus")

    asked = PurchaseRequest.objects.get()
    assert (asked.state, asked.order) == ("placed", Order.objects.get())
    for way in ("kutsu/", "muutokset/", "tiedot/", "tilaukset/"):
        celias.goto(f"/tili/yritys/{company.pk}/{way}")
        look(celias, f"{way.strip('/')}-wide", screenshot, axe)
    celias.goto("/tili/yritys/")
    look(celias, "companies-wide", screenshot, axe)
    assert Membership.objects.count() == 2
