"""Notices to recipients: who has confirmed, who has not, who must be told by hand."""

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from privacy.admin_parts import ReadOnlyMixin
from privacy.reading.logged import ReadLogged
from privacy.recipients.models import RecipientNotice
from privacy.recipients.operations import acknowledge


class AnswerFilter(admin.SimpleListFilter):
    """Notices by the recipient's answer."""

    title = _("answer")
    parameter_name = "answer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("late", _("Late")),
            ("awaited", _("Awaited")),
            ("confirmed", _("Confirmed")),
        ]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[RecipientNotice]
    ) -> QuerySet[RecipientNotice]:
        notices = RecipientNotice.objects.filter(pk__in=queryset.values("pk"))
        if self.value() == "late":
            return notices.overdue(timezone.now())
        if self.value() == "awaited":
            return notices.unanswered()
        if self.value() == "confirmed":
            return queryset.exclude(acknowledged_at=None)
        return queryset


@admin.register(RecipientNotice)
class RecipientNoticeAdmin(ReadLogged, ReadOnlyMixin, admin.ModelAdmin[RecipientNotice]):
    """A list to keep up: each notice is confirmed by its recipient, or somebody asks."""

    list_display = ["processor", "kind", "told", "confirmed", "reference"]
    list_filter = [AnswerFilter, "kind"]
    list_select_related = ["processor", "letter"]
    search_fields = ["reference__exact"]
    search_help_text = _("The recipient's reference, whole")
    date_hierarchy = "written_at"
    show_full_result_count = False
    list_per_page = 50
    fields = ["processor", "kind", "reference", "written_at", "told", "acknowledged_at"]
    actions = ["confirm"]

    @admin.display(description=_("confirmed"), ordering="acknowledged_at")
    def confirmed(self, notice: RecipientNotice) -> str:
        return _day(notice.acknowledged_at) if notice.acknowledged_at else "–"

    @admin.display(description=_("told"))
    def told(self, notice: RecipientNotice) -> str:
        """Say when it left, or how it has to be told."""
        sent = notice.sent_at or (notice.letter.sent_at if notice.letter else None)
        if sent:
            return _day(sent)
        if notice.letter is not None:
            return str(_("The letter waits in the outbox."))
        if notice.acknowledged_at:
            return "–"
        by_hand = _("Tell it by hand.")
        return f"{by_hand} {notice.processor.erasure_how}".strip()

    def has_confirm_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("privacy.change_recipientnotice")

    @admin.action(description=_("The recipient has confirmed"), permissions=["confirm"])
    def confirm(self, request: HttpRequest, queryset: QuerySet[RecipientNotice]) -> None:
        """Note that the recipients have done what was asked."""
        chosen = list(queryset.values_list("pk", flat=True))
        count = acknowledge(notices=chosen, at=timezone.now())
        words = ngettext(
            "%(count)d notice is confirmed.", "%(count)d notices are confirmed.", count
        )
        messages.success(request, words % {"count": count})


def _day(moment: datetime) -> str:
    return date_format(timezone.localtime(moment), "SHORT_DATE_FORMAT")
