"""A time is chosen on the page, ordered, moved and cancelled; each place is given once."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone, translation
from pytest_django import Settings

from customers.models import Customer
from orders.basket.models import BasketLine
from orders.bookings.calendar_file import escaped, folded, written
from orders.bookings.models import Booking
from orders.bookings.operations import NotToCome, TooLate, close_past, move, remind, to_remind
from orders.bookings.states import BookingState
from orders.bookings.tasks import remind_of_appointments
from orders.catalogue.models import Variant
from orders.catalogue.times import Bookable, Calendar, CalendarService, Slot
from orders.checkout.operations import SomethingChanged, place_now, show_summary
from orders.checkout.steps import cancel_order, deliver_order, mark_paid
from orders.invoicing.models import Invoice
from orders.payments.operations import to_pay
from orders.returns.appointments import cancel
from orders.returns.following import follow
from orders.returns.models import WithdrawalNotice
from orders.returns.operations import Statement, give_notice
from orders.sales.models import Order
from orders.sales.states import Status
from orders.times.operations import NoPlaceLeft
from privacy.erase import erase, preview
from privacy.outbox.enclosures import unpacked
from privacy.outbox.models import Letter
from privacy.registry import Ground
from privacy.requests.plan import plan_of
from privacy.subject import subject_of
from privacy.telling.holdings import holdings_of
from tests.conftest import NOON
from tests.doors import let_in
from tests.factories import BasketFactory, BasketLineFactory, StaffFactory, VariantFactory
from tests.orders.bookings.conftest import DAY, HOUR, a_time, at_the_checkout, booked, gone
from tests.orders.buying import ADD, BANK, BASKET, HERE, fill_in, order
from tests.orders.catalogue.shelf import commit
from tests.races import at_once

PAGE = "/en/product/neuvonta/"


@contextmanager
def refused(why: type[Exception], booking: Booking) -> Iterator[None]:
    """Expect a refusal that changes nothing."""
    before = Booking.objects.values().get(pk=booking.pk)
    with pytest.raises(why):
        yield
    assert Booking.objects.values().get(pk=booking.pk) == before


# --- From the page to the order


@pytest.mark.django_db
def test_a_time_goes_from_the_page_through_the_basket_into_the_order(
    client: Client, consultation: Variant, settings: Settings
) -> None:
    settings.BANK_ACCOUNT = BANK
    soon = (timezone.now() + 2 * DAY).replace(minute=0, second=0, microsecond=0)
    slot, other = a_time(soon, places=5), a_time(soon + 2 * HOUR, places=5)
    with translation.override("en"):
        when = slot.when
    commit()
    page = client.get(PAGE).content.decode()
    assert f'value="{slot.pk}"' in page
    assert "until 24 hours before it begins" in page

    for chosen in ("", str(uuid4()), "x"):
        client.post(ADD, {"sku": "NEUVONTA", "time": chosen, "next": PAGE}, headers=HERE)
    assert not BasketLine.objects.exists()
    put = {"sku": "NEUVONTA", "quantity": "2", "next": PAGE}
    for each in (slot, other):
        client.post(ADD, {**put, "time": str(each.pk)}, headers=HERE)
    assert BasketLine.objects.count() == 2
    assert when in client.get(BASKET).content.decode()
    taken_out = {"sku": "NEUVONTA", "quantity": "0", "time": str(other.pk)}
    answer = client.post("/en/basket/change/", taken_out, follow=True)
    assert f'name="time" value="{other.pk}"' in answer.content.decode()
    assert BasketLine.objects.get().slot == slot

    assert gone(slot) == (0, 0)
    fill_in(client)
    assert gone(slot) == (2, 0)
    summary = client.get("/en/checkout/confirm/").content.decode()
    assert f"Consultation, {when}. You may move or cancel the appointment until" in summary
    answer = order(client)

    assert gone(slot) == (0, 2)
    booking = Booking.objects.get()
    assert (booking.places, booking.bought_as.total) == (2, Decimal("120.00"))
    page = client.get(answer["Location"]).content.decode()
    assert when in page
    assert booking.signed_address.split("/")[-2] in page
    letter = Letter.objects.get(kind="order_placed")
    assert when in letter.text
    assert when in letter.html
    let_in(client, StaffFactory.create(role="orders"))
    desk = client.get(f"/en/admin/orders/order/{booking.bought_as.order_id}/change/")
    assert when in desk.content.decode()


@pytest.mark.django_db
def test_the_page_shows_free_times_week_by_week_in_the_shopper_s_own_words(
    client: Client, consultation: Variant, django_assert_max_num_queries: Any
) -> None:
    now = timezone.now()
    first = a_time(now + 3 * DAY, places=4)
    second = a_time(now + 24 * DAY)
    full, late = a_time(now + 3 * DAY + HOUR), a_time(now + HOUR)
    booked(consultation, full, at=now)
    booked(consultation, first, at=now, quantity=1)
    commit()

    page = client.get(PAGE).content.decode()
    assert str(first.pk) in page
    assert "3 places left" in page
    assert not any(str(each.pk) in page for each in (second, full, late))
    (later,) = re.findall(r'href="\?week=([\d-]+)#times" rel="next"', page)
    page = client.get(f"{PAGE}?week={later}").content.decode()
    assert str(second.pk) in page
    assert 'rel="next"' not in page
    finnish = client.get("/tuote/neuvonta/").content.decode()
    assert "Valitse aika" in finnish
    begins = timezone.localtime(first.starts_at)
    assert f"{begins.hour}.{begins.minute:02}" in finnish
    for week in ("2020-01-06", "9999-12-31", "x"):
        assert str(first.pk) in client.get(PAGE, {"week": week}).content.decode()
    with django_assert_max_num_queries(40):
        client.get(PAGE)

    Slot.objects.all().update(is_open=False)
    commit()
    assert "There are no free times just now." in client.get(PAGE).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("why", ["closed", "late", "other calendar", "not by appointment"])
def test_what_cannot_be_booked_any_more_is_not_ordered(consultation: Variant, why: str) -> None:
    slot = a_time()
    draft = at_the_checkout(consultation, slot)
    show_summary(draft=draft, at=NOON)
    at = slot.starts_at - HOUR if why == "late" else NOON
    if why == "closed":
        Slot.objects.update(is_open=False)
    if why == "other calendar":
        CalendarService.objects.all().delete()
    if why == "not by appointment":
        Bookable.objects.all().delete()

    with pytest.raises(SomethingChanged):
        place_now(draft_id=draft.pk, at=at)

    assert not Booking.objects.exists()


@pytest.mark.django_db
def test_the_database_keeps_what_was_booked(consultation: Variant) -> None:
    slot = a_time(places=2)
    booking = booked(consultation, slot)
    changes: list[dict[str, Any]] = [
        {"places": 3},
        {"change_hours": 1},
        {"state": "cancelled"},
        {"booked_at": NOON - DAY},
    ]
    Booking.objects.update(starts_at=NOON)
    assert Booking.objects.get().starts_at == slot.starts_at
    for change in changes:
        with pytest.raises(DatabaseError), transaction.atomic():
            Booking.objects.update(**change)
    with pytest.raises(DatabaseError), transaction.atomic():
        Booking.objects.filter(pk=booking.pk)._raw_delete("default")
    assert gone(slot) == (0, 1)


# --- Moved


@pytest.mark.django_db
def test_a_buyer_moves_it_until_the_limit_and_the_old_place_is_free(
    client: Client, consultation: Variant
) -> None:
    soon = timezone.now() + 3 * DAY
    slot, other = a_time(soon), a_time(soon + DAY)
    booking = booked(consultation, slot, at=timezone.now())
    with translation.override("en"):
        address = booking.signed_address
    assert (
        str(other.pk) in client.get(address).content.decode()
        or "rel=" in client.get(address).content.decode()
    )

    answer = client.post(
        address, {"step": "move", "time": str(other.pk)}, headers=HERE, follow=True
    )

    assert "The appointment is now" in answer.content.decode()
    assert (gone(slot), gone(other)) == ((0, 0), (0, 1))
    letter = Letter.objects.get(kind="appointment_moved")
    (enclosed,) = unpacked(letter.attached)
    assert b"SEQUENCE:1" in enclosed.content
    client.post(address, {"step": "move", "time": "x"}, headers=HERE)
    assert gone(other) == (0, 1)
    assert client.get(f"{address}x").status_code == 404


@pytest.mark.django_db
def test_what_is_too_late_full_over_or_another_service_s_is_not_moved(
    consultation: Variant,
) -> None:
    slot, full, other = a_time(), a_time(NOON + 5 * DAY), a_time(NOON + 6 * DAY)
    booked(consultation, full)
    booking = booked(consultation, slot)
    elsewhere = Slot.objects.create(
        calendar=Calendar.objects.create(name="Toinen"),
        starts_at=NOON + 7 * DAY,
        ends_at=NOON + 7 * DAY + HOUR,
    )
    late = slot.starts_at - 23 * HOUR

    for to in (full, elsewhere):
        with refused(NoPlaceLeft, booking):
            move(booking=booking, slot_id=to.pk, at=NOON)
    with refused(TooLate, booking):
        move(booking=booking, slot_id=other.pk, at=late)
    with refused(TooLate, booking):
        cancel(booking=booking, at=late)
    with refused(NotToCome, booking):
        move(booking=booking, slot_id=other.pk, at=slot.starts_at, in_spite_of_the_hour=True)

    move(booking=booking, slot_id=other.pk, at=late, in_spite_of_the_hour=True)
    assert (gone(slot), gone(other)) == ((0, 0), (0, 1))


@pytest.mark.django_db(transaction=True)
def test_two_who_move_to_one_place_and_one_who_moves_while_it_is_cancelled(
    consultation: Variant,
) -> None:
    first, second, free = a_time(), a_time(NOON + 5 * DAY), a_time(NOON + 6 * DAY)
    bookings = [booked(consultation, slot) for slot in (first, second)]

    results = at_once([partial(move, booking=each, slot_id=free.pk, at=NOON) for each in bookings])

    assert sorted(isinstance(result, NoPlaceLeft) for result in results) == [False, True]
    assert gone(free) == (0, 1)
    stays = next(
        each for each, r in zip(bookings, results, strict=True) if isinstance(r, NoPlaceLeft)
    )
    to = a_time(NOON + 8 * DAY)
    at_once(
        [
            partial(move, booking=stays, slot_id=to.pk, at=NOON),
            partial(cancel, booking=stays, at=NOON),
        ]
    )
    stays.refresh_from_db()
    assert stays.state == BookingState.CANCELLED
    assert sum(gone(slot)[1] for slot in (first, second, free, to)) == 1


# --- Given back


@pytest.mark.django_db
def test_a_buyer_cancels_the_only_line_and_with_it_the_order(
    client: Client, consultation: Variant
) -> None:
    slot = a_time(timezone.now() + 3 * DAY)
    booking = booked(consultation, slot, at=timezone.now())
    mark_paid(order=booking.bought_as.order, at=timezone.now())
    with translation.override("en"):
        address = booking.signed_address

    answer = client.post(address, {"step": "cancel"}, headers=HERE, follow=True)

    assert "The appointment is cancelled." in answer.content.decode()
    found = Order.objects.get()
    assert (found.status, found.payment_status) == (Status.CANCELLED, "refund_due")
    assert gone(slot) == (0, 0)
    assert Letter.objects.filter(kind="order_cancelled").count() == 1
    answer = client.post(address, {"step": "cancel"}, headers=HERE, follow=True)
    assert "cancelled already" in answer.content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("stage", ["paid", "delivered"])
def test_of_an_order_that_holds_more_only_the_appointment_goes(
    consultation: Variant, stage: str
) -> None:
    slot = a_time(places=3)
    draft = at_the_checkout(consultation, slot, quantity=2)
    book = VariantFactory.create(product__kind="service", price=Decimal("12.55"))
    BasketLineFactory.create(basket=draft.basket, variant=book)
    show_summary(draft=draft, at=NOON)
    bought = mark_paid(order=place_now(draft_id=draft.pk, at=NOON), at=NOON)
    if stage == "delivered":
        bought = deliver_order(order=bought, at=NOON)
    booking = Booking.objects.get()

    cancel(booking=booking, at=NOON + DAY)

    booking.refresh_from_db()
    bought.refresh_from_db()
    assert booking.state == BookingState.CANCELLED
    assert bought.status != Status.CANCELLED
    assert gone(slot) == (0, 0)
    note = Invoice.objects.get(kind="credit_note")
    assert note.total == Decimal("-120.00")
    assert to_pay(bought) <= 0
    assert Letter.objects.filter(kind="appointment_cancelled").count() == 1
    with pytest.raises(NotToCome):
        cancel(booking=booking, at=NOON + DAY)
    notice = WithdrawalNotice.objects.get()
    assert follow(notice_id=notice.pk, at=NOON + DAY).state == "settled"


@pytest.mark.django_db
def test_whoever_withdraws_from_one_of_two_places_keeps_the_other(consultation: Variant) -> None:
    slot = a_time(places=2)
    booking = booked(consultation, slot, quantity=2)
    line = booking.bought_as
    said = Statement(
        submission=uuid4(),
        name="Pekka Puro",
        email=line.order.email,
        order=line.order,
        quantities={line.pk: 1},
    )
    way = WithdrawalNotice.Way.ADDRESS
    notice = give_notice(statement=said, way=way, language="fi", at=NOON)
    follow(notice_id=notice.pk, at=NOON)

    booking.refresh_from_db()
    assert (booking.state, booking.places, gone(slot)) == (BookingState.BOOKED, 1, (0, 1))
    cancel_order(order=Order.objects.get(), at=NOON)
    assert gone(slot) == (0, 0)


@pytest.mark.django_db
def test_staff_move_and_cancel_for_a_buyer_and_only_those_who_may(
    client: Client, consultation: Variant
) -> None:
    soon = timezone.now() + 3 * HOUR
    slot, other = a_time(soon), a_time(soon + 2 * DAY)
    booking = booked(consultation, slot, at=timezone.now())
    page = f"/en/admin/orders/booking/{booking.pk}/"
    let_in(client, StaffFactory.create(role="auditor"))
    assert "Neuvonta" in client.get(f"{page}change/").content.decode()
    assert client.post(f"{page}move/", {"time": str(other.pk)}).status_code == 403
    assert client.post(f"{page}cancel/").status_code == 403

    let_in(client, StaffFactory.create(role="care"))
    client.post(f"{page}move/", {"time": str(other.pk)})
    assert (gone(slot), gone(other)) == ((0, 0), (0, 1))
    client.post(f"{page}cancel/")
    booking.refresh_from_db()
    assert booking.state == BookingState.CANCELLED
    listed = client.get("/en/admin/orders/booking/", {"q": booking.bought_as.order.number})
    assert f"booking/{booking.pk}/change" in listed.content.decode()


# --- The day before, and after


@pytest.mark.django_db
def test_the_buyer_is_reminded_the_day_before_once(consultation: Variant) -> None:
    slot, other = a_time(NOON + 3 * DAY), a_time(NOON + 5 * DAY)
    booking, today = booked(consultation, slot), slot.starts_at - DAY
    assert to_remind(at=today - DAY) == []
    assert to_remind(at=today) == [booking.pk]

    for _twice in range(2):
        remind(booking_id=booking.pk, at=today)

    letter = Letter.objects.get(kind="appointment_reminder")
    assert letter.to == "pekka@example.fi"
    assert to_remind(at=today) == []
    move(booking=booking, slot_id=other.pk, at=today, in_spite_of_the_hour=True)
    remind(booking_id=booking.pk, at=today)
    assert Letter.objects.filter(kind="appointment_reminder").count() == 1
    assert to_remind(at=other.starts_at - DAY) == [booking.pk]
    cancel_order(order=Order.objects.get(), at=today)
    assert to_remind(at=other.starts_at - DAY) == []
    remind_of_appointments(timestamp=0)


@pytest.mark.django_db
def test_an_appointment_is_over_when_its_time_is(consultation: Variant) -> None:
    slot = a_time()
    booking = booked(consultation, slot)
    assert close_past(at=slot.ends_at - HOUR) == 0
    assert close_past(at=slot.ends_at) == 1
    cancel_order(order=booking.bought_as.order, at=slot.ends_at)

    booking.refresh_from_db()
    assert booking.state == BookingState.DONE
    assert gone(slot) == (0, 1)


@pytest.mark.django_db
def test_the_calendar_entry_is_exact_and_names_nobody(
    client: Client, consultation: Variant
) -> None:
    slot = a_time()
    booking = booked(consultation, slot)
    said = written(booking, at=NOON)

    lines = said.split("\r\n")
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    assert "DTSTART:20261126T100000Z" in lines
    assert "DTEND:20261126T110000Z" in lines
    assert "SUMMARY:Neuvonta" in lines
    assert not any(word in said for word in ("pekka", "Puro", booking.bought_as.order.number))
    assert escaped("a, b; c\\d\ne") == "a\\, b\\; c\\\\d\\ne"
    long = folded("SUMMARY:" + "ä" * 80)
    assert all(len(part.encode()) <= 75 for part in long.split("\r\n"))
    assert long.replace("\r\n ", "") == "SUMMARY:" + "ä" * 80
    answer = client.get(f"{booking.signed_address}kalenteri/")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"


# --- Whose it is


@pytest.mark.django_db
def test_an_appointment_to_come_holds_what_it_needs_and_can_be_cancelled_there(
    anna: Customer, consultation: Variant
) -> None:
    slot = a_time(NOON + 40 * DAY)
    basket = BasketFactory.create(customer=anna)
    booking = booked(consultation, slot, basket=basket, email=anna.email)
    deliver_order(order=mark_paid(order=booking.bought_as.order, at=NOON), at=NOON)
    Order.objects.update(informed_at=NOON)
    person = subject_of(cards=[anna.pk])
    later = NOON + 16 * DAY  # the time for withdrawing has ended

    (held,) = [each for each in holdings_of(person, at=NOON) if each.declaration.model is Booking]
    told = {value.column: value.said for value in next(iter(held.entries)).values}
    assert told["starts_at"] == "2.1.2027 12.00"
    plan = plan_of(preview(person, at=later))
    (obstacle,) = [each for each in plan.obstacles if each.matter.name.startswith("Neuvonta, ")]
    ((words, way_out),) = obstacle.matter.ways_out
    assert (str(words), way_out.endswith("#cancel")) == ("Peru ajanvaraus", True)
    assert {told.ground for told in plan.goes_later} == {Ground.SERVICE}

    cancel(booking=booking, at=later)
    assert not plan_of(preview(person, at=later + timedelta(days=20))).obstacles
    erase(person, at=later + timedelta(days=20))
    booking.refresh_from_db()
    assert (booking.customer, booking.email) == (None, "")
    assert booking.slot == slot
