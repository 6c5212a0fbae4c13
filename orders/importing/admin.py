"""The staff's page for importing a catalogue: upload, look, confirm, read the report."""

import codecs
import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext
from django.views.decorators.http import require_GET, require_POST

from customers.models import Account
from orders.importing import runs
from orders.importing.cells import guarded
from orders.importing.export import Line, exported
from orders.importing.forms import UploadForm
from orders.importing.models import ImportRun
from orders.importing.report import Report
from orders.importing.tasks import carry_out_import, check_import
from privacy.intake.report import WEIGHTS, UnreadableFile

NEEDED = ("orders.add_product", "orders.change_product")
MOST_SHOWN = 100


@admin.register(ImportRun)
class ImportRunAdmin(admin.ModelAdmin[ImportRun]):
    """Imports are uploaded, checked and confirmed, never edited."""

    list_display = ["file_name", "created_at", "started_by", "state", "outcome"]
    list_select_related = ["started_by"]
    list_per_page = 50
    change_list_template = "admin/importing/list.html"

    # --- Who may --------------------------------------------------------------------------

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: ImportRun | None = None) -> bool:
        return self.has_add_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perms(NEEDED)

    def has_change_permission(self, request: HttpRequest, obj: ImportRun | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: ImportRun | None = None) -> bool:
        return False

    # --- The list -------------------------------------------------------------------------

    @admin.display(description=gettext_lazy("outcome"))
    def outcome(self, run: ImportRun) -> str:
        return _("%(new)s new, %(changed)s changed, %(errors)s errors") % {
            "new": run.report.counts["products_new"],
            "changed": run.report.counts["products_changed"],
            "errors": run.report.errors,
        }

    def get_urls(self) -> list[URLPattern]:
        door = self.admin_site.admin_view
        return [
            path("export/", require_GET(door(self.export_view)), name="orders_importrun_export"),
            path(
                "<uuid:pk>/confirm/",
                require_POST(door(self.confirm_view)),
                name="orders_importrun_confirm",
            ),
            path(
                "<uuid:pk>/wake/", require_POST(door(self.wake_view)), name="orders_importrun_wake"
            ),
            path(
                "<uuid:pk>/report.csv",
                require_GET(door(self.report_view)),
                name="orders_importrun_report",
            ),
            *super().get_urls(),
        ]

    # --- Upload ---------------------------------------------------------------------------

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Take a file; a short one is checked at once, a long one by the worker."""
        self._let_in(request)
        form = UploadForm(request.POST or None, request.FILES or None)
        if request.method == "POST" and form.is_valid():
            run = self._upload(request, form)
            if run is not None:
                return redirect("admin:orders_importrun_change", run.pk)
        context = {**self._frame(request, _("Import a catalogue")), "form": form}
        return TemplateResponse(request, "admin/importing/upload.html", context)

    def _upload(self, request: HttpRequest, form: UploadForm) -> ImportRun | None:
        at = timezone.now()
        try:
            run = runs.upload(
                file=form.cleaned_data["file"],
                asked_format=form.cleaned_data["format"],
                language=form.cleaned_data["language"],
                by=request.user if isinstance(request.user, Account) else None,
                pictures=form.cleaned_data["pictures"],
                at=at,
            )
        except UnreadableFile as trouble:
            form.add_error("file", trouble.issue.reason)
            return None
        if runs.is_short(run):
            runs.check(run_id=run.pk, at=at)
        else:
            check_import.defer(run_id=str(run.pk))
        return run

    # --- One import -----------------------------------------------------------------------

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show where an import stands and what it does or has done."""
        run = self._run(request, object_id)
        context = {**self._frame(request, run.file_name), **_shown(run)}
        return TemplateResponse(request, "admin/importing/run.html", context)

    def confirm_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Hand a checked import to the worker."""
        run = self._run(request, pk)
        try:
            with transaction.atomic():
                runs.confirm(run=run, at=timezone.now())
                carry_out_import.defer(run_id=str(run.pk))
        except runs.NotNow:
            messages.warning(request, _("This import has begun already, or its file is gone."))
        return redirect("admin:orders_importrun_change", run.pk)

    def wake_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Hand an import to the worker once more."""
        run = self._run(request, pk)
        job = check_import if run.state == ImportRun.State.CHECKING else carry_out_import
        try:
            with transaction.atomic():
                runs.wake(run=run, at=timezone.now())
                job.defer(run_id=str(run.pk))
        except runs.NotNow:
            messages.warning(request, _("This import is still at work."))
        return redirect("admin:orders_importrun_change", run.pk)

    def report_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Give all remarks as a table for a spreadsheet."""
        lines = _report_lines(self._run(request, pk).report)
        return HttpResponse(b"".join(_marked(lines)), headers=_as_file("report.csv"))

    def export_view(self, request: HttpRequest) -> StreamingHttpResponse:
        """Give the whole catalogue in the shop's own format."""
        self._let_in(request)
        name = f"catalogue-{timezone.localdate()}.csv"
        return StreamingHttpResponse(_marked(exported()), headers=_as_file(name))

    def _let_in(self, request: HttpRequest) -> None:
        if not self.has_add_permission(request):
            raise PermissionDenied

    def _run(self, request: HttpRequest, pk: str) -> ImportRun:
        self._let_in(request)
        run = self.get_object(request, str(pk))
        if run is None:
            raise Http404
        return run

    def _frame(self, request: HttpRequest, title: str) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": title,
            "media": self.media,
        }


