"""Times are made many at once, never overlap in a calendar, and never have a place too many."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from uuid import uuid4

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.test import Client

from orders.bookings.models import Booking
from orders.catalogue.models import Variant
from orders.catalogue.times import Bookable, Calendar, Slot
from orders.checkout.operations import place_order, show_summary
from orders.checkout.summary import summarise
from orders.sales.models import Order
from orders.times import operations
from orders.times.demo import fill_demo_times
from orders.times.models import SlotHold
from orders.times.operations import NoPlaceLeft, Plan, hold, make_times, release_expired
from privacy.outbox.models import Letter
from tests.conftest import NOON
from tests.doors import let_in
from tests.factories import ProductFactory, StaffFactory
from tests.orders.bookings.conftest import DAY, HOUR, a_time, at_the_checkout, gone
from tests.races import at_once

MORNINGS = Plan(
    first=date(2026, 12, 1),
    last=date(2026, 12, 7),
    weekdays={1, 3},
    begins=time(9),
    ends=time(12),
    minutes=45,
    pause=15,
    places=2,
)


@pytest.mark.django_db
def test_a_plan_fills_the_chosen_days_and_twice_adds_nothing(consultation: Variant) -> None:
    room = Calendar.objects.get()
    a_time(datetime(2026, 12, 3, 8, 30, tzinfo=UTC))  # half past ten until half past eleven

    assert make_times(calendar=room, plan=MORNINGS) == 4
    assert make_times(calendar=room, plan=MORNINGS) == 0

    made = Slot.objects.filter(places=2).values_list("starts_at", "ends_at")
    assert [(since.isoformat()[:16], until - since) for since, until in made] == [
        ("2026-12-01T07:00", timedelta(minutes=45)),
        ("2026-12-01T08:00", timedelta(minutes=45)),
        ("2026-12-01T09:00", timedelta(minutes=45)),
        ("2026-12-03T07:00", timedelta(minutes=45)),
    ]


def test_the_hour_that_a_spring_night_leaves_out_has_no_time() -> None:
    night = Plan(
        first=date(2027, 3, 28),
        last=date(2027, 3, 28),
        weekdays={6},
        begins=time(1),
        ends=time(6),
        minutes=60,
    )

    begins = [since.astimezone(UTC).isoformat()[11:16] for since, _until in night.times()]

    assert begins == ["23:00", "00:00", "01:00", "02:00"]  # 1, 2, 4 and 5 o'clock


@pytest.mark.django_db
def test_the_database_refuses_what_cannot_be(consultation: Variant) -> None:
    slot = a_time(places=2)
    hold(holder=uuid4(), wanted={slot.pk: 1}, until=NOON + HOUR, at=NOON)
    goods = ProductFactory.create()
    refused: list[Callable[[], object]] = [
        lambda: a_time(slot.starts_at + timedelta(minutes=59)),
        lambda: a_time(NOON, hours=-1),
        lambda: Slot.objects.filter(pk=slot.pk).update(held=0),
        lambda: Slot.objects.filter(pk=slot.pk).update(taken=1),
        lambda: Slot.objects.filter(pk=slot.pk).update(starts_at=NOON),
        lambda: SlotHold.objects.update(places=3),
        lambda: Bookable.objects.create(product=goods),
    ]
    for change in refused:
        with pytest.raises(DatabaseError), transaction.atomic():
            change()

    assert gone(slot) == (1, 0)
    other = Calendar.objects.create(name="Toinen huone")
    Slot.objects.create(calendar=other, starts_at=slot.starts_at, ends_at=slot.ends_at)
    a_time(slot.ends_at)  # one begins where the other ends


@pytest.mark.django_db
def test_a_held_place_is_another_s_again_when_its_time_is_up(consultation: Variant) -> None:
    slot, first, second = a_time(), uuid4(), uuid4()
    hold(holder=first, wanted={slot.pk: 1}, until=NOON + HOUR, at=NOON)
    with pytest.raises(NoPlaceLeft):
        hold(holder=second, wanted={slot.pk: 1}, until=NOON + HOUR, at=NOON)

    hold(holder=second, wanted={slot.pk: 1}, until=NOON + 2 * HOUR, at=NOON + HOUR)

    assert SlotHold.objects.get().holder == second
    assert release_expired(at=NOON + 2 * HOUR) == 1
    assert gone(slot) == (0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("why", ["closed", "begun", "unknown"])
def test_what_cannot_be_booked_any_more_is_not_held(consultation: Variant, why: str) -> None:
    slot = a_time()
    Slot.objects.update(is_open=why != "closed")
    at = slot.starts_at if why == "begun" else NOON
    key = uuid4() if why == "unknown" else slot.pk

    with pytest.raises(NoPlaceLeft):
        hold(holder=uuid4(), wanted={key: 1}, until=at + HOUR, at=at)

    assert not SlotHold.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_fifty_buyers_of_ten_places_leave_forty_who_are_told(consultation: Variant) -> None:
    slot = a_time(places=10)
    drafts = []
    for number in range(50):
        draft = at_the_checkout(consultation, slot, email=f"ostaja{number}@example.fi")
        draft.shown = summarise(draft, at=NOON).shown()
        draft.save()
        drafts.append(draft)

    results = at_once([partial(place_order, draft_id=draft.pk, at=NOON) for draft in drafts])

    assert sum(isinstance(result, Order) for result in results) == 10
    assert sum(isinstance(result, NoPlaceLeft) for result in results) == 40
    assert gone(slot) == (0, 10)
    assert Booking.objects.count() == Order.objects.count() == Letter.objects.count() == 10


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_database_still_gives_no_place_twice(
    consultation: Variant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The race above can fail: with the lock taken off, losers are told nothing kind."""
    slot = a_time(places=3)
    monkeypatch.setattr(operations, "refuse_too_few", lambda *_args: None)
    drafts = [at_the_checkout(consultation, slot) for _ in range(8)]

    results = at_once([partial(show_summary, draft=draft, at=NOON) for draft in drafts])

    assert sum(isinstance(result, IntegrityError) for result in results) == 5
    assert gone(slot) == (3, 0)


