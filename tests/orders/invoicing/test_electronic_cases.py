"""Both kinds of file for every way of taxing, for coupons, and for what is credited of each.

Judged by the rules of EN 16931 as far as they touch a shop (BR-CO-10 to 18, the families of S, Z,
AE, K, G, E and O), and for Finvoice by its sums and, where it is at hand, its schema.
"""

import importlib
from collections.abc import Callable
from dataclasses import asdict
from decimal import Decimal
from itertools import pairwise
from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest

from orders import vat
from orders.invoicing.checks import finvoice_findings, ubl_findings
from orders.invoicing.finvoice import finvoice
from orders.invoicing.models import Invoice
from orders.invoicing.operations import credit, credit_all, issue, pieces_left
from orders.invoicing.ubl import CAC, CBC, ubl
from orders.sales.models import Order, OrderLine, OrderVat
from orders.taxation.treatments import BEARS_NO_TAX, Treatment
from tests.conftest import NOON
from tests.orders.buying import BANK
from tests.orders.money_matters import TODAY
from tests.privacy.lives import order_of
from tests.shared import SHARED

pytestmark = pytest.mark.django_db

etree = importlib.import_module("lxml.etree")  # it has no types

OF_A_COMPANY = {"company_name": "Ostaja Oy", "business_id": "0112038-9"}
SWEDISH = {"company_name": "Köparen AB", "vat_id": "SE556012579001", "country": "SE"}
CHECKED = {**SWEDISH, "vat_id_checked_at": NOON}
GERMAN = {"company_name": "Käufer GmbH", "vat_id": "DE136695976", "country": "DE"}
DELIVERY = Decimal("5.90")

GOODS = [
    ("LAMPPU", "99.00", 1, "25.5", "standard", "10.00"),
    ("KIRJA", "24.90", 3, "13.5", "book", "7.47"),
    ("LEHTI", "4.90", 2, "10.0", "press", "9.80"),
]
"""SKU, price with VAT, pieces, rate, class, and a coupon's share: the last it gives whole."""


@pytest.fixture(autouse=True)
def seller(settings: Any) -> None:
    settings.BANK_ACCOUNT = BANK
    settings.CONTROLLER = {**settings.CONTROLLER, "business_id": "2077474-0"}


def sold(
    treatment: str = "domestic",
    to: str = "FI",
    *,
    rate: str = "",
    kind: str = "goods",
    coupon: bool = False,
    delivery: Decimal = DELIVERY,
    **facts: Any,
) -> Order:
    """Let a company have ordered, all at one rate where it is named."""
    is_free = treatment in BEARS_NO_TAX
    lines = [
        OrderLine(
            position=position,
            sku=sku,
            name=sku.capitalize(),
            kind=kind,
            quantity=pieces,
            unit_price=Decimal(price),
            vat_rate=Decimal("0.0") if is_free else Decimal(rate or own),
            vat_class=vat_class,
            treatment=treatment,
            country=to,
            exempt_reason="AVL 39 §" if treatment == "exempt" else "",
            exempt_code="VATEX-EU-132-1I" if treatment == "exempt" else "",
            discount=Decimal(share) if coupon else Decimal(0),
            total=Decimal(price) * pieces - (Decimal(share) if coupon else 0),
        )
        for position, (sku, price, pieces, own, vat_class, share) in enumerate(GOODS, start=1)
    ]
    taxed = [vat.Taxed(line.vat_rate, line.total, treatment, to) for line in lines]
    rows = vat.summary([*taxed, *(vat.divide_over_rates(delivery, taxed) if delivery else [])])
    net, tax, gross = vat.total(rows)
    said: dict[str, Any] = {
        "total": gross,
        "total_net": net,
        "total_vat": tax,
        "delivery_price": delivery,
        "treatment": treatment,
        "destination_country": to,
        "discount": sum(line.discount for line in lines),
        "coupon_code": "KESÄ10" if coupon else "",
        "coupon_name": "Kesäetu" if coupon else "",
    }
    order = order_of(None, "anna@example.fi", **{**said, **(facts or OF_A_COMPANY)})
    order.lines.all().delete()
    order.vat_rows.all().delete()
    for line in lines:
        line.order = order
    OrderLine.objects.bulk_create(lines)
    OrderVat.objects.bulk_create(OrderVat(order=order, **asdict(row)) for row in rows)
    return order


def against_the_schema(document: bytes) -> list[str]:
    """Tell what the schema says against a Finvoice, where the schema is at hand."""
    if SHARED is None:
        return []
    judge = etree.XMLSchema(etree.parse(str(SHARED / "facts" / "einvoice" / "Finvoice3.0.xsd")))
    judge.validate(etree.fromstring(document))
    return [str(fault) for fault in judge.error_log]


