"""A guide is laid in, bought, paid and downloaded, byte for byte."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import FilePayload, Page, expect
from pytest_django.fixtures import Settings
from pytest_django.live_server_helper import LiveServer

from customers.models import Account
from orders.catalogue.demo.papers import paper_of
from orders.catalogue.exclusions import Exclusion
from orders.checkout.operations import place_order, show_summary
from orders.checkout.steps import mark_paid
from orders.downloads.models import Fetched
from tests.conftest import NOON
from tests.doors import let_in
from tests.factories import (
    BasketLineFactory,
    CheckoutDraftFactory,
    ProductFactory,
    VariantFactory,
)

OpenPage = Callable[..., Page]
Look = Callable[[Page, str], Path]
Axe = Callable[[Page], None]


@pytest.fixture(autouse=True)
def files(settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def desk(new_page: OpenPage, bertil: Account, live_server: LiveServer) -> Page:
    """Open a page for Bertil, who has signed in."""
    page = new_page()
    key = let_in(Client(), bertil).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": key, "url": live_server.url}])
    return page


@pytest.mark.django_db(transaction=True)
def test_a_guide_is_laid_in_by_staff_and_downloaded_by_who_has_paid(
    desk: Page, new_page: OpenPage, screenshot: Look, axe: Axe
) -> None:
    paper = paper_of("OPAS-ERGONOMIA", "fi")
    product = ProductFactory.create(
        slug="opas", name_fi="Opas", kind="digital", withdrawal_exclusion=Exclusion.DIGITAL
    )
    guide = VariantFactory.create(product=product, price=Decimal("4.90"))

    desk.goto(f"/admin/orders/product/{product.pk}/change/")
    expect(desk.get_by_text("Tuotetta ei voi ostaa: lisää tiedosto")).to_be_visible()
    desk.locator("#wares-group .add-row a").click()
    desk.locator("#id_wares-0-name").fill("Opas, suomeksi")
    file = FilePayload(name="opas.pdf", mimeType="application/pdf", buffer=paper)
    desk.locator("#id_wares-0-file").set_input_files(file)
    screenshot(desk, "downloads-desk")
    desk.locator("input[name=_continue]").click()
    expect(desk.get_by_text("Tuotetta ei voi ostaa: lisää tiedosto")).to_have_count(0)

    draft = CheckoutDraftFactory.create(delivery_method=None)
    BasketLineFactory.create(basket=draft.basket, variant=guide, quantity=1)
    show_summary(draft=draft, at=NOON)
    order = place_order(draft_id=draft.pk, at=NOON, digital_consent=True)
    phone = new_page(width=360, dark=True)
    phone.goto(f"/tilaus/{order.secret}/")
    expect(phone.get_by_text("heti, kun tilaus on maksettu")).to_be_visible()
    mark_paid(order=order, at=NOON)
    for page, name in ((phone, "downloads-phone-dark"), (new_page(), "downloads-wide")):
        page.goto(f"/tilaus/{order.secret}/")
        with page.expect_download() as waited:
            page.get_by_role("link", name="Lataa Opas, suomeksi").click()
        assert waited.value.path().read_bytes() == paper
        assert waited.value.suggested_filename == "Opas_suomeksi.pdf"
        axe(page)
        screenshot(page, name)
    assert Fetched.objects.get().times == 2
