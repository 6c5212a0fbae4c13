"""A service that is sold by appointment, and somebody who books it."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from orders.bookings.models import Booking
from orders.catalogue.models import Variant
from orders.catalogue.times import Bookable, Calendar, CalendarService, Slot
from orders.checkout.models import CheckoutDraft
from orders.checkout.operations import place_now, show_summary
from tests.conftest import NOON
from tests.factories import (
    BasketLineFactory,
    CheckoutDraftFactory,
    ProductFactory,
    VariantFactory,
)

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@pytest.fixture
def consultation() -> Variant:
    """Offer an hour of advice for 60 €, changed a day before, in the calendar of a room."""
    product = ProductFactory.create(
        kind="service",
        slug="neuvonta",
        name_fi="Neuvonta",
        name_sv="Rådgivning",
        name_en="Consultation",
    )
    bookable = Bookable.objects.create(product=product, book_hours=2, change_hours=24)
    room = Calendar.objects.create(name="Neuvotteluhuone")
    CalendarService.objects.create(calendar=room, bookable=bookable)
    return VariantFactory.create(product=product, sku="NEUVONTA", price=Decimal("60.00"))


def a_time(begins: datetime = NOON + 3 * DAY, *, places: int = 1, hours: int = 1) -> Slot:
    """Make a time in the one calendar that there is."""
    return Slot.objects.create(
        calendar=Calendar.objects.get(name="Neuvotteluhuone"),
        starts_at=begins,
        ends_at=begins + hours * HOUR,
        places=places,
    )


def at_the_checkout(
    variant: Variant, slot: Slot, *, quantity: int = 1, **said: object
) -> CheckoutDraft:
    """Let somebody have a time in the basket, and be about to order it."""
    draft = CheckoutDraftFactory.create(**{"delivery_method": None, **said})
    BasketLineFactory.create(basket=draft.basket, variant=variant, slot=slot, quantity=quantity)
    return draft


def booked(
    variant: Variant, slot: Slot, *, quantity: int = 1, at: datetime = NOON, **said: object
) -> Booking:
    """Let somebody book a time in an ordinary order."""
    draft = at_the_checkout(variant, slot, quantity=quantity, **said)
    show_summary(draft=draft, at=at)
    order = place_now(draft_id=draft.pk, at=at)
    return Booking.objects.get(bought_as__order=order)


def gone(slot: Slot) -> tuple[int, int]:
    """Tell how many places of a time are held, and how many taken."""
    slot.refresh_from_db()
    return slot.held, slot.taken
