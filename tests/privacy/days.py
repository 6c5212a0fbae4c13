"""The days on which a calendar is put to the test, and periods counted on the fingers."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from privacy.terms import AfterFinancialYear, Days, Term

HELSINKI = ZoneInfo("Europe/Helsinki")
DAY = timedelta(days=1)
SPECIAL_DAYS = [
    date(2028, 2, 28),  # before and on the leap day
    date(2028, 2, 29),
    date(2027, 12, 31),  # New Year
    date(2028, 1, 1),
    date(2027, 3, 28),  # the clock goes forward (FA-09)
    date(2026, 10, 25),  # and back
    date(2026, 11, 23),
]
HOURS = [time(0, 0), time(3, 30), time(23, 59, 59)]
"""At half past three the clock does not come by in March, and comes twice in October."""


def local(day: date, hour: time = time(12)) -> datetime:
    return datetime.combine(day, hour, HELSINKI)


def end_of(day: date) -> datetime:
    return local(day, time(23, 59, 59))


def begin_of(day: date) -> datetime:
    return local(day, time(0))


def by_the_calendar(term: Term, since: date) -> date:
    """Count a term on the fingers, otherwise than the shop does."""
    if isinstance(term, Days):
        day = since
        for _each in range(term.days):
            day += timedelta(days=1)
        return day
    assert isinstance(term, AfterFinancialYear)
    day = since
    while not (day.month == term.last_month and (day + timedelta(days=1)).day == 1):
        day += timedelta(days=1)
    return date(day.year + term.years, 12, 31)


def days_before(term: Term, last: date) -> date:
    return last - timedelta(days=term.days) if isinstance(term, Days) else last