@pytest.mark.django_db
def test_the_demo_s_services_have_times_once() -> None:
    ProductFactory.create(slug="ergonomiakartoitus", kind="service")
    today = date(2026, 11, 23)

    assert fill_demo_times(today=today) == 80  # five a day, on two days of eight weeks
    assert fill_demo_times(today=today) == 0
    assert Bookable.objects.get().calendars.get().calendar.name == "Ergonomia-asiantuntija"


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["service", "goods"])
def test_staff_let_a_service_be_sold_by_appointment_and_nothing_else(
    client: Client, kind: str
) -> None:
    product = ProductFactory.create(slug="tuote", kind=kind)
    said = {
        "name_fi": product.name_fi,
        "slug": "tuote",
        "kind": kind,
        "vat_class": "standard",
        "published_from_0": "2026-11-01",
        "published_from_1": "12:00:00",
        "bookable-TOTAL_FORMS": "1",
        "bookable-0-book_hours": "2",
        "bookable-0-change_hours": "24",
    }
    for part in ("shelves", "variants", "wares", "plan", "pictures", "attribute_values"):
        said[f"{part}-TOTAL_FORMS"] = "0"
    for part in (
        "shelves",
        "variants",
        "wares",
        "plan",
        "bookable",
        "pictures",
        "attribute_values",
    ):
        said[f"{part}-INITIAL_FORMS"] = "0"
    let_in(client, StaffFactory.create(role="catalogue"))

    answer = client.post(f"/en/admin/orders/product/{product.pk}/change/", said)

    is_service = kind == "service"
    assert Bookable.objects.filter(product=product).exists() == is_service
    assert ("Only a service is sold" in answer.content.decode()) != is_service


@pytest.mark.django_db
def test_staff_make_times_and_close_them_and_only_those_who_may(
    client: Client, consultation: Variant
) -> None:
    room = Calendar.objects.get()
    page = f"/en/admin/orders/calendar/{room.pk}/times/"
    said = {
        "first": "2026-12-01",
        "last": "2026-12-02",
        "weekdays": ["1", "2"],
        "begins": "09:00",
        "ends": "11:00",
        "minutes": "60",
        "pause": "0",
        "places": "4",
    }
    let_in(client, StaffFactory.create(role="auditor"))
    assert client.post(page, said).status_code == 403
    let_in(client, StaffFactory.create(role="catalogue"))

    answer = client.post(page, {**said, "last": "2026-11-30"})
    assert "The last day is before the first." in answer.content.decode()
    assert 'value="09:00"' in answer.content.decode()
    answer = client.post(page, {**said, "weekdays": ["6"]})
    assert "No time fits" in answer.content.decode()
    assert not Slot.objects.exists()

    answer = client.post(page, said, follow=True)
    assert "4 times were made" in answer.content.decode()
    first = Slot.objects.order_by("starts_at")[0]
    assert (first.places, first.starts_at - datetime(2026, 12, 1, 7, tzinfo=UTC)) == (4, 0 * DAY)
    client.post("/en/admin/orders/slot/", {"action": "close", "_selected_action": [str(first.pk)]})
    first.refresh_from_db()
    assert not first.is_open
