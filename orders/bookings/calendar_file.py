"""An appointment as an entry for the buyer's own calendar: RFC 5545, and nothing about a person."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from django.conf import settings

from orders.bookings.models import Booking
from orders.bookings.states import BookingState
from privacy.outbox.enclosures import Enclosure

MEDIA_TYPE = "text/calendar; charset=utf-8"
FILE_NAME = "appointment.ics"
LONGEST_LINE = 75
_SIGNS = {"\\": "\\\\", ";": "\\;", ",": "\\,", "\r\n": "\\n", "\r": "\\n", "\n": "\\n"}


def entry_of(booking: Booking, *, at: datetime) -> Enclosure:
    """Write an appointment as a file; what is moved takes the place of what was there before."""
    return Enclosure(FILE_NAME, "text/calendar", written(booking, at=at).encode())


def written(booking: Booking, *, at: datetime) -> str:
    """Write the entry, line by line."""
    host = urlsplit(settings.SITE_ADDRESS).hostname or "localhost"
    is_off = booking.state == BookingState.CANCELLED
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//{escaped(settings.CONTROLLER['name'])}//Shop//FI",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{booking.pk}@{host}",
        f"SEQUENCE:{booking.moves + is_off}",
        f"DTSTAMP:{_moment(at)}",
        f"DTSTART:{_moment(booking.slot.starts_at)}",
        f"DTEND:{_moment(booking.slot.ends_at)}",
        f"SUMMARY:{escaped(booking.name)}",
        f"STATUS:{'CANCELLED' if is_off else 'CONFIRMED'}",
        "END:VEVENT",
        "END:VCALENDAR",
    ]
    return "".join(f"{folded(line)}\r\n" for line in lines)


def escaped(text: str) -> str:
    """Write text so that none of its signs means anything."""
    for sign, instead in _SIGNS.items():
        text = text.replace(sign, instead)
    return "".join(sign if sign.isprintable() else " " for sign in text)


def folded(line: str) -> str:
    """Break a line after so many bytes, and never within a sign."""
    parts, size = [""], 0
    for sign in line:
        length = len(sign.encode())
        if size + length > LONGEST_LINE:
            parts.append(" ")
            size = 1
        parts[-1] += sign
        size += length
    return "\r\n".join(parts)


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
