"""Times for the demo catalogue's services, so that an appointment can be tried at once."""

from datetime import date, time, timedelta

from orders.catalogue.models import Product
from orders.catalogue.times import Bookable, Calendar, CalendarService
from orders.times.operations import Plan, make_times

WEEKS = 8
_WORKDAYS = frozenset(range(5))
_CALENDARS = {
    "ergonomiakartoitus": ("Ergonomia-asiantuntija", {1, 3}, 75, 15, 1),
    "kalusteen-kokoaminen": ("Asentajat", _WORKDAYS, 120, 0, 4),
}
"""By the product's slug: the calendar, its weekdays, minutes, break and places."""


def fill_demo_times(*, today: date) -> int:
    """Make the demo's services by appointment bookable from tomorrow on; tell how many times."""
    made = 0
    for slug, (name, weekdays, minutes, pause, places) in _CALENDARS.items():
        product = Product.objects.filter(slug=slug, kind=Product.Kind.SERVICE).first()
        if product is None:
            continue
        bookable, _new = Bookable.objects.get_or_create(product=product)
        calendar, _new = Calendar.objects.get_or_create(name=name)
        CalendarService.objects.get_or_create(calendar=calendar, bookable=bookable)
        plan = Plan(
            first=today + timedelta(days=1),
            last=today + timedelta(weeks=WEEKS),
            weekdays=weekdays,
            begins=time(9),
            ends=time(17),
            minutes=minutes,
            pause=pause,
            places=places,
        )
        made += make_times(calendar=calendar, plan=plan)
    return made
