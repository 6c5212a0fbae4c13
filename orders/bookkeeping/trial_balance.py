"""What stands on each account, month by month; and the books as a table for the accountant."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q, Sum

from orders.books.models import LedgerAccount, Posting
from orders.importing.export import Line
from orders.money import ZERO
from privacy.intake.cells import guarded

LAST_MONTH = 12
MOST_POSTINGS = 500


@dataclass(frozen=True, slots=True)
class Row:
    """An account in a month."""

    account: LedgerAccount
    before: Decimal
    debit: Decimal
    credit: Decimal

    @property
    def after(self) -> Decimal:
        """Give what stands on it at the end of the month."""
        return self.before + self.debit - self.credit


@dataclass(frozen=True, slots=True)
class TrialBalance:
    """All accounts in a month."""

    month: date
    rows: list[Row]

    @property
    def total(self) -> tuple[Decimal, Decimal, Decimal, Decimal]:
        """Sum the columns: what was there and what is there sum to nothing."""
        return (
            sum((row.before for row in self.rows), start=ZERO),
            sum((row.debit for row in self.rows), start=ZERO),
            sum((row.credit for row in self.rows), start=ZERO),
            sum((row.after for row in self.rows), start=ZERO),
        )

    @property
    def balances(self) -> bool:
        before, debit, credit, after = self.total
        return debit == credit and not before and not after


def trial_balance(month: date) -> TrialBalance:
    """Sum every account up to a month and in it, in one question."""
    end = next_month(month)
    inside = Q(entry__date__gte=month, entry__date__lt=end)
    sums = {
        row["account"]: row
        for row in Posting.objects.order_by()
        .filter(entry__date__lt=end)
        .values("account")
        .annotate(
            before=Sum("amount", filter=Q(entry__date__lt=month)),
            debit=Sum("amount", filter=inside & Q(amount__gt=0)),
            credit=Sum("amount", filter=inside & Q(amount__lt=0)),
        )
    }
    rows = [
        Row(
            account,
            before=sums[account]["before"] or ZERO,
            debit=sums[account]["debit"] or ZERO,
            credit=-(sums[account]["credit"] or ZERO),
        )
        for account in LedgerAccount
        if account in sums
    ]
    return TrialBalance(month, rows)


def next_month(month: date) -> date:
    """Give the first day of the month after."""
    is_last = month.month == LAST_MONTH
    return date(month.year + is_last, 1 if is_last else month.month + 1, 1)


def previous_month(month: date) -> date:
    """Give the first day of the month before."""
    return (month - timedelta(days=1)).replace(day=1)


def entries_as_csv(month: date, header: list[str]) -> Iterator[str]:
    """Write every posting of a month as a line; no cell can be a formula."""
    writer = csv.writer(Line(), delimiter=";", lineterminator="\r\n")
    yield writer.writerow([guarded(each) for each in header])
    postings = (
        Posting.objects.filter(entry__date__gte=month, entry__date__lt=next_month(month))
        .select_related("entry__order")
        .order_by("entry__number", "pk")
    )
    for posting in postings.iterator(chunk_size=MOST_POSTINGS):
        entry = posting.entry
        yield writer.writerow(
            [
                entry.date.isoformat(),
                entry.number,
                entry.get_kind_display(),
                entry.order.number if entry.order else "",
                posting.get_account_display(),
                _money(posting.amount) if posting.amount > 0 else "",
                _money(-posting.amount) if posting.amount < 0 else "",
                "" if posting.vat_rate is None else _money(posting.vat_rate),
                entry.source,
            ]
        )


def _money(amount: Decimal) -> str:
    """Write an amount as Finnish spreadsheets read it."""
    return str(amount).replace(".", ",")
