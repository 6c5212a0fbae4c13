"""The worker's part: the clock is watched, and letters are written in batches."""

from django.utils import timezone

from privacy.breaches.models import Breach
from privacy.breaches.operations import raise_alarms, write_batch
from privacy.outbox.jobs import PATIENTLY, app


@app.periodic(cron="*/10 * * * *")
@app.task(queue="upkeep", queueing_lock="watch_breaches")
def watch_breaches(timestamp: int) -> None:
    """Write to the contact person when the time to tell the authority runs out."""
    raise_alarms(at=timezone.now())


@app.task(queue="mail", retry=PATIENTLY)
def write_to_people(breach_id: str) -> None:
    """Write the next letters of a breach, and queue the rest; the next job goes on from there."""
    breach = Breach.objects.get(pk=breach_id)
    if write_batch(breach, at=timezone.now()):
        write_to_people.defer(breach_id=breach_id)
