"""Goods, services and content bought together abroad: each line is taxed by its own law."""

from decimal import Decimal
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from orders import vat
from orders.books.models import LedgerAccount, Posting
from orders.books.operations import outstanding
from orders.catalogue.models import Variant, VatClass
from orders.checkout.models import CheckoutDraft
from orders.checkout.summary import summarise
from orders.checkout.told import purchase_of, told_before
from orders.invoicing.books import Month, sales_csv, vat_summary
from orders.invoicing.checks import finvoice_findings, ubl_findings
from orders.invoicing.document import document_of
from orders.invoicing.finvoice import finvoice
from orders.invoicing.models import Invoice, InvoiceLine
from orders.invoicing.operations import credit, credit_all, issue
from orders.invoicing.paper import said_of
from orders.invoicing.tax_returns import Quarter, oss_rows, recapitulated, recapitulative_rows
from orders.invoicing.ubl import CAC, CBC, ubl
from orders.sales.across_borders import sold_across_borders
from orders.sales.models import Order, OrderLine, OrderVat
from tests.conftest import NOON
from tests.factories import ProductFactory, VariantFactory, in_stock, ware_of
from tests.orders.buying import BANK, CONFIRM, fill_in, order, put, see_summary
from tests.orders.checkout.conftest import Fill
from tests.orders.checkout.test_taxing import EVERYWHERE, GERMAN, SWEDISH, bought, check, parcel
from tests.orders.money_matters import TODAY

pytestmark = pytest.mark.django_db

MONTH = Month(TODAY.replace(day=1))
NORWEGIAN = {"country": "NO", "street": "Gata 1", "postcode": "0150", "city": "Oslo"}
ALANDER = {"postcode": "22100", "city": "Mariehamn"}
BELFAST = {
    **SWEDISH,
    "country": "GB",
    "postcode": "BT1 5GS",
    "vat_id": "XI925901618",
    "company_name": "Lamps Ltd",
}


@pytest.fixture(autouse=True)
def shop(settings: Any) -> None:
    settings.DELIVERY_COUNTRIES = EVERYWHERE
    settings.BANK_ACCOUNT = BANK
    settings.CONTROLLER = {**settings.CONTROLLER, "business_id": "2077474-0"}


def of_kind(kind: str, price: str = "25.10", vat_class: str = "standard") -> Variant:
    variant = VariantFactory.create(
        product=ProductFactory.create(kind=kind, vat_class_id=vat_class), price=Decimal(price)
    )
    if kind == "digital":
        ware_of(variant)
    return variant


def together(fill: Fill, *more: Variant, **said: Any) -> CheckoutDraft:
    """Put a lamp of 12.55 €, and more, into one basket; its delivery costs 5.90 €."""
    lamp = in_stock(9, variant=of_kind("goods", "12.55"))
    draft = fill(lamp, delivery_method=parcel(), **said)
    assert draft.basket is not None
    for variant in more:
        draft.basket.lines.create(variant=variant, quantity=1, shown_price=variant.price)
    return draft


def taxed(order: Order | Invoice) -> list[tuple[str, str, str, str]]:
    """Give treatment, country, rate and net of each row of VAT."""
    rows = order.vat_rows.all()
    return [(row.treatment, row.country, str(row.rate), str(row.net)) for row in rows]


def invoiced(order: Order) -> Invoice:
    return issue(order=order, tax_point=TODAY, at=NOON)


def texts(document: bytes, path: str) -> list[str]:
    return [each.text or "" for each in fromstring(document).iterfind(path)]


CATEGORY = f"{CAC}TaxTotal/{CAC}TaxSubtotal/{CAC}TaxCategory/{CBC}"
OF_A_LINE = f"{CAC}InvoiceLine/{CAC}Item/{CAC}ClassifiedTaxCategory/{CBC}ID"


