"""Whom we owe word of where their data came from: the contact person's list."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from privacy.admin_parts import ReadOnlyMixin, row_deeds
from privacy.notices.letter import notes_about, notice_of
from privacy.notices.operations import (
    NoAddress,
    ToldAlready,
    note_told_otherwise,
    tell_by_letter,
)
from privacy.provenance.models import SourceNotice
from privacy.reading.logged import ReadLogged


class StateFilter(admin.SimpleListFilter):
    """Notices by whether the person has been told."""

    title = pgettext_lazy("of a notice", "state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("owed", gettext_lazy("To be told")),
            ("overdue", gettext_lazy("Overdue")),
            ("done", pgettext_lazy("of a notice", "Told")),
        ]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[SourceNotice]
    ) -> QuerySet[SourceNotice]:
        if self.value() == "owed":
            return queryset.filter(done_at=None)
        if self.value() == "overdue":
            return queryset.filter(done_at=None, due_at__lt=timezone.now())
        if self.value() == "done":
            return queryset.filter(done_at__isnull=False)
        return queryset


@admin.register(SourceNotice)
class SourceNoticeAdmin(ReadLogged, ReadOnlyMixin, admin.ModelAdmin[SourceNotice]):
    """Each with the letter as it would go, and the button that sends it."""

    list_display = ["person", "collected_at", "due_at", "state"]
    list_filter = [StateFilter]
    list_select_related = ["card"]
    list_per_page = 50
    ordering = ["due_at", "id"]
    show_full_result_count = False
    fields = ["person", "address", "collected_at", "due_at", "done_at", "done_how", "done_by"]
    readonly_fields = ["person", "address"]
    change_form_template = "admin/privacy/source_notice.html"

    @admin.display(description=gettext_lazy("who is to be told"))
    def person(self, notice: SourceNotice) -> str:
        return str(notice.card)

    @admin.display(description=gettext_lazy("e-mail address"))
    def address(self, notice: SourceNotice) -> str:
        return notice.card.email or "–"

    @admin.display(description=pgettext_lazy("of a notice", "state"))
    def state(self, notice: SourceNotice) -> str:
        if notice.done_at is not None:
            day = date_format(timezone.localtime(notice.done_at), "SHORT_DATE_FORMAT")
            return _("told on %(day)s") % {"day": day}
        return _("overdue") if notice.due_at < timezone.now() else _("to be told")

    def get_urls(self) -> list[URLPattern]:
        return [*row_deeds(self, tell=self.tell_view), *super().get_urls()]

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show what is to be told, in the person's own language, as the letter will say it."""
        notice = self.get_object(request, object_id)
        more: dict[str, Any] = {}
        if notice is not None and self.has_view_permission(request, notice):
            with translation.override(notice.card.language):
                told = notice_of(notes_about(notice))
            may_tell = notice.done_at is None and self._may_tell(request)
            more = {"notice": notice, "told": told, "may_tell": may_tell}
        return super().change_view(request, object_id, form_url, {**more, **(extra_context or {})})

    def _may_tell(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("privacy.change_sourcenotice"))

    def tell_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Send the letter, or note that the person was told in another way."""
        if not self._may_tell(request) or not request.user.is_authenticated:
            raise PermissionDenied
        notice = self.get_object(request, str(pk))
        if notice is None:
            raise Http404
        at = timezone.now()
        try:
            if request.POST.get("how") == SourceNotice.How.OTHERWISE:
                note_told_otherwise(notice, at=at, by=request.user)
                messages.success(request, _("Noted that the person has been told."))
            else:
                tell_by_letter(notice, at=at, by=request.user)
                messages.success(request, _("The letter is on its way."))
        except NoAddress:
            messages.error(request, _("The card has no e-mail address. Tell the person by post."))
        except ToldAlready:
            messages.warning(request, _("The person has been told meanwhile."))
        else:
            self.log_change(request, notice, "told")
        return redirect("admin:privacy_sourcenotice_change", pk)
