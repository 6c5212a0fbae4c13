"""Invoices on paper: PDF/UA-1 for screen readers and PDF/A-3a for the archive, at once."""

from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from orders.invoicing.codes import barcode_svg, qr_svg
from orders.invoicing.document import Document, ToPay, document_of
from orders.invoicing.models import Invoice
from orders.taxation.treatments import short_name_of
from privacy.paper.typesetting import FOR_THE_ARCHIVE, typeset

_HERE = Path(__file__).parent


def invoice_pdf(invoice: Invoice) -> bytes:
    """Set an invoice, a credit note or a receipt on paper, in its language."""
    document = document_of(invoice)
    with translation.override(invoice.language):
        said = said_of(document)
    return typeset(
        "invoice", said, folder=_HERE, standards=FOR_THE_ARCHIVE, made_at=invoice.issued_at
    )


def said_of(document: Document) -> dict[str, Any]:
    """Give the template its words; sums as digits, which it writes in the document's language."""
    return {
        "language": document.language,
        "title": document.title,
        "number": str(document.number),
        "seller": document.seller,
        "seller_facts": document.seller_facts,
        "buyer": document.buyer,
        "facts": document.facts,
        "rows": [
            {
                "name": row.name,
                "sku": row.sku,
                "quantity": str(row.quantity),
                "unit": str(row.unit_net),
                "rate": str(row.rate),
                "net": str(row.net),
                "gross": str(row.gross),
                "taxed": row.taxed,
            }
            for row in document.rows
        ],
        "vat_rows": [
            {
                "rate": str(row.rate),
                "taxed": short_name_of(row.treatment, row.country),
                "net": str(row.net),
                "vat": str(row.vat),
                "gross": str(row.gross),
            }
            for row in document.vat_rows
        ],
        "total_net": str(document.total_net),
        "total_vat": str(document.total_vat),
        "total": str(document.total),
        "payment": _payment(document.payment) if document.payment else None,
        "notes": document.notes,
        "words": _words(),
        "footer": f"{document.title} {document.number}",
    }


def _payment(payment: ToPay) -> dict[str, Any]:
    return {
        "facts": payment.facts,
        "sum": str(payment.sum),
        "due": payment.due_date,
        "notes": payment.notes,
        "barcode": payment.barcode,
        "barcode_svg": barcode_svg(payment.barcode) if payment.barcode else "",
        "qr_svg": qr_svg(payment.qr),
    }


def _words() -> dict[str, str]:
    return {
        "product": _("Product or service"),
        "quantity": pgettext("on an invoice", "Qty"),
        "unit": _("Unit price without VAT"),
        "rate": _("VAT %"),
        "net": _("Without VAT"),
        "gross": _("With VAT"),
        "vat": capfirst(_("VAT")),
        "vat_title": _("VAT by rate"),
        "rate_long": _("Rate"),
        "total": _("Total"),
        "pay": _("To pay"),
        "due": _("Due date"),
        "sum": _("Sum"),
        "barcode": _("Bank bar code"),
        "qr": _("QR code for the bank's app"),
        "buyer": _("Buyer"),
    }
