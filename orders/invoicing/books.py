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

from django.db.models import F, OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils.translation import gettext as _

from orders.books.models import OF_A_RATE, Entry, LedgerAccount, Posting
from orders.invoicing.models import Invoice, InvoiceVat
from orders.money import ZERO
from orders.taxation.areas import HOME
from orders.taxation.treatments import Treatment

Key = tuple[str, str, Decimal]
"""How it was taxed, to which country, at which rate."""
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
    """What was sold, by how and where it is taxed: by the vouchers and by the books."""

    treatment: str
    country: str
    rate: Decimal
    net: Decimal
    vat: Decimal
    books_net: Decimal
    books_vat: Decimal

    @property
    def treatment_name(self) -> str:
        return str(Treatment(self.treatment).label)

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
    """Sum a month's vouchers beside what the books say of the same days, Finnish VAT first."""
    by = ("treatment", "country", "rate")
    vouchers = {
        tuple(row[column] for column in by): (row["sum_net"], row["sum_vat"])
        for row in _rows(month)
        .order_by()
        .values(*by)
        .annotate(sum_net=Sum("net"), sum_vat=Sum("vat"))
    }
    books = _in_the_books(month)
    nothing = (ZERO, ZERO)
    return [
        RateSum(
            treatment,
            country,
            rate,
            *vouchers.get((treatment, country, rate), nothing),
            *books.get((treatment, country, rate), nothing),
        )
        for treatment, country, rate in sorted({*vouchers, *books}, key=_in_order)
    ]


def _in_order(key: Key) -> tuple[int, str, Decimal]:
    treatment, country, rate = key
    return Treatment.values.index(treatment), country, -rate


def _in_the_books(month: Month) -> dict[Key, tuple[Decimal, Decimal]]:
    """Sum the postings by how they say it was taxed; the VAT stands where it is owed.

    Postings from before they said so are taxed as their voucher is.
    """
    voucher = Invoice.objects.filter(pk=OuterRef("entry__source"))
    sold = Posting.objects.filter(
        account__in=OF_A_RATE,
        entry__kind__in=SOLD,
        entry__date__gte=month.first,
        entry__date__lt=month.after,
    )
    told = sold.annotate(
        taxed=Coalesce(
            NullIf(F("treatment"), Value("")),
            Subquery(voucher.values("treatment")),
            Value(Treatment.DOMESTIC.value),
        ),
        country=Coalesce(
            NullIf(F("sold_to"), Value("")),
            Subquery(voucher.values("destination_country")),
            Value(HOME),
        ),
    )
    by = ("taxed", "country", "vat_rate", "account", "vat_country")
    sums: dict[Key, dict[str, Decimal]] = {}
    for row in told.order_by().values(*by).annotate(sum=Sum("amount")):
        country = row["vat_country"] or row["country"]
        key = (row["taxed"], country, row["vat_rate"] or ZERO)
        sums.setdefault(key, {})[row["account"]] = -row["sum"]
    return {
        key: (found.get(LedgerAccount.SALES, ZERO), found.get(_owed_on(key[0]), ZERO))
        for key, found in sums.items()
    }


def _owed_on(treatment: str) -> LedgerAccount:
    abroad = treatment == Treatment.DISTANCE
    return LedgerAccount.VAT_ABROAD if abroad else LedgerAccount.VAT


def _rows(month: Month) -> "QuerySet[InvoiceVat]":
    within = InvoiceVat.objects.filter(
        invoice__date__gte=month.first, invoice__date__lt=month.after
    )
    whole = within.select_related("invoice", "invoice__corrects")
    return whole.order_by("invoice__number", "-rate", "treatment", "country")


def vat_csv(month: Month) -> str:
    """Write the VAT summary; a difference to the books stands in its own column."""
    sums = vat_summary(month)
    rows = [
        (
            each.treatment_name,
            each.country,
            comma(each.rate),
            *map(comma, _amounts(each)),
            "" if each.agrees else _("DIFFERS"),
        )
        for each in sums
    ]
    total = [sum(column, start=ZERO) for column in zip(*map(_amounts, sums), strict=True)]
    if sums:
        rows.append((_("Total"), "", "", *map(comma, total), ""))
    return written(
        [
            _("VAT treatment"),
            _("Country"),
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
            row.country,
            row.get_treatment_display(),
            comma(row.rate),
            comma(row.net),
            comma(row.vat),
            comma(row.gross),
        )
        for row in _rows(month).iterator(chunk_size=1000)
    )
    return written(
        [
            _("Number"),
            _("Kind"),
            _("Corrects invoice"),
            _("Date"),
            _("Delivered or paid in advance"),
            _("Due date"),
            _("Country"),
            _("VAT treatment"),
            _("Rate"),
            _("Without VAT"),
            _("VAT"),
            _("With VAT"),
        ],
        rows,
    )


def comma(number: Decimal) -> str:
    """Write a number for a Finnish spreadsheet."""
    return f"{number}".replace(".", ",")


def written(head: list[str], rows: Iterable[tuple[str, ...]]) -> str:
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
