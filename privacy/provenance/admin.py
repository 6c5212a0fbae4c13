"""Where data came from, to be looked at."""

from typing import Any, cast
from uuid import UUID

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from privacy.admin_parts import ReadOnlyMixin
from privacy.provenance.models import Provenance
from privacy.reading.logged import ReadLogged
from privacy.registry import registry


@admin.register(Provenance)
class ProvenanceAdmin(ReadLogged, ReadOnlyMixin, admin.ModelAdmin[Provenance]):
    """Each write of staff and imports: what, from whom, on what basis, when, by whom."""

    list_display = ["at", "what", "whence", "party", "basis", "purpose", "writer"]
    list_filter = ["whence", "basis", "purpose"]
    list_select_related = ["table", "by"]
    list_per_page = 50
    search_fields = ["row__exact"]
    search_help_text = _("The whole number of a row")
    show_full_result_count = False
    fields = ["at", "what", "row", "whence", "party", "is_public", "basis", "purpose", "writer"]
    readonly_fields = ["what", "writer"]

    @admin.display(description=pgettext_lazy("data of which the source is told", "what"))
    def what(self, note: Provenance) -> str:
        declaration = registry.get(cast(Any, note.table.model_class()))
        if declaration is None:
            return note.column
        # A column may have been taken away since; its note says how it was called.
        known = note.column in declaration.known
        name = declaration.name_of(note.column) if known else note.column
        return f"{declaration.name}: {name}"

    @admin.display(description=_("written by"))
    def writer(self, note: Provenance) -> str:
        return str(note.by) if note.by else "–"

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> Any:
        """Find by a row's number; whatever else is typed is no number, and finds nothing."""
        number = search_term.strip()
        if number and not _is_number(number):
            return queryset.none(), False
        return super().get_search_results(request, queryset, number)


def _is_number(typed: str) -> bool:
    try:
        UUID(typed)
    except ValueError:
        return False
    return True