def invoiced_and_credited(order: Order) -> list[Invoice]:
    """Give the invoice, the credit note of one piece, and that of all the rest."""
    invoice = issue(order=order, tax_point=TODAY, at=NOON)
    books = invoice.lines.get(sku="KIRJA").pk
    part = credit(invoice=invoice, quantities={books: 1}, reason=Invoice.Reason.DEFECT, at=NOON)
    rest = credit_all(invoice=invoice, reason=Invoice.Reason.CANCELLED, at=NOON)
    assert part.total + rest.total == -invoice.total
    assert pieces_left(invoice) == {}
    return [invoice, part, rest]


def texts(root: Element, *path: str) -> list[str]:
    return [each.text or "" for each in root.iterfind("/".join(path))]


CASES = [
    pytest.param(sold, {}, "S", id="at-home"),
    pytest.param(sold, {"coupon": True}, "S", id="coupon"),
    pytest.param(sold, {"delivery": Decimal(0), "coupon": True}, "S", id="coupon-no-delivery"),
    pytest.param(sold, {"treatment": "below", "to": "DE", **GERMAN}, "S", id="below-threshold"),
    pytest.param(
        sold,
        {"treatment": "distance", "to": "DE", "rate": "19.0", "coupon": True, **GERMAN},
        "S",
        id="distance-sale-oss",
    ),
    pytest.param(
        sold, {"treatment": "intra", "to": "SE", "coupon": True, **CHECKED}, "K", id="intra"
    ),
    pytest.param(
        sold,
        {"treatment": "reverse", "to": "SE", "kind": "service", "delivery": 0, **CHECKED},
        "AE",
        id="reverse-charge",
    ),
    pytest.param(sold, {"treatment": "export", "to": "NO", "coupon": True}, "G", id="export"),
    pytest.param(sold, {"treatment": "aland", "to": "AX"}, "G", id="aland"),
    pytest.param(
        sold,
        {"treatment": "abroad", "to": "NO", "kind": "service", "delivery": 0, "coupon": True},
        "O",
        id="service-outside-the-union",
    ),
    pytest.param(
        sold,
        {"treatment": "exempt", "kind": "service", "delivery": 0, "coupon": True},
        "E",
        id="exempt",
    ),
]


@pytest.mark.parametrize(("make", "facts", "category"), CASES)
def test_every_way_of_taxing_is_right_in_both_files(
    make: Callable[..., Order], facts: dict[str, Any], category: str
) -> None:
    documents = invoiced_and_credited(make(**facts))
    for each in documents:
        theirs, banks = ubl(each), finvoice(each)
        assert ubl_findings(theirs) == []
        assert finvoice_findings(banks) == []
        assert against_the_schema(banks) == []
        root = fromstring(theirs)
        item = f"{CAC}Item/{CAC}ClassifiedTaxCategory/{CBC}ID"
        [line] = {f"{CAC}CreditNoteLine" if each.is_credit_note else f"{CAC}InvoiceLine"}
        assert set(texts(root, line, item)) == {category}
        assert set(texts(fromstring(banks), "InvoiceRow", "RowVatCode")) == {category}
        reason = texts(
            fromstring(banks), "InvoiceDetails", "VatSpecificationDetails", "VatFreeText"
        )
        assert len(reason) <= 3
        assert all(len(line) <= 70 for line in reason)
        assert bool(reason) == (category != "S")
        sums = texts(root, f"{CAC}LegalMonetaryTotal", f"{CBC}TaxInclusiveAmount")
        assert sums == [str(abs(each.total))]
    if category != "S":
        assert {each.total_vat for each in documents} == {0}


def test_a_coupon_is_told_line_by_line_and_the_line_costs_what_was_paid() -> None:
    invoice, note, _rest = invoiced_and_credited(sold(coupon=True))
    root, banks = fromstring(ubl(invoice)), fromstring(finvoice(invoice))

    taken = f"{CAC}InvoiceLine/{CAC}AllowanceCharge"
    # Without VAT: 10.00 at 25.5 %, 7.47 at 13.5 %, 9.80 at 10 %.
    assert texts(root, taken, f"{CBC}Amount") == ["7.97", "6.58", "8.91"]
    assert set(texts(root, taken, f"{CBC}ChargeIndicator")) == {"false"}
    assert set(texts(root, taken, f"{CBC}AllowanceChargeReason")) == {"Kesäetu"}
    nets = texts(root, f"{CAC}InvoiceLine", f"{CBC}LineExtensionAmount")
    assert nets[:3] == ["70.91", "59.23", "0.00"]
    prices = texts(root, f"{CAC}InvoiceLine", f"{CAC}Price/{CBC}PriceAmount")
    assert prices[:3] == ["78.88", "65.81", "4.4550"]
    assert texts(banks, "InvoiceRow", "RowDiscountAmount") == ["7,97", "6,58", "8,91"]
    assert "AllowanceCharge" not in ubl(note).decode()
    assert "RowDiscount" not in finvoice(note).decode()


