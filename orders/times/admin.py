"""Calendars and their times, as staff make them: many at once."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.db.models.expressions import Combinable
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from orders.catalogue.times import Calendar, CalendarService, Slot
from orders.times.forms import TimesForm
from orders.times.operations import MOST_AT_ONCE, TooManyTimes, make_times
from privacy.admin_parts import frame_of, row_pages
from privacy.overwriting import NothingOverwritten


class ServiceInline(admin.TabularInline[CalendarService, Calendar]):
    """What is booked in a calendar."""

    model = CalendarService
    extra = 0
    fields = ["bookable"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[CalendarService]:
        return super().get_queryset(request).select_related("bookable__product")


@admin.register(Calendar)
class CalendarAdmin(NothingOverwritten):
    """Who or what can be booked, for which services, and when."""

    list_display = ["name"]
    search_fields = ["name"]
    inlines = [ServiceInline]
    change_form_template = "admin/times/calendar.html"

    def get_urls(self) -> list[URLPattern]:
        return [*row_pages(self, times=self.times_view), *super().get_urls()]

    def times_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Make many times at once; what the calendar has no room for is left out."""
        calendar: Calendar | None = self.get_object(request, str(pk))
        if calendar is None:
            raise Http404
        if not request.user.has_perm("orders.add_slot"):
            raise PermissionDenied
        form = TimesForm(request.POST or None, initial={"first": timezone.localdate()})
        if request.method == "POST" and form.is_valid():
            try:
                made = make_times(calendar=calendar, plan=form.plan())
            except TooManyTimes:
                words = _("At most %(most)d times are made at once; choose fewer days.")
                form.add_error("last", words % {"most": MOST_AT_ONCE})
            else:
                self.log_change(request, calendar, f"Times made: {made}.")
                messages.success(request, _made(made))
                query = urlencode({"calendar__id__exact": str(calendar.pk)})
                return redirect(f"{reverse('admin:orders_slot_changelist')}?{query}")
        context = {
            **frame_of(self, request, _("Make times: %(calendar)s") % {"calendar": calendar.name}),
            "calendar": calendar,
            "form": form,
        }
        return TemplateResponse(request, "admin/times/times.html", context)


def _made(count: int) -> str:
    if not count:
        return _("Nothing was made: the calendar has times then already.")
    words = ngettext(
        "%(count)d time was made. Where there was one already, it stays.",
        "%(count)d times were made. Where there was one already, it stays.",
        count,
    )
    return words % {"count": count}


class DayFilter(admin.SimpleListFilter):
    """Times by when they are."""

    title = gettext_lazy("when")
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("past", _("Over")), ("free", _("To come, with free places"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Slot]) -> QuerySet[Slot]:
        now = timezone.now()
        if self.value() == "past":
            return queryset.filter(starts_at__lt=now)
        if self.value() == "free":
            free = queryset.filter(starts_at__gte=now, is_open=True)
            return free.filter(places__gt=F("held") + F("taken"))
        return queryset.filter(starts_at__gte=now) if self.value() is None else queryset


@admin.register(Slot)
class SlotAdmin(NothingOverwritten):
    """Times: closed, opened, given more places, and taken away while nobody has one."""

    list_display = ["when", "calendar", "places", "taken", "held", "is_open"]
    list_filter = [DayFilter, "calendar", "is_open"]
    list_select_related = ["calendar"]
    list_per_page = 100
    show_full_result_count = False
    fields = ["calendar", ("starts_at", "ends_at"), "places", ("taken", "held"), "is_open"]
    readonly_fields = ["taken", "held"]
    actions = ["close", "open"]

    def get_ordering(self, request: HttpRequest) -> list[str | Combinable]:
        """Put the next time first, and of those that are over the latest."""
        is_over = request.GET.get(DayFilter.parameter_name) == "past"
        return ["-starts_at", "pk"] if is_over else ["starts_at", "pk"]

    def get_readonly_fields(self, request: HttpRequest, obj: Slot | None = None) -> list[str]:
        """Let a time stay of which somebody has a place."""
        if obj is not None and (obj.taken or obj.held):
            return ["calendar", "starts_at", "ends_at", *self.readonly_fields]
        return list(self.readonly_fields)

    @admin.display(description=gettext_lazy("when"), ordering="starts_at")
    def when(self, slot: Slot) -> str:
        return slot.when

    @admin.action(description=gettext_lazy("Close the chosen times"), permissions=["change"])
    def close(self, request: HttpRequest, queryset: QuerySet[Slot]) -> None:
        self._let(request, queryset, is_open=False)

    @admin.action(description=gettext_lazy("Open the chosen times"), permissions=["change"])
    def open(self, request: HttpRequest, queryset: QuerySet[Slot]) -> None:
        self._let(request, queryset, is_open=True)

    def _let(self, request: HttpRequest, queryset: QuerySet[Slot], *, is_open: bool) -> None:
        changed = queryset.exclude(is_open=is_open).update(is_open=is_open)
        words = ngettext("%(count)d time was changed.", "%(count)d times were changed.", changed)
        messages.success(request, words % {"count": changed})
