"""The processors register, kept by the contact person, open to others who may look."""

from typing import Any

from django.contrib import admin
from django.core.cache import caches
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from privacy.overwriting import NothingOverwritten
from privacy.processors.forms import ProcessorForm
from privacy.processors.in_force import KEPT
from privacy.processors.models import Processor, SubProcessor


class InForceFilter(admin.SimpleListFilter):
    """Companies by whether they may be called today."""

    title = _("in force")
    parameter_name = "in_force"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("In force")), ("no", _("Not in force")), ("example", _("Examples"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Processor]) -> QuerySet[Processor]:
        today = Processor.objects.in_force(timezone.localdate())
        wanted = {
            "yes": Q(pk__in=today),
            "no": ~Q(pk__in=today) & Q(is_example=False),
            "example": Q(is_example=True),
        }
        return queryset.filter(wanted.get(self.value() or "", Q()))


class SubProcessorInline(admin.TabularInline[SubProcessor, Processor]):
    """Who works for it in its turn."""

    model = SubProcessor
    extra = 0


@admin.register(Processor)
class ProcessorAdmin(NothingOverwritten):
    """Companies that receive data; only those in force are called."""

    form = ProcessorForm
    list_display = ["name", "role", "country", "stands"]
    list_filter = [InForceFilter, "role"]
    search_fields = ["name"]
    ordering = ["is_example", "name"]
    inlines = [SubProcessorInline]
    fieldsets = [
        (None, {"fields": ["name", "role", "country", "purpose"]}),
        (_("What goes to it, and where"), {"fields": ["lines", "hosts"]}),
        (_("Agreement (Article 28)"), {"fields": ["agreed_date", "agreement"]}),
        (
            _("When somebody is forgotten (Article 19)"),
            {"fields": ["erasure_email", "erasure_how"]},
        ),
        (pgettext_lazy("of a company", "In force"), {"fields": ["begins_date", "ends_date"]}),
    ]

    @admin.display(description=_("state"))
    def stands(self, processor: Processor) -> str:
        if processor.is_example:
            return str(_("Example, never called"))
        is_called = processor.is_in_force(timezone.localdate())
        return str(_("In force") if is_called else _("Not in force"))

    def has_change_permission(self, request: HttpRequest, obj: Processor | None = None) -> bool:
        """Leave the examples as they are."""
        may = super().has_change_permission(request, obj)
        return may and not (obj is not None and obj.is_example)

    def has_delete_permission(self, request: HttpRequest, obj: Processor | None = None) -> bool:
        """Let go of examples and drafts; what was in force is ended, and remains known."""
        may = super().has_delete_permission(request, obj)
        return may and obj is not None and obj.begins_date is None and not _has_received(obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Let the notices beside forms name the company at once, in this process at least."""
        super().save_related(request, form, formsets, change)
        caches["parts"].delete(KEPT)


def _has_received(processor: Processor) -> bool:
    return processor.transfers.exists() or processor.notices.exists()
