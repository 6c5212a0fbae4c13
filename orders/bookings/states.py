"""The ways an appointment may go: one table, read by people, Python and the database."""

from django.db import models
from django.utils.translation import pgettext_lazy


class BookingState(models.TextChoices):
    """Whether an appointment is still to come."""

    BOOKED = "booked", pgettext_lazy("appointment", "Booked")
    DONE = "done", pgettext_lazy("appointment", "Over")
    CANCELLED = "cancelled", pgettext_lazy("appointment", "Cancelled")


WAYS: dict[BookingState, tuple[BookingState, ...]] = {
    BookingState.BOOKED: (BookingState.DONE, BookingState.CANCELLED),
}
