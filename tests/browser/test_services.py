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
from tests.browser.conftest import SIZES, Witness, in_each_size
from tests.doors import let_in
from tests.factories import PASSWORD, BasketFactory, ProductFactory, StaffFactory, VariantFactory
from tests.orders.subscriptions.conftest import bought, renew_all
from tests.privacy.lives import login_of

OpenPage = Callable[..., Page]


@pytest.fixture
def look(
    axe: Callable[[Page], None], screenshot: Callable[[Page, str], Path]
) -> Callable[[Page, str], None]:
    """Ask that a page has no faults and fits each screen, and keep pictures."""

    def look_at(page: Page, name: str) -> None:
        for size in in_each_size(page, SIZES[::-1]):  # and go on as on a phone
            axe(page)
            screenshot(page, f"{name}-{size}")

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
    now = timezone.now()
    service = bought(
        variant,
        basket=BasketFactory.create(customer=anna),
        email=anna.email,
        at=now - timedelta(days=33),
    )
    renew_all(at=now)
    page = new_page(width=360)
    page.context.add_cookies([annas])
    page.goto("/tuote/huolto/")
    expect(page.get_by_text("Palvelu jatkuu, kunnes päätät sen.")).to_be_visible()
    look(page, "service-product")
    page.goto("/tili/oikeudet/havittaminen/")
    if page.locator("[name=password]").count():  # asked once in a visit
        page.fill("[name=password]", PASSWORD)
        page.get_by_role("button", name="Jatka").click()
    expect(page.get_by_role("heading", name="Vielä kesken")).to_be_visible()
    look(page, "service-erasure")
    expect(page.get_by_role("link", name="Päätä palvelu")).to_have_count(1)
    page.goto("/tili/palvelut/")
    look(page, "service-list")
    page.get_by_role("link", name="Päätä palvelu").click()
    look(page, "service-page")
    page.get_by_role("button", name="Päätä palvelu").click()
    expect(page.get_by_role("heading", name="Palvelu päättyy")).to_be_visible()
    look(page, "service-ended")

    desk = new_page()
    desk.context.add_cookies([clerks])
    desk.goto("/admin/orders/subscription/")
    screenshot(desk, "service-queue")
    desk.get_by_role("link", name="Valaisinhuolto").first.click()
    screenshot(desk, "service-desk")
    service.refresh_from_db()
    assert (service.state, service.last_date) == (ServiceState.ENDING, service.ends(2))
    assert Subscription.objects.running().filter(state=ServiceState.ACTIVE).count() == 0
