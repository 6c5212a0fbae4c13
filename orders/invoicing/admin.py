"""Invoices as staff see them: nothing is edited, everything can be looked at."""

from contextlib import suppress
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from orders.invoicing.books import Month, NotAMonth, sales_csv, vat_csv, vat_summary
from orders.invoicing.document import document_of
from orders.invoicing.files import MEDIA_TYPES, stream
from orders.invoicing.models import Invoice
from orders.invoicing.reminders import dispute, owed_now, settle_dispute
from orders.invoicing.tax_returns import (
    Quarter,
    oss_csv,
    recapitulated,
    recapitulative_csv,
)
from orders.sales.models import Order
from orders.viitenumero import NotAReference, normalise
from privacy.admin_parts import ReadOnlyMixin, frame_of, looked_up, row_deeds, row_pages
from privacy.private_answers import csv_headers
from privacy.reading.logged import ReadLogged, show
from privacy.reading.models import Kind


@admin.register(Invoice)
class InvoiceAdmin(ReadLogged, ReadOnlyMixin, admin.ModelAdmin[Invoice]):
    """What was issued, with its lines, its VAT, its files and what corrected it."""

    list_display = ["number", "kind", "date", "called_order", "total", "due_date", "paid"]
    list_filter = ["kind", "date", "is_simplified", "language"]
    search_fields = ["number__exact"]
    search_help_text = _("The number of an invoice or an order, or a reference number")
    date_hierarchy = "date"
    list_select_related = ["order"]
    show_full_result_count = False
    list_per_page = 50
    shows_nobody = frozenset({"books_view", "vat_csv_view", "sales_csv_view", "oss_csv_view"})
    looks = {"pdf_view": Kind.FILE, "finvoice_view": Kind.FILE, "ubl_view": Kind.FILE}

    def get_urls(self) -> list[URLPattern]:
        files = row_pages(self, pdf=self.pdf_view, finvoice=self.finvoice_view, ubl=self.ubl_view)
        steps = row_deeds(self, dispute=self.dispute_view, settle=self.settle_view)
        months = [
            path(
                address,
                self.admin_site.admin_view(view),
                name=f"orders_invoice_{name}",
            )
            for address, view, name in (
                ("books/", self.books_view, "books"),
                ("books/vat.csv", self.vat_csv_view, "vat_csv"),
                ("books/sales.csv", self.sales_csv_view, "sales_csv"),
                ("books/oss.csv", self.oss_csv_view, "oss_csv"),
                ("books/recapitulative.csv", self.recapitulative_csv_view, "recapitulative_csv"),
            )
        ]
        return [*months, *files, *steps, *super().get_urls()]

    @admin.display(description=pgettext_lazy("purchase", "order"), ordering="order__number")
    def called_order(self, invoice: Invoice) -> str:
        return invoice.order.number

    @admin.display(description=_("payment"))
    def paid(self, invoice: Invoice) -> str:
        return "" if invoice.is_credit_note else invoice.order.get_payment_status_display()

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Invoice], search_term: str
    ) -> tuple[QuerySet[Invoice], bool]:
        """Find by whole numbers, each by its own index."""
        typed = "".join(search_term.split())
        if not typed:
            return queryset, False
        found = queryset.filter(order__in=Order.objects.filter(number=typed).values("pk"))
        if typed.isascii() and typed.isdigit() and len(typed) < 18:  # noqa: PLR2004 (bigint)
            found |= queryset.filter(number=int(typed))
        with suppress(NotAReference):
            found |= queryset.filter(reference=normalise(typed))
        return found, False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show what an invoice says, its files, and what corrected it."""
        invoice: Invoice = looked_up(self, request, object_id)
        context = {
            **frame_of(self, request, f"{invoice.get_kind_display()} {invoice.number}"),
            "invoice": invoice,
            "order": invoice.order,
            "document": document_of(invoice),
            "credit_notes": invoice.credit_notes.order_by("number"),
            "reminders": invoice.reminders.order_by("step"),
            "owed": owed_now(invoice) if not invoice.is_credit_note else None,
            "may_dispute": request.user.has_perm("orders.dispute_invoice"),
            "files": [column for column in MEDIA_TYPES if getattr(invoice, column)],
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/orders/invoice.html", context)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Invoice]:
        return super().get_queryset(request).select_related("order", "corrects")

    def pdf_view(self, request: HttpRequest, pk: str) -> HttpResponseBase:
        """Give the PDF."""
        return self._file(request, pk, "pdf")

    def finvoice_view(self, request: HttpRequest, pk: str) -> HttpResponseBase:
        """Give the Finvoice, to be handed to the operator."""
        return self._file(request, pk, "finvoice")

    def ubl_view(self, request: HttpRequest, pk: str) -> HttpResponseBase:
        """Give the UBL, to be handed to the operator."""
        return self._file(request, pk, "ubl")

    def dispute_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Note that the buyer disputes the invoice."""
        invoice = self._disputable(request, pk)
        dispute(invoice=invoice, at=timezone.now())
        messages.success(request, _("Disputed: nobody is reminded of it meanwhile."))
        return redirect("admin:orders_invoice_change", invoice.pk)

    def settle_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Note that the dispute is over."""
        invoice = self._disputable(request, pk)
        settle_dispute(invoice=invoice)
        messages.success(request, _("Not disputed any more."))
        return redirect("admin:orders_invoice_change", invoice.pk)

    def _disputable(self, request: HttpRequest, pk: str) -> Invoice:
        if not request.user.has_perm("orders.dispute_invoice"):
            raise PermissionDenied
        invoice = self.get_object(request, str(pk))
        if invoice is None or invoice.is_credit_note:
            raise Http404
        return invoice

    def books_view(self, request: HttpRequest) -> HttpResponse:
        """Show a month's VAT beside the books, and hand out its files."""
        month = _month(request)
        sums = vat_summary(month)
        context = {
            **frame_of(self, request, _("Books of a month")),
            "month": str(month),
            "quarter": str(Quarter.of(month.first)),
            "sums": sums,
            "agrees": all(each.agrees for each in sums),
        }
        return TemplateResponse(request, "admin/orders/books_month.html", context)

    def vat_csv_view(self, request: HttpRequest) -> HttpResponse:
        """Give the VAT summary of a month."""
        month = _month(request)
        return _csv(f"vat-{month}.csv", vat_csv(month))

    def sales_csv_view(self, request: HttpRequest) -> HttpResponse:
        """Give the sales ledger of a month."""
        month = _month(request)
        return _csv(f"sales-{month}.csv", sales_csv(month))

    def oss_csv_view(self, request: HttpRequest) -> HttpResponse:
        """Give the OSS return of the quarter in which a month lies."""
        quarter = Quarter.of(_month(request).first)
        return _csv(f"oss-{quarter}.csv", oss_csv(quarter))

    def recapitulative_csv_view(self, request: HttpRequest) -> HttpResponse:
        """Give the recapitulative statement of a month, which names companies by their VAT IDs."""
        month = _month(request)
        invoices = list(recapitulated(month))
        show(request, invoices, kind=Kind.FILE)
        return _csv(f"recapitulative-{month}.csv", recapitulative_csv(invoices))

    def _file(self, request: HttpRequest, pk: str, column: str) -> HttpResponseBase:
        invoice: Invoice = looked_up(self, request, str(pk))
        return stream(invoice, column)


def _month(request: HttpRequest) -> Month:
    """Read which month is wanted, of whoever may take the books out; without a word, this one."""
    if not request.user.has_perm("orders.export_books"):
        raise PermissionDenied
    try:
        return Month.of(request.GET.get("month") or f"{timezone.localdate():%Y-%m}")
    except NotAMonth as error:
        raise Http404 from error


def _csv(name: str, content: str) -> HttpResponse:
    return HttpResponse(content, headers=csv_headers(name))
