"""Make times, and promise their places."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from orders.catalogue.times import Calendar, Slot
from orders.stock.operations import OutOfStock
from orders.times.models import SlotHold

Places = Mapping[UUID, int]
"""Places by the number of the time."""

MOST_AT_ONCE = 2000


class NoPlaceLeft(OutOfStock):
    """Others were quicker, or the time is closed; the buyer is led back to the basket."""

    def __init__(self) -> None:
        super().__init__([])


class TooManyTimes(ValueError):
    """So many times are not made at once."""


@dataclass(frozen=True, slots=True)
class Plan:
    """When there are to be times: on which days of the week, and during which hours."""

    first: date
    last: date
    weekdays: Collection[int]
    """Monday is 0."""
    begins: time
    ends: time
    minutes: int
    pause: int = 0
    """Minutes between one and the next."""
    places: int = 1

    def times(self) -> Iterator[tuple[datetime, datetime]]:
        """List them by the shop's own clock; an hour that a spring night leaves out has none."""
        step = timedelta(minutes=self.minutes + self.pause)
        for number in range((self.last - self.first).days + 1):
            day = self.first + timedelta(days=number)
            if day.weekday() not in self.weekdays:
                continue
            begins = datetime.combine(day, self.begins)
            ends = begins + timedelta(minutes=self.minutes)
            while ends <= datetime.combine(day, self.ends):
                since, until = timezone.make_aware(begins), timezone.make_aware(ends)
                if until - since == ends - begins and _is_on_the_clock(since):
                    yield since, until
                begins, ends = begins + step, ends + step


def _is_on_the_clock(moment: datetime) -> bool:
    there = moment.astimezone(timezone.get_default_timezone())
    utc = there.astimezone(timezone.get_fixed_timezone(0))
    return utc.astimezone(timezone.get_default_timezone()).time() == moment.time()


@transaction.atomic
def make_times(*, calendar: Calendar, plan: Plan) -> int:
    """Make the times of a plan that the calendar has room for; tell how many there are more now.

    What would overlap another is left out, so a plan that is carried out twice adds nothing.

    :raises TooManyTimes: when it is more than is made at once.
    """
    planned = list(plan.times())
    if len(planned) > MOST_AT_ONCE:
        raise TooManyTimes
    list(Calendar.objects.select_for_update().filter(pk=calendar.pk))
    before = Slot.objects.filter(calendar=calendar).count()
    Slot.objects.bulk_create(
        (
            Slot(calendar=calendar, starts_at=since, ends_at=until, places=plan.places)
            for since, until in planned
        ),
        ignore_conflicts=True,
    )
    return Slot.objects.filter(calendar=calendar).count() - before


@transaction.atomic
def hold(*, holder: UUID, wanted: Places, until: datetime, at: datetime) -> None:
    """Promise places to a basket until a moment, in place of whatever it was promised before.

    :raises NoPlaceLeft: when there are too few; then nothing is promised.
    """
    slots = _ready(holder, wanted, at)
    for slot in slots:
        if slot.pk in wanted:
            SlotHold.objects.create(
                slot=slot, holder=holder, places=wanted[slot.pk], expires_at=until
            )


@transaction.atomic
def claim(*, holder: UUID, wanted: Places, at: datetime) -> None:
    """Free places for bookings that are written in the caller's transaction.

    What the basket was promised comes first. The times stay locked until the transaction ends.

    :raises NoPlaceLeft: when there are too few.
    """
    _ready(holder, wanted, at)


@transaction.atomic
def release(*, holder: UUID) -> None:
    """Give up what a basket was promised."""
    lock({}, also_of=holder)
    SlotHold.objects.filter(holder=holder).delete()


def promised_to(holder: UUID) -> dict[UUID, int]:
    """Tell how many places of each time a basket has been promised: they are left for it."""
    return dict(SlotHold.objects.filter(holder=holder).values_list("slot", "places"))


def release_expired(*, at: datetime, most: int = 500) -> int:
    """Let go of promises whose time is up; tell how many there were."""
    with transaction.atomic():
        slots = Slot.objects.filter(pk__in=SlotHold.objects.expired(at).values("slot")[:most])
        locked = [slot.pk for slot in slots.order_by("pk").select_for_update(of=("self",))]
        gone, _ = SlotHold.objects.expired(at).filter(slot__in=locked).delete()
    return gone


def lock(wanted: Collection[UUID], *, also_of: UUID | None = None) -> list[Slot]:
    """Lock times in the one order that everybody locks them in."""
    keys = set(wanted)
    if also_of is not None:
        keys |= set(SlotHold.objects.filter(holder=also_of).values_list("slot", flat=True))
    if not keys:
        return []
    slots = Slot.objects.filter(pk__in=keys).order_by("pk")
    return list(slots.select_for_update(of=("self",)))


def refuse_too_few(slots: Sequence[Slot], wanted: Places, at: datetime) -> None:
    """Refuse places that are not there, and times that are gone, closed or begun.

    :raises NoPlaceLeft: when that is so of any.
    """
    left = {slot.pk: slot.free for slot in slots if slot.is_open and slot.starts_at > at}
    if any(places > left.get(key, 0) for key, places in wanted.items()):
        raise NoPlaceLeft


def _ready(holder: UUID, wanted: Places, at: datetime) -> list[Slot]:
    """Lock the times, let go of the holder's own promises, and see that enough is left."""
    slots = lock(wanted, also_of=holder)
    if slots:
        _let_go(holder, slots, at)
    refuse_too_few(slots, wanted, at)
    return slots


def _let_go(holder: UUID, slots: Sequence[Slot], at: datetime) -> None:
    """Drop the holder's own promises and those whose time is up, and read the times anew."""
    SlotHold.objects.filter(holder=holder).delete()
    SlotHold.objects.expired(at).filter(slot__in=slots).delete()
    for slot in slots:
        slot.refresh_from_db(fields=["held", "taken", "is_open"])
