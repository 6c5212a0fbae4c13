"""The files of an invoice: made after it was issued, laid in once, and sent to its buyer."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction
from django.http.response import HttpResponseBase

from orders.invoicing.checks import finvoice_findings, ubl_findings
from orders.invoicing.electronic import is_for_machines
from orders.invoicing.finvoice import finvoice
from orders.invoicing.letters import write_invoice
from orders.invoicing.models import Invoice
from orders.invoicing.paper import invoice_pdf
from orders.invoicing.ubl import ubl
from privacy.locks import share_person
from privacy.private_answers import stream_file

FOLDER = "invoices"
ENDINGS = {"pdf": "pdf", "finvoice": "finvoice.xml", "ubl": "ubl.xml"}
MEDIA_TYPES = {"pdf": "application/pdf", "finvoice": "application/xml", "ubl": "application/xml"}


class NotRight(Exception):
    """A file for machines would say something wrong; no company is to get it."""


def make_documents(*, invoice_id: UUID, at: datetime) -> Invoice:
    """Make the files that an invoice still lacks; what is there already is passed over.

    :raises NotRight: when a file for machines does not add up.
    """
    invoice = _whole(invoice_id)
    for column, write in _writers(invoice).items():
        if not getattr(invoice, column):
            lay_in(invoice_id=invoice_id, column=column, content=write(invoice), at=at)
    return _whole(invoice_id)


def _whole(invoice_id: UUID) -> Invoice:
    return Invoice.objects.select_related("order", "corrects").get(pk=invoice_id)


def _writers(invoice: Invoice) -> dict[str, Callable[[Invoice], bytes]]:
    if "buyer" in invoice.released:
        return {}
    writers: dict[str, Callable[[Invoice], bytes]] = {"pdf": invoice_pdf}
    if is_for_machines(invoice):
        writers |= {"finvoice": _checked_finvoice, "ubl": _checked_ubl}
    return writers


def _checked_finvoice(invoice: Invoice) -> bytes:
    return _checked(finvoice(invoice), finvoice_findings)


def _checked_ubl(invoice: Invoice) -> bytes:
    return _checked(ubl(invoice), ubl_findings)


def _checked(document: bytes, findings: Callable[[bytes], list[str]]) -> bytes:
    found = findings(document)
    if found:
        raise NotRight(", ".join(found))
    return document


@transaction.atomic
def lay_in(*, invoice_id: UUID, column: str, content: bytes, at: datetime) -> bool:
    """Lay a file in, unless another worker did, or the buyer was forgotten meanwhile.

    The person is held, so that an erasure either finds the file or comes before it.
    """
    email = Invoice.objects.values_list("order__email", flat=True).get(pk=invoice_id)
    if email:
        share_person(email)
    invoice = Invoice.objects.select_for_update(of=("self",)).get(pk=invoice_id)
    if getattr(invoice, column) or "buyer" in invoice.released:
        return False
    name = f"{FOLDER}/{invoice.pk}.{ENDINGS[column]}"
    file = getattr(invoice, column)
    file.storage.delete(name)  # what an attempt left behind that was rolled back
    file.save(name, ContentFile(content), save=False)
    invoice.save(update_fields=[column])
    if column == "pdf":
        write_invoice(invoice, content, at=at)
    return True


def file_name_of(invoice: Invoice, column: str) -> str:
    """Call a file as it is to be kept: by its kind and number, and nobody's name."""
    kind = "hyvityslasku" if invoice.is_credit_note else "lasku"
    return f"{kind}-{invoice.number}.{ENDINGS[column]}"


def stream(invoice: Invoice, column: str) -> HttpResponseBase:
    """Stream one of an invoice's files from where no address leads to, for its reader alone.

    :raises Http404: when it is not made yet, or not any more there.
    """
    return stream_file(
        getattr(invoice, column),
        name=file_name_of(invoice, column),
        media_type=MEDIA_TYPES[column],
    )
