"""The staff's page for importing a catalogue: upload, look, confirm, read the report."""

import csv
from codecs import BOM_UTF8
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_GET

from customers.visitors import account_of
from orders.importing import runs
from orders.importing.cells import guarded
from orders.importing.export import Line, exported
from orders.importing.forms import UploadForm
from orders.importing.models import ImportRun
from orders.importing.report import Report
from orders.importing.tasks import carry_out_import, check_import
from privacy.admin_parts import frame_of
from privacy.intake.report import WEIGHTS
from privacy.intake.upload_admin import UploadAdmin, counted
from privacy.private_answers import csv_headers, stream_csv

NEEDED = ("orders.add_product", "orders.change_product")
MOST_SHOWN = 100


@admin.register(ImportRun)
class ImportRunAdmin(UploadAdmin[ImportRun]):
    """Catalogues on their way into the shop, and the whole of it on its way out."""

    list_display = ["file_name", "created_at", "started_by", "state", "outcome"]
    change_list_template = "admin/importing/list.html"
    upload_form = UploadForm
    upload_title = gettext_lazy("Import a catalogue")
    upload_page = "admin/importing/upload.html"

    # --- Who may --------------------------------------------------------------------------

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: ImportRun | None = None) -> bool:
        return self.has_add_permission(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perms(NEEDED)

    # --- The list -------------------------------------------------------------------------

    @admin.display(description=gettext_lazy("outcome"))
    def outcome(self, run: ImportRun) -> str:
        return _("%(new)s new, %(changed)s changed, %(errors)s errors") % {
            "new": run.report.counts["products_new"],
            "changed": run.report.counts["products_changed"],
            "errors": run.report.errors,
        }

    # --- Upload ---------------------------------------------------------------------------

    def keep(self, request: HttpRequest, said: dict[str, Any], *, at: datetime) -> ImportRun:
        return runs.upload(
            file=said["file"],
            asked_format=said["format"],
            language=said["language"],
            by=account_of(request),
            pictures=said["pictures"],
            at=at,
        )

    def is_short(self, upload: ImportRun) -> bool:
        return runs.is_short(upload)

    def check_now(self, upload: ImportRun, *, at: datetime) -> None:
        runs.check(run_id=upload.pk, at=at)

    def defer_check(self, upload: ImportRun) -> None:
        check_import.defer(run_id=str(upload.pk))

    def defer_import(self, upload: ImportRun) -> None:
        carry_out_import.defer(run_id=str(upload.pk))

    def get_urls(self) -> list[URLPattern]:
        door = self.admin_site.admin_view
        return [
            path("export/", require_GET(door(self.export_view)), name="orders_importrun_export"),
            path(
                "<uuid:pk>/report.csv",
                require_GET(door(self.report_view)),
                name="orders_importrun_report",
            ),
            *super().get_urls(),
        ]

    # --- One import -----------------------------------------------------------------------

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show where an import stands and what it does or has done."""
        run = self.found(request, object_id)
        context = {
            **frame_of(self, request, run.file_name),
            **self.shown(request, run, run.report, most=MOST_SHOWN),
            **_told(run.report),
        }
        return TemplateResponse(request, "admin/importing/run.html", context)

    def report_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Give all remarks as a table for a spreadsheet."""
        lines = _report_lines(self.found(request, pk).report)
        return HttpResponse(BOM_UTF8 + "".join(lines).encode(), headers=csv_headers("report.csv"))

    def export_view(self, request: HttpRequest) -> StreamingHttpResponse:
        """Give the whole catalogue in the shop's own format."""
        self.let_in(request)
        return stream_csv(exported(), name=f"catalogue-{timezone.localdate()}.csv")


def _told(report: Report) -> dict[str, Any]:
    """Lay out what an import does to the catalogue, and its pictures."""
    nouns = {"products": _("Products"), "variants": _("Variants"), "pictures": _("Pictures")}
    return {
        "pictures": [
            (words, report.pictures.get(kind, []))
            for kind, words in (
                ("missing", _("Not found")),
                ("unnamed", _("In the ZIP, but not named by any row")),
                ("found", _("Found")),
            )
            if report.pictures.get(kind)
        ],
        "counts": [(words, counted(report, noun)) for noun, words in nouns.items()],
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
