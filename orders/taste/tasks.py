"""The worker's part of what is bought together."""

from django.utils import timezone

from orders.taste.operations import reckon_companions
from privacy.outbox.jobs import app


@app.periodic(cron="52 1 * * *")
@app.task(queue="upkeep", queueing_lock="reckon_companions")
def reckon_what_is_bought_together(timestamp: int) -> None:
    """Make the table anew each night."""
    reckon_companions(at=timezone.now())
