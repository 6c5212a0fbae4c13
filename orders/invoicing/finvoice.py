"""Finvoice 3.0, the electronic invoice of Finnish banks and operators.

A credit note is INV02 with negative amounts. Decimals have a comma, days are CCYYMMDD, and the
part for the bank (EpiDetails) is always there.
"""

from datetime import date
from decimal import Decimal
from textwrap import wrap
from xml.etree.ElementTree import Element

from orders.invoicing.addresses import Postal
from orders.invoicing.electronic import (
    REASONS,
    Electronic,
    electronic,
    put,
    unit_of,
    written_out,
)
from orders.invoicing.models import Invoice, InvoiceLine

_TYPES = {
    Invoice.Kind.INVOICE: ("INV01", "380", {"fi": "LASKU", "sv": "FAKTURA", "en": "INVOICE"}),
    Invoice.Kind.CREDIT_NOTE: (
        "INV02",
        "381",
        {"fi": "HYVITYSLASKU", "sv": "KREDITFAKTURA", "en": "CREDIT NOTE"},
    ),
}
_DISCOUNT = "95"
_LONGEST = {"organisation": 70, "street": 35, "town": 35, "article": 100, "text": 35, "reason": 70}
_MOST_LINES_OF_REASON = 3


def finvoice(invoice: Invoice) -> bytes:
    """Write an invoice or a credit note as Finvoice 3.0.

    :raises NotForMachines: when it is not from a company to a company.
    """
    said = electronic(invoice)
    root = Element("Finvoice", Version="3.0")
    _envelope(root, said)
    _seller(root, said)
    _buyer(root, said)
    if invoice.tax_point != invoice.date:
        delivery = put(root, "DeliveryDetails")
        _day(delivery, "DeliveryDate", invoice.tax_point)
    _details(root, said)
    for line in said.lines:
        _row(root, said, line)
    _epi(root, said)
    return written_out(root)


def _envelope(root: Element, said: Electronic) -> None:
    """Say who sends it to whom; without an operator it is a file to be handed over."""
    operator = said.invoice.einvoice_operator
    if not operator:
        return
    way = put(root, "MessageTransmissionDetails")
    sender = put(way, "MessageSenderDetails")
    put(sender, "FromIdentifier", said.seller_ovt, SchemeID="0216")
    put(sender, "FromIntermediator", said.seller["bic"])
    receiver = put(way, "MessageReceiverDetails")
    address = said.invoice.einvoice_address or said.buyer_endpoint[1]
    put(receiver, "ToIdentifier", address)
    put(receiver, "ToIntermediator", operator)
    details = put(way, "MessageDetails")
    put(details, "MessageIdentifier", str(said.invoice.pk))
    put(details, "MessageTimeStamp", said.invoice.issued_at.isoformat(timespec="seconds"))
    put(details, "SpecificationIdentifier", "EN16931")


def _seller(root: Element, said: Electronic) -> None:
    party = put(root, "SellerPartyDetails")
    put(party, "SellerPartyIdentifier", said.seller["business_id"])
    put(party, "SellerOrganisationName", said.seller["name"][: _LONGEST["organisation"]])
    if not said.is_out_of_scope:
        put(party, "SellerOrganisationTaxCode", said.seller_vat_id)
    where = said.seller_postal
    _address(party, "Seller", where, "FI")
    put(root, "SellerOrganisationUnitNumber", said.seller_ovt)
    contact = put(root, "SellerCommunicationDetails")
    if said.seller.get("phone"):
        put(contact, "SellerPhoneNumberIdentifier", said.seller["phone"][: _LONGEST["text"]])
    put(contact, "SellerEmailaddressIdentifier", said.seller["email"])
    account = put(put(root, "SellerInformationDetails"), "SellerAccountDetails")
    put(account, "SellerAccountID", _iban(said), IdentificationSchemeName="IBAN")
    put(account, "SellerBic", said.seller["bic"], IdentificationSchemeName="BIC")


def _buyer(root: Element, said: Electronic) -> None:
    invoice = said.invoice
    party = put(root, "BuyerPartyDetails")
    if invoice.business_id:
        put(party, "BuyerPartyIdentifier", invoice.business_id)
    name = invoice.company_name or invoice.buyer_name or said.buyer_vat_id
    put(party, "BuyerOrganisationName", name[: _LONGEST["organisation"]])
    if not said.is_out_of_scope:
        put(party, "BuyerOrganisationTaxCode", said.buyer_vat_id)
    where = Postal(invoice.street, invoice.postcode, invoice.city)
    _address(party, "Buyer", where, invoice.country)
    if said.buyer_ovt:
        put(root, "BuyerOrganisationUnitNumber", said.buyer_ovt)
    if invoice.buyer_name:
        put(root, "BuyerContactPersonName", invoice.buyer_name[: _LONGEST["text"]])


def _address(party: Element, whose: str, where: Postal, country: str) -> None:
    if not (where.street and where.city and where.postcode):
        return
    postal = put(party, f"{whose}PostalAddressDetails")
    longest = _LONGEST["street"]
    for start in range(0, min(len(where.street), 3 * longest), longest):
        put(postal, f"{whose}StreetName", where.street[start : start + longest].strip() or "-")
    put(postal, f"{whose}TownName", where.city[: _LONGEST["town"]])
    put(postal, f"{whose}PostCodeIdentifier", where.postcode)
    put(postal, "CountryCode", country)


