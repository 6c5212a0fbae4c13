"""A service is found on its shelf, renewed, and ended in two clicks from the account."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from customers.models import Account, Customer
from orders.catalogue.plans import Period, Plan
from orders.subscriptions.models import Subscription
from orders.subscriptions.states import ServiceState
from tests.browser.conftest import SIZES, Witness
from tests.doors import let_in
from tests.factories import PASSWORD, BasketFactory, ProductFactory, StaffFactory, VariantFactory
from tests.orders.subscriptions.conftest import bought, renew_all
from tests.privacy.lives import login_of

OpenPage = Callable[..., Page]


@pytest.fixture
def look(
    axe: Callable[[Page], None], screenshot: Callable[[Page, str], Path]
) -> Callable[[Page, str], None]:
    """Ask that a page has no faults and fits its screen, and keep a picture."""

    def look_at(page: Page, name: str) -> None:
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
        screenshot(page, name)

    return look_at


def test_a_service_is_renewed_and_ended_in_two_clicks(
    new_page: OpenPage,
    look: Callable[[Page, str], None],
    screenshot: Callable[[Page, str], Path],
    witness: Witness,
    anna: Customer,
) -> None:
    product = ProductFactory.create(kind="service", slug="huolto", name_fi="Valaisinhuolto")
    Plan.objects.create(product=product, period=Period.MONTH, notice_days=2)
    variant = VariantFactory.create(product=product, sku="HUOLTO", price=Decimal("12.55"))

    def cookie(account: Account) -> Any:
        key = let_in(Client(), account).cookies["sessionid"].value
        return {"name": "sessionid", "value": key, "url": witness.home}

    annas, clerks = cookie(login_of(anna)), cookie(StaffFactory.create())
    for width, dark in SIZES:
        size = f"{width}-{'dark' if dark else 'light'}"
        now = timezone.now()
        service = bought(
            variant,
            basket=BasketFactory.create(customer=anna),
            email=anna.email,
            at=now - timedelta(days=33),
        )
        renew_all(at=now)
        page = new_page(width=width, dark=dark)
        page.context.add_cookies([annas])
        page.goto("/tuote/huolto/")
        expect(page.get_by_text("Palvelu jatkuu, kunnes päätät sen.")).to_be_visible()
        look(page, f"service-product-{size}")
        page.goto("/tili/oikeudet/havittaminen/")
        if page.locator("[name=password]").count():  # asked once in a visit
            page.fill("[name=password]", PASSWORD)
            page.get_by_role("button", name="Jatka").click()
        expect(page.get_by_role("heading", name="Vielä kesken")).to_be_visible()
        look(page, f"service-erasure-{size}")
        expect(page.get_by_role("link", name="Päätä palvelu")).to_have_count(1)
        page.goto("/tili/palvelut/")
        look(page, f"service-list-{size}")
        page.get_by_role("link", name="Päätä palvelu").click()
        look(page, f"service-page-{size}")
        page.get_by_role("button", name="Päätä palvelu").click()
        expect(page.get_by_role("heading", name="Palvelu päättyy")).to_be_visible()
        look(page, f"service-ended-{size}")

        desk = new_page(width=width, dark=dark)
        desk.context.add_cookies([clerks])
        desk.goto("/admin/orders/subscription/")
        screenshot(desk, f"service-queue-{size}")
        desk.get_by_role("link", name="Valaisinhuolto").first.click()
        screenshot(desk, f"service-desk-{size}")
        service.refresh_from_db()
        assert (service.state, service.last_date) == (ServiceState.ENDING, service.ends(2))
        assert Subscription.objects.running().filter(state=ServiceState.ACTIVE).count() == 0
