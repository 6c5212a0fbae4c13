"""The worker's part of access."""

from django.utils import timezone

from customers.grants.operations import remind_of_ends
from privacy.outbox.jobs import PATIENTLY, app


@app.periodic(cron="37 5 * * *")
@app.task(queue="upkeep", queueing_lock="remind_of_ends", retry=PATIENTLY)
def remind_of_access_that_ends(timestamp: int) -> None:
    """Write each morning to those whose access ends within a fortnight."""
    remind_of_ends(at=timezone.now())
