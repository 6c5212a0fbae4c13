"""What was asked for a variant and when, and the lowest price before its reduction.

Consumer Protection Act 38/1978, chapter 2, section 11: whoever announces a reduction tells the
lowest price at which the goods were offered in the thirty days before the reduction began. The
window ends where the reduction begins, not today, and the price that was already asked when the
window opened belongs to it. The reduction itself is counted from that price (C-330/23).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import ROUND_DOWN, Decimal

WINDOW = timedelta(days=30)
_BEFORE_ALL = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class PriceRow:
    """What was decided of a variant's price at a moment, and holds until the next decision."""

    at: datetime
    price: Decimal
    reduced_price: Decimal | None = None
    reduced_from: datetime | None = None
    reduced_until: datetime | None = None

    def is_reduced(self, at: datetime) -> bool:
        """Tell whether the reduced price is the one asked at a moment."""
        if self.reduced_price is None or self.reduced_from is None or at < self.reduced_from:
            return False
        return self.reduced_until is None or at < self.reduced_until

    def asked(self, at: datetime) -> Decimal:
        """Give the price asked at a moment while this decision holds."""
        if self.reduced_price is not None and self.is_reduced(at):
            return self.reduced_price
        return self.price


@dataclass(frozen=True, slots=True)
class Window:
    """A price that a campaign asks of a variant for a time; the last moment is no part of it."""

    price: Decimal
    since: datetime
    until: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Tell whether the campaign runs at a moment."""
        return self.since <= at and (self.until is None or at < self.until)


@dataclass(frozen=True, slots=True)
class Span:
    """A price that was asked without a break from a moment on."""

    since: datetime
    asked: Decimal
    is_reduced: bool


@dataclass(frozen=True, slots=True)
class Reduction:
    """A reduction as it may be announced."""

    before: Decimal
    lowest_in_window: Decimal
    per_cent: int


def spans(
    rows: Iterable[PriceRow], *, until: datetime, windows: Iterable[Window] = ()
) -> list[Span]:
    """List what was asked up to a moment, each price once for as long as it lasted.

    What was asked before the first row is what that row says of the time before it: a variant
    that comes into the shop already reduced says what it cost until then. Of all that is asked at
    once, by the variant's own reduction and by campaigns, the lowest is what the buyer pays.
    """
    decisions = sorted(rows, key=lambda row: row.at)
    known = list(windows)
    listed: list[Span] = []
    for since in _turns(decisions, known, until) if decisions else ():
        row = _in_force(decisions, since)
        asked = lowest_of(row, known, since)
        span = Span(since, asked, asked < row.price)
        if not listed or (listed[-1].asked, listed[-1].is_reduced) != (span.asked, span.is_reduced):
            listed.append(span)
    return listed


def lowest_of(row: PriceRow, windows: Iterable[Window], at: datetime) -> Decimal:
    """Give the lowest of all prices that are asked at a moment; they never add up."""
    return min([row.asked(at), *(window.price for window in windows if window.holds(at))])


def lowest_before_reduction(
    rows: Iterable[PriceRow], *, at: datetime, windows: Iterable[Window] = ()
) -> Decimal | None:
    """Find the lowest price of the thirty days before the reduction that holds at a moment.

    None when nothing is reduced, or nothing is known of the time before. A reduction that is made
    deeper begins anew: the law would let the first price stand, but asks no one to use that.
    """
    listed = spans(rows, until=at, windows=windows)
    if len(listed) < 2 or not listed[-1].is_reduced:  # noqa: PLR2004
        return None
    opens = max(listed[-1].since, _BEFORE_ALL + WINDOW) - WINDOW
    ends = [span.since for span in listed[1:]]
    return min(span.asked for span, end in zip(listed, ends, strict=False) if end > opens)


def announced(
    rows: Iterable[PriceRow], *, at: datetime, windows: Iterable[Window] = ()
) -> Reduction | None:
    """Tell how the reduction that holds at a moment may be announced; None if it may not be.

    A price that is no lower than it was within the window is no reduction to a buyer.
    """
    listed, known = sorted(rows, key=lambda row: row.at), list(windows)
    lowest = lowest_before_reduction(listed, at=at, windows=known)
    if lowest is None:
        return None
    now = _in_force(listed, at)
    asked, before = lowest_of(now, known, at), min(now.price, lowest)
    if asked >= before:
        return None
    per_cent = ((before - asked) * 100 / before).to_integral_value(ROUND_DOWN)
    return Reduction(before=before, lowest_in_window=lowest, per_cent=int(per_cent))


def _in_force(rows: Sequence[PriceRow], at: datetime) -> PriceRow:
    """Give the decision that holds at a moment; the first one holds before itself too."""
    return next((row for row in reversed(rows) if row.at <= at), rows[0])


def _turns(rows: Sequence[PriceRow], windows: Sequence[Window], until: datetime) -> list[datetime]:
    """List every moment up to another at which a price may begin; the first is before all."""
    moments = {row.at for row in rows[1:]}
    moments |= {each for row in rows for each in (row.reduced_from, row.reduced_until) if each}
    moments |= {each for window in windows for each in (window.since, window.until) if each}
    return [_BEFORE_ALL, *sorted(moment for moment in moments if moment <= until)]
