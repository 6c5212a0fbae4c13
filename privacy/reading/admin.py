"""The log of who looked, for those of the staff who watch over it."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from privacy.admin_parts import ReadOnlyMixin
from privacy.reading.logged import ReadLogged
from privacy.reading.models import Kind, Reading, role_words, table_words
from privacy.reading.people import numbers_found_by


class StaffFilter(admin.SimpleListFilter):
    """Looks by which of the staff it was."""

    title = _("staff member")
    parameter_name = "staff"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        staff = get_user_model()._base_manager.filter(is_staff=True).order_by("full_name")
        return [(str(each.pk), str(each)) for each in staff]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Reading]) -> QuerySet[Reading]:
        known = {number for number, _name in self.lookup_choices}
        wanted = self.value() or ""
        return queryset.filter(staff=UUID(wanted)) if wanted in known else queryset


class TableFilter(admin.SimpleListFilter):
    """Looks by the table that was looked at."""

    title = pgettext_lazy("what was looked at", "data")
    parameter_name = "table"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        labels = sorted({page.opts.label for page in _logged_pages(model_admin.admin_site)})
        return [(label, table_words(label)) for label in labels]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Reading]) -> QuerySet[Reading]:
        known = {label for label, _name in self.lookup_choices}
        return queryset.filter(table=self.value()) if self.value() in known else queryset


def _logged_pages(site: admin.AdminSite) -> list[Any]:
    return [page for page in vars(site)["_registry"].values() if isinstance(page, ReadLogged)]


@admin.register(Reading)
class ReadingAdmin(ReadLogged, ReadOnlyMixin, admin.ModelAdmin[Reading]):
    """Who looked, when and how. Whose data it was is told to whoever asks about one person.

    Asking about one person is a look at that person's data: it needs a reason, and is noted too.
    """

    list_display = ["at", "staff", "as_role", "as_table", "kind"]
    list_filter = [StaffFilter, "kind", TableFilter]
    list_select_related = ["staff"]
    date_hierarchy = "at"
    search_fields = ["about__exact"]
    search_help_text = _("About one person: a whole e-mail address, or a card's or order's number")
    show_full_result_count = False
    list_per_page = 50
    fields = ["at", "staff", "as_role", "as_table", "kind", "reason", "about"]
    readonly_fields = ["as_role", "as_table"]
    asks_reason = frozenset({*ReadLogged.asks_reason, Kind.SEARCH})
    nobody_in = frozenset({Kind.LIST})

    @admin.display(description=_("as"), ordering="role")
    def as_role(self, reading: Reading) -> str:
        return role_words(reading.role) or "–"

    @admin.display(description=pgettext_lazy("what was looked at", "data"), ordering="table")
    def as_table(self, reading: Reading) -> str:
        return table_words(reading.table)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Reading], search_term: str
    ) -> tuple[QuerySet[Reading], bool]:
        """Find the looks at one person's data."""
        if not search_term.strip():
            return queryset, False
        return queryset.filter(about__in=numbers_found_by(search_term)), False
