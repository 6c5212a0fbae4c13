"""The staff's pages of the bank: upload, look, count; and what nobody could match."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from customers.visitors import account_of
from orders.banking import operations
from orders.banking.facts import UnreadableStatement
from orders.banking.foresight import Foresight, foresee
from orders.banking.forms import Deed, DeedForm, UploadForm
from orders.banking.models import BankEntry, BankFile
from orders.banking.operations import NotInEuros, NotNow
from orders.banking.reading import read
from orders.banking.states import EntryState
from orders.banking.tasks import count_bank_file
from orders.sales.models import Order
from orders.sales.states import PaymentStatus
from orders.viitenumero import written
from privacy.admin_parts import (
    OwnPages,
    ReadOnlyMixin,
    found_within,
    frame_of,
    looked_up,
    row_deeds,
)
from privacy.reading.logged import ReadLogged
from privacy.reading.models import Kind

MOST_SHOWN = 200
MOST_AT_ONCE = 200
"""So many entries are counted while somebody waits; a longer file is the worker's."""
MOST_GUESSES = 5


@admin.register(BankFile)
class BankFileAdmin(ReadLogged, admin.ModelAdmin[BankFile]):
    """Files are uploaded, looked at and counted, never edited. The pages name no payers."""

    nobody_in = frozenset(Kind)
    list_display = ["file_name", "format", "uploaded_at", "by", "state"]
    list_filter = ["state"]
    list_select_related = ["by"]
    list_per_page = 50
    show_full_result_count = False
    change_list_template = "admin/banking/list.html"

    def has_change_permission(self, request: HttpRequest, obj: BankFile | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: BankFile | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        return [
            *row_deeds(self, count=self.count_view, discard=self.discard_view),
            *super().get_urls(),
        ]

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Take a file and show what counting it would do."""
        self._let_in(request)
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            file = self._upload(request, form)
            if file is not None:
                return redirect("admin:orders_bankfile_change", file.pk)
        context = {**frame_of(self, request, _("Bring in a file of the bank's")), "form": form}
        return TemplateResponse(request, "admin/banking/upload.html", context)

    def _upload(self, request: HttpRequest, form: UploadForm) -> BankFile | None:
        given = form.cleaned_data["file"]
        try:
            file = operations.upload(
                content=given.read(),
                file_name=given.name or "",
                by=account_of(request),
                at=timezone.now(),
            )
        except UnreadableStatement as refusal:
            problem = refusal.problem
            place = f"{problem.place}: " if problem.place else ""
            form.add_error("file", f"{place}{problem.reason}")
            return None
        if file.state == BankFile.State.COUNTED:
            messages.info(request, _("This very file has been counted before; nothing was done."))
        return file

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show what counting a file would do, or what it has done."""
        file = self._file(request, object_id)
        context = {
            **frame_of(self, request, file.file_name),
            "file": file,
            "problems": file.told_problems,
            "may_count": self.has_add_permission(request) and file.content is not None,
            **(_foretold(file) if file.state == BankFile.State.READ else _told(file)),
        }
        return TemplateResponse(request, "admin/banking/file.html", context)

    def count_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Count a file, or hand a long one to the worker."""
        self._let_in(request)
        file = self._file(request, str(pk))
        try:
            self._count(request, file)
        except UnreadableStatement as refusal:  # such as after the shop's account was changed
            messages.error(request, refusal.problem.reason)
        return redirect("admin:orders_bankfile_change", file.pk)

    def _count(self, request: HttpRequest, file: BankFile) -> None:
        if file.content is None:
            messages.warning(request, _("This file has been counted, or has to be brought anew."))
        elif len(read(bytes(file.content)).entries) > MOST_AT_ONCE:
            count_bank_file.defer(file_id=str(file.pk))
            messages.info(request, _("The file is long: it is counted in the background."))
        else:
            operations.count_file(file_id=file.pk, at=timezone.now(), by=account_of(request))
            messages.success(request, _("The file has been counted."))

    def discard_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Let go of a file that was not to be counted."""
        self._let_in(request)
        file = self._file(request, str(pk))
        try:
            operations.discard(file=file)
        except NotNow:
            messages.warning(request, _("Of this file something has been counted already."))
            return redirect("admin:orders_bankfile_change", file.pk)
        return redirect("admin:orders_bankfile_changelist")

    def _let_in(self, request: HttpRequest) -> None:
        if not self.has_add_permission(request):
            raise PermissionDenied

    def _file(self, request: HttpRequest, pk: str) -> BankFile:
        file: BankFile = found_within(self, request, pk)
        return file


def _foretold(file: BankFile) -> dict[str, Any]:
    """Lay out what counting a file would do."""
    try:
        seen = foresee(read(bytes(file.content))) if file.content else Foresight([], [])
    except UnreadableStatement:
        seen = Foresight([], [])
    return {
        "heaps": [(heap.fate.words, heap.count, heap.sum) for heap in seen.heaps],
        "entries": seen.entries[:MOST_SHOWN],
        "unshown": max(0, len(seen.entries) - MOST_SHOWN),
    }


def _told(file: BankFile) -> dict[str, Any]:
    """Lay out what counting a file has done."""
    heaps = (
        file.entries.order_by("state")
        .values_list("state")
        .annotate(count=Count("pk"), sum=Sum("amount"))
    )
    return {
        "heaps": [(EntryState(state).label, count, total) for state, count, total in heaps],
        "rows": file.entries.select_related("order")[:MOST_SHOWN],
        "unshown": max(0, file.entries.count() - MOST_SHOWN),
    }


@admin.register(BankEntry)
class BankEntryAdmin(ReadLogged, ReadOnlyMixin, OwnPages, admin.ModelAdmin[BankEntry]):
    """Entries are never edited; something is done about them."""

    list_display = ["booked_date", "sum", "reference", "state", "why", "order"]
    list_filter = ["state", "why", "is_credit"]
    list_select_related = ["order"]
    search_fields = ["reference__exact"]
    search_help_text = gettext_lazy("A reference number, an order number or the bank's number")
    date_hierarchy = None
    list_per_page = 50
    show_full_result_count = False

    def get_urls(self) -> list[URLPattern]:
        return [*row_deeds(self, deed=self.deed_view), *super().get_urls()]

    @admin.display(description=gettext_lazy("amount"))
    def sum(self, entry: BankEntry) -> str:
        return f"{number_format(entry.signed_amount)} {entry.currency}"

    def get_search_results(
        self, request: HttpRequest, queryset: Any, search_term: str
    ) -> tuple[Any, bool]:
        """Find by whole numbers, each by its own index."""
        typed = "".join(search_term.split())
        if not typed:
            return queryset, False
        found = queryset.filter(reference=typed.lstrip("0"))
        return found | queryset.filter(order__number=typed) | queryset.filter(number=typed), False

    def page_of(self, request: HttpRequest, entry: BankEntry, /) -> HttpResponse:
        """Show an entry, and what can be done about it."""
        return self._page(request, entry, DeedForm())

    def deed_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Do something about an entry, or tell why it cannot be done."""
        entry: BankEntry = looked_up(self, request, str(pk))
        if not request.user.has_perm("orders.change_bankentry"):
            raise PermissionDenied
        form = DeedForm(request.POST)
        if not form.is_valid():
            return self._page(request, entry, form)
        try:
            do(entry=entry, deed=Deed(form.cleaned_data["deed"]), order=form.order, request=request)
        except NotNow:
            messages.error(request, _("The entry has moved meanwhile. Look again."))
        except NotInEuros:
            messages.error(
                request,
                _("It came in another currency: mark the order paid by hand, and set this aside."),
            )
        else:
            messages.success(request, _("Noted."))
        return redirect("admin:orders_bankentry_change", entry.pk)

    def _page(self, request: HttpRequest, entry: BankEntry, form: DeedForm) -> HttpResponse:
        may = request.user.has_perm("orders.change_bankentry")
        day = entry.booked_date.strftime("%d.%m.%Y")
        context = {
            **frame_of(self, request, _("Bank entry of %(day)s") % {"day": day}),
            "entry": entry,
            "reference": written(entry.reference) if entry.reference else "",
            "steps": entry.steps.select_related("staff"),
            "deeds": deeds_for(entry) if may else [],
            "may_match": may and entry.state == EntryState.OPEN and entry.is_credit,
            "guesses": _guesses(entry) if may else [],
            "form": form,
        }
        return TemplateResponse(request, "admin/banking/entry.html", context)


def deeds_for(entry: BankEntry) -> list[Deed]:
    """List what can be done about an entry by a button alone."""
    match EntryState(entry.state):
        case EntryState.OPEN if entry.is_credit:
            return [Deed.TO_RETURN, Deed.NOT_OURS]
        case EntryState.OPEN:
            return [Deed.NOT_OURS]
        case EntryState.TO_RETURN:
            return [Deed.RETURNED, Deed.LOOK_AGAIN]
        case _:
            return []


def _guesses(entry: BankEntry) -> list[Order]:
    """Find unpaid orders of the very sum, for somebody to choose from."""
    if entry.state != EntryState.OPEN or not entry.is_credit:
        return []
    unpaid = Order.objects.filter(payment_status=PaymentStatus.UNPAID, total=entry.amount)
    return list(unpaid.only("number", "placed_at", "total")[:MOST_GUESSES])


@transaction.atomic
def do(*, entry: BankEntry, deed: Deed, order: Order | None, request: HttpRequest) -> None:
    """Do what was chosen.

    :raises NotNow: when the entry does not stand where this could be done.
    :raises NotInEuros: when what is to be counted came in another currency.
    """
    facts: dict[str, Any] = {"entry": entry, "at": timezone.now(), "by": account_of(request)}
    if deed is Deed.MATCH and order is not None:
        operations.match(order=order, **facts)
        return
    ways: dict[Deed, Callable[..., Any]] = {
        Deed.TO_RETURN: operations.to_return,
        Deed.NOT_OURS: operations.not_ours,
        Deed.RETURNED: operations.returned,
        Deed.LOOK_AGAIN: operations.look_again,
    }
    ways[deed](**facts)
