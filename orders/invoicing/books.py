"""A month for the accountant: VAT by rate and the sales ledger, set against the books.

Nobody is named: a row knows the number of its voucher, and the voucher knows its buyer.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Self

from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from orders.books.models import Entry, LedgerAccount, Posting
from orders.invoicing.models import InvoiceVat
from orders.money import ZERO

SOLD = (Entry.Kind.INVOICE, Entry.Kind.CREDIT_NOTE)


class NotAMonth(ValueError):
    """The text is no month, such as 2026-11."""


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the calendar."""

    first: date

    @classmethod
    def of(cls, text: str) -> Self:
        """Read a month.

        :raises NotAMonth: when the text is none.
        """
        try:
            return cls(date.fromisoformat(f"{text}-01"))
        except ValueError as error:
            raise NotAMonth(text) from error

    @property
    def after(self) -> date:
        """Give the first day that is not in it."""
        return (self.first + timedelta(days=32)).replace(day=1)

    def __str__(self) -> str:
        return f"{self.first:%Y-%m}"


@dataclass(frozen=True, slots=True)
class RateSum:
    """What was sold at a rate, by the vouchers and by the books."""

    rate: Decimal
    net: Decimal
    vat: Decimal
    books_net: Decimal
    books_vat: Decimal

    @property
    def gross(self) -> Decimal:
        return self.net + self.vat

    @property
    def difference(self) -> Decimal:
        """Tell by how much the books say more than the vouchers; it should be nothing."""
        return self.books_net + self.books_vat - self.gross

    @property
    def agrees(self) -> bool:
        return (self.net, self.vat) == (self.books_net, self.books_vat)


def vat_summary(month: Month) -> list[RateSum]:
    """Sum a month's vouchers by rate beside what the books say of the same days."""
    vouchers = {
        row["rate"]: (row["sum_net"], row["sum_vat"])
        for row in _rows(month)
        .order_by()
        .values("rate")
        .annotate(sum_net=Sum("net"), sum_vat=Sum("vat"))
    }
    books = _in_the_books(month)
    nothing = (ZERO, ZERO)
    return [
        RateSum(rate, *vouchers.get(rate, nothing), *books.get(rate, nothing))
        for rate in sorted({*vouchers, *books}, reverse=True)
    ]


def _in_the_books(month: Month) -> dict[Decimal, tuple[Decimal, Decimal]]:
    sold = Posting.objects.filter(
        account__in=(LedgerAccount.SALES, LedgerAccount.VAT),
        entry__kind__in=SOLD,
        entry__date__gte=month.first,
        entry__date__lt=month.after,
    )
    sums: dict[Decimal, dict[str, Decimal]] = {}
    for row in sold.order_by().values("vat_rate", "account").annotate(sum=Sum("amount")):
        sums.setdefault(row["vat_rate"] or ZERO, {})[row["account"]] = -row["sum"]
    return {
        rate: (found.get(LedgerAccount.SALES, ZERO), found.get(LedgerAccount.VAT, ZERO))
        for rate, found in sums.items()
    }


def _rows(month: Month) -> "QuerySet[InvoiceVat]":
    within = InvoiceVat.objects.filter(
        invoice__date__gte=month.first, invoice__date__lt=month.after
    )
    whole = within.select_related("invoice", "invoice__corrects")
    return whole.order_by("invoice__number", "-rate")


def vat_csv(month: Month) -> str:
    """Write the VAT summary; a difference to the books stands in its own column."""
    sums = vat_summary(month)
    rows = [
        (_comma(each.rate), *map(_comma, _amounts(each)), "" if each.agrees else _("DIFFERS"))
        for each in sums
    ]
    total = [sum(column, start=ZERO) for column in zip(*map(_amounts, sums), strict=True)]
    if sums:
        rows.append((_("Total"), *map(_comma, total), ""))
    return _written(
        [
            _("Rate"),
            _("Without VAT"),
            _("VAT"),
            _("With VAT"),
            _("In the books without VAT"),
            _("VAT in the books"),
            _("Difference"),
            _("Note"),
        ],
        rows,
    )


def _amounts(each: RateSum) -> tuple[Decimal, ...]:
    return (
        each.net,
        each.vat,
        each.gross,
        each.books_net,
        each.books_vat,
        each.difference,
    )


def sales_csv(month: Month) -> str:
    """Write the sales ledger: a row for each voucher and rate."""
    rows = (
        (
            str(row.invoice.number),
            row.invoice.get_kind_display(),
            str(row.invoice.corrects.number) if row.invoice.corrects else "",
            row.invoice.date.isoformat(),
            row.invoice.tax_point.isoformat(),
            row.invoice.due_date.isoformat(),
            row.invoice.country,
            _comma(row.rate),
            _comma(row.net),
            _comma(row.vat),
            _comma(row.gross),
        )
        for row in _rows(month).iterator(chunk_size=1000)
    )
    return _written(
        [
            _("Number"),
            _("Kind"),
            _("Corrects invoice"),
            _("Date"),
            _("Delivered or paid in advance"),
            _("Due date"),
            _("Country"),
            _("Rate"),
            _("Without VAT"),
            _("VAT"),
            _("With VAT"),
        ],
        rows,
    )


def _comma(number: Decimal) -> str:
    return f"{number}".replace(".", ",")


def _written(head: list[str], rows: Iterable[tuple[str, ...]]) -> str:
    """Write for a Finnish spreadsheet: semicolons, decimal commas, and no cell that it reckons."""
    page = io.StringIO()
    writer = csv.writer(page, delimiter=";", lineterminator="\r\n")
    writer.writerow([_harmless(cell) for cell in head])
    writer.writerows([_harmless(cell) for cell in row] for row in rows)
    return f"\N{ZERO WIDTH NO-BREAK SPACE}{page.getvalue()}"


def _harmless(cell: str) -> str:
    """Let no cell begin as a formula does; a negative number is a number."""
    is_number = cell.lstrip("-").replace(",", "").isdigit()
    return f"'{cell}" if cell[:1] in tuple("=+-@\t\r") and cell and not is_number else cell
