"""The staff's pages of the books: whether they balance, and each entry, to be looked at."""

from datetime import date
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET

from orders.bookkeeping.nightly import books_are_well
from orders.bookkeeping.trial_balance import (
    entries_as_csv,
    next_month,
    previous_month,
    trial_balance,
)
from orders.books.models import BooksAudit, Entry, Posting
from orders.books.operations import outstanding, owed_back
from orders.sales.models import Order
from privacy.admin_parts import ReadOnlyInline, ReadOnlyMixin, frame_of
from privacy.private_answers import stream_csv

MOST_AUDITS = 10


class PostingInline(ReadOnlyInline):
    """What an entry moved."""

    model = Posting
    fields = ["account", "amount", "vat_rate"]


@admin.register(Entry)
class EntryAdmin(ReadOnlyMixin, admin.ModelAdmin[Entry]):
    """Entries are written by the shop alone."""

    list_display = ["number", "date", "kind", "order"]
    list_filter = ["kind"]
    list_select_related = ["order"]
    search_fields = ["number__exact"]
    search_help_text = gettext_lazy("A number of an entry or of an order")
    date_hierarchy = "date"
    list_per_page = 50
    show_full_result_count = False
    inlines = [PostingInline]
    change_list_template = "admin/bookkeeping/list.html"

    def get_urls(self) -> list[URLPattern]:
        door = self.admin_site.admin_view
        return [
            path("books/", require_GET(door(self.books_view)), name="orders_entry_books"),
            path("of-order/", require_GET(door(self.order_view)), name="orders_entry_order"),
            path("entries.csv", require_GET(door(self.csv_view)), name="orders_entry_csv"),
            *super().get_urls(),
        ]

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """Find by whole numbers, each by its own index."""
        typed = search_term.strip()
        if not typed:
            return queryset, False
        found = queryset.filter(order__number=typed)
        is_number = typed.isascii() and typed.isdecimal() and len(typed) <= len(str(2**62))
        return found | queryset.filter(number=int(typed)) if is_number else found, False

    def books_view(self, request: HttpRequest) -> HttpResponse:
        """Show the accounts of a month, and what the last looks at the books found."""
        self._let_in(request)
        month, now = month_of(request), timezone.now()
        return TemplateResponse(
            request,
            "admin/bookkeeping/books.html",
            {
                **frame_of(self, request, _("Do the books balance?")),
                "balance": trial_balance(month),
                "before": previous_month(month),
                "after": next_month(month) if next_month(month) <= timezone.localdate() else None,
                "audits": BooksAudit.objects.all()[:MOST_AUDITS],
                "are_well": books_are_well(at=now),
            },
        )

    def order_view(self, request: HttpRequest) -> HttpResponse:
        """Show all that was posted of one order."""
        self._let_in(request)
        typed = request.GET.get("number", "").strip()[:20]
        order = Order.objects.filter(number=typed).only("pk", "number", "total").first()
        said: dict[str, Any] = {"typed": typed, "order": order}
        if order is not None:
            said |= {
                "postings": Posting.objects.of(order.pk)
                .select_related("entry")
                .order_by("entry__number", "pk"),
                "outstanding": outstanding(order),
                "owed": owed_back(order),
            }
        frame = frame_of(self, request, _("The books of an order"))
        return TemplateResponse(request, "admin/bookkeeping/order.html", {**frame, **said})

    def csv_view(self, request: HttpRequest) -> StreamingHttpResponse:
        """Give every posting of a month as a table for the accountant."""
        self._let_in(request)
        month = month_of(request)
        header = [
            _("date in the books"),
            pgettext("ledger entry", "number"),
            _("kind"),
            pgettext("purchase", "order"),
            _("ledger account"),
            pgettext("books", "debit, €"),
            pgettext("books", "credit, €"),
            _("VAT rate, %"),
            pgettext("ledger entry", "voucher"),
        ]
        return stream_csv(entries_as_csv(month, header), name=f"entries-{month:%Y-%m}.csv")

    def _let_in(self, request: HttpRequest) -> None:
        if not self.has_view_permission(request):
            raise PermissionDenied


@admin.register(Posting)
class PostingAdmin(ReadOnlyMixin, admin.ModelAdmin[Posting]):
    """Postings, account by account."""

    list_display = ["entry", "date", "account", "amount", "vat_rate"]
    list_filter = ["account"]
    list_select_related = ["entry"]
    list_per_page = 50
    show_full_result_count = False
    ordering = ["-pk"]

    @admin.display(description=gettext_lazy("date in the books"))
    def date(self, posting: Posting) -> date:
        return posting.entry.date


def month_of(request: HttpRequest) -> date:
    """Read the month that is asked for; without a sensible one it is this one."""
    try:
        return date.fromisoformat(f"{request.GET.get('month', '')[:7]}-01")
    except ValueError:
        return timezone.localdate().replace(day=1)
