"""The letters that go with an invoice."""

from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.utils import translation
from django.utils.translation import pgettext_lazy
from stdnum import iban

from orders.invoicing.document import document_of
from orders.invoicing.models import Invoice
from orders.sales.models import OrderEvent
from orders.viitenumero import written
from privacy.outbox.addresses import absolute
from privacy.outbox.enclosures import Enclosure
from privacy.outbox.kinds import name_letters
from privacy.outbox.models import Letter
from privacy.outbox.operations import write_letter

name_letters(
    {
        "invoice": pgettext_lazy("letter", "invoice"),
        "invoice_reminder": pgettext_lazy("letter", "reminder to pay"),
    }
)


def write_invoice(invoice: Invoice, pdf: bytes, *, at: datetime) -> Letter | None:
    """Send the buyer the invoice, credit note or receipt; one whose address is erased gets none."""
    return _write("invoice", invoice, at=at, enclosure=_enclosure(invoice, pdf))


def write_reminder(invoice: Invoice, *, owed: Decimal, step: int, at: datetime) -> Letter | None:
    """Remind the buyer of an invoice in a friendly way, with the invoice if its file is there."""
    with translation.override(invoice.language):
        account = str(invoice.seller.get("iban", ""))
        facts = {
            "owed": owed,
            "step": step,
            "iban": iban.format(account) if account else "",
            "reference": written(invoice.reference),
        }
    return _write("invoice_reminder", invoice, at=at, enclosure=_kept_pdf(invoice), **facts)


def _kept_pdf(invoice: Invoice) -> Enclosure | None:
    if not invoice.pdf:
        return None
    try:
        with invoice.pdf.storage.open(str(invoice.pdf.name)) as file:
            return _enclosure(invoice, file.read())
    except FileNotFoundError:
        return None


def _enclosure(invoice: Invoice, pdf: bytes) -> Enclosure:
    name = f"{document_of(invoice).title.lower().replace(' ', '-')}-{invoice.number}.pdf"
    return Enclosure(name, "application/pdf", pdf)


def _write(
    kind: str, invoice: Invoice, *, at: datetime, enclosure: Enclosure | None, **more: object
) -> Letter | None:
    order = invoice.order
    if not order.email:
        return None
    document = document_of(invoice)
    with translation.override(invoice.language):
        address = absolute(order.get_absolute_url())
    letter = write_letter(
        to=order.email,
        language=invoice.language,
        kind=kind,
        context={
            "invoice": invoice,
            "document": document,
            "order": order,
            "address": address,
            **more,
        },
        at=at,
        reply_to=settings.CONTROLLER["email"],
        about=order.pk,
        enclosures=[enclosure] if enclosure else [],
    )
    OrderEvent.objects.create(order=order, kind=OrderEvent.Kind.LETTER, at=at, detail=kind)
    return letter
