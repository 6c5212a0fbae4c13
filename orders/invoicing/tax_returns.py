"""What the tax office is told of sales across borders: the OSS return and the recapitulative one.

The OSS return is of a quarter and names nobody. The recapitulative statement (yhteenvetoilmoitus)
is of a month and names the VAT IDs of companies, as the law wants it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Self

from django.db.models import Exists, OuterRef, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from orders.books.models import LedgerAccount, Posting
from orders.catalogue.models import Product
from orders.invoicing.books import SOLD, Month, comma, written
from orders.invoicing.models import Invoice, InvoiceLine, InvoiceVat
from orders.money import ZERO
from orders.taxation.treatments import WITH_EVIDENCE, Treatment
from orders.taxation.vat_ids import country_of


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """Three months of the calendar."""

    first: date

    @classmethod
    def of(cls, day: date) -> Self:
        """Give the quarter of a day."""
        return cls(date(day.year, day.month - (day.month - 1) % 3, 1))

    @property
    def after(self) -> date:
        """Give the first day that is not in it."""
        years, month = divmod(self.first.month + 2, 12)
        return date(self.first.year + years, month + 1, 1)

    def __str__(self) -> str:
        return f"{self.first.year}-Q{self.first.month // 3 + 1}"


@dataclass(frozen=True, slots=True)
class OssRow:
    """What was sold to a country at a rate in a quarter, or what corrects an earlier one."""

    country: str
    is_service: bool
    rate: Decimal
    corrects: Quarter | None
    net: Decimal
    vat: Decimal


def oss_rows(quarter: Quarter) -> list[OssRow]:
    """Sum a quarter's sales that bear the VAT of their destination.

    A credit note of the same quarter lessens its sales; one of an earlier quarter's sale is a
    correction of that quarter, which the return names apart.
    """
    sums: dict[tuple[str, bool, Decimal, Quarter | None], list[Decimal]] = {}
    for row in _sold_abroad(quarter):
        was = row["invoice__corrects__date"]
        corrects = Quarter.of(was) if was is not None and was < quarter.first else None
        is_service = row["kind"] != Product.Kind.GOODS
        key = (row["country"], is_service, row["vat_rate"], corrects)
        found = sums.setdefault(key, [ZERO, ZERO])
        found[0] += row["sum_net"]
        found[1] += row["sum_vat"]
    rows = [OssRow(*key, *amounts) for key, amounts in sums.items()]
    return sorted(
        rows,
        key=lambda row: (str(row.corrects or ""), row.country, row.is_service, -row.rate),
    )


def _sold_abroad(quarter: Quarter) -> "QuerySet[Any, Any]":
    lines = InvoiceLine.objects.filter(
        treatment=Treatment.DISTANCE,
        invoice__date__gte=quarter.first,
        invoice__date__lt=quarter.after,
    )
    by = ("country", "kind", "vat_rate", "invoice__corrects__date")
    kinds = lines.annotate(kind=Coalesce("order_line__kind", Value(Product.Kind.GOODS.value)))
    sums: QuerySet[Any, Any] = (
        kinds.order_by().values(*by).annotate(sum_net=Sum("net"), sum_vat=Sum("vat"))
    )
    return sums


def oss_in_the_books(quarter: Quarter) -> Decimal:
    """Sum what the books say is owed to other countries for the quarter."""
    owed = Posting.objects.on(LedgerAccount.VAT_ABROAD).filter(
        entry__kind__in=SOLD,
        entry__date__gte=quarter.first,
        entry__date__lt=quarter.after,
    )
    return -owed.balance()


def oss_csv(quarter: Quarter) -> str:
    """Write the OSS return of a quarter; below it stands what the books say."""
    rows = oss_rows(quarter)
    total = sum((row.vat for row in rows), start=ZERO)
    books = oss_in_the_books(quarter)
    lines = [
        (
            row.country,
            pgettext("OSS return", "Services")
            if row.is_service
            else pgettext("OSS return", "Goods"),
            comma(row.rate),
            comma(row.net),
            comma(row.vat),
            str(row.corrects or ""),
        )
        for row in rows
    ]
    lines.append(
        (_("Total"), "", "", comma(sum((row.net for row in rows), ZERO)), comma(total), "")
    )
    differs = "" if books == total else _("DIFFERS")
    lines.append((_("VAT in the books"), "", "", "", comma(books), differs))
    return written(
        [_("Country"), _("Kind"), _("Rate"), _("Without VAT"), _("VAT"), _("Corrects the quarter")],
        lines,
    )


@dataclass(frozen=True, slots=True)
class RecapitulativeRow:
    """What a company in another member state has bought in a month without VAT."""

    vat_id: str
    goods: Decimal
    services: Decimal


def recapitulated(month: Month) -> "QuerySet[Invoice]":
    """Give the invoices and credit notes that a month's statement tells of."""
    told = InvoiceVat.objects.filter(invoice=OuterRef("pk"), treatment__in=WITH_EVIDENCE)
    within = Invoice.objects.filter(date__gte=month.first, date__lt=month.after)
    return within.filter(Exists(told)).prefetch_related("vat_rows")


def recapitulative_rows(invoices: Iterable[Invoice]) -> list[RecapitulativeRow]:
    """Sum intra-Community supplies and services under reverse charge by the buyer's VAT ID."""
    sums: dict[str, dict[str, Decimal]] = {}
    for invoice in invoices:
        found = sums.setdefault(invoice.buyer_vat_id, {})
        for row in invoice.vat_rows.all():
            found[row.treatment] = found.get(row.treatment, ZERO) + row.net
    return [
        RecapitulativeRow(
            vat_id, found.get(Treatment.INTRA, ZERO), found.get(Treatment.REVERSE, ZERO)
        )
        for vat_id, found in sorted(sums.items())
    ]


def recapitulative_csv(invoices: Iterable[Invoice]) -> str:
    """Write the lines of a month's recapitulative statement."""
    rows = recapitulative_rows(invoices)
    return written(
        [
            _("Country"),
            _("VAT ID"),
            pgettext("OSS return", "Goods"),
            pgettext("OSS return", "Services"),
        ],
        (
            (country_of(row.vat_id), row.vat_id, comma(row.goods), comma(row.services))
            for row in rows
        ),
    )
