"""What an electronic invoice must say to be right, beyond what its schema asks.

The schema of Finvoice accepts wrong sums and wrong reference numbers, and a bank does not. For UBL
these are the rules of EN 16931 and Peppol BIS 3 that an invoice of a shop can break, by their
names.
"""

import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from xml.etree.ElementTree import Element, fromstring

from stdnum import iban as stdnum_iban

from orders import viitenumero
from orders.invoicing.ubl import CAC, CBC
from orders.money import CENT, ZERO

_VERSIONS = {"1.3", "2.0", "2.01", "3.0"}
_AMOUNT = re.compile(r"-?[0-9]{1,15}(,[0-9]{2,5})?")
_DAY = re.compile(r"[0-9]{8}")
_LONGEST_NUMBER = 20
_PARTS = ("SellerPartyDetails", "BuyerPartyDetails", "InvoiceDetails", "InvoiceRow", "EpiDetails")
_OF_AN_INVOICE = ("INV01", "INV02")


def finvoice_findings(document: bytes) -> list[str]:
    """Name what is wrong with a Finvoice: with its form, its sums, its account or its reference."""
    root = fromstring(document)  # noqa: S314 (the shop's own file)
    wrong_form = list(_finvoice_form(root))
    return wrong_form or [*_finvoice_sums(root), *_finvoice_payment(root)]


def _finvoice_form(root: Element) -> Iterator[str]:
    if root.tag != "Finvoice" or root.get("Version") not in _VERSIONS:
        yield "version"
    yield from (f"no {part}" for part in _PARTS if root.find(part) is None)
    if not 1 <= len(root.findtext("InvoiceDetails/InvoiceNumber", "")) <= _LONGEST_NUMBER:
        yield "InvoiceNumber"
    if root.findtext("InvoiceDetails/InvoiceTypeCode") not in _OF_AN_INVOICE:
        yield "InvoiceTypeCode"
    yield from (f"{each.tag} is wrong" for each in root.iter() if not _is_formed(each))


def _is_formed(element: Element) -> bool:
    text = element.text or ""
    if element.tag == "EpiAccountID":
        return element.get("IdentificationSchemeName") in ("IBAN", "BBAN")
    if "AmountCurrencyIdentifier" in element.attrib:
        return bool(_AMOUNT.fullmatch(text))
    return element.get("Format") != "CCYYMMDD" or bool(_DAY.fullmatch(text))


def _comma(parent: Element, path: str) -> Decimal:
    return Decimal(parent.findtext(path, "0").replace(",", "."))


def _finvoice_sums(root: Element) -> Iterator[str]:
    details = root.find("InvoiceDetails")
    assert details is not None  # noqa: S101 (asked before)
    net, vat, gross = (
        _comma(details, f"InvoiceTotalVat{which}Amount") for which in ("Excluded", "", "Included")
    )
    rows = sum((_comma(row, "RowVatExcludedAmount") for row in root.iter("InvoiceRow")), start=ZERO)
    charges = sum((_comma(each, "Amount") for each in details.iter("ChargeDetails")), start=ZERO)
    if rows + charges != net:
        yield "rows do not sum to the net"
    yield from (
        f"row {each.findtext('RowPositionIdentifier')} is not its pieces and price"
        for each in root.iter("InvoiceRow")
        if not _is_pieces_times_price(each)
    )
    rates = list(details.iter("VatSpecificationDetails"))
    if sum((_comma(row, "VatBaseAmount") for row in rates), start=ZERO) != net:
        yield "rates do not sum to the net"
    if sum((_comma(row, "VatRateAmount") for row in rates), start=ZERO) != vat:
        yield "rates do not sum to the VAT"
    if net + vat != gross:
        yield "net and VAT do not sum to the total"
    if (root.findtext("InvoiceDetails/InvoiceTypeCode") == "INV02") != (gross < 0):
        yield "the sign is not that of its kind"
    if abs(_comma(root, ".//EpiInstructedAmount")) > abs(gross):
        yield "more is to be paid than the total"


