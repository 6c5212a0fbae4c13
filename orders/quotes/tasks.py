"""The worker's part of quotes."""

from django.utils import timezone

from orders.quotes import operations
from privacy.outbox.jobs import app


@app.periodic(cron="9 0 * * *")
@app.task(queue="upkeep", queueing_lock="expire_quotes", pass_context=False)
def expire_quotes(timestamp: int) -> None:
    """Close quotes whose last day is over; nobody could accept them since midnight."""
    operations.expire(at=timezone.now())
