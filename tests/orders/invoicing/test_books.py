"""What the accountant takes out is what the books say, names nobody, and shows a difference."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from customers.models import Account
from orders.books.models import Entry, LedgerAccount
from orders.books.operations import Amount, post
from orders.invoicing import books
from orders.invoicing.books import Month, NotAMonth, sales_csv, vat_csv, vat_summary
from orders.invoicing.lines import NothingToCredit
from orders.invoicing.models import Invoice
from orders.invoicing.operations import credit, credit_all, issue
from tests.conftest import NOON
from tests.doors import let_in
from tests.factories import StaffFactory
from tests.orders.money_matters import TODAY, invoiced, three_rates

NOVEMBER = Month(date(2026, 11, 1))


def read(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text.lstrip("\ufeff")), delimiter=";"))


def off_the_books() -> None:
    """Let something be posted as a sale that no voucher stands behind."""
    amounts = [
        Amount(LedgerAccount.RECEIVABLE, Decimal("1.00")),
        Amount(LedgerAccount.SALES, Decimal("-1.00"), Decimal("25.5")),
    ]
    source = Invoice.objects.get(number=1).order.pk
    post(kind=Entry.Kind.INVOICE, source=source, amounts=amounts, at=NOON)


@pytest.mark.django_db
def test_a_month_sums_its_vouchers_by_rate_and_agrees_with_the_books() -> None:
    credit_all(invoice=invoiced(), reason=Invoice.Reason.DEFECT, at=NOON)
    invoiced()
    issue(order=three_rates(), tax_point=TODAY, at=NOON + timedelta(days=10))

    sums = vat_summary(NOVEMBER)
    assert [(each.rate, each.net, each.vat) for each in sums] == [
        (Decimal("25.5"), Decimal("81.42"), Decimal("20.76")),
        (Decimal("13.5"), Decimal("67.93"), Decimal("9.17")),
        (Decimal("10.0"), Decimal("9.20"), Decimal("0.92")),
    ]
    assert all(each.agrees for each in sums)


@pytest.mark.django_db
def test_a_difference_to_the_books_is_shown_and_not_hidden(tmp_path: Path) -> None:
    invoiced()
    off_the_books()
    with translation.override("en"):
        rows = read(vat_csv(NOVEMBER))

    assert rows[1][:2] == ["Finnish VAT", "FI"]
    assert rows[1][2:] == ["25,5", "81,42", "20,76", "102,18", "82,42", "20,76", "1,00", "DIFFERS"]
    assert rows[2][-2:] == ["0,00", ""]
    assert rows[-1][:6] == ["Total", "", "", "158,55", "30,85", "189,40"]
    with pytest.raises(CommandError, match=r"25\.5 %: 1\.00 €"):
        call_command("export_books", "2026-11", "--to", str(tmp_path))


@pytest.mark.django_db
def test_the_sales_ledger_has_a_row_for_each_voucher_and_rate_and_names_nobody() -> None:
    invoice = invoiced(company_name="=HYPERLINK(1)", business_id="2077474-0")
    credit_all(invoice=invoice, reason=Invoice.Reason.DEFECT, at=NOON)
    with translation.override("fi"):
        text = sales_csv(NOVEMBER)
    rows = read(text)

    assert rows[1] == [
        *("1", "Lasku", "", "2026-11-23", "2026-11-23", "2026-12-07", "FI"),
        "Suomen arvonlisävero",
        *("25,5", "81,42", "20,76", "102,18"),
    ]
    assert rows[4][:3] == ["2", "Hyvityslasku", "1"]
    assert rows[4][-1] == "-102,18"
    assert len(rows) == 7
    for personal in ("Virtanen", "HYPERLINK", "anna@", "Mannerheimintie", invoice.reference):
        assert personal not in text


def test_no_cell_is_reckoned_by_a_spreadsheet() -> None:
    assert books._harmless("=1+1") == "'=1+1"
    assert books._harmless("@sum") == "'@sum"
    assert books._harmless("-12,50") == "-12,50"
    assert books._harmless("-cmd|x") == "'-cmd|x"


def test_months_have_their_days() -> None:
    assert Month.of("2026-12").after == date(2027, 1, 1)
    assert str(Month.of("2028-02")) == "2028-02"
    for text in ("2026-13", "2026", "x", "2026-11-01"):
        with pytest.raises(NotAMonth):
            Month.of(text)


@pytest.mark.django_db
def test_the_command_writes_all_files(tmp_path: Path) -> None:
    invoiced()
    call_command("export_books", "2026-11", "--to", str(tmp_path))
    names = sorted(file.name for file in tmp_path.iterdir() if file.suffix == ".csv")
    assert names == [
        "oss-2026-Q4.csv",
        "recapitulative-2026-11.csv",
        "sales-2026-11.csv",
        "vat-2026-11.csv",
    ]
    assert (tmp_path / "vat-2026-11.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with pytest.raises(CommandError):
        call_command("export_books", "marraskuu")


@pytest.mark.django_db
def test_the_accountant_takes_them_out_and_the_order_desk_does_not(bertil: Account) -> None:
    call_command("staff_groups")
    invoiced()
    accountant = let_in(Client(), StaffFactory.create(role="accountant", is_superuser=False))
    desk = let_in(Client(), StaffFactory.create(role="orders", is_superuser=False))
    page = "/admin/orders/invoice/books/"

    assert "102,18" in accountant.get(page, {"month": "2026-11"}).content.decode()
    for name in ("vat.csv", "sales.csv"):
        answer = accountant.get(f"{page}{name}", {"month": "2026-11"})
        assert answer["Content-Type"] == "text/csv; charset=utf-8"
        assert "102,18" in answer.content.decode()
        assert desk.get(f"{page}{name}").status_code == 403
    for name in ("oss.csv", "recapitulative.csv"):
        assert accountant.get(f"{page}{name}", {"month": "2026-11"}).status_code == 200
        assert desk.get(f"{page}{name}").status_code == 403
    assert desk.get(page).status_code == 403
    assert accountant.get(page, {"month": "x"}).status_code == 404
    assert accountant.get("/admin/orders/order/").status_code == 403


class AnySales(TestCase):
    @settings(deadline=None, max_examples=10)
    @given(st.lists(st.sampled_from(["sell", "LAMPPU", "KIRJA", "LEHTI"]), max_size=8))
    def test_whatever_is_sold_and_credited_the_month_agrees_with_the_books(
        self, steps: list[str]
    ) -> None:
        invoice = invoiced()
        for step in steps:
            if step == "sell":
                invoice = invoiced()
                continue
            line = invoice.lines.get(sku=step)
            try:
                credit(
                    invoice=invoice,
                    quantities={line.pk: 1},
                    reason=Invoice.Reason.MISTAKE,
                    at=NOON,
                )
            except NothingToCredit:
                continue
        sums = vat_summary(NOVEMBER)
        assert all(each.agrees for each in sums)
        total = sum(each.total for each in Invoice.objects.all())
        assert sum(each.gross for each in sums) == total
