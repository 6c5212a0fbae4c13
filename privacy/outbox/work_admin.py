"""Background jobs, in the shop's words: what waits, what runs, what was given up."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from procrastinate.contrib.django.models import ProcrastinateJob

from privacy.admin_parts import CalledByUs, ReadOnlyMixin
from privacy.outbox.jobs import app
from privacy.reading.logged import ReadLogged
from privacy.reading.models import Kind

STATES = {
    "todo": _("Waiting"),
    "doing": _("Running"),
    "succeeded": _("Done"),
    "failed": _("Given up"),
    "cancelled": _("Cancelled"),
    "aborted": _("Stopped"),
}


class StateFilter(admin.SimpleListFilter):
    """Jobs by their state, in words."""

    title = _("state of the job")
    parameter_name = "status__exact"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return list(STATES.items())

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[ProcrastinateJob]
    ) -> QuerySet[ProcrastinateJob]:
        return queryset.filter(status=self.value()) if self.value() in STATES else queryset


@admin.register(ProcrastinateJob)
class JobAdmin(ReadLogged, ReadOnlyMixin, CalledByUs):
    """Jobs by number, task and state. Their arguments are row numbers, never personal data."""

    list_display = ["id", "task", "state", "tries", "due_at"]
    list_filter = [StateFilter]
    search_fields = ["id__exact", "task_name"]
    show_full_result_count = False
    ordering = ["-id"]
    fields = ["task", "state", "tries", "due_at", "about"]
    actions = ["try_again"]
    nobody_in = frozenset({Kind.LIST, Kind.SEARCH})

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("procrastinate.view_procrastinatejob")

    def called(self, row: ProcrastinateJob) -> str:
        return f"{self.task(row)} {row.pk}"

    @admin.display(description=_("job"), ordering="task_name")
    def task(self, job: ProcrastinateJob) -> str:
        return job.task_name.rpartition(".")[2]

    @admin.display(description=_("state of the job"), ordering="status")
    def state(self, job: ProcrastinateJob) -> str:
        return str(STATES.get(job.status, job.status))

    @admin.display(description=_("attempts"), ordering="attempts")
    def tries(self, job: ProcrastinateJob) -> int:
        return job.attempts

    @admin.display(description=_("not before"), ordering="scheduled_at")
    def due_at(self, job: ProcrastinateJob) -> Any:
        return job.scheduled_at or "–"

    @admin.display(description=_("rows it is about"))
    def about(self, job: ProcrastinateJob) -> str:
        return ", ".join(f"{name} {value}" for name, value in job.args.items()) or "–"

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Head the list with our own words: the package has none to translate."""
        return super().changelist_view(
            request, {"title": _("Background jobs"), **(extra_context or {})}
        )

    @admin.action(description=_("Try the given-up jobs again"))
    def try_again(self, request: HttpRequest, queryset: QuerySet[ProcrastinateJob]) -> None:
        """Queue jobs anew that were given up after all their attempts."""
        again = 0
        for job in queryset.filter(status="failed"):
            app.job_manager.retry_job_by_id(job.pk, retry_at=timezone.now())
            again += 1
        words = ngettext("%(count)s job waits again.", "%(count)s jobs wait again.", again)
        messages.success(request, words % {"count": again})