def _is_pieces_times_price(row: Element) -> bool:
    """Tell whether a row that has a price is that price, times its pieces, less its discount."""
    if row.find("UnitPriceAmount") is None or row.find("RowVatExcludedAmount") is None:
        return True
    pieces = _comma(row, "InvoicedQuantity") / (_comma(row, "UnitPriceBaseQuantity") or 1)
    said = pieces * _comma(row, "UnitPriceAmount") - _comma(row, "RowDiscountAmount")
    return abs(said - _comma(row, "RowVatExcludedAmount")) < CENT


def _finvoice_payment(root: Element) -> Iterator[str]:
    account = root.find(".//EpiAccountID")
    scheme = account.get("IdentificationSchemeName") if account is not None else ""
    if account is not None and scheme == "IBAN" and not stdnum_iban.is_valid(account.text or ""):
        yield "the account number is wrong"
    reference = root.find(".//EpiRemittanceInfoIdentifier")
    if reference is None:
        yield "no reference"
    elif not _is_reference(reference.get("IdentificationSchemeName", ""), reference.text or ""):
        yield "the reference is wrong"


def _is_reference(scheme: str, text: str) -> bool:
    if scheme == "ISO":
        return viitenumero.is_creditor_reference(text)
    return viitenumero.is_valid(text) and not text.startswith("RF")


# --- UBL

_PATHS = {
    "endpoint of the buyer": f"{CAC}AccountingCustomerParty/{CAC}Party/{CBC}EndpointID",
    "endpoint of the seller": f"{CAC}AccountingSupplierParty/{CAC}Party/{CBC}EndpointID",
    "account": f"{CAC}PaymentMeans/{CAC}PayeeFinancialAccount/{CBC}ID",
    "means": f"{CAC}PaymentMeans/{CBC}PaymentMeansCode",
    "subtotal": f"{CAC}TaxTotal/{CAC}TaxSubtotal",
}
_TRANSFERS = {"30", "58"}
_LINES = (f"{CAC}InvoiceLine", f"{CAC}CreditNoteLine")


def ubl_findings(document: bytes) -> list[str]:
    """Name the rules of EN 16931 and Peppol BIS 3 that an invoice breaks."""
    root = fromstring(document)  # noqa: S314 (the shop's own file)
    found = [*_parties(root), *_currency(root), *_ubl_sums(root), *_lines(root), *_categories(root)]
    return sorted(set(found))


def _text(parent: Element, path: str) -> str:
    return parent.findtext(path, "")


def _number(parent: Element, path: str) -> Decimal:
    try:
        return Decimal(parent.findtext(path, "0"))
    except InvalidOperation:
        return Decimal("NaN")


def _parties(root: Element) -> Iterator[str]:
    if not _text(root, _PATHS["endpoint of the buyer"]):
        yield "PEPPOL-EN16931-R010"
    if not _text(root, _PATHS["endpoint of the seller"]):
        yield "PEPPOL-EN16931-R020"
    order = f"{CAC}OrderReference/{CBC}ID"
    if not (_text(root, f"{CBC}BuyerReference") or _text(root, order)):
        yield "PEPPOL-EN16931-R003"
    if _text(root, _PATHS["means"]) in _TRANSFERS and not _text(root, _PATHS["account"]):
        yield "BR-61"
    owed = _number(root, f"{CAC}LegalMonetaryTotal/{CBC}PayableAmount")
    terms = _text(root, f"{CAC}PaymentTerms/{CBC}Note")
    if root.tag.endswith("}Invoice") and owed > 0 and not (_text(root, f"{CBC}DueDate") or terms):
        yield "BR-CO-25"


def _currency(root: Element) -> Iterator[str]:
    currency = _text(root, f"{CBC}DocumentCurrencyCode")
    if currency != "EUR":
        yield "BR-CL-04"
    said = {each.get("currencyID") for each in root.iter() if "currencyID" in each.attrib}
    if said != {currency}:
        yield from ("PEPPOL-EN16931-R051", "BR-CO-15")