def test_a_company_in_sweden_buys_goods_and_services_at_once(fill: Fill) -> None:
    check()
    placed = bought(together(fill, of_kind("service"), language="en", **SWEDISH))

    # 12.55 and 5.90 without VAT are 10.00 and 4.70; 25.10 is 20.00.
    assert taxed(placed) == [("intra", "SE", "0.0", "14.70"), ("reverse", "SE", "0.0", "20.00")]
    assert (placed.treatment, placed.destination_country) == ("", "SE")
    assert (placed.total, placed.total_vat) == (Decimal("34.70"), Decimal(0))

    invoice = invoiced(placed)
    assert taxed(invoice) == taxed(placed)
    document = document_of(invoice)
    assert [row.taxed for row in document.rows] == [
        "Intra-Community supply",
        "Reverse charge",
        "Intra-Community supply",
    ]
    assert any("art. 138" in note for note in document.notes)
    assert any("art. 196" in note for note in document.notes)
    theirs, banks = ubl(invoice), finvoice(invoice)
    assert ubl_findings(theirs) == finvoice_findings(banks) == []
    assert texts(theirs, f"{CATEGORY}ID") == ["K", "AE"]
    assert texts(theirs, f"{CATEGORY}TaxExemptionReasonCode") == ["VATEX-EU-IC", "VATEX-EU-AE"]
    assert texts(theirs, OF_A_LINE) == ["K", "AE", "K"]
    assert texts(banks, "InvoiceRow/RowVatCode") == ["K", "AE", "K"]
    assert texts(banks, "InvoiceDetails/VatSpecificationDetails/VatCode") == ["K", "AE"]

    [line] = recapitulative_rows(recapitulated(MONTH))
    assert (line.goods, line.services) == (Decimal("14.70"), Decimal("20.00"))
    assert [(each.treatment, each.net, each.agrees) for each in vat_summary(MONTH)] == [
        ("intra", Decimal("14.70"), True),
        ("reverse", Decimal("20.00"), True),
    ]


def test_only_what_a_credit_note_takes_back_is_taken_back_of_each_way(fill: Fill) -> None:
    """The lamp comes back with its delivery; the service stays sold."""
    check()
    invoice = invoiced(bought(together(fill, of_kind("service"), **SWEDISH)))
    lamp = invoice.lines.get(treatment="intra", order_line__isnull=False)
    note = credit(
        invoice=invoice,
        quantities={lamp.pk: 1},
        delivery=Decimal("4.70"),
        reason=Invoice.Reason.RETURNED,
        at=NOON,
    )
    assert taxed(note) == [("intra", "SE", "0.0", "-14.70")]
    assert ubl_findings(ubl(note)) == finvoice_findings(finvoice(note)) == []
    [line] = recapitulative_rows(recapitulated(MONTH))
    assert (line.goods, line.services) == (Decimal(0), Decimal("20.00"))

    rest = credit_all(invoice=invoice, reason=Invoice.Reason.CANCELLED, at=NOON)
    assert taxed(rest) == [("reverse", "SE", "0.0", "-20.00")]
    assert all(each.agrees and not each.net for each in vat_summary(MONTH))


@pytest.mark.parametrize(
    ("said", "rows", "total"),
    [
        (
            NORWEGIAN,
            [("domestic", "FI", "25.5", "20.00"), ("export", "NO", "0.0", "14.70")],
            "39.80",
        ),
        (
            ALANDER,
            [("domestic", "FI", "25.5", "20.00"), ("aland", "AX", "0.0", "14.70")],
            "39.80",
        ),
        (
            GERMAN,
            [("below", "DE", "25.5", "14.70"), ("domestic", "FI", "25.5", "20.00")],
            "43.55",
        ),
    ],
    ids=["NO", "AX", "DE"],
)
def test_a_person_pays_finnish_vat_of_the_service_only_where_goods_leave_without_it(
    fill: Fill, said: dict[str, Any], rows: list[tuple[str, str, str, str]], total: str
) -> None:
    placed = bought(together(fill, of_kind("service"), **said))
    assert taxed(placed) == rows
    assert placed.total == Decimal(total)
    assert placed.treatment == ""
    # A service that is supplied in Finland counts for nobody's threshold.
    assert sold_across_borders(2026) == (Decimal("14.70") if said == GERMAN else 0)
    assert all(each.agrees for each in vat_summary(MONTH))


def test_goods_alone_count_towards_the_threshold(fill: Fill) -> None:
    """9,000 € of goods and 9,000 € of services: less than 10,000 € across borders."""
    dear = in_stock(9, variant=of_kind("goods", "11295.00"))
    placed = bought(together(fill, of_kind("service", "11295.00"), dear, **GERMAN))
    assert {row.treatment for row in placed.vat_rows.all()} == {"below", "domestic"}
    assert sold_across_borders(2026) == Decimal("9014.70")


def test_registered_goods_and_content_bear_german_vat_and_the_service_finnish(
    fill: Fill, settings: Any
) -> None:
    settings.OSS_SINCE = NOON.date()
    more = (of_kind("service"), of_kind("digital"))
    placed = bought(together(fill, *more, language="en", **GERMAN))
    assert taxed(placed) == [
        ("domestic", "FI", "25.5", "20.00"),
        ("distance", "DE", "19.0", "36.60"),
    ]
    invoice = invoiced(placed)
    assert [(row.country, row.is_service, row.net) for row in oss_rows(Quarter.of(TODAY))] == [
        ("DE", False, Decimal("15.51")),
        ("DE", True, Decimal("21.09")),
    ]
    assert all(each.agrees for each in vat_summary(MONTH))
    with translation.override("en"):
        ledger = sales_csv(MONTH).splitlines()
    assert [row.split(";")[6:9] for row in ledger[1:]] == [
        ["FI", "Finnish VAT", "25,5"],
        ["DE", "VAT of the destination (OSS)", "19,0"],
    ]
    assert document_of(invoice).notes[-1].startswith("Distance sale: the price includes the VAT of")


