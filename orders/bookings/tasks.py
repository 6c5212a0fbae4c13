"""The worker's part of appointments."""

from uuid import UUID

from django.utils import timezone

from orders.bookings import operations
from privacy.outbox.jobs import PATIENTLY, app


@app.periodic(cron="10 6-18 * * *")
@app.task(queue="upkeep", queueing_lock="remind_of_appointments")
def remind_of_appointments(timestamp: int) -> None:
    """Queue a reminder of each appointment of tomorrow: one that fails stops no other."""
    for key in operations.to_remind(at=timezone.now()):
        remind_of_appointment.defer(booking_id=str(key))


@app.task(queue="upkeep", retry=PATIENTLY)
def remind_of_appointment(booking_id: str) -> None:
    """Remind the buyer of an appointment; twice is as once."""
    operations.remind(booking_id=UUID(booking_id), at=timezone.now())


@app.periodic(cron="20 * * * *")
@app.task(queue="upkeep", queueing_lock="close_past_appointments")
def close_past_appointments(timestamp: int) -> None:
    """Note which appointments are over."""
    while operations.close_past(at=timezone.now()):
        pass
