"""The worker's part of what was sold."""

from django.utils import timezone

from orders.sales.popularity import count_popularity
from privacy.outbox.jobs import PATIENTLY, app


@app.periodic(cron="27 4 * * *")
@app.task(queue="upkeep", queueing_lock="count_what_is_popular", retry=PATIENTLY)
def count_what_is_popular(timestamp: int) -> None:
    """Count each night what is popular, after the sweep has cleared what had its time."""
    count_popularity(at=timezone.now())
