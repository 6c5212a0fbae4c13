"""Write into the ledger, and read what it says."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from orders.books.models import Entry, LedgerAccount, Posting
from orders.books.series import ENTRIES, next_number
from orders.money import ZERO, to_cents
from orders.sales.models import Order
from orders.taxation.treatments import Treatment
from orders.vat import VatRow


class Unbalanced(ValueError):
    """The amounts do not sum to nothing."""


class PostedAlready(Exception):
    """What stands behind the entry has been posted before."""


@dataclass(frozen=True, slots=True)
class Amount:
    """What is to be posted on an account; debits are positive."""

    account: LedgerAccount
    amount: Decimal
    vat_rate: Decimal | None = None
    vat_country: str = ""
    treatment: str = ""
    sold_to: str = ""


@transaction.atomic
def post(
    *,
    kind: Entry.Kind,
    source: UUID,
    amounts: Iterable[Amount],
    at: datetime,
    order: Order | None = None,
    on: date | None = None,
) -> Entry:
    """Write one entry with its postings; amounts of nothing are left out.

    :param source: the invoice, payment or refund behind it.
    :param on: the date in the books; without it the day of the moment, in Helsinki.
    :raises Unbalanced: when the amounts do not sum to nothing.
    :raises PostedAlready: when the same has been posted before.
    """
    wanted = [each for each in amounts if to_cents(each.amount)]
    if not wanted or sum((each.amount for each in wanted), start=ZERO):
        raise Unbalanced(f"{kind} {source}")
    try:
        with transaction.atomic():
            entry = Entry.objects.create(
                number=next_number(ENTRIES),
                kind=kind,
                order=order,
                source=source,
                at=at,
                date=on or timezone.localdate(at),
            )
    except IntegrityError:
        raise PostedAlready(f"{kind} {source}") from None
    Posting.objects.bulk_create(
        Posting(
            entry=entry,
            account=each.account,
            amount=each.amount,
            vat_rate=each.vat_rate,
            vat_country=each.vat_country,
            treatment=each.treatment,
            sold_to=each.sold_to,
        )
        for each in wanted
    )
    return entry


def sale(rows: Iterable[VatRow]) -> list[Amount]:
    """Give what an invoice posts: the buyer owes the gross, the shop has sold and owes the VAT.

    A credit note gives its rows with negative amounts. VAT of a distance sale is owed to the
    country where it ends.
    """
    listed = list(rows)
    gross = sum((row.gross for row in listed), start=ZERO)
    return [
        Amount(LedgerAccount.RECEIVABLE, gross),
        *(_of(LedgerAccount.SALES, -row.net, row) for row in listed),
        *(
            _of(LedgerAccount.VAT_ABROAD, -row.vat, row, vat_country=row.country)
            if row.treatment == Treatment.DISTANCE
            else _of(LedgerAccount.VAT, -row.vat, row)
            for row in listed
        ),
    ]


def _of(account: LedgerAccount, amount: Decimal, row: VatRow, *, vat_country: str = "") -> Amount:
    return Amount(account, amount, row.rate, vat_country, row.treatment, row.country)


def moved(amount: Decimal, *, to: LedgerAccount, out_of: LedgerAccount) -> list[Amount]:
    """Give what a payment, a refund or a match posts: an amount from one account to another."""
    return [Amount(to, amount), Amount(out_of, -amount)]


def outstanding(order: Order) -> Decimal:
    """Tell what the buyer of an order still owes; negative when too much was paid."""
    return Posting.objects.of(order.pk).on(LedgerAccount.RECEIVABLE).balance()


def owed_back(order: Order) -> Decimal:
    """Tell what the shop owes the buyer of an order."""
    return -Posting.objects.of(order.pk).on(LedgerAccount.OWED).balance()