def test_beside_goods_a_service_out_of_scope_is_of_the_exempt_for_machines(fill: Fill) -> None:
    """BR-O-11: what is out of scope may stand beside no other category."""
    check("XI925901618")
    placed = bought(together(fill, of_kind("service"), language="en", **BELFAST))
    assert taxed(placed) == [("abroad", "XI", "0.0", "20.00"), ("intra", "XI", "0.0", "14.70")]
    invoice = invoiced(placed)
    theirs, banks = ubl(invoice), finvoice(invoice)
    assert ubl_findings(theirs) == finvoice_findings(banks) == []
    assert texts(theirs, f"{CATEGORY}ID") == ["E", "K"]
    assert "outside the scope" in texts(theirs, f"{CATEGORY}TaxExemptionReason")[0]
    assert texts(theirs, f"{CATEGORY}TaxExemptionReasonCode") == ["VATEX-EU-IC"]


def test_what_is_exempt_says_why_and_stands_beside_what_is_taxed(fill: Fill, settings: Any) -> None:
    settings.SIMPLIFIED_RECEIPTS = True
    VatClass.objects.filter(code="exempt").update(
        exempt_en="Exempt: education (Value Added Tax Act 1501/1993, section 39)",
        exempt_code="VATEX-EU-132-1I",
    )
    lesson = of_kind("service", "80.00", "exempt")
    company = {"for_company": True, "company_name": "Puro Oy", "business_id": "0112038-9"}
    draft = together(fill, lesson, language="en", **company)
    with translation.override("en"):
        told = told_before(purchase_of(draft, summarise(draft, at=NOON)))
    [price] = [item for item in told if item["code"] == "price"]
    assert "section 39" in price["whole"]

    placed = bought(draft)
    assert taxed(placed) == [
        ("domestic", "FI", "25.5", "14.70"),
        ("exempt", "FI", "0.0", "80.00"),
    ]
    assert (placed.treatment, placed.total) == ("domestic", Decimal("98.45"))
    VatClass.objects.filter(code="exempt").update(exempt_en="Something else", exempt_code="")
    invoice = invoiced(placed)
    said = "Exempt: education (Value Added Tax Act 1501/1993, section 39)"
    assert said in document_of(invoice).notes
    theirs, banks = ubl(invoice), finvoice(invoice)
    assert ubl_findings(theirs) == finvoice_findings(banks) == []
    assert texts(theirs, f"{CATEGORY}ID") == ["S", "E"]
    assert texts(theirs, f"{CATEGORY}TaxExemptionReasonCode") == ["VATEX-EU-132-1I"]
    assert texts(theirs, f"{CATEGORY}TaxExemptionReason") == [said]
    assert texts(banks, "InvoiceDetails/VatSpecificationDetails/VatFreeText") == [said]
    assert texts(banks, "InvoiceRow/RowVatCode") == ["S", "E", "S"]
    note = credit_all(invoice=invoice, reason=Invoice.Reason.CANCELLED, at=NOON)
    assert said in document_of(note).notes
    assert ubl_findings(ubl(note)) == []

    person = bought(together(fill, lesson, email="celia@example.fi"))
    receipt = invoiced(person)
    assert (receipt.is_simplified, receipt.buyer_name) == (True, "")


def test_the_exempt_class_pays_german_vat_where_german_vat_is_due(
    fill: Fill, settings: Any
) -> None:
    settings.OSS_SINCE = NOON.date()
    placed = bought(together(fill, of_kind("digital", "11.90", "exempt"), **GERMAN))
    assert {(row.treatment, str(row.rate)) for row in placed.vat_rows.all()} == {
        ("distance", "19.0")
    }


