"""Issue an invoice, and correct one by a credit note."""

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation

from orders import money
from orders.books.models import Entry
from orders.books.operations import post, sale
from orders.books.series import ENTRIES, hold, next_number
from orders.invoicing.lines import Figures, figures_of, figures_to_credit, pieces_credited
from orders.invoicing.models import BUYER, Invoice, InvoiceLine, InvoiceVat, seller_now
from orders.invoicing.tasks import make_documents
from orders.sales.models import Order
from orders.taxation.treatments import FINNISH

SERIES = "invoices"


@transaction.atomic
def issue(*, order: Order, tax_point: date, at: datetime) -> Invoice:
    """Issue the invoice of an order and post it; one that has been issued is given back.

    :param tax_point: the day of delivery, or of the payment that came before it.
    """
    locked = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    known = Invoice.objects.invoices().about(locked).first()
    if known is not None:
        return known
    with translation.override(locked.language):
        figures = figures_of(locked, tax_point=tax_point)
    invoice = _invoice(locked, figures, at)
    invoice.kind = Invoice.Kind.INVOICE
    invoice.tax_point = tax_point
    invoice.due_date = locked.due_date
    return _write(invoice, figures, Entry.Kind.INVOICE)


@transaction.atomic
def credit(
    *,
    invoice: Invoice,
    quantities: Mapping[UUID, int],
    withheld: Mapping[UUID, Decimal] | None = None,
    reductions: Mapping[UUID, Decimal] | None = None,
    delivery: Decimal = money.ZERO,
    reason: Invoice.Reason,
    at: datetime,
) -> Invoice:
    """Issue and post a credit note for a part of an invoice.

    :param quantities: pieces to credit, by the key of the invoice line.
    :param withheld: how much of a line's price, with VAT, the shop keeps for value that was lost.
    :param reductions: by how much, with VAT, the price of a line is lowered that stays sold.
    :param delivery: how much of the price of delivery, with VAT, is given back.
    :raises NothingToCredit: when that much is not left to be credited.
    """
    order = Order.objects.select_for_update(of=("self",)).get(pk=invoice.order_id)
    with translation.override(invoice.language):
        figures = figures_to_credit(
            invoice,
            quantities,
            delivery=delivery,
            withheld=withheld or {},
            reductions=reductions or {},
        )
    note = _invoice(order, figures, at)
    for column in BUYER:
        setattr(note, column, getattr(invoice, column))
    note.kind = Invoice.Kind.CREDIT_NOTE
    note.corrects = invoice
    note.reason = reason
    note.is_simplified = invoice.is_simplified
    note.treatment = invoice.treatment
    note.destination_country = invoice.destination_country
    note.tax_point = invoice.tax_point
    note.due_date = note.date
    return _write(note, figures, Entry.Kind.CREDIT_NOTE)


def credit_all(*, invoice: Invoice, reason: Invoice.Reason, at: datetime) -> Invoice:
    """Issue a credit note for all of an invoice that has not been credited yet.

    :raises NothingToCredit: when nothing is left.
    """
    return credit(
        invoice=invoice,
        quantities=pieces_left(invoice),
        delivery=delivery_left(invoice),
        reason=reason,
        at=at,
    )


def pieces_left(invoice: Invoice) -> dict[UUID, int]:
    """Count the pieces of each invoice line that have not been credited."""
    done = pieces_credited(invoice)
    lines = invoice.lines.filter(order_line__isnull=False)
    left = {line.pk: line.quantity - done.get(line.order_line_id, 0) for line in lines}
    return {key: pieces for key, pieces in left.items() if pieces}


def delivery_left(invoice: Invoice) -> Decimal:
    """Tell how much of the price of delivery has not been credited."""
    notes = InvoiceLine.objects.filter(invoice__corrects=invoice, order_line=None)
    charged = invoice.lines.filter(order_line=None)
    return sum((line.gross for line in [*charged, *notes]), start=money.ZERO)


def _invoice(order: Order, figures: Figures, at: datetime) -> Invoice:
    net, tax, gross = figures.totals
    invoice = Invoice(
        order=order,
        issued_at=at,
        date=timezone.localdate(at),
        reference=order.reference,
        language=order.language,
        country=order.country,
        treatment=order.treatment,
        destination_country=order.destination_country,
        seller=seller_now(),
        total=gross,
        total_net=net,
        total_vat=tax,
    )
    names_a_company = order.business_id or order.vat_id
    at_home = order.treatment in FINNISH
    invoice.is_simplified = settings.SIMPLIFIED_RECEIPTS and at_home and not names_a_company
    if not invoice.is_simplified:
        invoice.buyer_name = f"{order.first_name} {order.last_name}".strip()
        invoice.buyer_vat_id = order.vat_id
        for column in (
            "company_name",
            "business_id",
            "street",
            "postcode",
            "city",
            "buyer_reference",
            "einvoice_address",
            "einvoice_operator",
        ):
            setattr(invoice, column, getattr(order, column))
    return invoice


def _write(invoice: Invoice, figures: Figures, kind: Entry.Kind) -> Invoice:
    """Give the number as late as can be: whoever takes one keeps others waiting."""
    hold(ENTRIES)
    invoice.number = next_number(SERIES)
    invoice.save(force_insert=True)
    for line in figures.lines:
        line.invoice = invoice
    InvoiceLine.objects.bulk_create(figures.lines)
    InvoiceVat.objects.bulk_create(
        InvoiceVat(invoice=invoice, **asdict(row)) for row in figures.rows
    )
    post(
        kind=kind,
        source=invoice.pk,
        amounts=sale(figures.rows),
        at=invoice.issued_at,
        order=invoice.order,
    )
    make_documents.defer(invoice_id=str(invoice.pk))
    return invoice
