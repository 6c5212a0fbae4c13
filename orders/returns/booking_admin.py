"""The desk of appointments: looked at, and moved or cancelled for a buyer who asks."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.db.models.expressions import Combinable
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from orders.bookings.models import Booking
from orders.bookings.operations import NotToCome, move, other_times
from orders.bookings.states import BookingState
from orders.catalogue.free_times import gather, read
from orders.returns.appointments import cancel
from orders.returns.booked import chosen
from orders.sales.models import Order
from orders.times.operations import NoPlaceLeft
from privacy.admin_parts import (
    FoundByWhole,
    OwnPages,
    ReadOnlyMixin,
    frame_of,
    looked_up,
    row_deeds,
)
from privacy.reading.logged import ReadLogged
from privacy.restriction.admin_parts import StoredOnly


class ComingFilter(admin.SimpleListFilter):
    """Appointments by the day on which they are."""

    title = gettext_lazy("when")
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("today", _("Today")), ("coming", _("To come"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Booking]) -> QuerySet[Booking]:
        coming = queryset.filter(state=BookingState.BOOKED)
        if self.value() == "today":
            return coming.filter(starts_at__date=timezone.localdate())
        return coming if self.value() == "coming" else queryset


@admin.register(Booking)
class BookingAdmin(ReadLogged, ReadOnlyMixin, OwnPages, FoundByWhole, StoredOnly):
    """Appointments are never edited; staff move or cancel one for whoever asks them to."""

    looked_after = Q(state=BookingState.BOOKED)
    list_display = ["service", "when", "calendar", "places", "state"]
    list_display_links = ["service"]
    list_filter = [ComingFilter, "state", "slot__calendar"]
    list_select_related = ["bought_as", "slot__calendar"]
    search_fields = ["email__exact"]
    search_help_text = gettext_lazy("The number of an order, or an e-mail address")
    show_full_result_count = False
    list_per_page = 50

    def get_ordering(self, request: HttpRequest) -> list[str | Combinable]:
        """Put the next appointment first where days are looked at, else what was booked last."""
        by_day = ComingFilter.parameter_name in request.GET
        return ["starts_at", "pk"] if by_day else ["-booked_at", "-pk"]

    def get_urls(self) -> list[URLPattern]:
        return [*row_deeds(self, move=self.move_view, cancel=self.cancel_view), *super().get_urls()]

    @admin.display(description=gettext_lazy("service"))
    def service(self, booking: Booking) -> str:
        return booking.name

    @admin.display(description=gettext_lazy("when"), ordering="starts_at")
    def when(self, booking: Booking) -> str:
        return booking.slot.when

    @admin.display(description=gettext_lazy("calendar"))
    def calendar(self, booking: Booking) -> str:
        return booking.slot.calendar.name

    def numbered(self, typed: str) -> Q:
        return Q(pk__in=Order.objects.filter(number=typed).values("lines__booking"))

    def page_of(self, request: HttpRequest, booking: Booking, /) -> HttpResponse:
        """Show an appointment and its order, and let it be moved or cancelled."""
        now = timezone.now()
        may_change = booking.is_to_come and request.user.has_perm("orders.change_booking")
        week = None
        if may_change:
            week = gather(other_times(booking, at=now), week=read(request.GET, at=now), at=now)
        context = {
            **frame_of(self, request, booking.name),
            "booking": booking,
            "week": week,
        }
        return TemplateResponse(request, "admin/returns/booking.html", context)

    def move_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Move an appointment for its buyer, who gets a letter."""
        booking = self._to_change(request, pk)
        try:
            move(
                booking=booking,
                slot_id=chosen(request),
                at=timezone.now(),
                in_spite_of_the_hour=True,
            )
        except NoPlaceLeft:
            messages.error(request, _("Choose a time that is still free."))
        except NotToCome:
            messages.error(request, _("The appointment is over, or was cancelled already."))
        else:
            self.log_change(request, booking, "Appointment: moved.")
            messages.success(request, _("Noted."))
        return redirect("admin:orders_booking_change", booking.pk)

    def cancel_view(self, request: HttpRequest, pk: str) -> HttpResponse:
        """Cancel an appointment for its buyer; the money goes back."""
        booking = self._to_change(request, pk)
        try:
            cancel(booking=booking, at=timezone.now(), in_spite_of_the_hour=True)
        except NotToCome:
            messages.error(request, _("The appointment is over, or was cancelled already."))
        else:
            self.log_change(request, booking, "Appointment: cancelled.")
            messages.success(request, _("Noted."))
        return redirect("admin:orders_booking_change", booking.pk)

    def _to_change(self, request: HttpRequest, pk: str) -> Booking:
        booking: Booking = looked_up(self, request, str(pk))
        if not request.user.has_perm("orders.change_booking"):
            raise PermissionDenied
        return booking