def _ubl_sums(root: Element) -> Iterator[str]:
    totals = f"{CAC}LegalMonetaryTotal/{CBC}"
    lines, net, gross = (
        _number(root, f"{totals}{name}")
        for name in ("LineExtensionAmount", "TaxExclusiveAmount", "TaxInclusiveAmount")
    )
    vat = _number(root, f"{CAC}TaxTotal/{CBC}TaxAmount")
    if _sum_of_lines(root) != lines:
        yield "BR-CO-10"
    taken, added = (_adjusted(root, charge=charge) for charge in (False, True))
    yield from _adjustments(root, taken, added)
    if lines - taken + added != net:
        yield "BR-CO-13"
    rates = root.findall(_PATHS["subtotal"])
    if not rates:
        yield "BR-CO-18"
    if sum((_number(row, f"{CBC}TaxAmount") for row in rates), start=ZERO) != vat:
        yield "BR-CO-14"
    if net + vat != gross:
        yield "BR-CO-15"
    owed, paid = (_number(root, f"{totals}{name}") for name in ("PayableAmount", "PrepaidAmount"))
    if gross - paid != owed:
        yield "BR-CO-16"


def _adjustments(root: Element, taken: Decimal, added: Decimal) -> Iterator[str]:
    totals = f"{CAC}LegalMonetaryTotal/{CBC}"
    if taken != _number(root, f"{totals}AllowanceTotalAmount"):
        yield "BR-CO-11"
    if added != _number(root, f"{totals}ChargeTotalAmount"):
        yield "BR-CO-12"


def _adjusted(parent: Element, *, charge: bool, tax: tuple[str, str] = ("", "")) -> Decimal:
    """Sum the charges or the allowances of a document or a line; where asked, of one tax only."""
    path, said = tax
    found = (
        each
        for each in parent.findall(f"{CAC}AllowanceCharge")
        if (_text(each, f"{CBC}ChargeIndicator") == "true") == charge
        and (not path or _text(each, f"{CAC}TaxCategory/{path}") == said)
    )
    return sum((_number(each, f"{CBC}Amount") for each in found), start=ZERO)


def _all_lines(root: Element) -> list[Element]:
    return [line for name in _LINES for line in root.findall(name)]


def _sum_of_lines(root: Element) -> Decimal:
    nets = (_number(line, f"{CBC}LineExtensionAmount") for line in _all_lines(root))
    return sum(nets, start=ZERO)


def _lines(root: Element) -> Iterator[str]:
    for line in _all_lines(root):
        quantity = _number(line, f"{CBC}InvoicedQuantity") or _number(
            line, f"{CBC}CreditedQuantity"
        )
        base = _number(line, f"{CAC}Price/{CBC}BaseQuantity") or Decimal(1)
        price = _number(line, f"{CAC}Price/{CBC}PriceAmount")
        said = quantity * price / base + _adjusted(line, charge=True)
        said -= _adjusted(line, charge=False)
        if abs(said - _number(line, f"{CBC}LineExtensionAmount")) > 2 * CENT:
            yield "PEPPOL-EN16931-R120"
        for each in line.findall(f"{CAC}AllowanceCharge"):
            if each.find(f"{CBC}Amount") is None:
                yield "BR-41"
            if not _text(each, f"{CBC}AllowanceChargeReason"):
                yield "BR-42"
    if not _all_lines(root):
        yield "BR-16"


def _with_tax(root: Element, rate: Decimal, base: Decimal, vat: Decimal) -> Iterator[str]:
    if not rate:
        yield "BR-S-05"
    if _of_the_rate(root, rate) != base:
        yield "BR-S-08"
    # One cent more or less is within the rules: gross prices are the truth.
    if abs(base * rate / 100 - vat) >= 1:
        yield from ("BR-S-09", "BR-CO-17")


def _categories(root: Element) -> Iterator[str]:
    for row in root.findall(_PATHS["subtotal"]):
        code = _text(row, f"{CAC}TaxCategory/{CBC}ID")
        rate = _number(row, f"{CAC}TaxCategory/{CBC}Percent")
        base, vat = _number(row, f"{CBC}TaxableAmount"), _number(row, f"{CBC}TaxAmount")
        if code == "S":
            yield from _with_tax(root, rate, base, vat)
        if code in _UNTAXED:
            yield from _without_tax(root, row, code, rate)
        if code == "O":
            yield from _out_of_scope(root, row)
        if code == "K":
            yield from _within_the_union(root, row, rate, vat)


