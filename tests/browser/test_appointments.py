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
from tests.browser.conftest import SIZES, Witness
from tests.doors import let_in
from tests.factories import ProductFactory, StaffFactory, VariantFactory
from tests.orders.bookings.conftest import booked

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

    for number, (width, dark) in enumerate(SIZES):
        size = f"{width}-{'dark' if dark else 'light'}"
        day = first + timedelta(days=14 * number)
        desk = new_page(width=width, dark=dark)
        desk.context.add_cookies([clerks])
        desk.goto(f"/admin/orders/calendar/{calendar.pk}/times/")
        desk.fill("[name=first]", day.isoformat())
        desk.fill("[name=last]", (day + timedelta(days=13)).isoformat())
        desk.fill("[name=places]", "5")
        screenshot(desk, f"times-form-{size}")
        desk.get_by_role("button", name="Tee ajat").click()
        screenshot(desk, f"times-made-{size}")

        page = new_page(width=width, dark=dark)
        page.goto("/tuote/kartoitus/")
        expect(page.get_by_role("heading", name="Valitse aika")).to_be_visible()
        page.get_by_role("link", name="Myöhemmin").click()
        expect(page.get_by_role("link", name="Aiemmin")).to_be_visible()
        page.locator(".times .pill").nth(1).click()
        look(page, f"times-product-{size}")
        page.get_by_role("button", name="Lisää ostoskoriin").click()
        expect(page.get_by_text("Voit siirtää tai perua ajan")).to_be_visible()
        look(page, f"times-basket-{size}")

        slot = Slot.objects.filter(starts_at__gt=timezone.now() + timedelta(days=2), taken=0)[0]
        booking = booked(variant, slot, at=timezone.now())
        page.goto(booking.bought_as.order.get_absolute_url())
        look(page, f"times-order-{size}")
        page.get_by_role("link", name="Siirrä tai peru ajanvaraus").click()
        page.locator(".times .pill").nth(2).click()
        look(page, f"times-appointment-{size}")
        page.get_by_role("button", name="Siirrä aika").click()
        expect(page.get_by_text("Aikasi on nyt")).to_be_visible()
        desk.goto(f"/admin/orders/booking/{booking.pk}/change/")
        screenshot(desk, f"times-desk-{size}")
        page.get_by_role("button", name="Peru ajanvaraus").click()
        expect(page.get_by_text("Ajanvaraus on peruttu.")).to_be_visible()
        look(page, f"times-cancelled-{size}")
        assert Booking.objects.get(pk=booking.pk).state == BookingState.CANCELLED
        for each in (page, desk):
            each.close()
