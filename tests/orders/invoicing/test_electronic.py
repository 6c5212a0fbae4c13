"""Invoices for the machines of companies: right in form, in their sums and in their references."""

import importlib
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from orders.checkout.steps import pay_by_hand
from orders.invoicing import electronic as room
from orders.invoicing.addresses import (
    NotAnAddress,
    Postal,
    is_ovt,
    normal_operator,
    ovt_of,
    postal_of,
)
from orders.invoicing.checks import finvoice_findings, ubl_findings
from orders.invoicing.electronic import NotForMachines
from orders.invoicing.finvoice import finvoice
from orders.invoicing.models import Invoice, InvoiceVat
from orders.invoicing.operations import credit, credit_all, issue
from orders.invoicing.ubl import CAC, CBC, ubl
from tests import vectors
from tests.conftest import NOON
from tests.orders.buying import BANK
from tests.orders.money_matters import TODAY, three_rates
from tests.shared import SHARED

DATA = Path(vectors.__file__).parent / "data"
COMPANY = {
    "company_name": "Ostaja Oy",
    "business_id": "0112038-9",
    "buyer_reference": "PROJ-42",
}


@pytest.fixture(autouse=True)
def seller(settings: Any) -> None:
    settings.BANK_ACCOUNT = BANK
    settings.CONTROLLER = {**settings.CONTROLLER, "business_id": "2077474-0"}


def invoiced(**facts: Any) -> Invoice:
    return issue(order=three_rates(**{**COMPANY, **facts}), tax_point=TODAY, at=NOON)


@pytest.mark.parametrize("row", vectors.rows("finvoice_cases"), ids=vectors.name)
def test_the_form_of_a_finvoice_is_judged_as_its_schema_does(row: dict[str, str]) -> None:
    found = finvoice_findings((DATA / row["file"]).read_bytes())
    sums = {"net and VAT do not sum to the total", "the sign is not that of its kind"}
    if row["id"] in {"FV-wrong-total", "FV-neg-credit"}:
        assert "net and VAT do not sum to the total" in found  # which the schema lets pass
        assert row["expected"] == "valid"
    else:
        assert found
        assert not sums & set(found)


def test_a_finvoice_made_elsewhere_is_right() -> None:
    assert finvoice_findings((DATA / "finvoice" / "gobl-invoice.xml").read_bytes()) == []


@pytest.mark.parametrize("row", vectors.rows("ubl_cases"), ids=vectors.name)
def test_ubl_is_judged_as_the_rules_of_peppol_do(row: dict[str, str]) -> None:
    found = ubl_findings((DATA / row["file"]).read_bytes())
    expected = set(f"{row['cen_rules']} {row['peppol_rules']}".split())

    assert bool(found) == (row["expected"] == "invalid")
    assert set(found) <= expected


def test_an_allowance_of_the_whole_document_is_judged_with_its_rate_and_its_sum() -> None:
    """22.00 off at 25.5 %: others may send it, and it is counted."""
    category = "<cbc:ID>S</cbc:ID><cbc:Percent>25.5</cbc:Percent>"
    taken = (
        "<cac:AllowanceCharge><cbc:ChargeIndicator>false</cbc:ChargeIndicator>"
        '<cbc:Amount currencyID="EUR">22.00</cbc:Amount>'
        f"<cac:TaxCategory>{category}</cac:TaxCategory></cac:AllowanceCharge>"
    )
    plain = (DATA / "ubl" / "ok.xml").read_text(encoding="utf-8")
    broken = plain.replace("<cac:TaxTotal>", f"{taken}<cac:TaxTotal>")
    assert {"BR-CO-11", "BR-CO-13", "BR-S-08"} <= set(ubl_findings(broken.encode()))

    total = '<cbc:AllowanceTotalAmount currencyID="EUR">22.00</cbc:AllowanceTotalAmount>'
    right = broken
    for was, becomes in (
        ("216.36", "210.75"),
        ('TaxableAmount currencyID="EUR">822.00', 'TaxableAmount currencyID="EUR">800.00'),
        ("209.61", "204.00"),
        (
            'TaxExclusiveAmount currencyID="EUR">872.00',
            'TaxExclusiveAmount currencyID="EUR">850.00',
        ),
        ("1088.36", "1060.75"),
        ("<cbc:PayableAmount ", f"{total}<cbc:PayableAmount "),
    ):
        assert was in right
        right = right.replace(was, becomes)
    assert ubl_findings(right.encode()) == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("write", "findings"), [(finvoice, finvoice_findings), (ubl, ubl_findings)]
)
@pytest.mark.parametrize("language", ["fi", "sv", "en"])
def test_our_own_have_nothing_wrong(
    write: Callable[[Invoice], bytes], findings: Callable[[bytes], list[str]], language: str
) -> None:
    invoice = invoiced(language=language)
    note = credit_all(invoice=invoice, reason=Invoice.Reason.RETURNED, at=NOON)

    assert findings(write(invoice)) == []
    assert findings(write(note)) == []


