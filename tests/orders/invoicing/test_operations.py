"""An invoice says to the cent what was sold, once, and is never altered."""

from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from django.db import DatabaseError, OperationalError, connection, transaction
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from orders.books.models import Entry
from orders.books.operations import outstanding
from orders.invoicing.lines import NothingToCredit
from orders.invoicing.models import Invoice, InvoiceLine, InvoiceVat
from orders.invoicing.operations import (
    credit,
    credit_all,
    delivery_left,
    issue,
    pieces_left,
)
from orders.sales.models import Order
from privacy.erase import erase
from privacy.subject import subject_of
from privacy.sweep import sweep
from tests.conftest import NOON
from tests.orders.money_matters import DELIVERY, TODAY, TOTAL, three_rates
from tests.privacy.lives import finish
from tests.races import at_once

MISTAKE = Invoice.Reason.MISTAKE


def line_of(invoice: Invoice, sku: str) -> UUID:
    return invoice.lines.get(sku=sku).pk


def facts(invoice: Invoice) -> tuple[Decimal, Decimal, Decimal]:
    return invoice.total_net, invoice.total_vat, invoice.total


@pytest.mark.django_db
def test_lines_and_rates_sum_to_what_the_buyer_was_shown() -> None:
    order = three_rates()
    invoice = issue(order=order, tax_point=TODAY, at=NOON)

    assert facts(invoice) == (order.total_net, order.total_vat, TOTAL)
    assert [(row.rate, row.net, row.vat, row.gross) for row in invoice.vat_rows.all()] == [
        (row.rate, row.net, row.vat, row.gross) for row in order.vat_rows.all()
    ]
    for row in invoice.vat_rows.all():
        lines = invoice.lines.filter(vat_rate=row.rate)
        assert sum(line.net for line in lines) == row.net
    assert invoice.lines.filter(order_line=None).count() == 3  # delivery, at the goods' rates
    assert (invoice.number, invoice.date, invoice.buyer_name) == (1, TODAY, "Anna Virtanen")
    assert outstanding(order) == TOTAL


@pytest.mark.django_db
def test_an_order_is_invoiced_once_however_often_it_is_asked() -> None:
    order = three_rates()
    first = issue(order=order, tax_point=TODAY, at=NOON)
    assert issue(order=order, tax_point=TODAY, at=NOON) == first
    assert Entry.objects.count() == 1


@pytest.mark.django_db
def test_the_rate_is_that_of_the_tax_point_and_the_price_stays() -> None:
    """Books were taxed at 14 % until the end of 2025 (HE 93/2025)."""
    order = three_rates()
    invoice = issue(order=order, tax_point=date(2025, 12, 31), at=NOON)

    rates = {line.sku: line.vat_rate for line in invoice.lines.exclude(sku="")}
    assert rates == {
        "LAMPPU": Decimal("25.5"),
        "KIRJA": Decimal("14.0"),
        "LEHTI": Decimal("10.0"),
    }
    assert invoice.total == TOTAL
    assert invoice.total_vat > order.total_vat


@pytest.mark.django_db
def test_a_simplified_receipt_names_nobody_but_a_company(settings: Any) -> None:
    settings.SIMPLIFIED_RECEIPTS = True
    receipt = issue(order=three_rates(), tax_point=TODAY, at=NOON)
    business = issue(
        order=three_rates(company_name="Yritys Oy", business_id="2077474-0"),
        tax_point=TODAY,
        at=NOON,
    )
    assert receipt.is_simplified
    assert (receipt.buyer_name, receipt.street, receipt.city) == ("", "", "")
    assert not business.is_simplified
    assert business.business_id == "2077474-0"


@pytest.mark.django_db
def test_parts_credited_one_by_one_sum_to_the_whole() -> None:
    order = three_rates()
    invoice = issue(order=order, tax_point=TODAY, at=NOON)
    books = line_of(invoice, "KIRJA")

    for _each in range(3):
        credit(invoice=invoice, quantities={books: 1}, reason=MISTAKE, at=NOON)
    assert books not in pieces_left(invoice)
    with pytest.raises(NothingToCredit):
        credit(invoice=invoice, quantities={books: 1}, reason=MISTAKE, at=NOON)
    assert outstanding(order) == TOTAL - Decimal("74.70")
    credit(invoice=invoice, quantities={}, delivery=DELIVERY, reason=MISTAKE, at=NOON)
    assert delivery_left(invoice) == 0
    credit_all(invoice=invoice, reason=MISTAKE, at=NOON)

    notes = Invoice.objects.filter(corrects=invoice)
    for column in ("total", "total_net", "total_vat"):
        assert sum(getattr(note, column) for note in notes) == -getattr(invoice, column)
    assert outstanding(order) == 0
    assert sorted(notes.values_list("number", flat=True)) == [2, 3, 4, 5, 6]
    with pytest.raises(NothingToCredit):
        credit_all(invoice=invoice, reason=MISTAKE, at=NOON)


