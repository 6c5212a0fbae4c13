"""EN 16931 in UBL 2.1 as Peppol BIS Billing 3 wants it, for companies that buy.

An amount of a credit note is positive here: that it is credited is said by what kind of document
it is.
"""

from decimal import Decimal
from xml.etree.ElementTree import Element, register_namespace

from orders.invoicing.addresses import BUSINESS_ID_SCHEME, OVT_SCHEME, Postal
from orders.invoicing.electronic import (
    OUT_OF_SCOPE,
    REASONS,
    Electronic,
    electronic,
    put,
    unit_of,
    written_out,
)
from orders.invoicing.models import Invoice, InvoiceLine

CUSTOMIZATION = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
PROFILE = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
_URN = "urn:oasis:names:specification:ubl:schema:xsd:"
CAC, CBC = f"{{{_URN}CommonAggregateComponents-2}}", f"{{{_URN}CommonBasicComponents-2}}"
INVOICE, CREDIT_NOTE = f"{{{_URN}Invoice-2}}", f"{{{_URN}CreditNote-2}}"
_SEPA = "58"
_EUR = {"currencyID": "EUR"}
_PIECE = "H87"
DISCOUNT = "95"
"""A reduction, in the list of reasons (UNCL5189)."""

register_namespace("cac", CAC[1:-1])
register_namespace("cbc", CBC[1:-1])


def ubl(invoice: Invoice) -> bytes:
    """Write an invoice or a credit note as Peppol BIS Billing 3.

    :raises NotForMachines: when it is not from a company to a company.
    """
    said = electronic(invoice)
    kind = "CreditNote" if invoice.is_credit_note else "Invoice"
    # The document's own names stand in no namespace of a prefix, as everybody writes them.
    root = Element(kind, xmlns=f"{_URN}{kind}-2")
    _head(root, said)
    _seller(_party(root, "AccountingSupplierParty"), said)
    _buyer(_party(root, "AccountingCustomerParty"), said)
    _delivery(root, said)
    _means(root, said)
    _tax(root, said)
    _totals(root, said)
    for line in said.lines:
        _line(root, said, line)
    return written_out(root)


def _group(parent: Element, name: str) -> Element:
    return put(parent, f"{CAC}{name}")


def _say(parent: Element, name: str, text: str, **attributes: str) -> None:
    put(parent, f"{CBC}{name}", text, **attributes)


def _amount(parent: Element, name: str, amount: Decimal) -> None:
    put(parent, f"{CBC}{name}", str(amount), **_EUR)


def _positive(said: Electronic, amount: Decimal) -> Decimal:
    return -amount if said.invoice.is_credit_note else amount


def _head(root: Element, said: Electronic) -> None:
    invoice = said.invoice
    _say(root, "CustomizationID", CUSTOMIZATION)
    _say(root, "ProfileID", PROFILE)
    _say(root, "ID", str(invoice.number))
    _say(root, "IssueDate", str(invoice.date))
    if invoice.is_credit_note:
        _say(root, "CreditNoteTypeCode", "381")
    else:
        _say(root, "DueDate", str(invoice.due_date))
        _say(root, "InvoiceTypeCode", "380")
    _say(root, "DocumentCurrencyCode", "EUR")
    if invoice.buyer_reference:
        _say(root, "BuyerReference", invoice.buyer_reference)
    _say(_group(root, "OrderReference"), "ID", invoice.order.number)
    if invoice.corrects is not None:
        was = _group(_group(root, "BillingReference"), "InvoiceDocumentReference")
        _say(was, "ID", str(invoice.corrects.number))
        _say(was, "IssueDate", str(invoice.corrects.date))


def _party(root: Element, name: str) -> Element:
    return _group(_group(root, name), "Party")


def _seller(party: Element, said: Electronic) -> None:
    _say(party, "EndpointID", said.seller_ovt, schemeID=OVT_SCHEME)
    _address(party, said.seller_postal, "FI")
    if not said.is_out_of_scope:
        _vat_id(party, said.seller_vat_id)
    _entity(party, said.seller["name"], said.seller["business_id"])
    contact = _group(party, "Contact")
    if said.seller.get("phone"):
        _say(contact, "Telephone", said.seller["phone"])
    _say(contact, "ElectronicMail", said.seller["email"])


def _buyer(party: Element, said: Electronic) -> None:
    invoice = said.invoice
    scheme, endpoint = said.buyer_endpoint
    _say(party, "EndpointID", endpoint, schemeID=scheme)
    _address(party, Postal(invoice.street, invoice.postcode, invoice.city), invoice.country)
    if not said.is_out_of_scope:
        _vat_id(party, said.buyer_vat_id)
    name = invoice.company_name or invoice.buyer_name or invoice.business_id or said.buyer_vat_id
    _entity(party, name, invoice.business_id)
    if invoice.buyer_name:
        _say(_group(party, "Contact"), "Name", invoice.buyer_name)


