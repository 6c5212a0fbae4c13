"""Until when a buyer may withdraw: fourteen days, counted in whole days of Helsinki.

Consumer Protection Act 38/1978, chapter 6, section 14; Directive 2011/83/EU, Articles 9 and 10.
"""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils import timezone

from orders.sales.models import Order
from orders.sales.states import Status

MONTHS_MORE = 12
"""So much longer, when the buyer was not told of the right."""
MONTHS_IN_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Term:
    """The time in which a buyer may withdraw; without a beginning it has not begun to run out."""

    last_day: date | None
    is_longer: bool = False
    """The buyer was told of the right too late, or not yet."""

    def is_over(self, at: datetime) -> bool:
        """Tell whether a notice sent at a moment is late: the sending counts, not the arrival."""
        return self.last_day is not None and timezone.localdate(at) > self.last_day


def last_day(begins: date, *, was_told: bool = True, told_date: date | None = None) -> date:
    """Give the last day on which a notice may be sent; the day that it counts from is not counted.

    Weekends and holidays count as other days do: what can be sent on them need not wait.

    :param begins: the day of the last parcel of an order, of the first of those that come
        regularly, or of the contract on a service or on digital content.
    :param was_told: whether the buyer was told of the right before the order.
    :param told_date: the day on which that was made good, if it was.
    """
    ordinary = begins + timedelta(days=settings.WITHDRAWAL_DAYS)
    if was_told:
        return ordinary
    longest = months_later(ordinary, MONTHS_MORE)
    if told_date is None:
        return longest
    made_good = told_date + timedelta(days=settings.WITHDRAWAL_DAYS)
    return min(max(ordinary, made_good), longest)


def term_of(order: Order, *, has_goods: bool) -> Term:
    """Give the term of an order; of goods it runs from the day on which the last of them came.

    What nobody has noted as delivered has not begun to run out. Of the right the buyer was told
    when the confirmation with its instructions left, not when it was written.
    """
    begins = _begins(order, has_goods=has_goods)
    if begins is None:
        return Term(None)
    told = timezone.localdate(order.informed_at) if order.informed_at else None
    was_told = told is not None and told <= begins
    ends = last_day(begins, was_told=was_told, told_date=told)
    return Term(ends, is_longer=ends > last_day(begins))


def _begins(order: Order, *, has_goods: bool) -> date | None:
    if not has_goods:
        return timezone.localdate(order.placed_at)
    if order.status != Status.DELIVERED or order.delivered_at is None:
        return None
    return timezone.localdate(order.delivered_at)


def months_later(day: date, months: int) -> date:
    """Give the same day of a later month, or its last day where that month is shorter."""
    past = day.month - 1 + months
    year, month = day.year + past // MONTHS_IN_A_YEAR, past % MONTHS_IN_A_YEAR + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
