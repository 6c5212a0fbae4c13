"""A time is chosen on the product's page, ordered, moved and cancelled; staff make the times."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as live
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, expect

from orders.bookings.models import Booking
from orders.bookings.states import BookingState
from orders.catalogue.times import Bookable, Calendar, CalendarService, Slot
from tests.browser.conftest import SIZES, Witness, in_each_size
from tests.doors import let_in
from tests.factories import ProductFactory, StaffFactory, VariantFactory
from tests.orders.bookings.conftest import booked

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


def test_a_time_is_made_chosen_moved_and_cancelled(
    new_page: OpenPage,
    look: Callable[[Page, str], None],
    screenshot: Callable[[Page, str], Path],
    witness: Witness,
) -> None:
    product = ProductFactory.create(
        kind="service", slug="kartoitus", name_fi="Työpisteen ergonomiakartoitus"
    )
    bookable = Bookable.objects.create(product=product)
    calendar = Calendar.objects.create(name="Asiantuntija")
    CalendarService.objects.create(calendar=calendar, bookable=bookable)
    variant = VariantFactory.create(product=product, sku="KARTOITUS", price=Decimal("145.00"))
    key = let_in(Client(), StaffFactory.create()).cookies[live.SESSION_COOKIE_NAME].value
    clerks: Any = {"name": live.SESSION_COOKIE_NAME, "value": key, "url": witness.home}
    first = timezone.localdate() + timedelta(days=3)

    desk = new_page()
    desk.context.add_cookies([clerks])
    desk.goto(f"/admin/orders/calendar/{calendar.pk}/times/")
    desk.fill("[name=first]", first.isoformat())
    desk.fill("[name=last]", (first + timedelta(days=13)).isoformat())
    desk.fill("[name=places]", "5")
    screenshot(desk, "times-form")
    desk.get_by_role("button", name="Tee ajat").click()
    screenshot(desk, "times-made")

    page = new_page(width=360)
    page.goto("/tuote/kartoitus/")
    expect(page.get_by_role("heading", name="Valitse aika")).to_be_visible()
    page.get_by_role("link", name="Myöhemmin").click()
    expect(page.get_by_role("link", name="Aiemmin")).to_be_visible()
    page.locator(".times .pill").nth(1).click()
    look(page, "times-product")
    page.get_by_role("button", name="Lisää ostoskoriin").click()
    expect(page.get_by_text("Voit siirtää tai perua ajan")).to_be_visible()
    look(page, "times-basket")

    slot = Slot.objects.filter(starts_at__gt=timezone.now() + timedelta(days=2), taken=0)[0]
    booking = booked(variant, slot, at=timezone.now())
    page.goto(booking.bought_as.order.get_absolute_url())
    look(page, "times-order")
    page.get_by_role("link", name="Siirrä tai peru ajanvaraus").click()
    page.locator(".times .pill").nth(2).click()
    look(page, "times-appointment")
    page.get_by_role("button", name="Siirrä aika").click()
    expect(page.get_by_text("Aikasi on nyt")).to_be_visible()
    desk.goto(f"/admin/orders/booking/{booking.pk}/change/")
    screenshot(desk, "times-desk")
    page.get_by_role("button", name="Peru ajanvaraus").click()
    expect(page.get_by_text("Ajanvaraus on peruttu.")).to_be_visible()
    look(page, "times-cancelled")
    assert Booking.objects.get(pk=booking.pk).state == BookingState.CANCELLED
