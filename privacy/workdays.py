"""Working days of Finland, and months as European deadlines count them."""

from datetime import date, timedelta

from dateutil.easter import easter
from dateutil.relativedelta import relativedelta

SATURDAY = 5
_EVERY_YEAR = ((1, 1), (1, 6), (5, 1), (12, 6), (12, 25), (12, 26))
_FROM_EASTER = (-2, 0, 1, 39, 49)
"""Good Friday, Easter, Easter Monday, Ascension Day and Pentecost, in days from Easter Sunday."""


def public_holidays(year: int) -> frozenset[date]:
    """List the public holidays of Finland. Midsummer Day and All Saints' Day are Saturdays.

    The eves of Midsummer and Christmas are no public holidays in law, though most people rest.
    """
    sunday = easter(year)
    return frozenset(
        [
            *(date(year, month, day) for month, day in _EVERY_YEAR),
            *(sunday + timedelta(days=days) for days in _FROM_EASTER),
        ]
    )


def is_working_day(day: date) -> bool:
    """Tell whether a day is neither Saturday, Sunday nor a public holiday."""
    return day.weekday() < SATURDAY and day not in public_holidays(day.year)


def months_after(day: date, months: int) -> date:
    """Give the last day of so many calendar months.

    The term ends on the day of the same number, or on the last of a shorter month; if that is no
    working day, on the next that is: Regulation (EEC, Euratom) 1182/71, Article 3(2)(c) and 3(4).
    """
    last: date = day + relativedelta(months=months)
    while not is_working_day(last):
        last += timedelta(days=1)
    return last
