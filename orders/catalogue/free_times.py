"""The free times of a service by appointment, a week at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from django.utils import timezone

from orders.catalogue.models import Product
from orders.catalogue.times import Bookable, Slot, SlotQuerySet

WEEK = timedelta(days=7)
FARTHEST = timedelta(days=366)
MOST_A_WEEK = 500


@dataclass(frozen=True, slots=True)
class Day:
    """The free times of a day."""

    date: date
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True)
class Week:
    """The free times of a week, and which weeks before and after have some."""

    first: date
    last: date
    days: tuple[Day, ...]
    earlier: date | None
    later: date | None
    words: str
    """Until when an appointment can be moved or cancelled."""

    @property
    def most_places(self) -> int:
        """Give the most places that somebody can book of one time."""
        return max((slot.free for day in self.days for slot in day.slots), default=0)


def read(said: Mapping[str, str], *, at: datetime) -> str:
    """Read which week an address asks for, as the date of its Monday; else nothing."""
    try:
        day = date.fromisoformat(said.get("week", ""))
    except ValueError:
        return ""
    today = timezone.localdate(at)
    return monday_of(day).isoformat() if today - WEEK < day <= today + FARTHEST else ""


def monday_of(day: date) -> date:
    """Give the day on which a week begins."""
    return day - timedelta(days=day.weekday())


def week_of(product: Product, *, week: str, at: datetime) -> Week | None:
    """Gather the free times of a week, or of the first that has some; None where none is booked."""
    terms: Bookable | None = getattr(product, "bookable", None)
    if terms is None:
        return None
    free = Slot.objects.for_product(product.pk).to_book(at, hours_before=terms.book_hours)
    return gather(free.with_places(), week=week, at=at, words=terms.words)


def gather(free: SlotQuerySet, *, week: str, at: datetime, words: str = "") -> Week:
    """Lay free times out as a week, with the ways to the weeks that have some."""
    first = _monday(free, week, at)
    begins, ends = _midnight(first), _midnight(first + WEEK)
    here = free.filter(starts_at__gte=begins, starts_at__lt=ends).order_by("starts_at", "pk")
    before = free.filter(starts_at__lt=begins).order_by("-starts_at").first()
    after = free.filter(starts_at__gte=ends).order_by("starts_at").first()
    return Week(
        first=first,
        last=first + WEEK - timedelta(days=1),
        days=tuple(
            Day(day, tuple(slots)) for day, slots in groupby(here[:MOST_A_WEEK], key=_day_of)
        ),
        earlier=None if before is None else monday_of(_day_of(before)),
        later=None if after is None else monday_of(_day_of(after)),
        words=words,
    )


def _monday(free: SlotQuerySet, week: str, at: datetime) -> date:
    if week:
        return date.fromisoformat(week)
    soonest = free.order_by("starts_at").first()
    return monday_of(timezone.localdate(at) if soonest is None else _day_of(soonest))


def _day_of(slot: Slot) -> date:
    return timezone.localdate(slot.starts_at)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))
