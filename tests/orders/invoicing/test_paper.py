"""An invoice on paper says all that the law asks, in its language, and a scanner can read it."""

import io
import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from pypdf import PdfReader

from orders import vat
from orders.barcode import Payable, bars, decode, epc_qr
from orders.checkout.steps import mark_paid, pay_by_hand
from orders.invoicing.document import document_of, owed_at_issue
from orders.invoicing.models import Invoice
from orders.invoicing.operations import credit_all, issue
from orders.invoicing.paper import invoice_pdf
from orders.sales.models import Order, OrderLine, OrderVat
from tests.conftest import NOON
from tests.orders.buying import BANK
from tests.orders.invoicing.reading import picture_of, scanned
from tests.orders.money_matters import TODAY, TOTAL, invoiced, three_rates
from tests.privacy.lives import order_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def seller(settings: Any) -> None:
    settings.BANK_ACCOUNT = BANK
    settings.CONTROLLER = {**settings.CONTROLLER, "business_id": "2077474-0"}


def text_of(pdf: bytes) -> str:
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]
    return " ".join(" ".join(pages).replace("\N{NO-BREAK SPACE}", " ").split())


def words_of(invoice: Invoice) -> str:
    return text_of(invoice_pdf(invoice))


def many_lines(count: int) -> Order:
    """Let Anna order so many different things."""
    sold = [(f"VILLA-{n:03}", Decimal("12.90") + n, 1 + n % 4) for n in range(count)]
    rows = vat.summary(vat.Taxed(Decimal("25.5"), price * pieces) for _sku, price, pieces in sold)
    net, tax, gross = vat.total(rows)
    said: dict[str, Any] = {"total": gross, "total_net": net, "total_vat": tax}
    order = order_of(None, "anna@example.fi", delivery_price=0, **said)
    order.lines.all().delete()
    order.vat_rows.all().delete()
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            position=place,
            sku=sku,
            name="Villasukat",
            kind="goods",
            quantity=pieces,
            unit_price=price,
            vat_rate=Decimal("25.5"),
            vat_class="standard",
            total=price * pieces,
        )
        for place, (sku, price, pieces) in enumerate(sold, start=1)
    )
    OrderVat.objects.bulk_create(
        OrderVat(order=order, rate=row.rate, net=row.net, vat=row.vat, gross=row.gross)
        for row in rows
    )
    return order


CONTENT = {
    "fi": [
        "Lasku 1",
        "Laskun numero 1",
        "Päiväys 23.11.2026",
        "Toimitettu tai maksettu ennakkoon 20.11.2026",
        "Eräpäivä 7.12.2026",
        "Y-tunnus 2077474-0",
        "ALV-tunnus FI20774740",
        "Vanha Talvitie 2-6, A 7, 00580 Helsinki",
        "Anna Virtanen Mannerheimintie 1 00100 Helsinki",
        "Kirja KIRJA 3 21,94 13,5 % 65,82 74,70",
        "Lehti LEHTI 2 4,4550 10 % 8,91 9,80",
        "25,5 % 81,42 € 20,76 € 102,18 €",
        "13,5 % 67,93 € 9,17 € 77,10 €",
        "10 % 9,20 € 0,92 € 10,12 €",
        "Yhteensä 158,55 € 30,85 € 189,40 €",
        "FI21 1234 5600 0007 85",
        "NDEAFIHH",
        "korkolain (633/1982)",
    ],
    "sv": [
        "Faktura 1",
        "Fakturanummer 1",
        "Datum 23.11.2026",
        "Levererat eller betalt i förskott 20.11.2026",
        "Förfallodag 7.12.2026",
        "FO-nummer 2077474-0",
        "Momsnummer FI20774740",
        "Kirja KIRJA 3 21,94 13,5 % 65,82 74,70",
        "Totalt 158,55 € 30,85 € 189,40 €",
        "räntelagen (633/1982)",
    ],
    "en": [
        "Invoice 1",
        "Invoice number 1",
        "Delivered or paid in advance 20 Nov 2026",
        "Due date 7 Dec 2026",
        "Business ID 2077474-0",
        "VAT ID FI20774740",
        "Kirja KIRJA 3 21.94 13.5% 65.82 74.70",
        "Total €158.55 €30.85 €189.40",
        "Interest Act (633/1982)",
    ],
}


@pytest.mark.parametrize("language", CONTENT)
def test_it_says_all_that_the_law_asks_in_its_language(language: str) -> None:
    order = three_rates(language=language)
    invoice = issue(order=order, tax_point=date(2026, 11, 20), at=NOON)

    said = words_of(invoice)
    assert [words for words in CONTENT[language] if words not in said] == []
    assert order.number in said


def test_a_company_is_named_with_its_business_id_and_reference() -> None:
    said = words_of(
        invoiced(company_name="Puro Oy", business_id="2077474-0", buyer_reference="Paikka 7")
    )
    assert "Puro Oy Anna Virtanen" in said
    assert "Ostajan Y-tunnus 2077474-0" in said
    assert "Viitteenne Paikka 7" in said