def _shown(run: ImportRun) -> dict[str, Any]:
    """Lay out what the page of an import shows."""
    report = run.report
    issues = sorted(report.all(), key=lambda issue: list(WEIGHTS).index(issue.weight))
    nouns = {"products": _("Products"), "variants": _("Variants"), "pictures": _("Pictures")}
    return {
        "run": run,
        "report": report,
        "is_stuck": run.is_stuck(timezone.now()),
        "can_begin": run.state == ImportRun.State.CHECKED and bool(run.file),
        "pictures": [
            (words, report.pictures.get(kind, []))
            for kind, words in (
                ("missing", _("Not found")),
                ("unnamed", _("In the ZIP, but not named by any row")),
                ("found", _("Found")),
            )
            if report.pictures.get(kind)
        ],
        "counts": [
            (words, [report.counts[f"{noun}_{state}"] for state in ("new", "changed", "unchanged")])
            for noun, words in nouns.items()
        ],
        "issues": [(WEIGHTS[issue.weight], issue) for issue in issues[:MOST_SHOWN]],
        "unshown": max(0, len(issues) - MOST_SHOWN),
        "summary": ngettext(
            "%(errors)s of %(rows)s rows has an error and is left out.",
            "%(errors)s of %(rows)s rows have errors and are left out.",
            report.errors,
        )
        % {"errors": report.errors, "rows": report.counts["rows"]},
    }


def _report_lines(report: Report) -> Iterator[str]:
    """Write remarks as CSV in the reader's language; no cell can be a formula."""
    writer = csv.writer(Line(), lineterminator="\r\n")
    yield writer.writerow(
        [pgettext("of a file", "Line"), _("Column"), pgettext("of a remark", "Weight"), _("Reason")]
    )
    for issue in report.all():
        cells = [str(issue.line or ""), issue.column, str(WEIGHTS[issue.weight]), issue.reason]
        yield writer.writerow([guarded(cell) for cell in cells])


def _marked(lines: Iterable[str]) -> Iterator[bytes]:
    """Begin with the mark that tells spreadsheets that the file is UTF-8."""
    yield codecs.BOM_UTF8
    for line in lines:
        yield line.encode()


def _as_file(name: str) -> dict[str, str]:
    """Name a download; nobody keeps it on the way."""
    return {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": f'attachment; filename="{name}"',
        "Cache-Control": "private, no-store",
    }