@pytest.mark.django_db
def test_a_finvoice_says_it_with_commas_and_for_the_bank() -> None:
    root = fromstring(finvoice(invoiced()))

    def said(path: str) -> str | None:
        return root.findtext(path)

    assert said("InvoiceDetails/InvoiceTypeCode") == "INV01"
    assert said("InvoiceDetails/InvoiceDate") == "20261123"
    assert said("InvoiceDetails/InvoiceTotalVatIncludedAmount") == "189,40"
    assert said("InvoiceDetails/BuyerReferenceIdentifier") == "PROJ-42"
    assert said("BuyerPartyDetails/BuyerPartyIdentifier") == "0112038-9"
    assert said("BuyerOrganisationUnitNumber") == "003701120389"
    assert said("SellerPartyDetails/SellerOrganisationTaxCode") == "FI20774740"
    assert said("SellerPartyDetails/SellerPostalAddressDetails/SellerTownName") == "Helsinki"
    epi = "EpiDetails/EpiPaymentInstructionDetails/"
    assert said(epi + "EpiInstructedAmount") == "189,40"
    assert str(said(epi + "EpiRemittanceInfoIdentifier")).startswith("RF")
    assert said(epi + "EpiDateOptionDate") == "20261207"


@pytest.mark.django_db
def test_a_credited_finvoice_is_negative_and_names_what_it_corrects() -> None:
    invoice = invoiced()
    books = invoice.lines.get(sku="KIRJA").pk
    note = credit(invoice=invoice, quantities={books: 1}, reason=Invoice.Reason.DEFECT, at=NOON)
    root = fromstring(finvoice(note))

    assert root.findtext("InvoiceDetails/InvoiceTypeCode") == "INV02"
    assert root.findtext("InvoiceDetails/OriginalInvoiceNumber") == "1"
    assert root.findtext("InvoiceDetails/InvoiceTotalVatIncludedAmount") == "-24,90"
    assert root.findtext("InvoiceRow/InvoicedQuantity") == "-1"
    assert root.findtext("InvoiceRow/RowVatExcludedAmount") == "-21,94"
    assert root.findtext(".//EpiInstructedAmount") == "-24,90"


@pytest.mark.django_db
def test_ubl_names_both_ends_the_reference_and_what_was_paid_before() -> None:
    order = three_rates(**COMPANY)
    pay_by_hand(order=order, amount=Decimal("89.40"), on=TODAY, at=NOON, by=None)
    invoice = issue(order=order, tax_point=TODAY, at=NOON)
    document = ubl(invoice)
    root = fromstring(document)

    ends = [(each.get("schemeID"), each.text) for each in root.iter(f"{CBC}EndpointID")]
    assert ends == [("0216", "003720774740"), ("0216", "003701120389")]
    assert root.findtext(f"{CBC}BuyerReference") == "PROJ-42"
    assert root.findtext(f"{CAC}PaymentMeans/{CBC}PaymentMeansCode") == "58"
    totals = f"{CAC}LegalMonetaryTotal/{CBC}"
    assert root.findtext(totals + "PrepaidAmount") == "89.40"
    assert root.findtext(totals + "PayableAmount") == "100.00"
    assert ubl_findings(document) == []


@pytest.mark.django_db
def test_a_credit_note_in_ubl_is_another_document_with_positive_sums() -> None:
    invoice = invoiced()
    root = fromstring(ubl(credit_all(invoice=invoice, reason=Invoice.Reason.RETURNED, at=NOON)))

    assert root.tag.endswith("}CreditNote")
    assert root.findtext(f"{CBC}CreditNoteTypeCode") == "381"
    assert root.findtext(f"{CAC}LegalMonetaryTotal/{CBC}PayableAmount") == "189.40"
    was = f"{CAC}BillingReference/{CAC}InvoiceDocumentReference/{CBC}ID"
    assert root.findtext(was) == "1"


