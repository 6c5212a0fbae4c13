"""Invoices, credit notes and receipts for whoever has the order's address, and for its buyer."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from customers.visitors import card_or_404
from orders.invoicing.codes import barcode_svg, qr_svg
from orders.invoicing.document import document_of
from orders.invoicing.files import stream
from orders.invoicing.models import Invoice, InvoiceQuerySet
from orders.sales.models import Order
from privacy.private_answers import for_one_reader


@never_cache
@require_safe
def by_address(request: HttpRequest, secret: str, number: int) -> HttpResponse:
    """Show an invoice to whoever has its order's unguessable address."""
    return _page(request, get_object_or_404(_of_address(secret), number=number), own=False)


@never_cache
@require_safe
def pdf_by_address(request: HttpRequest, secret: str, number: int) -> HttpResponseBase:
    """Give the PDF to whoever has its order's unguessable address."""
    return stream(get_object_or_404(_of_address(secret), number=number), "pdf")


@never_cache
@require_safe
@login_required
def own(request: HttpRequest, order: str, number: int) -> HttpResponse:
    """Show a customer the invoice of an order that is theirs, or their company's."""
    invoice = get_object_or_404(_of_customer(request, order), number=number)
    return _page(request, invoice, own=True)


@never_cache
@require_safe
@login_required
def own_pdf(request: HttpRequest, order: str, number: int) -> HttpResponseBase:
    """Give a customer the PDF of one of their own orders."""
    return stream(get_object_or_404(_of_customer(request, order), number=number), "pdf")


def _of_address(secret: str) -> InvoiceQuerySet:
    return _with_everything().filter(order__secret=secret)


def _of_customer(request: HttpRequest, number: str) -> InvoiceQuerySet:
    seen = Order.objects.visible_to(card_or_404(request)).filter(number=number)
    return _with_everything().filter(order__in=seen)


def _with_everything() -> InvoiceQuerySet:
    wholes = Invoice.objects.select_related("order", "corrects")
    return wholes.prefetch_related("lines", "vat_rows")


def _page(request: HttpRequest, invoice: Invoice, *, own: bool) -> HttpResponse:
    document = document_of(invoice)
    payment = document.payment
    context = {
        "invoice": invoice,
        "order": invoice.order,
        "own": own,
        "document": document,
        "barcode": barcode_svg(payment.barcode) if payment and payment.barcode else "",
        "qr": qr_svg(payment.qr) if payment else "",
    }
    with translation.override(invoice.language):
        answer = render(request, "orders/history/invoice.html", context)
    return for_one_reader(answer)