def test_the_database_keeps_each_line_to_its_order_and_its_reason(fill: Fill) -> None:
    placed = bought(together(fill, **NORWEGIAN))
    line = placed.lines.get()
    facts = {f.attname: getattr(line, f.attname) for f in OrderLine._meta.concrete_fields}
    facts = {**facts, "id": None, "position": 2}
    broken: list[tuple[dict[str, Any], str]] = [
        ({"treatment": "domestic"}, "taxed_as_its_order|taxed in another way"),
        ({"vat_rate": Decimal("25.5")}, "an_untaxed_line_bears_no_tax"),
        ({"exempt_reason": "so"}, "an_exempt_line_says_why"),
    ]
    for wrong, name in broken:
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            OrderLine.objects.create(**{**facts, **wrong})
    with pytest.raises(Exception, match="Cannot update"), transaction.atomic():
        OrderLine.objects.filter(pk=line.pk).update(treatment="aland")
    row = {"order": placed, "treatment": "export", "country": "CH", "rate": 0}
    with pytest.raises(IntegrityError, match="untaxed_row_bears_no_tax"), transaction.atomic():
        OrderVat.objects.create(**row, net=1, vat=1, gross=2)
    several = bought(together(fill, of_kind("service"), email="c@example.fi", **NORWEGIAN))
    with pytest.raises(IntegrityError, match="nobody has checked"), transaction.atomic():
        OrderLine.objects.create(**{**facts, "order_id": several.pk, "treatment": "intra"})
    invoice = invoiced(several)
    [of_the_invoice] = invoice.lines.filter(treatment="domestic")
    facts = {f.attname: getattr(of_the_invoice, f.attname) for f in InvoiceLine._meta.fields}
    with pytest.raises(IntegrityError, match="invoice_line_bears_no_tax"), transaction.atomic():
        InvoiceLine.objects.create(**{**facts, "id": None, "position": 9, "treatment": "export"})


@pytest.mark.parametrize(
    "said", [SWEDISH, GERMAN, NORWEGIAN, BELFAST], ids=["SE", "DE", "NO", "XI"]
)
def test_law_4_all_papers_of_a_mixed_basket_show_the_same_cents(
    fill: Fill, settings: Any, said: dict[str, Any]
) -> None:
    settings.OSS_SINCE = NOON.date()
    check()
    check("XI925901618")
    more = (
        of_kind("service", "0.99"),
        of_kind("digital", "49.93"),
        of_kind("service", "3.91", "exempt"),
    )
    placed = bought(together(fill, *more, **said))
    rows = list(placed.vat_rows.all())
    assert sum(line.total for line in placed.lines.all()) + placed.delivery_price == placed.total
    assert vat.total(vat.VatRow(row.rate, row.net, row.vat, row.gross) for row in rows) == (
        placed.total_net,
        placed.total_vat,
        placed.total,
    )
    invoice = invoiced(placed)
    assert taxed(invoice) == taxed(placed)
    paper = said_of(document_of(invoice))
    assert (paper["total"], paper["total_vat"]) == (str(placed.total), str(placed.total_vat))
    assert outstanding(placed) == placed.total
    owed = Posting.objects.filter(account__in=(LedgerAccount.VAT, LedgerAccount.VAT_ABROAD))
    assert owed.balance() == -placed.total_vat
    assert all(each.agrees for each in vat_summary(MONTH))
    if invoice.buyer_vat_id:
        theirs, banks = ubl(invoice), finvoice(invoice)
        assert ubl_findings(theirs) == finvoice_findings(banks) == []
        total = f"{CAC}LegalMonetaryTotal/{CBC}TaxInclusiveAmount"
        assert texts(theirs, total) == [str(placed.total)]
        said_to_the_bank = texts(banks, "InvoiceDetails/InvoiceTotalVatIncludedAmount")
        assert said_to_the_bank == [str(placed.total).replace(".", ",")]
    note = credit_all(invoice=invoice, reason=Invoice.Reason.CANCELLED, at=NOON)
    assert (note.total, note.total_vat) == (-placed.total, -placed.total_vat)
    assert outstanding(placed) == owed.balance() == 0


def test_pages_say_beside_each_product_how_it_is_taxed(fill: Fill, client: Client) -> None:
    placed = bought(together(fill, of_kind("service"), language="en", **NORWEGIAN))
    page = client.get(reverse("orders:order", args=[placed.secret])).content.decode()
    assert "vienti" in page
    invoice = invoiced(placed)
    answer = client.get(reverse("orders:invoice", args=[placed.secret, invoice.number]))
    assert "VAT-exempt export (Directive 2006/112/EC, art. 146)" in answer.content.decode()


def test_before_the_order_it_stands_beside_each_product_what_is_sold_without_vat(
    fill: Fill, client: Client
) -> None:
    put(client, in_stock(9, variant=of_kind("goods", "12.55")).sku)
    put(client, of_kind("service").sku)
    answer = fill_in(client, delivery_method=str(parcel().pk), **NORWEGIAN)
    assert answer.status_code == 303, answer.content.decode()
    page = client.get(CONFIRM).content.decode()
    assert "VAT 0% · Export" in page
    assert "VAT 25.5%" in page
    assert "You pay the prices of these without VAT: it stands beside each product." in page
    assert "You pay the prices without VAT." not in page
    assert order(client, see_summary(client)).status_code == 303
    assert Order.objects.get().total == Decimal("39.80")