@pytest.mark.django_db
def test_a_person_gets_no_electronic_invoice() -> None:
    private = issue(order=three_rates(), tax_point=TODAY, at=NOON)
    for write in (finvoice, ubl):
        with pytest.raises(NotForMachines):
            write(private)


@pytest.mark.django_db
def test_each_category_of_tax_has_its_letter() -> None:
    said = room.electronic(invoiced())
    assert said.category("domestic", Decimal("25.5")) == "S"
    assert said.category("domestic", Decimal(0)) == "Z"
    letters = {"intra": "K", "reverse": "AE", "aland": "G", "export": "G", "exempt": "E"}
    for treatment, letter in letters.items():
        assert said.category(treatment, Decimal(0)) == letter
    # Out of scope stands alone, or as something exempt.
    assert said.category("abroad", Decimal(0)) == "E"
    alone = replace(said, rates=[InvoiceVat(treatment="abroad")])
    assert alone.category("abroad", Decimal(0)) == "O"


@pytest.mark.django_db
def test_long_names_and_strange_signs_keep_the_form() -> None:
    invoice = invoiced(
        company_name="<Yritys> & \x0bPojat " + "ä" * 80,
        street="Erittäin pitkä kadunnimi, jolla on numero 1",
    )
    assert finvoice_findings(finvoice(invoice)) == []
    assert ubl_findings(ubl(invoice)) == []
    names = [name.text or "" for name in fromstring(ubl(invoice)).iter(f"{CBC}RegistrationName")]
    assert names[1].startswith("<Yritys> & Pojat ä")


@pytest.mark.parametrize("row", vectors.rows("einvoice_addresses"), ids=vectors.name)
def test_addresses_and_operators_are_known_for_what_they_are(row: dict[str, str]) -> None:
    if row["kind"] == "operator":
        assert normal_operator(row["value"]) == row["value"]
    else:
        assert is_ovt(row["value"]) == (row["ytunnus_check"] == "valid")


def test_what_no_operator_has_is_refused() -> None:
    for text in ("", "ABC", "003712345678", "nordea!"):
        with pytest.raises(NotAnAddress):
            normal_operator(text)
    assert ovt_of("2077474-0") == "003720774740"


@pytest.mark.parametrize(
    ("address", "parts"),
    [
        (
            "Vanha Talvitie 2-6, A 7, 00580 Helsinki",
            Postal("Vanha Talvitie 2-6, A 7", "00580", "Helsinki"),
        ),
        ("Katu 1, 22100 Maarianhamina", Postal("Katu 1", "22100", "Maarianhamina")),
        ("PL 7", Postal("PL 7", "", "")),
    ],
)
def test_the_sellers_address_is_parted(address: str, parts: Postal) -> None:
    assert postal_of(address) == parts


@pytest.mark.django_db
def test_the_schema_of_finvoice_accepts_ours() -> None:
    pytest.importorskip("lxml", reason="lxml is no part of the shop")
    if SHARED is None:
        pytest.skip("the folder shared/ with the schema is not beside the checkout")
    schema = SHARED / "facts" / "einvoice" / "Finvoice3.0.xsd"
    etree = importlib.import_module("lxml.etree")
    judge = etree.XMLSchema(etree.parse(str(schema)))
    invoice = invoiced()
    invoice.einvoice_operator = "NDEAFIHH"
    note = credit_all(invoice=invoice, reason=Invoice.Reason.RETURNED, at=NOON)
    for each in (invoice, note, invoiced(company_name="ä" * 90, street="x" * 49)):
        document = etree.fromstring(finvoice(each))
        assert judge.validate(document), judge.error_log


class AnyCredits(TestCase):
    @settings(deadline=None, max_examples=15)
    @given(
        st.dictionaries(
            st.sampled_from(["LAMPPU", "KIRJA", "LEHTI"]), st.integers(1, 3), min_size=1
        )
    )
    def test_whatever_is_credited_the_files_add_up(self, wanted: dict[str, int]) -> None:
        invoice = invoiced()
        pieces = {line.sku: line for line in invoice.lines.exclude(sku="")}
        quantities = {
            pieces[sku].pk: min(count, pieces[sku].quantity) for sku, count in wanted.items()
        }
        note = credit(
            invoice=invoice, quantities=quantities, reason=Invoice.Reason.MISTAKE, at=NOON
        )
        for each in (invoice, note):
            assert finvoice_findings(finvoice(each)) == []
            assert ubl_findings(ubl(each)) == []
