"""The record of processing activities, for whoever of the staff may see it."""

from dataclasses import asdict
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.translation import gettext as _

from privacy.admin_parts import ReadOnlyMixin, frame_of
from privacy.editions.models import ProcessingRecord
from privacy.languages import readers_language
from privacy.paper.typesetting import typeset
from privacy.private_answers import paper
from privacy.statement import edition_in_force
from privacy.telling.record import Record, record_of


@admin.register(ProcessingRecord)
class ProcessingRecordAdmin(ReadOnlyMixin, admin.ModelAdmin[ProcessingRecord]):
    """One page, made anew each time it is looked at; and the same as JSON and PDF."""

    def get_urls(self) -> list[URLPattern]:
        own = [
            path(
                f"record.{kind}",
                self.admin_site.admin_view(view),
                name=f"privacy_processingrecord_{kind}",
            )
            for kind, view in (("json", self.json_view), ("pdf", self.pdf_view))
        ]
        return [*own, *super().get_urls()]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        """Show the record."""
        context = {
            **frame_of(self, request, _("Record of processing activities")),
            "record": self._record(request),
        }
        return TemplateResponse(request, "admin/privacy/record.html", context)

    def json_view(self, request: HttpRequest) -> JsonResponse:
        """Give the record for a machine."""
        answer = JsonResponse(self._record(request).plain(), json_dumps_params={"indent": 2})
        answer["Content-Disposition"] = 'attachment; filename="record-of-processing.json"'
        return answer

    def pdf_view(self, request: HttpRequest) -> HttpResponse:
        """Give the record on paper."""
        record = self._record(request)
        title = _("Record of processing activities")
        said = {
            "language": readers_language(),
            "title": title,
            "footer": title,
            "facts": record.facts,
            "activities": [{**asdict(each), "facts": each.facts} for each in record.activities],
            "companies_title": _("Processors of data"),
            "companies": [{"name": each.name, "facts": each.facts} for each in record.companies],
            "security_title": _("Security measures"),
            "security": record.security,
        }
        return paper(typeset("record", said), name="record-of-processing.pdf")

    def _record(self, request: HttpRequest) -> Record:
        if not self.has_view_permission(request):
            raise PermissionDenied
        language = readers_language()
        return record_of(edition_in_force(), language, at=timezone.now())