def _details(root: Element, said: Electronic) -> None:
    invoice = said.invoice
    code, un_code, names = _TYPES[Invoice.Kind(invoice.kind)]
    details = put(root, "InvoiceDetails")
    put(details, "InvoiceTypeCode", code)
    put(details, "InvoiceTypeCodeUN", un_code)
    put(details, "InvoiceTypeText", names[invoice.language])
    put(details, "OriginCode", "Original")
    put(details, "InvoiceNumber", str(invoice.number))
    _day(details, "InvoiceDate", invoice.date)
    if invoice.corrects is not None:
        put(details, "OriginalInvoiceNumber", str(invoice.corrects.number))
        _day(details, "OriginalInvoiceDate", invoice.corrects.date)
    put(details, "OrderIdentifier", invoice.order.number)
    if invoice.buyer_reference:
        put(details, "BuyerReferenceIdentifier", invoice.buyer_reference[: _LONGEST["text"]])
    _amount(details, "RowsTotalVatExcludedAmount", invoice.total_net)
    _amount(details, "InvoiceTotalVatExcludedAmount", invoice.total_net)
    _amount(details, "InvoiceTotalVatAmount", invoice.total_vat)
    _amount(details, "InvoiceTotalVatIncludedAmount", invoice.total)
    for spec in said.specs:
        row = put(details, "VatSpecificationDetails")
        _amount(row, "VatBaseAmount", spec.net)
        put(row, "VatRatePercent", _comma(spec.rate))
        put(row, "VatCode", spec.category)
        _amount(row, "VatRateAmount", spec.vat)
        if spec.category in REASONS:
            for line in _reason(said.reason(spec.category)):
                put(row, "VatFreeText", line)
    terms = put(details, "PaymentTermsDetails")
    _day(terms, "InvoiceDueDate", invoice.due_date)


def _row(root: Element, said: Electronic, line: InvoiceLine) -> None:
    sign = -1 if said.invoice.is_credit_note else 1
    allowance = said.allowance(line)
    unit, pieces = unit_of(line, allowance)
    row = put(root, "InvoiceRow")
    if line.sku:
        put(row, "ArticleIdentifier", line.sku[: _LONGEST["text"]])
    put(row, "ArticleName", line.name[: _LONGEST["article"]])
    units = {"QuantityUnitCode": "kpl", "QuantityUnitCodeUN": "H87"}
    put(row, "InvoicedQuantity", str(sign * line.quantity), **units)
    price = {"UnitPriceUnitCode": "kpl", "QuantityUnitCodeUN": "H87"}
    put(row, "UnitPriceAmount", _comma(unit), AmountCurrencyIdentifier="EUR", **price)
    if pieces > 1:
        put(row, "UnitPriceBaseQuantity", str(pieces), **units)
    put(row, "RowPositionIdentifier", str(line.position))
    if allowance:
        _amount(row, "RowDiscountAmount", allowance)
        put(row, "RowDiscountTypeCode", _DISCOUNT)
        put(row, "RowDiscountTypeText", said.coupon[: _LONGEST["text"]])
    put(row, "RowVatRatePercent", _comma(line.vat_rate))
    put(row, "RowVatCode", said.category(line.treatment, line.vat_rate))
    _amount(row, "RowVatAmount", line.vat)
    _amount(row, "RowVatExcludedAmount", line.net)
    _amount(row, "RowAmount", line.gross)


def _epi(root: Element, said: Electronic) -> None:
    invoice = said.invoice
    epi = put(root, "EpiDetails")
    identification = put(epi, "EpiIdentificationDetails")
    _day(identification, "EpiDate", invoice.date)
    put(identification, "EpiReference", invoice.reference)
    parties = put(epi, "EpiPartyDetails")
    bank = put(parties, "EpiBfiPartyDetails")
    put(bank, "EpiBfiIdentifier", said.seller["bic"], IdentificationSchemeName="BIC")
    payee = put(parties, "EpiBeneficiaryPartyDetails")
    put(payee, "EpiNameAddressDetails", said.seller["name"][: _LONGEST["text"]])
    put(payee, "EpiAccountID", _iban(said), IdentificationSchemeName="IBAN")
    order = put(epi, "EpiPaymentInstructionDetails")
    put(order, "EpiRemittanceInfoIdentifier", said.rf, IdentificationSchemeName="ISO")
    _amount(order, "EpiInstructedAmount", invoice.total if invoice.is_credit_note else said.owed)
    put(order, "EpiCharge", "SHA", ChargeOption="SHA")
    _day(order, "EpiDateOptionDate", invoice.due_date)


def _iban(said: Electronic) -> str:
    return "".join(said.seller["iban"].split())


def _reason(words: str) -> list[str]:
    """Part the reason why there is no VAT into lines that the schema takes."""
    return wrap(words, _LONGEST["reason"])[:_MOST_LINES_OF_REASON]


def _comma(number: Decimal) -> str:
    return f"{number}".replace(".", ",")


def _amount(parent: Element, name: str, amount: Decimal) -> None:
    put(parent, name, _comma(amount), AmountCurrencyIdentifier="EUR")


def _day(parent: Element, name: str, day: date) -> None:
    put(parent, name, f"{day:%Y%m%d}", Format="CCYYMMDD")