def test_each_untaxed_way_says_why_in_its_own_words_and_code() -> None:
    ways: list[tuple[dict[str, Any], str, str]] = [
        ({"treatment": "intra", "to": "SE", **CHECKED}, "VATEX-EU-IC", "art. 138"),
        ({"treatment": "reverse", "to": "SE", **CHECKED}, "VATEX-EU-AE", "art. 196"),
        ({"treatment": "export", "to": "NO"}, "VATEX-EU-G", "art. 146"),
        ({"treatment": "aland", "to": "AX"}, "VATEX-EU-G", "1266/1996"),
        ({"treatment": "abroad", "to": "NO", "delivery": 0}, "VATEX-EU-O", "outside the EU"),
        ({"treatment": "exempt", "delivery": 0}, "VATEX-EU-132-1I", "AVL 39 §"),
    ]
    assert {way["treatment"] for way, _code, _words in ways} == set(BEARS_NO_TAX)
    company = {**OF_A_COMPANY, "language": "en"}
    for way, code, words in ways:
        root = fromstring(ubl(issue(order=sold(**{**company, **way}), tax_point=TODAY, at=NOON)))
        category = f"{CAC}TaxTotal/{CAC}TaxSubtotal/{CAC}TaxCategory/{CBC}"
        assert texts(root, f"{category}TaxExemptionReasonCode") == [code]
        assert words in texts(root, f"{category}TaxExemptionReason")[0]
        numbers = f"{CAC}Party/{CAC}PartyTaxScheme/{CBC}CompanyID"
        sellers = texts(root, f"{CAC}AccountingSupplierParty", numbers)
        assert sellers == ([] if way["treatment"] == Treatment.ABROAD else ["FI20774740"])


@pytest.mark.parametrize(
    ("was", "becomes", "rule"),
    [
        ('Amount currencyID="EUR">7.97<', 'Amount currencyID="EUR">7.87<', "R120"),
        ("<cbc:AllowanceChargeReason>Kesäetu</cbc:AllowanceChargeReason>", "", "BR-42"),
        ('"EUR">70.91<', '"EUR">71.91<', "BR-CO-10"),
        ('<cbc:TaxExclusiveAmount currencyID="EUR">', None, "BR-CO-13"),
        ('<cbc:TaxInclusiveAmount currencyID="EUR">', None, "BR-CO-15"),
        ('<cbc:PayableAmount currencyID="EUR">', None, "BR-CO-16"),
        ('<cbc:TaxableAmount currencyID="EUR">', None, "BR-S-08"),
    ],
)
def test_a_coupon_that_does_not_add_up_is_found(was: str, becomes: str | None, rule: str) -> None:
    right = ubl(issue(order=sold(coupon=True), tax_point=TODAY, at=NOON)).decode()
    assert was in right
    # One digit more before an amount.
    wrong = right.replace(was, f"{was}1" if becomes is None else becomes, 1)
    assert any(each.endswith(rule) for each in ubl_findings(wrong.encode()))


def test_what_is_out_of_scope_stands_beside_no_number_and_no_rate_of_the_tax() -> None:
    order = sold("abroad", "NO", delivery=Decimal(0), kind="service")
    right = ubl(issue(order=order, tax_point=TODAY, at=NOON)).decode()
    scheme = "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"
    number = f"<cac:PartyTaxScheme><cbc:CompanyID>FI1</cbc:CompanyID>{scheme}</cac:PartyTaxScheme>"
    broken = {
        "BR-O-02": right.replace("<cac:PartyLegalEntity>", f"{number}<cac:PartyLegalEntity>", 1),
        "BR-O-05": right.replace(
            "<cac:ClassifiedTaxCategory><cbc:ID>O</cbc:ID>",
            "<cac:ClassifiedTaxCategory><cbc:ID>O</cbc:ID><cbc:Percent>0.0</cbc:Percent>",
        ),
        "BR-O-12": right.replace(
            "<cac:ClassifiedTaxCategory><cbc:ID>O<", "<cac:ClassifiedTaxCategory><cbc:ID>G<", 1
        ),
    }
    for rule, document in broken.items():
        assert rule in ubl_findings(document.encode())


def test_the_numbers_of_all_these_papers_follow_each_other() -> None:
    for treatment in ("domestic", "export"):
        invoiced_and_credited(sold(treatment))
    numbers = list(Invoice.objects.order_by("number").values_list("number", flat=True))
    assert all(later == earlier + 1 for earlier, later in pairwise(numbers))
