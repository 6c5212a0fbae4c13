"""What both kinds of electronic invoice ask of an invoice before they write it."""

from dataclasses import dataclass
from decimal import Decimal
from xml.etree.ElementTree import Element, SubElement, tostring

from django.utils import translation
from django.utils.translation import pgettext

from orders.invoicing.addresses import OVT_SCHEME, Postal, is_ovt, ovt_of, postal_of
from orders.invoicing.document import owed_at_issue, unit_net, vat_id_of
from orders.invoicing.models import Invoice, InvoiceLine, InvoiceVat
from orders.money import ZERO
from orders.taxation.treatments import Treatment, note_of
from orders.vat import split_gross
from orders.viitenumero import to_rf

REASONS = {
    "AE": ("VATEX-EU-AE", "Reverse charge"),
    "K": ("VATEX-EU-IC", "Intra-community supply"),
    "G": ("VATEX-EU-G", "Export outside the EU"),
    "O": ("VATEX-EU-O", "Not subject to VAT"),
    "E": ("", "Exempt from VAT"),
}
"""Why no tax is charged, in each category that has to say so."""
_CATEGORIES = {
    Treatment.INTRA: "K",
    Treatment.REVERSE: "AE",
    Treatment.ALAND: "G",
    Treatment.EXPORT: "G",
    Treatment.ABROAD: "O",
    Treatment.EXEMPT: "E",
}
"""Of what bears no tax; Åland is abroad for the tax. Whatever else is sold at 0 % is of Z."""
EXEMPT, OUT_OF_SCOPE = "E", "O"
"""A service supplied outside the Union. No VAT ID may stand beside it: the business ID says who
sells, as the law has it (AVL 1501/1993, 209 e §)."""
_ENDPOINTS = {
    "AT": "9914",
    "BE": "9925",
    "BG": "9926",
    "CY": "9928",
    "CZ": "9929",
    "DE": "9930",
    "DK": "0198",
    "EE": "9931",
    "EL": "9933",
    "ES": "9920",
    "FR": "9957",
    "HR": "9934",
    "HU": "9910",
    "IE": "9935",
    "IT": "0211",
    "LT": "9937",
    "LU": "9938",
    "LV": "9939",
    "MT": "9943",
    "NL": "9944",
    "PL": "9945",
    "PT": "9946",
    "RO": "9947",
    "SE": "9955",
    "SI": "9949",
    "SK": "9950",
    "XI": "9932",
}
"""How Peppol calls the VAT IDs of each country."""


@dataclass(frozen=True, slots=True)
class Spec:
    """What an invoice sums up of one category of tax at one rate; the rules want one of each."""

    category: str
    rate: Decimal
    net: Decimal
    vat: Decimal


class NotForMachines(Exception):
    """The invoice has no buyer or seller whom a machine could tell by a business ID."""


