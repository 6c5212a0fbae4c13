"""A buyer moves an appointment to another time, or cancels it, and takes it into a calendar."""

from uuid import UUID

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from orders.bookings.calendar_file import FILE_NAME, MEDIA_TYPE, written
from orders.bookings.models import SALT, Booking
from orders.bookings.operations import NotToCome, TooLate, move, other_times
from orders.catalogue.free_times import Week, gather, read
from orders.returns.appointments import cancel
from orders.times.operations import NoPlaceLeft
from privacy.csrf import same_origin_is_enough
from privacy.private_answers import for_one_reader, unlisted


@same_origin_is_enough
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def by_address(request: HttpRequest, key: str) -> HttpResponse:
    """Show an appointment to whoever has its signed address, and move or cancel it."""
    booking = _behind(key)
    if request.method == "POST":
        _change(request, booking)
        return redirect("orders:booking", key)
    answer = render(request, "orders/returns/appointment.html", _context(request, booking, key))
    return for_one_reader(answer)


@require_safe
@never_cache
def calendar(request: HttpRequest, key: str) -> HttpResponse:
    """Give an appointment as a file for the buyer's own calendar."""
    said = written(_behind(key), at=timezone.now())
    answer = HttpResponse(said, content_type=MEDIA_TYPE)
    answer["Content-Disposition"] = f'attachment; filename="{FILE_NAME}"'
    return unlisted(answer)


def _context(request: HttpRequest, booking: Booking, key: str) -> dict[str, object]:
    now = timezone.now()
    can_change = booking.can_be_changed(now)
    return {
        "booking": booking,
        "key": key,
        "can_change": can_change,
        "week": _week(request, booking) if can_change else None,
    }


def _week(request: HttpRequest, booking: Booking) -> Week:
    now = timezone.now()
    return gather(other_times(booking, at=now), week=read(request.GET, at=now), at=now)


def _change(request: HttpRequest, booking: Booking) -> None:
    """Do what the button says, or tell why not."""
    now = timezone.now()
    try:
        if request.POST.get("step") == "cancel":
            cancel(booking=booking, at=now)
            messages.success(
                request, _("The appointment is cancelled. What you have paid for it is returned.")
            )
        else:
            moved = move(booking=booking, slot_id=chosen(request), at=now)
            words = _("The appointment is now %(when)s. We have written to you.")
            messages.success(request, words % {"when": moved.slot.when})
    except NoPlaceLeft:
        messages.error(request, _("Choose a time that is still free."))
    except TooLate:
        messages.error(request, _("It is too late to change the appointment here. Write to us."))
    except NotToCome:
        messages.info(request, _("The appointment is over, or was cancelled already."))


def chosen(request: HttpRequest) -> UUID:
    """Read which time was chosen.

    :raises NoPlaceLeft: when it was none.
    """
    try:
        return UUID(request.POST.get("time", ""))
    except ValueError:
        raise NoPlaceLeft from None


def _behind(key: str) -> Booking:
    bookings = Booking.objects.select_related("slot", "bought_as__variant", "bought_as__order")
    try:
        return get_object_or_404(bookings, pk=UUID(signing.loads(key, salt=SALT)))
    except (signing.BadSignature, ValueError):
        raise Http404 from None
