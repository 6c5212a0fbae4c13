"""The staff's page for taking in people: upload, look, confirm, read what was dropped."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from privacy.intake import runs
from privacy.intake.forms import UploadForm
from privacy.intake.models import Intake
from privacy.intake.report import WEIGHTS, UnreadableFile
from privacy.intake.taking import importers
from privacy.intake.tasks import carry_out_intake, check_intake
from privacy.reading.logged import ReadLogged
from privacy.reading.models import Kind

MOST_SHOWN = 200


@admin.register(Intake)
class IntakeAdmin(ReadLogged, admin.ModelAdmin[Intake]):
    """Files are uploaded, checked and confirmed, never edited. The pages name nobody in them."""

    nobody_in = frozenset(Kind)
    list_display = ["shown_kind", "created_at", "started_by", "state"]
    list_filter = ["state"]
    list_select_related = ["started_by"]
    list_per_page = 50
    show_full_result_count = False
    change_list_template = "admin/intake/list.html"

    @admin.display(description=gettext_lazy("What it holds"))
    def shown_kind(self, intake: Intake) -> str:
        return str(intake.kind_words)

    def has_change_permission(self, request: HttpRequest, obj: Intake | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Intake | None = None) -> bool:
        return False

    def get_urls(self) -> list[URLPattern]:
        door = self.admin_site.admin_view
        deeds = {
            "confirm": self.confirm_view,
            "wake": self.wake_view,
            "discard": self.discard_view,
        }
        return [
            *(
                path(f"<uuid:pk>/{name}/", require_POST(door(view)), name=f"privacy_intake_{name}")
                for name, view in deeds.items()
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
            intake = self._upload(request, form)
            if intake is not None:
                return redirect("admin:privacy_intake_change", intake.pk)
        context = {**self._frame(request, _("Bring in customers of a former shop")), "form": form}
        return TemplateResponse(request, "admin/intake/upload.html", context)

    def _upload(self, request: HttpRequest, form: UploadForm) -> Intake | None:
        at, said = timezone.now(), form.cleaned_data
        try:
            intake = runs.upload(
                kind=said["kind"],
                file=said["file"],
                asked_format=said["format"],
                party=said["party"],
                by=request.user if isinstance(request.user, AbstractBaseUser) else None,
                at=at,
            )
        except UnreadableFile as trouble:
            form.add_error("file", trouble.issue.reason)
            return None
        if runs.is_short(intake):
            runs.check(intake_id=intake.pk, at=at)
        else:
            check_intake.defer(intake_id=str(intake.pk))
        return intake

    # --- One import -----------------------------------------------------------------------

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show where an import stands and what it does or has done."""
        intake = self._intake(request, object_id)
        may = self.has_add_permission(request)
        context = {**self._frame(request, str(intake.kind_words)), **_shown(intake, may=may)}
        return TemplateResponse(request, "admin/intake/run.html", context)

    def confirm_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Hand a checked import to the worker."""
        self._let_in(request)
        intake = self._intake(request, str(pk))
        try:
            with transaction.atomic():
                runs.confirm(intake=intake, at=timezone.now())
                carry_out_intake.defer(intake_id=str(intake.pk))
        except runs.NotNow:
            messages.warning(request, _("This import has begun already, or its file is gone."))
        return redirect("admin:privacy_intake_change", intake.pk)

    def wake_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Hand an import to the worker once more."""
        self._let_in(request)
        intake = self._intake(request, str(pk))
        job = check_intake if intake.state == Intake.State.CHECKING else carry_out_intake
        try:
            with transaction.atomic():
                runs.wake(intake=intake, at=timezone.now())
                job.defer(intake_id=str(intake.pk))
        except runs.NotNow:
            messages.warning(request, _("This import is still at work."))
        return redirect("admin:privacy_intake_change", intake.pk)

    def discard_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Destroy a file that is not to be taken in after all."""
        self._let_in(request)
        intake = self._intake(request, str(pk))
        try:
            runs.discard(intake=intake, at=timezone.now())
        except runs.NotNow:
            messages.warning(request, _("This import is still at work."))
        else:
            messages.success(request, _("The file was destroyed; nothing was taken from it."))
        return redirect("admin:privacy_intake_changelist")

    def _let_in(self, request: HttpRequest) -> None:
        if not self.has_add_permission(request):
            raise PermissionDenied

    def _intake(self, request: HttpRequest, pk: str) -> Intake:
        if not self.has_view_permission(request):
            raise PermissionDenied
        intake = self.get_object(request, pk)
        if intake is None:
            raise Http404
        return intake

    def _frame(self, request: HttpRequest, title: str) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "opts": self.model._meta,
            "title": title,
            "media": self.media,
        }


def _shown(intake: Intake, *, may: bool) -> dict[str, Any]:
    """Lay out what the page of an import shows."""
    report, importer = intake.report, importers[intake.kind]
    issues = sorted(report.all(), key=lambda issue: list(WEIGHTS).index(issue.weight))
    stuck = intake.is_stuck(timezone.now())
    return {
        "intake": intake,
        "report": report,
        "is_stuck": stuck,
        "can_wake": may and stuck,
        "can_begin": may and intake.state == Intake.State.CHECKED and bool(intake.file),
        "counts": [
            (words, [report.counts[f"{noun}_{state}"] for state in ("new", "changed", "unchanged")])
            for noun, words in importer.nouns
        ],
        "taken": [
            (column, importer.words[what], count)
            for column, whats in report.taken.items()
            for what, count in whats.items()
        ],
        "drops": report.drops,
        "issues": [(WEIGHTS[issue.weight], issue) for issue in issues[:MOST_SHOWN]],
        "unshown": max(0, len(issues) - MOST_SHOWN),
    }
