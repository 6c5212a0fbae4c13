"""A member buys at the agreed price: the product's page, the basket, the checkout, the account."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django.fixtures import Settings

from customers.models import Customer
from tests.browser.test_being_told import sign_in
from tests.browser.test_buying import draw
from tests.browser.test_companies import look
from tests.factories import (
    CompanyFactory,
    MembershipFactory,
    ProductFactory,
    VariantFactory,
    in_stock,
)
from tests.orders.agreements.agreeing import agreed
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


def test_a_member_buys_at_the_agreed_price(
    anna: Customer, new_page: OpenPage, screenshot: Look, axe: Axe
) -> None:
    for page, name in (
        (new_page(width=360, dark=True), "agreements-phone-dark"),
        (new_page(), "agreements-wide-light"),
    ):
        sign_in(page, anna)
        page.goto("/tuote/tuoli/")
        expect(page.get_by_text("Hinta sopimuksen S-2026-17 mukaan")).to_be_visible()
        expect(page.locator(".product-info .price-now")).to_have_text("225,90 €")
        look(page, f"{name}-product", screenshot, axe)
        page.get_by_role("button", name="Lisää ostoskoriin").click()
        expect(page.get_by_text("Hinta sopimuksen S-2026-17 mukaan")).to_be_visible()
        look(page, f"{name}-basket", screenshot, axe)
        page.goto("/tili/sopimukset/")
        expect(page.get_by_text("Maksuaika 30 päivää")).to_be_visible()
        look(page, f"{name}-account", screenshot, axe)
    guest = new_page()
    guest.goto("/tuote/tuoli/")
    expect(guest.locator(".product-info .price-now")).to_have_text("249,00 €")
    expect(guest.get_by_text("S-2026-17")).to_have_count(0)
