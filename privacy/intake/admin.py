"""The staff's page for taking in people: upload, look, confirm, read what was dropped."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from privacy.admin_parts import frame_of, row_deeds
from privacy.intake import runs
from privacy.intake.forms import UploadForm
from privacy.intake.models import Intake
from privacy.intake.taking import importers
from privacy.intake.tasks import carry_out_intake, check_intake
from privacy.intake.upload_admin import UploadAdmin, counted
from privacy.intake.upload_steps import NotNow
from privacy.reading.logged import ReadLogged
from privacy.reading.models import Kind

MOST_SHOWN = 200


@admin.register(Intake)
class IntakeAdmin(ReadLogged, UploadAdmin[Intake]):
    """Files about people. The pages name nobody in them."""

    nobody_in = frozenset(Kind)
    list_display = ["shown_kind", "created_at", "started_by", "state"]
    list_filter = ["state"]
    show_full_result_count = False
    change_list_template = "admin/intake/list.html"
    upload_form = UploadForm
    upload_title = gettext_lazy("Bring in customers of a former shop")
    upload_page = "admin/intake/upload.html"

    @admin.display(description=gettext_lazy("What it holds"))
    def shown_kind(self, intake: Intake) -> str:
        return str(intake.kind_words)

    def keep(self, request: HttpRequest, said: dict[str, Any], *, at: datetime) -> Intake:
        return runs.upload(
            kind=said["kind"],
            file=said["file"],
            asked_format=said["format"],
            party=said["party"],
            by=request.user if isinstance(request.user, AbstractBaseUser) else None,
            at=at,
        )

    def is_short(self, upload: Intake) -> bool:
        return runs.is_short(upload)

    def check_now(self, upload: Intake, *, at: datetime) -> None:
        runs.check(intake_id=upload.pk, at=at)

    def defer_check(self, upload: Intake) -> None:
        check_intake.defer(intake_id=str(upload.pk))

    def defer_import(self, upload: Intake) -> None:
        carry_out_intake.defer(intake_id=str(upload.pk))

    def get_urls(self) -> list[URLPattern]:
        return [*row_deeds(self, discard=self.discard_view), *super().get_urls()]

    # --- One import -----------------------------------------------------------------------

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show where an import stands and what it does or has done."""
        intake = self.found(request, object_id)
        context = {
            **frame_of(self, request, str(intake.kind_words)),
            **self.shown(request, intake, intake.report, most=MOST_SHOWN),
            **_told(intake),
        }
        return TemplateResponse(request, "admin/intake/run.html", context)

    def discard_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Destroy a file that is not to be taken in after all."""
        self.let_in(request)
        intake = self.found(request, pk)
        try:
            runs.discard(intake=intake, at=timezone.now())
        except NotNow:
            messages.warning(request, _("This import is still at work."))
        else:
            messages.success(request, _("The file was destroyed; nothing was taken from it."))
        return redirect("admin:privacy_intake_changelist")


def _told(intake: Intake) -> dict[str, Any]:
    """Lay out what was taken from a file about people, and what was dropped."""
    report, importer = intake.report, importers[intake.kind]
    return {
        "counts": [(words, counted(report, noun)) for noun, words in importer.nouns],
        "taken": [
            (column, importer.words[what], count)
            for column, whats in report.taken.items()
            for what, count in whats.items()
        ],
        "drops": report.drops,
    }
