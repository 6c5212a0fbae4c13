"""Letters about an appointment: that it was moved or cancelled, and that it is tomorrow."""

from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import pgettext_lazy

from orders.bookings.calendar_file import entry_of
from orders.bookings.models import Booking
from privacy.outbox.addresses import absolute
from privacy.outbox.kinds import name_letters
from privacy.outbox.models import Letter
from privacy.outbox.operations import write_letter

MOVED = "appointment_moved"
CANCELLED = "appointment_cancelled"
REMINDER = "appointment_reminder"

name_letters(
    {
        MOVED: pgettext_lazy("letter", "an appointment was moved"),
        CANCELLED: pgettext_lazy("letter", "an appointment was cancelled"),
        REMINDER: pgettext_lazy("letter", "reminder of an appointment"),
    }
)


def write_moved(booking: Booking, *, at: datetime) -> Letter | None:
    """Tell the time that counts now."""
    return _write(MOVED, booking, at)


def write_cancelled(booking: Booking, *, at: datetime) -> Letter | None:
    """Acknowledge that an appointment was cancelled, while the rest of its order stands."""
    return _write(CANCELLED, booking, at)


def write_reminder(booking: Booking, *, at: datetime) -> Letter | None:
    """Remind of an appointment, the day before."""
    return _write(REMINDER, booking, at)


def _write(kind: str, booking: Booking, at: datetime) -> Letter | None:
    """Write to the buyer; one whose address has been erased gets no letter."""
    address = booking.customer.email if booking.customer is not None else booking.email
    if not address:
        return None
    language = booking.bought_as.order.language
    with translation.override(language):
        said = {
            "name": booking.name,
            "when": booking.slot.when,
            "places": booking.places,
            "words": booking.words,
            "can_change": booking.can_be_changed(at),
            "address": absolute(booking.signed_address),
        }
    return write_letter(
        to=address,
        language=language,
        kind=kind,
        context=said,
        at=at,
        reply_to=settings.CONTROLLER["email"],
        about=booking.pk,
        enclosures=[entry_of(booking, at=at)] if kind != CANCELLED else (),
    )
