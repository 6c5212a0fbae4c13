"""What an invoice, a credit note or a receipt says, in its own language."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from stdnum import iban

from orders.barcode import NotABarcode, Payable, encode, epc_qr
from orders.books.models import Entry, LedgerAccount, Posting
from orders.invoicing.models import Invoice, InvoiceLine, InvoiceVat
from orders.money import ZERO
from orders.taxation.areas import HOME
from orders.taxation.countries import country_name
from orders.taxation.treatments import BEARS_NO_TAX, Treatment, note_of, short_name_of
from orders.viitenumero import to_rf, written

_CENT, _PART = Decimal("0.01"), Decimal("0.0001")

Facts = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Row:
    """One line: quantity times unit price is its net, but for parts of a cent."""

    name: str
    sku: str
    quantity: int
    unit_net: Decimal
    rate: Decimal
    net: Decimal
    vat: Decimal
    gross: Decimal
    taxed: str = ""
    """How it is taxed, where the document's lines are taxed in several ways."""


@dataclass(frozen=True, slots=True)
class ToPay:
    """How a document is paid, for people and for machines."""

    facts: Facts
    sum: Decimal
    due_date: str
    barcode: str
    """The 54 digits; nothing where the account is not Finnish."""
    qr: str
    notes: list[str]


@dataclass(frozen=True, slots=True)
class Document:
    """All that stands on it."""

    language: str
    title: str
    number: int
    seller: dict[str, str]
    seller_facts: Facts
    buyer: list[str]
    buyer_facts: Facts
    facts: Facts
    rows: list[Row]
    vat_rows: list[InvoiceVat]
    total_net: Decimal
    total_vat: Decimal
    total: Decimal
    payment: ToPay | None
    notes: list[str]


def document_of(invoice: Invoice) -> Document:
    """Say all that an invoice says, in its language: Value Added Tax Act 1501/1993, 209 e §.

    It says the same whenever it is asked: what was paid after the issue changes nothing.
    """
    lines, rates = list(invoice.lines.all()), list(invoice.vat_rows.all())
    with translation.override(invoice.language):
        return Document(
            language=invoice.language,
            title=title_of(invoice),
            number=invoice.number,
            seller={name: str(said) for name, said in invoice.seller.items()},
            seller_facts=list(_seller_facts(invoice)),
            buyer=buyer_of(invoice),
            buyer_facts=list(_buyer_facts(invoice)),
            facts=list(_facts(invoice)),
            rows=[_row(invoice, line, rates) for line in lines],
            vat_rows=rates,
            total_net=invoice.total_net,
            total_vat=invoice.total_vat,
            total=invoice.total,
            payment=_payment(invoice),
            notes=[*_notes(invoice), *_once(_tax_notes(lines, rates))],
        )


def _once(words: Iterable[str]) -> list[str]:
    return [each for each in dict.fromkeys(words) if each]


def title_of(invoice: Invoice) -> str:
    """Call it what it is."""
    if invoice.is_credit_note:
        return pgettext("document", "Credit note")
    if invoice.is_simplified:
        return pgettext("document", "Receipt")
    return pgettext("document", "Invoice")


def vat_id_of(business_id: str) -> str:
    """Give the VAT ID of a Finnish business ID."""
    return f"FI{business_id.replace('-', '')}" if business_id else ""


def buyer_of(invoice: Invoice) -> list[str]:
    """Write whom it is to, as on an envelope."""
    lines = [
        invoice.company_name,
        invoice.buyer_name,
        invoice.street,
        f"{invoice.postcode} {invoice.city}".strip(),
        "" if invoice.country == HOME else country_name(invoice.country),
    ]
    named = any(lines[:4])
    return [" ".join(line.split()) for line in lines if line] if named else []


def owed_at_issue(invoice: Invoice) -> Decimal:
    """Tell what was still to be paid of an invoice when it was issued."""
    if invoice.is_credit_note:
        return ZERO
    own = Entry.objects.filter(kind=Entry.Kind.INVOICE, source=invoice.pk).values("number")
    until = Posting.objects.of(invoice.order_id).on(LedgerAccount.RECEIVABLE)
    return max(until.filter(entry__number__lte=own[:1]).balance(), ZERO)


def unit_net_of(line: InvoiceLine) -> Decimal:
    """Give the unit price without VAT: in cents where that is exact, else in parts of a cent."""
    return unit_net(abs(line.net), line.quantity)


def unit_net(amount: Decimal, pieces: int) -> Decimal:
    """Give what one of some pieces costs: in cents where that is exact, else in parts of a cent."""
    unit = amount / pieces
    whole = unit.quantize(_CENT, ROUND_HALF_UP)
    return whole if whole * pieces == amount else unit.quantize(_PART, ROUND_HALF_UP)