def test_a_credit_note_names_what_it_corrects_and_asks_for_nothing() -> None:
    invoice = invoiced()
    note = credit_all(invoice=invoice, reason=Invoice.Reason.RETURNED, at=NOON)

    said = words_of(note)
    assert "Hyvityslasku 2" in said
    assert "Korjaa laskua 1 (23.11.2026)" in said
    assert "Syy Tuotteita palautettiin" in said
    assert "Kirja KIRJA −3 21,94 13,5 % −65,82 −74,70" in said
    assert "Yhteensä −158,55 € −30,85 € −189,40 €" in said
    assert "IBAN" not in said
    assert scanned(picture_of(note)) == {}


def test_a_simplified_receipt_names_no_buyer(settings: Any) -> None:
    settings.SIMPLIFIED_RECEIPTS = True
    order = three_rates()
    mark_paid(order=order, at=NOON)

    said = words_of(Invoice.objects.get(order=order))
    assert "Kuitti 1" in said
    assert "Virtanen" not in said
    assert "Mannerheimintie" not in said
    assert "Maksettu. Maksettavaa ei ole jäljellä." in said
    assert "IBAN" not in said


def test_what_was_paid_before_is_not_asked_for_again_and_later_payments_change_nothing() -> None:
    order = three_rates()
    pay_by_hand(order=order, amount=Decimal("89.40"), on=TODAY, at=NOON, by=None)
    invoice = issue(order=order, tax_point=TODAY, at=NOON)
    assert owed_at_issue(invoice) == Decimal("100.00")
    first = invoice_pdf(invoice)

    pay_by_hand(order=order, amount=Decimal(100), on=TODAY, at=NOON + timedelta(days=1), by=None)
    assert invoice_pdf(invoice) == first


def test_the_symbols_of_the_bar_code_are_those_of_the_standard() -> None:
    """Each has three bars and three gaps, is eleven wide, and dark an even number of modules."""
    symbols = [tuple(bars(f"{number:02}")[6:12]) for number in range(100)]
    assert len(set(symbols)) == 100
    assert {sum(widths) for widths in symbols} == {11}
    assert {sum(widths[::2]) % 2 for widths in symbols} == {0}
    assert bars("00")[:6] == [2, 1, 1, 2, 3, 2]
    assert bars("00")[-7:] == [2, 3, 3, 1, 1, 1, 2]


def test_a_scanner_reads_bar_code_and_qr_from_the_page() -> None:
    invoice = invoiced()
    codes = scanned(picture_of(invoice))

    read = decode(codes["Code128"])
    assert read == Payable(BANK["iban"], invoice.reference, TOTAL, date(2026, 12, 7))
    text = codes["QRCode"]
    assert text == epc_qr(read, bic=BANK["bic"], name="Soluto Oy")
    assert text.startswith("BCD\n002\n1\nSCT\nNDEAFIHH\nSoluto Oy\nFI2112345600000785\nEUR189.40")


def test_forty_lines_take_two_pages_and_the_code_is_on_the_last() -> None:
    invoice = issue(order=many_lines(40), tax_point=TODAY, at=NOON)
    pdf = PdfReader(io.BytesIO(invoice_pdf(invoice)))

    assert len(pdf.pages) == 2
    assert all("Tuote tai palvelu" in page.extract_text() for page in pdf.pages)
    assert decode(scanned(picture_of(invoice))["Code128"]).amount == invoice.total


def test_it_is_tagged_for_screen_readers_and_made_for_the_archive() -> None:
    pdf = PdfReader(io.BytesIO(invoice_pdf(invoiced(language="sv"))))
    root: Any = pdf.trailer["/Root"]
    told = pdf.xmp_metadata.stream.get_data().decode() if pdf.xmp_metadata else ""

    assert root["/MarkInfo"]["/Marked"].value
    assert root["/Lang"] == "sv"
    assert re.search(r'pdfuaid:part(="|>)1', told)
    assert re.search(r'pdfaid:part(="|>)3', told)
    assert re.search(r'pdfaid:conformance(="|>)A', told)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("محمد علي", "محمد"),
        ("שלום כהן", "כהן"),
        ("李小龙", "□□□"),
        ("Anna 😀 #strong[x] $y$ *z* \\", "Anna □ #strong[x] $y$ *z* \\"),
        ("<img src=file:///etc/passwd>", "<img src=file:///etc/passwd>"),
        ('#read("/etc/passwd") @x <y>', '#read("/etc/passwd") @x <y>'),
        ('#image("http://127.0.0.1:9/x.png")', '#image("http://127.0.0.1:9/x.png")'),
        ("Wolfeschlegelsteinhausenbergerdorff von der Heide und Wald", "Heide und Wald"),
    ],
)
def test_in_05_whatever_somebody_is_called_the_invoice_is_made(name: str, shown: str) -> None:
    pdf = invoice_pdf(invoiced(company_name=name, business_id="2077474-0"))
    assert len(PdfReader(io.BytesIO(pdf)).pages) == 1
    if shown.isascii() or "□" in shown:
        assert shown in text_of(pdf)


def test_the_page_and_the_paper_say_the_same_sums() -> None:
    document = document_of(invoiced())
    assert sum(row.gross for row in document.rows) == document.total == TOTAL
    assert sum(row.vat for row in document.vat_rows) == document.total_vat
    assert sum(row.net for row in document.vat_rows) == document.total_net
