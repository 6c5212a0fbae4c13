"""A member buys at the agreed price: the product's page, the basket, the checkout, the account."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import FilePayload, Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from customers.models import Account, Customer
from orders.catalogue.agreements import Agreement
from tests.browser.conftest import in_each_size
from tests.browser.test_being_told import sign_in
from tests.browser.test_buying import draw
from tests.browser.test_companies import look
from tests.doors import let_in
from tests.factories import (
    CompanyFactory,
    MembershipFactory,
    ProductFactory,
    VariantFactory,
    in_stock,
)
from tests.orders.agreements.agreeing import agreed, drafted, pdf_of
from tests.orders.buying import BANK
from tests.privacy.lives import member

OpenPage = Callable[..., Page]
Look = Callable[[Page, str], Path]
Axe = Callable[[Page], None]


@pytest.fixture
def anna(settings: Settings, tmp_path: Path, live_server: object) -> Customer:
    """Let Anna buy for Lamppu Oy, which has agreed on chairs."""
    settings.BANK_ACCOUNT = BANK
    settings.MEDIA_ROOT = settings.PRIVATE_ROOT = tmp_path
    product = ProductFactory.create(slug="tuoli", name_fi="Kaarre-työtuoli")
    draw(product, "kaarre-tyotuoli-okra")
    chair = in_stock(
        99, variant=VariantFactory.create(product=product, sku="TUOLI", price=Decimal("249.00"))
    )
    card = member("anna@example.fi")
    company = CompanyFactory.create(name="Lamppu Oy")
    MembershipFactory.create(company=company, customer=card)
    agreed(
        company,
        {chair: {1: "180.00", 10: "165.00", 50: "149.00"}},
        at=timezone.now(),
        number="S-2026-17",
        payment_days=30,
        valid_until=timezone.localdate() + timedelta(days=200),
        document_name="Puitesopimus 2026",
    )
    return card


def look_around(page: Page, name: str, screenshot: Look, axe: Axe, *, dark: bool = True) -> None:
    """Look wide and then, to go on there, on a phone, one of them in the dark."""
    for size in in_each_size(page, [(1280, not dark), (360, dark)]):
        look(page, f"{name}-{size}", screenshot, axe)


def test_a_member_buys_at_the_agreed_price(
    anna: Customer, new_page: OpenPage, screenshot: Look, axe: Axe
) -> None:
    page = new_page(width=360)
    sign_in(page, anna)
    page.goto("/tuote/tuoli/")
    expect(page.get_by_text("Hinta sopimuksen S-2026-17 mukaan")).to_be_visible()
    expect(page.locator(".product-info .price-now")).to_have_text("225,90 €")
    look_around(page, "agreements-product", screenshot, axe)
    page.get_by_role("button", name="Lisää ostoskoriin").click()
    expect(page.get_by_text("Hinta sopimuksen S-2026-17 mukaan")).to_be_visible()
    look_around(page, "agreements-basket", screenshot, axe)
    page.goto("/tili/sopimukset/")
    expect(page.get_by_text("Maksuaika 30 päivää")).to_be_visible()
    look_around(page, "agreements-account", screenshot, axe)
    guest = new_page()
    guest.goto("/tuote/tuoli/")
    expect(guest.locator(".product-info .price-now")).to_have_text("249,00 €")
    expect(guest.get_by_text("S-2026-17")).to_have_count(0)


@pytest.fixture
def draft(settings: Settings, tmp_path: Path, live_server: object) -> Agreement:
    """Draft an agreement with a company that Anna looks after."""
    settings.PRIVATE_ROOT = tmp_path
    card = member("anna@example.fi")
    company = CompanyFactory.create(name="Lamppu Oy")
    MembershipFactory.create(company=company, customer=card, role="admin")
    return drafted(
        company,
        {VariantFactory.create(): {1: "8.00"}},
        number="S-2026-18",
        valid_until=timezone.localdate() + timedelta(days=200),
        accepted_by=None,
        accepted_at=None,
    )


@pytest.fixture
def desk(new_page: OpenPage, bertil: Account, live_server: LiveServer) -> Page:
    """Open a page for Bertil, who has signed in."""
    page = new_page()
    key = let_in(Client(), bertil).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": key, "url": live_server.url}])
    return page


def test_a_company_reads_and_accepts_what_staff_lay_before_it(
    draft: Agreement, desk: Page, new_page: OpenPage, screenshot: Look, axe: Axe
) -> None:
    card = Customer.objects.get(email="anna@example.fi")
    desk.goto(f"/admin/orders/agreement/{draft.pk}/change/")
    paper = FilePayload(name="x.pdf", mimeType="application/pdf", buffer=pdf_of("Puitesopimus"))
    desk.locator("#id_document").set_input_files(paper)
    desk.get_by_role("button", name="Lisää asiakirja").click()
    expect(desk.get_by_text("Asiakirjan versio 1 on lisätty.")).to_be_visible()
    screenshot(desk, "agreement-desk-wide-light")
    desk.get_by_role("button", name="Pyydä osapuolta hyväksymään").click()
    expect(desk.get_by_text("Osapuolta on pyydetty hyväksymään sopimus.")).to_be_visible()

    page = new_page(width=360)
    sign_in(page, card)
    page.goto("/tili/sopimukset/")
    look(page, "agreement-offered-phone-light-list", screenshot, axe)
    page.get_by_role("link", name="Sopimus S-2026-18").click()
    look_around(page, "agreement-offered", screenshot, axe, dark=False)
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Asiakirja, versio 1").click()
    assert fetched.value.suggested_filename == "sopimus-S-2026-18-1.pdf"
    page.get_by_role("link", name="Siirry hyväksymään").click()
    look(page, "agreement-accept-phone-light", screenshot, axe)
    page.get_by_role("button", name="Hyväksyn sopimuksen").click()
    expect(page.get_by_text("Sopimus on hyväksytty.")).to_be_visible()
    look_around(page, "agreement-accepted", screenshot, axe, dark=False)
