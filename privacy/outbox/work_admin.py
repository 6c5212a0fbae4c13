"""Background jobs, in the shop's words: what waits, what runs, what was given up."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from procrastinate.contrib.django.models import ProcrastinateJob

from privacy.admin_parts import ReadOnlyMixin
from privacy.outbox.jobs import app

STATES = {
    "todo": _("Waiting"),
    "doing": _("Running"),
    "succeeded": _("Done"),
    "failed": _("Given up"),
    "cancelled": _("Cancelled"),
    "aborted": _("Stopped"),
}


@admin.register(ProcrastinateJob)
class JobAdmin(ReadOnlyMixin, admin.ModelAdmin[ProcrastinateJob]):
    """Jobs by number, task and state. Their arguments are row numbers, never personal data."""

    list_display = ["id", "task", "state", "attempts", "scheduled_at"]
    list_filter = ["status", "queue_name"]
    search_fields = ["id__exact", "task_name"]
    show_full_result_count = False
    ordering = ["-id"]
    fields = ["id", "task_name", "queue_name", "state", "attempts", "scheduled_at", "args"]
    actions = ["try_again"]

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.has_perm("procrastinate.view_procrastinatejob")

    @admin.display(description=_("job"), ordering="task_name")
    def task(self, job: ProcrastinateJob) -> str:
        return job.task_name.rpartition(".")[2]

    @admin.display(description=_("state of the job"), ordering="status")
    def state(self, job: ProcrastinateJob) -> str:
        return str(STATES.get(job.status, job.status))

    @admin.action(description=_("Try the given-up jobs again"))
    def try_again(self, request: HttpRequest, queryset: QuerySet[ProcrastinateJob]) -> None:
        """Queue jobs anew that were given up after all their attempts."""
        again = 0
        for job in queryset.filter(status="failed"):
            app.job_manager.retry_job_by_id(job.pk, retry_at=timezone.now())
            again += 1
        words = ngettext("%(count)s job waits again.", "%(count)s jobs wait again.", again)
        messages.success(request, words % {"count": again})