def _address(party: Element, postal: Postal, country: str) -> None:
    where = _group(party, "PostalAddress")
    parts = {
        "StreetName": postal.street,
        "CityName": postal.city,
        "PostalZone": postal.postcode,
    }
    for name, part in parts.items():
        if part:
            _say(where, name, part)
    _say(_group(where, "Country"), "IdentificationCode", country)


def _vat_id(party: Element, number: str) -> None:
    scheme = _group(party, "PartyTaxScheme")
    _say(scheme, "CompanyID", number)
    _say(_group(scheme, "TaxScheme"), "ID", "VAT")


def _entity(party: Element, name: str, business_id: str) -> None:
    entity = _group(party, "PartyLegalEntity")
    _say(entity, "RegistrationName", name)
    if business_id:
        _say(entity, "CompanyID", business_id, schemeID=BUSINESS_ID_SCHEME)


def _delivery(root: Element, said: Electronic) -> None:
    delivery = _group(root, "Delivery")
    _say(delivery, "ActualDeliveryDate", str(said.invoice.tax_point))
    if said.delivered_to:
        where = _group(_group(delivery, "DeliveryLocation"), "Address")
        _say(_group(where, "Country"), "IdentificationCode", said.delivered_to)


def _means(root: Element, said: Electronic) -> None:
    means = _group(root, "PaymentMeans")
    _say(means, "PaymentMeansCode", _SEPA)
    _say(means, "PaymentID", said.rf)
    account = _group(means, "PayeeFinancialAccount")
    _say(account, "ID", "".join(said.seller["iban"].split()))
    _say(_group(account, "FinancialInstitutionBranch"), "ID", said.seller["bic"])


def _tax(root: Element, said: Electronic) -> None:
    total = _group(root, "TaxTotal")
    _amount(total, "TaxAmount", _positive(said, said.invoice.total_vat))
    for spec in said.specs:
        row = _group(total, "TaxSubtotal")
        _amount(row, "TaxableAmount", _positive(said, spec.net))
        _amount(row, "TaxAmount", _positive(said, spec.vat))
        _category(row, "TaxCategory", said, spec.category, spec.rate, reason=True)


def _category(
    parent: Element, name: str, said: Electronic, code: str, rate: Decimal, *, reason: bool = False
) -> None:
    category = _group(parent, name)
    _say(category, "ID", code)
    if code != OUT_OF_SCOPE:
        _say(category, "Percent", str(rate))
    if reason and code in REASONS:
        known = said.reason_code(code)
        if known:
            _say(category, "TaxExemptionReasonCode", known)
        _say(category, "TaxExemptionReason", said.reason(code))
    _say(_group(category, "TaxScheme"), "ID", "VAT")


def _totals(root: Element, said: Electronic) -> None:
    invoice = said.invoice
    gross = _positive(said, invoice.total)
    owed = gross if invoice.is_credit_note else said.owed
    totals = _group(root, "LegalMonetaryTotal")
    _amount(totals, "LineExtensionAmount", _positive(said, invoice.total_net))
    _amount(totals, "TaxExclusiveAmount", _positive(said, invoice.total_net))
    _amount(totals, "TaxInclusiveAmount", gross)
    if owed != gross:
        _amount(totals, "PrepaidAmount", gross - owed)
    _amount(totals, "PayableAmount", owed)


def _line(root: Element, said: Electronic, line: InvoiceLine) -> None:
    is_credited = said.invoice.is_credit_note
    allowance = said.allowance(line)
    unit, pieces = unit_of(line, allowance)
    row = _group(root, "CreditNoteLine" if is_credited else "InvoiceLine")
    _say(row, "ID", str(line.position))
    quantity = "CreditedQuantity" if is_credited else "InvoicedQuantity"
    _say(row, quantity, str(line.quantity), unitCode=_PIECE)
    _amount(row, "LineExtensionAmount", _positive(said, line.net))
    if allowance:
        _allowance(row, said, allowance)
    item = _group(row, "Item")
    _say(item, "Name", line.name)
    if line.sku:
        _say(_group(item, "SellersItemIdentification"), "ID", line.sku)
    code = said.category(line.treatment, line.vat_rate)
    _category(item, "ClassifiedTaxCategory", said, code, line.vat_rate)
    price = _group(row, "Price")
    _amount(price, "PriceAmount", unit)
    if pieces > 1:
        _say(price, "BaseQuantity", str(pieces), unitCode=_PIECE)


def _allowance(row: Element, said: Electronic, amount: Decimal) -> None:
    """Say what a coupon took off: its share of the line, which nobody has to divide again."""
    taken = _group(row, "AllowanceCharge")
    _say(taken, "ChargeIndicator", "false")
    _say(taken, "AllowanceChargeReasonCode", DISCOUNT)
    _say(taken, "AllowanceChargeReason", said.coupon)
    _amount(taken, "Amount", amount)