@pytest.mark.django_db
def test_delivery_given_back_cent_by_cent_gives_back_its_vat_as_it_goes() -> None:
    """Rounded for itself, no cent of 25.5 % holds any VAT: it would all be missing till the end."""
    invoice = issue(order=three_rates(), tax_point=TODAY, at=NOON)
    charged = invoice.lines.filter(order_line=None)
    with transaction.atomic():
        for _each in range(40):
            credit(
                invoice=invoice,
                quantities={},
                delivery=Decimal("0.05"),
                reason=MISTAKE,
                at=NOON,
            )
    for line in charged:
        notes = InvoiceLine.objects.filter(
            invoice__corrects=invoice, order_line=None, vat_rate=line.vat_rate
        )
        gross, vat = (-sum(getattr(each, name) for each in notes) for name in ("gross", "vat"))
        assert abs(vat - gross * line.vat / line.gross) < Decimal("0.01")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"number": 7},
        {"total": 1},
        {"date": date(2026, 1, 1)},
        {"seller": {}},
        {"buyer_name": "Celia"},
        {"buyer_name": ""},
        {"pdf": "toinen.pdf"},
    ],
)
def test_the_database_lets_nothing_of_it_be_altered(change: dict[str, Any]) -> None:
    invoice = issue(order=three_rates(), tax_point=TODAY, at=NOON)
    Invoice.objects.filter(pk=invoice.pk).update(pdf="lasku.pdf")
    with pytest.raises(DatabaseError), transaction.atomic():
        Invoice.objects.filter(pk=invoice.pk).update(**change)
    for rows in (Invoice.objects, InvoiceLine.objects, InvoiceVat.objects):
        with pytest.raises(DatabaseError), transaction.atomic():
            rows.all().delete()


@pytest.mark.django_db(transaction=True)
def test_the_database_refuses_one_that_does_not_add_up() -> None:
    order = three_rates()
    with pytest.raises(DatabaseError, match="does not add up"), transaction.atomic():
        Invoice.objects.create(
            kind=Invoice.Kind.INVOICE,
            number=1,
            order=order,
            issued_at=NOON,
            date=TODAY,
            tax_point=TODAY,
            due_date=TODAY,
            reference=order.reference,
            language="fi",
            seller={},
            total=TOTAL,
            total_net=order.total_net,
            total_vat=order.total_vat,
        )
    assert not Invoice.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_credit_notes_at_once_never_exceed_the_invoice() -> None:
    invoice = issue(order=three_rates(), tax_point=TODAY, at=NOON)
    results = at_once([partial(credit_all, invoice=invoice, reason=MISTAKE, at=NOON)] * 5)

    assert sum(isinstance(each, Invoice) for each in results) == 1
    assert sum(isinstance(each, NothingToCredit) for each in results) == 4
    assert Invoice.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_mo_06_numbers_of_invoices_at_once_have_no_gaps() -> None:
    orders = [three_rates() for _each in range(6)]
    at_once([partial(issue, order=order, tax_point=TODAY, at=NOON) for order in orders])
    assert sorted(Invoice.objects.values_list("number", flat=True)) == [1, 2, 3, 4, 5, 6]


@pytest.mark.django_db(transaction=True)
def test_mo_06_who_is_killed_with_a_number_in_hand_leaves_no_gap() -> None:
    """The connection dies as by kill -9, after the number was taken and before the commit."""
    orders = [three_rates() for _each in range(12)]

    def is_killed(order: Order) -> None:
        with transaction.atomic():
            issue(order=order, tax_point=TODAY, at=NOON)
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    ways = [is_killed if place % 3 == 0 else is_issued for place in range(12)]
    told = at_once([partial(way, order) for way, order in zip(ways, orders, strict=True)])
    assert sum(isinstance(each, OperationalError) for each in told) == 4
    assert sorted(Invoice.objects.values_list("number", flat=True)) == list(range(1, 9))
    assert Entry.objects.count() == 8

    for order in orders:
        issue(order=order, tax_point=TODAY, at=NOON)
    assert sorted(Invoice.objects.values_list("number", flat=True)) == list(range(1, 13))
    assert Entry.objects.count() == 12


def is_issued(order: Order) -> None:
    issue(order=order, tax_point=TODAY, at=NOON)


@pytest.mark.django_db
def test_the_buyer_stays_on_it_for_the_term_of_the_law_and_goes_the_day_after() -> None:
    order = three_rates()
    invoice = issue(order=order, tax_point=TODAY, at=NOON)
    finish(order, at=NOON)
    erase(subject_of(emails=["anna@example.fi"]), at=NOON + timedelta(days=30))

    invoice.refresh_from_db()
    order.refresh_from_db()
    assert invoice.buyer_name == "Anna Virtanen"
    assert order.last_name == ""  # the invoice is the voucher now
    term_ends = NOON.replace(year=2032, month=12, day=31)
    sweep(at=term_ends)
    invoice.refresh_from_db()
    assert invoice.city == "Helsinki"
    sweep(at=term_ends + timedelta(days=1))
    invoice.refresh_from_db()
    assert (invoice.buyer_name, invoice.street, invoice.city) == ("", "", "")
    assert invoice.total == TOTAL


class AnyCredits(TestCase):
    @settings(deadline=None, max_examples=20)
    @given(st.lists(st.tuples(st.sampled_from(["LAMPPU", "KIRJA", "LEHTI"]), st.integers(1, 3))))
    def test_whatever_is_credited_in_whatever_parts_nothing_is_left_over(
        self, wanted: list[tuple[str, int]]
    ) -> None:
        order: Order = three_rates()
        invoice = issue(order=order, tax_point=TODAY, at=NOON)
        for sku, pieces in wanted:
            try:
                credit(
                    invoice=invoice,
                    quantities={line_of(invoice, sku): pieces},
                    reason=MISTAKE,
                    at=NOON,
                )
            except NothingToCredit:
                continue
        if pieces_left(invoice) or delivery_left(invoice):
            credit_all(invoice=invoice, reason=MISTAKE, at=NOON)
        sums = Invoice.objects.about(order)
        assert sum(each.total_vat for each in sums) == 0
        assert sum(each.total for each in sums) == 0
        rates = InvoiceVat.objects.filter(invoice__order=order)
        for rate in {row.rate for row in rates}:
            assert sum(row.vat for row in rates if row.rate == rate) == 0
        assert outstanding(order) == 0
