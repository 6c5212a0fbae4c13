"""The evidence for staff: what was forgotten, what is kept and until when; it names nobody."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from privacy.admin_parts import ReadOnlyMixin, frame_of
from privacy.evidence import Erasure, SweepRun, broken_seals, seal_holds
from privacy.numbers import keys_spoken
from privacy.requests.plan import plan_of_receipt


@admin.register(Erasure)
class ErasureAdmin(ReadOnlyMixin, admin.ModelAdmin[Erasure]):
    """Receipts, each with its three lists, and whether their chain is whole."""

    list_display = ["number", "at", "kind", "gone", "kept_count"]
    list_filter = ["kind"]
    search_fields = ["pk"]
    search_help_text = _("The number of a receipt")
    ordering = ["-position"]
    sortable_by = []
    show_full_result_count = False
    list_per_page = 50

    def get_urls(self) -> list[URLPattern]:
        check = path(
            "check/", self.admin_site.admin_view(self.check_view), name="privacy_erasure_check"
        )
        return [check, *super().get_urls()]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Erasure], search_term: str
    ) -> tuple[QuerySet[Erasure], bool]:
        keys = keys_spoken(search_term.strip())
        if not search_term.strip():
            return queryset, False
        return queryset.filter(pk__range=keys) if keys else queryset.none(), False

    @admin.display(description=_("values destroyed"))
    def gone(self, receipt: Erasure) -> int:
        return sum(receipt.removed.values())

    @admin.display(description=_("values kept"))
    def kept_count(self, receipt: Erasure) -> int:
        return sum(each["count"] for each in receipt.kept)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Head the list with what it is."""
        return super().changelist_view(
            request, {"title": _("Erasure receipts"), **(extra_context or {})}
        )

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show one receipt in three lists."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        receipt = self.get_object(request, object_id)
        if receipt is None:
            raise Http404
        context = {
            **frame_of(self, request, _("Receipt %(number)s") % {"number": receipt.number}),
            "receipt": receipt,
            "gone": self.gone(receipt),
            "kept": self.kept_count(receipt),
            "plan": plan_of_receipt(receipt),
            "holds": seal_holds(receipt),
            "later": receipt.later.order_by("position"),
        }
        return TemplateResponse(request, "admin/privacy/receipt.html", context)

    def check_view(self, request: HttpRequest) -> HttpResponse:
        """Go through all receipts, and say whether each is as it was sealed."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        broken = list(broken_seals())
        if broken:
            said = {"receipts": "; ".join(broken[:20])}
            messages.error(request, _("The chain of receipts is broken: %(receipts)s") % said)
        else:
            count = Erasure.objects.count()
            words = ngettext(
                "The chain is whole: %(count)d receipt is as it was written.",
                "The chain is whole: %(count)d receipts are as they were written.",
                count,
            )
            messages.success(request, words % {"count": count})
        return redirect("admin:privacy_erasure_changelist")


@admin.register(SweepRun)
class SweepRunAdmin(ReadOnlyMixin, admin.ModelAdmin[SweepRun]):
    """The nights on which what had had its time was cleared."""

    list_display = ["ended_at", "began_at", "gone"]
    sortable_by = []
    show_full_result_count = False
    list_per_page = 50
    fields = ["began_at", "ended_at", "gone", "tables"]
    readonly_fields = ["gone", "tables"]

    @admin.display(description=_("values destroyed"))
    def gone(self, run: SweepRun) -> int:
        return sum(run.removed.values())

    @admin.display(description=_("of which columns"))
    def tables(self, run: SweepRun) -> str:
        return (
            ", ".join(f"{column}: {count}" for column, count in sorted(run.removed.items())) or "–"
        )
