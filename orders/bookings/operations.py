"""Book, move, give back, remind of, and close appointments."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from orders.bookings.letters import write_moved, write_reminder
from orders.bookings.models import Booking
from orders.bookings.states import BookingState
from orders.catalogue.times import Bookable, Slot, SlotQuerySet
from orders.sales.models import Order
from orders.times import operations as times
from orders.times.operations import NoPlaceLeft
from privacy.locks import share_person, unless_crossed

MOST_AT_ONCE = 500


class NotToCome(ValueError):
    """The appointment is over or cancelled."""


class TooLate(ValueError):
    """The time in which the buyer may move or cancel it has passed."""


def book(*, order: Order, wanted: Mapping[int, UUID], at: datetime) -> list[Booking]:
    """Give the lines of an order that has just been placed their places, in its transaction.

    The times are claimed and locked by the caller.

    :param wanted: the time of each line that has one, by the line's position.
    """
    lines = order.lines.filter(position__in=wanted).select_related("variant").order_by("position")
    booked = []
    for line in lines:
        terms = Bookable.objects.get(product__variants=line.variant_id)
        booking = Booking(
            bought_as=line,
            customer=order.customer,
            email=order.email,
            slot_id=wanted[line.position],
            places=line.quantity,
            change_hours=terms.change_hours,
            booked_at=at,
            told_at=at,
        )
        booking.save(force_insert=True)
        booked.append(booking)
    return booked


def move(
    *, booking: Booking, slot_id: UUID, at: datetime, in_spite_of_the_hour: bool = False
) -> Booking:
    """Give an appointment another time, and tell the buyer.

    :param in_spite_of_the_hour: staff may do it when the buyer cannot any more.
    :raises NotToCome: when it is over or cancelled.
    :raises TooLate: when the buyer's time for it has passed.
    :raises NoPlaceLeft: when the other time is no longer free, or is not for this service.
    """
    return unless_crossed(lambda: _move(booking, slot_id, at, late=in_spite_of_the_hour))


@transaction.atomic
def _move(booking: Booking, slot_id: UUID, at: datetime, *, late: bool) -> Booking:
    share_person(booking.email)
    held = hold_booking(booking.pk)
    if not held.is_to_come or held.slot.starts_at <= at:
        raise NotToCome
    if not late and not held.can_be_changed(at):
        raise TooLate
    if held.slot_id == slot_id:
        return held
    if not other_times(held, at=at).filter(pk=slot_id).exists():
        raise NoPlaceLeft
    times.lock([held.slot_id, slot_id])
    times.claim(holder=held.pk, wanted={slot_id: held.places}, at=at)
    held.slot = Slot.objects.get(pk=slot_id)
    held.moves += 1
    held.told_at, held.reminded_at = at, None
    held.save(update_fields=["slot", "moves", "told_at", "reminded_at"])
    write_moved(held, at=at)
    return held


def other_times(booking: Booking, *, at: datetime) -> SlotQuerySet:
    """List the times to which an appointment can be moved."""
    variant = booking.bought_as.variant
    terms = Bookable.objects.filter(product__variants=booking.bought_as.variant_id).first()
    if variant is None or terms is None:
        return Slot.objects.none()
    free = Slot.objects.for_product(variant.product_id)
    free = free.to_book(at, hours_before=terms.book_hours).with_places(booking.places)
    return free.exclude(pk=booking.slot_id)


@transaction.atomic
def give_back(
    *, order: Order, at: datetime, pieces: Mapping[UUID, int] | None = None
) -> list[Booking]:
    """Free the places of an order that is off, or of the lines from which its buyer withdrew.

    Appointments that are over keep theirs. Twice is as once, where the whole order is off.

    :param pieces: how many of each line are off, if not all are.
    """
    mine = Booking.objects.to_come().filter(bought_as__order=order)
    if pieces is not None:
        mine = mine.filter(bought_as__in=pieces)
    keys = set(mine.values_list("slot", flat=True))
    if not keys:
        return []
    times.lock(keys)
    freed = []
    for booking in mine.order_by("pk").select_for_update(of=("self",)).select_related("slot"):
        off = booking.places if pieces is None else pieces[booking.bought_as_id]
        if off >= booking.places:
            booking.state, booking.ended_at = BookingState.CANCELLED, at
        else:
            booking.places -= off
        booking.save(update_fields=["state", "ended_at", "places"])
        freed.append(booking)
    return freed


def to_remind(*, at: datetime) -> list[UUID]:
    """List the appointments of tomorrow whose buyers did not hear of the time today."""
    today = timezone.localdate(at)
    midnight = timezone.make_aware(datetime.combine(today, datetime.min.time()))
    due = Booking.objects.to_come().filter(
        starts_at__date=today + timedelta(days=1), reminded_at=None, told_at__lt=midnight
    )
    return list(due.values_list("pk", flat=True))


def remind(*, booking_id: UUID, at: datetime) -> None:
    """Write to the buyer the day before, once; not of what was moved or cancelled meanwhile."""
    unless_crossed(lambda: _remind(booking_id, at))


@transaction.atomic
def _remind(booking_id: UUID, at: datetime) -> None:
    share_person(Booking.objects.values_list("email", flat=True).get(pk=booking_id))
    booking = hold_booking(booking_id)
    tomorrow = timezone.localdate(at) + timedelta(days=1)
    is_due = booking.is_to_come and timezone.localdate(booking.slot.starts_at) == tomorrow
    if not is_due or booking.reminded_at is not None:
        return
    write_reminder(booking, at=at)
    booking.reminded_at = at
    booking.save(update_fields=["reminded_at"])


@transaction.atomic
def close_past(*, at: datetime) -> int:
    """Note that appointments are over; tell how many there were."""
    past = Booking.objects.to_come().filter(ends_at__lte=at).order_by("pk")
    keys = past.select_for_update(of=("self",), skip_locked=True).values_list("pk", flat=True)
    mine = Booking.objects.filter(pk__in=list(keys[:MOST_AT_ONCE]))
    return mine.update(state=BookingState.DONE, ended_at=at)


def hold_booking(booking_id: UUID) -> Booking:
    """Hold an appointment, after its order: all who touch an order take turns in that order."""
    key = Booking.objects.values_list("bought_as__order", flat=True).get(pk=booking_id)
    Order.objects.select_for_update(of=("self",)).get(pk=key)
    rows = Booking.objects.select_for_update(of=("self",))
    return rows.select_related("slot", "bought_as__order", "bought_as__variant").get(pk=booking_id)
