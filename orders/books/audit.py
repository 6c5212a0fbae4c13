"""Whether the books balance: asked each night, and by anybody who may look at them."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, Max, Q, Sum

from orders.books.models import BooksAudit, Entry, LedgerAccount, Posting, Series
from orders.books.series import ENTRIES
from orders.money import ZERO


@dataclass(frozen=True, slots=True)
class AccountSum:
    """What stands on one account."""

    account: LedgerAccount
    debit: Decimal
    credit: Decimal

    @property
    def balance(self) -> Decimal:
        """Give debits less credits."""
        return self.debit - self.credit


def account_sums() -> list[AccountSum]:
    """Sum every account that something stands on, in the order of the chart."""
    sums = {
        row["account"]: row
        for row in Posting.objects.values("account").annotate(
            debit=Sum("amount", filter=Q(amount__gt=0)),
            credit=Sum("amount", filter=Q(amount__lt=0)),
        )
    }
    return [
        AccountSum(
            account,
            debit=sums[account]["debit"] or ZERO,
            credit=-(sums[account]["credit"] or ZERO),
        )
        for account in LedgerAccount
        if account in sums
    ]


def audit(*, at: datetime, more: Iterable[str] = ()) -> BooksAudit:
    """Look at the books and write down what was found.

    :param more: what other parts of the shop found that does not agree with the books.
    """
    sums = account_sums()
    return BooksAudit.objects.create(
        at=at,
        debit=sum((each.debit for each in sums), start=ZERO),
        credit=sum((each.credit for each in sums), start=ZERO),
        findings=[*findings(), *more],
    )


def findings() -> Iterator[str]:
    """Name entries that do not balance, and numbers that are missing."""
    crooked = (
        Entry.objects.annotate(rest=Sum("postings__amount"), rows=Count("postings"))
        .exclude(rest=0, rows__gte=2)
        .order_by("number")
    )
    for number, rest in crooked.values_list("number", "rest"):
        yield f"entry {number}: sum {rest}"
    known = Entry.objects.aggregate(last=Max("number"), count=Count("pk"))
    last = Series.objects.filter(name=ENTRIES).values_list("last", flat=True).first() or 0
    if (known["last"] or 0, known["count"]) != (last, last):
        yield f"entries: {known['count']} up to {known['last']}, numbers given {last}"
