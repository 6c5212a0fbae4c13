"""How long: terms in whole days of the shop's own calendar, as people and statutes count them."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

LAST_MONTH = 12
DAYS_IN_A_YEAR = 365


class Term(Protocol):
    """A time that runs from a day, and has a last day."""

    def last_day(self, since: date) -> date:
        """Give the last day of the term that began on a day."""
        ...

    def first_running(self, today: date) -> date:
        """Give the earliest beginning whose term has not ended yet: today may be its last day."""
        ...

    def words(self) -> str:
        """Say how long it is."""
        ...


@dataclass(frozen=True)
class Days:
    """So many days after the day it began."""

    days: int

    def last_day(self, since: date) -> date:
        return since + timedelta(days=self.days)

    def first_running(self, today: date) -> date:
        return today - timedelta(days=self.days)

    def words(self) -> str:
        years, rest = divmod(self.days, DAYS_IN_A_YEAR)
        if years and rest <= years:
            return _years(years)
        return ngettext("%(days)d day", "%(days)d days", self.days) % {"days": self.days}


@dataclass(frozen=True)
class AfterFinancialYear:
    """So many years from the end of the calendar year in which the financial year ended.

    So the Accounting Act (1336/1997, chapter 2, section 10) counts for vouchers.
    """

    years: int
    last_month: int = LAST_MONTH
    """The month at whose end the company's financial year ends."""

    def last_day(self, since: date) -> date:
        ended = since.year if since.month <= self.last_month else since.year + 1
        return date(ended + self.years, 12, 31)

    def first_running(self, today: date) -> date:
        last_lapsed = today.year - self.years - 1
        days = monthrange(last_lapsed, self.last_month)[1]
        return date(last_lapsed, self.last_month, days) + timedelta(days=1)

    def words(self) -> str:
        return _(
            "%(years)s from the end of the calendar year in which the financial year ended"
        ) % {"years": _years(self.years)}


def _years(years: int) -> str:
    return ngettext("%(years)d year", "%(years)d years", years) % {"years": years}


def midnight(day: date) -> datetime:
    """Give the moment at which a day begins here."""
    return timezone.make_aware(datetime.combine(day, time.min))


def month_after(moment: datetime) -> datetime:
    """Give the same hour a calendar month later: on the month's last day, where it is shorter."""
    here = timezone.localtime(moment)
    year, month = (here.year + 1, 1) if here.month == LAST_MONTH else (here.year, here.month + 1)
    day = date(year, month, min(here.day, monthrange(year, month)[1]))
    return timezone.make_aware(datetime.combine(day, here.time()))