_UNTAXED = {"Z": "Z", "AE": "AE", "G": "G", "E": "E"}
"""Categories without tax, by the names of their rules; K, within the Union, asks for more."""


def _without_tax(root: Element, row: Element, code: str, rate: Decimal) -> Iterator[str]:
    rule = f"BR-{_UNTAXED[code]}"
    category = f"{CAC}TaxCategory/{CBC}TaxExemptionReason"
    says_why = _text(row, category) or _text(row, f"{category}Code")
    if rate:
        yield f"{rule}-05"
    if _of_the_category(root, code) != _number(row, f"{CBC}TaxableAmount"):
        yield f"{rule}-08"
    if _number(row, f"{CBC}TaxAmount"):
        yield f"{rule}-09"
    if bool(says_why) == (code == "Z"):
        yield f"{rule}-10"
    seller, buyer = (
        _text(root, f"{CAC}Accounting{which}Party/{CAC}Party/{CAC}PartyTaxScheme/{CBC}CompanyID")
        for which in ("Supplier", "Customer")
    )
    if not seller or (code == "AE" and not buyer):
        yield f"{rule}-02"


def _out_of_scope(root: Element, row: Element) -> Iterator[str]:
    """Ask that nothing of the tax stands on an invoice over which the tax has no say."""
    numbers = f"{CAC}PartyTaxScheme/{CBC}CompanyID"
    if any(party.find(numbers) is not None for party in root.iter(f"{CAC}Party")):
        yield "BR-O-02"
    item = f"{CAC}Item/{CAC}ClassifiedTaxCategory/{CBC}"
    if any(line.find(f"{item}Percent") is not None for line in _all_lines(root)):
        yield "BR-O-05"
    if _of_the_category(root, "O") != _number(row, f"{CBC}TaxableAmount"):
        yield "BR-O-08"
    if _number(row, f"{CBC}TaxAmount"):
        yield "BR-O-09"
    if not _text(row, f"{CAC}TaxCategory/{CBC}TaxExemptionReason"):
        yield "BR-O-10"
    if len(root.findall(_PATHS["subtotal"])) > 1:
        yield "BR-O-11"
    if any(_text(line, f"{item}ID") != "O" for line in _all_lines(root)):
        yield "BR-O-12"


def _of_the_category(root: Element, code: str) -> Decimal:
    return _taxed_as(root, f"{CBC}ID", code)


def _of_the_rate(root: Element, rate: Decimal) -> Decimal:
    path = f"{CAC}Item/{CAC}ClassifiedTaxCategory/{CBC}Percent"
    written = {_text(line, path) for line in _all_lines(root) if _number(line, path) == rate}
    return sum((_taxed_as(root, f"{CBC}Percent", each) for each in written), start=ZERO)


def _taxed_as(root: Element, path: str, said: str) -> Decimal:
    """Sum what is of one category or rate: lines, charges of the document, less its allowances."""
    item = f"{CAC}Item/{CAC}ClassifiedTaxCategory/{path}"
    lines = (
        _number(line, f"{CBC}LineExtensionAmount")
        for line in _all_lines(root)
        if _text(line, item) == said
    )
    more, less = (_adjusted(root, charge=charge, tax=(path, said)) for charge in (True, False))
    return sum(lines, start=ZERO) + more - less


def _within_the_union(root: Element, row: Element, rate: Decimal, vat: Decimal) -> Iterator[str]:
    buyer = f"{CAC}AccountingCustomerParty/{CAC}Party/{CAC}PartyTaxScheme/{CBC}CompanyID"
    if not _text(root, buyer):
        yield "BR-IC-02"
    if rate:
        yield "BR-IC-05"
    if vat:
        yield "BR-IC-09"
    if not _text(row, f"{CAC}TaxCategory/{CBC}TaxExemptionReasonCode"):
        yield "BR-IC-10"
    if not _text(root, f"{CAC}Delivery/{CBC}ActualDeliveryDate"):
        yield "BR-IC-11"
    country = f"{CAC}Delivery/{CAC}DeliveryLocation/{CAC}Address/{CAC}Country"
    if not _text(root, f"{country}/{CBC}IdentificationCode"):
        yield "BR-IC-12"