@dataclass(frozen=True)
class Electronic:
    """An invoice with all that the files of companies say of it."""

    invoice: Invoice
    lines: list[InvoiceLine]
    rates: list[InvoiceVat]
    seller: dict[str, str]
    seller_postal: Postal
    seller_ovt: str
    buyer_ovt: str
    owed: Decimal
    rf: str

    @property
    def is_out_of_scope(self) -> bool:
        """Tell whether the tax of the Union has no say in anything that was sold."""
        return all(row.treatment == Treatment.ABROAD for row in self.rates)

    @property
    def specs(self) -> list[Spec]:
        """Sum the VAT rows by category and rate: two countries may ask the same rate."""
        sums: dict[tuple[str, Decimal], tuple[Decimal, Decimal]] = {}
        for row in self.rates:
            key = (self.category(row.treatment, row.rate), row.rate)
            net, tax = sums.get(key, (ZERO, ZERO))
            sums[key] = (net + row.net, tax + row.vat)
        return [Spec(*key, *amounts) for key, amounts in sums.items()]

    @property
    def delivered_to(self) -> str:
        """Give the country of the Union that goods went to without tax; nothing where none did."""
        went = (row.country for row in self.rates if row.treatment == Treatment.INTRA)
        return next(went, "")

    def allowance(self, line: InvoiceLine) -> Decimal:
        """Tell what a coupon took off a line, without VAT.

        A credit note gives back what was asked for, and says nothing of a coupon.
        """
        if self.invoice.is_credit_note or line.order_line is None:
            return ZERO
        return split_gross(line.order_line.discount, line.vat_rate).net

    @property
    def coupon(self) -> str:
        """Say what took something off, in the buyer's language."""
        order = self.invoice.order
        with translation.override(self.invoice.language):
            return order.coupon_name or order.coupon_code or pgettext("coupon", "Discount")

    @property
    def seller_vat_id(self) -> str:
        return vat_id_of(self.seller["business_id"])

    @property
    def buyer_vat_id(self) -> str:
        invoice = self.invoice
        return invoice.buyer_vat_id or vat_id_of(invoice.business_id)

    def category(self, treatment: str, rate: Decimal) -> str:
        """Give the category of tax (UNCL5305).

        What is out of scope may stand beside nothing else (BR-O-11): sold together with other
        things it is of the exempt, and its reason says the truth.
        """
        if rate:
            return "S"
        code = _CATEGORIES.get(Treatment(treatment), "Z")
        return EXEMPT if code == OUT_OF_SCOPE and not self.is_out_of_scope else code

    def reason(self, category: str) -> str:
        """Say why no tax is charged, as the law wants it said, in the invoice's language."""
        with translation.override(self.invoice.language):
            said = (
                line.exempt_reason or note_of(line.treatment) for line in self._lines_of(category)
            )
            return "; ".join(dict.fromkeys(filter(None, said))) or REASONS[category][1]

    def reason_code(self, category: str) -> str:
        """Give the code of the reason; nothing where there is none, or several."""
        if category != EXEMPT:
            return REASONS[category][0]
        codes = {line.exempt_code for line in self._lines_of(category)}
        return codes.pop() if len(codes) == 1 else ""

    def _lines_of(self, category: str) -> list[InvoiceLine]:
        return [
            line for line in self.lines if self.category(line.treatment, line.vat_rate) == category
        ]

    @property
    def buyer_endpoint(self) -> tuple[str, str]:
        """Give the scheme and the address by which Peppol finds the buyer."""
        if self.buyer_ovt:
            return OVT_SCHEME, self.buyer_ovt
        number = self.invoice.buyer_vat_id
        return _ENDPOINTS.get(number[:2], ""), number


def is_for_machines(invoice: Invoice) -> bool:
    """Tell whether an invoice is made for machines too: from a company to a company."""
    known = all(invoice.seller.get(fact) for fact in ("business_id", "iban", "bic"))
    return known and bool(invoice.business_id or invoice.buyer_vat_id)


def electronic(invoice: Invoice) -> Electronic:
    """Gather what the files say.

    :raises NotForMachines: when the buyer is no company, or the shop has no business ID or account.
    """
    if not is_for_machines(invoice):
        raise NotForMachines(str(invoice))
    seller = {name: str(said) for name, said in invoice.seller.items()}
    address = invoice.einvoice_address
    return Electronic(
        invoice=invoice,
        lines=list(invoice.lines.select_related("order_line")),
        rates=list(invoice.vat_rows.all()),
        seller=seller,
        seller_postal=postal_of(seller["address"]),
        seller_ovt=ovt_of(seller["business_id"]),
        buyer_ovt=address if is_ovt(address) else ovt_of(invoice.business_id),
        owed=owed_at_issue(invoice),
        rf=to_rf(invoice.reference),
    )


def unit_of(line: InvoiceLine, allowance: Decimal = ZERO) -> tuple[Decimal, int]:
    """Give a unit price without VAT and for how many pieces it is: together exactly the net.

    :param allowance: what a coupon took off the line; the price is that before it.
    """
    whole = abs(line.net) + allowance
    unit = unit_net(whole, line.quantity)
    return (unit, 1) if unit * line.quantity == whole else (whole, line.quantity)


def put(parent: Element, name: str, text: str = "", **attributes: str) -> Element:
    """Put an element into another."""
    child = SubElement(parent, name, attributes)
    if text:
        # Control signs, which XML cannot hold, are no part of what anybody is called.
        child.text = "".join(sign for sign in text if sign >= " ")
    return child


def written_out(root: Element) -> bytes:
    """Write the file."""
    document: bytes = tostring(root, encoding="UTF-8", xml_declaration=True)
    return document