def _seller_facts(invoice: Invoice) -> Iterator[tuple[str, str]]:
    business_id = str(invoice.seller.get("business_id", ""))
    if business_id:
        yield _("Business ID"), business_id
        yield _("VAT ID"), vat_id_of(business_id)
    for name, label in (("phone", _("Telephone")), ("email", _("E-mail"))):
        if invoice.seller.get(name):
            yield label, str(invoice.seller[name])


def _buyer_facts(invoice: Invoice) -> Iterator[tuple[str, str]]:
    if invoice.business_id:
        yield _("Buyer's business ID"), invoice.business_id
    if invoice.buyer_vat_id:
        yield _("Buyer's VAT ID"), invoice.buyer_vat_id
    if invoice.buyer_reference:
        yield _("Your reference"), invoice.buyer_reference


def _facts(invoice: Invoice) -> Iterator[tuple[str, str]]:
    yield _number_words(invoice), str(invoice.number)
    yield _("Date"), _day(invoice.date)
    if invoice.corrects is not None:
        yield _("Corrects invoice"), f"{invoice.corrects.number} ({_day(invoice.corrects.date)})"
        yield _("Reason"), str(Invoice.Reason(invoice.reason).label)
    elif invoice.tax_point != invoice.date:
        yield _("Delivered or paid in advance"), _day(invoice.tax_point)
    else:
        yield _("Delivered"), _day(invoice.tax_point)
    yield _("Order number"), invoice.order.number
    if owed_at_issue(invoice):
        yield _("Due date"), _day(invoice.due_date)
    if not invoice.is_credit_note:
        yield _("Reference number"), written(invoice.reference)
    yield from _buyer_facts(invoice)


def _number_words(invoice: Invoice) -> str:
    if invoice.is_credit_note:
        return _("Credit note number")
    return _("Receipt number") if invoice.is_simplified else _("Invoice number")


def _day(day: date) -> str:
    return date_format(day, "SHORT_DATE_FORMAT")


def _row(invoice: Invoice, line: InvoiceLine, rates: Sequence[InvoiceVat]) -> Row:
    differs = len({(row.treatment, row.country) for row in rates}) > 1
    return Row(
        name=line.name,
        sku=line.sku,
        quantity=-line.quantity if invoice.is_credit_note else line.quantity,
        unit_net=unit_net_of(line),
        rate=line.vat_rate,
        net=line.net,
        vat=line.vat,
        gross=line.gross,
        taxed=short_name_of(line.treatment, line.country) if differs else "",
    )


def _payment(invoice: Invoice) -> ToPay | None:
    account = str(invoice.seller.get("iban", ""))
    owed = owed_at_issue(invoice)
    if not owed or not account:
        return None
    bic, name = str(invoice.seller.get("bic", "")), str(invoice.seller.get("name", ""))
    payable = Payable(account, invoice.reference, owed, invoice.due_date)
    facts = [
        (_("Recipient"), name),
        ("IBAN", iban.format(account)),
        ("BIC", bic),
        (_("Reference number"), written(invoice.reference)),
        (_("International reference"), written(to_rf(invoice.reference))),
    ]
    return ToPay(
        facts=[(label, said) for label, said in facts if said],
        sum=owed,
        due_date=_day(invoice.due_date),
        barcode=_or_nothing(payable),
        qr=epc_qr(payable, bic=bic, name=name),
        notes=list(_payment_notes(invoice)),
    )


def _or_nothing(payable: Payable) -> str:
    """Write the bar code; an account abroad, or a sum over a million, has none."""
    try:
        return encode(payable)
    except NotABarcode:
        return ""


def _payment_notes(invoice: Invoice) -> Iterator[str]:
    days = (invoice.due_date - invoice.date).days
    if days > 0:
        yield _("Terms of payment: %(days)d days net.") % {"days": days}
    yield _("Interest on late payment: as the Interest Act (633/1982) says.")
    yield _("Use the reference number, so that the payment finds your order.")


def _notes(invoice: Invoice) -> Iterator[str]:
    if invoice.is_credit_note:
        yield _("The sum is taken off what is still to be paid, or returned to you.")
        return
    if invoice.order.discount:
        yield _("The prices of the lines are what the coupon %(code)s has left of them.") % {
            "code": invoice.order.coupon_code
        }
    owed = owed_at_issue(invoice)
    paid = invoice.total - owed
    if paid and not owed:
        yield _("Paid. Nothing is left to be paid.")
    elif paid:
        yield _("A part has been paid before; what is left stands beside the account.")


def _tax_notes(lines: Sequence[InvoiceLine], rates: Sequence[InvoiceVat]) -> Iterator[str]:
    """Say of each way of taxing what the law wants said of it, and why anything is exempt."""
    for row in rates:
        if row.treatment != Treatment.EXEMPT:
            yield note_of(row.treatment, country_name(row.country))
    yield from (line.exempt_reason for line in lines)
    if any(not row.rate and row.treatment not in BEARS_NO_TAX for row in rates):
        yield _("Lines at 0 % are sold without VAT.")
