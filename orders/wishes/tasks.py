"""The worker's part of telling those who wait."""

from django.utils import timezone

from orders.wishes.waiting import back_again, tell_some
from privacy.outbox.jobs import app


@app.periodic(cron="*/5 * * * *")
@app.task(queue="upkeep", queueing_lock="tell_who_waits")
def tell_who_waits(timestamp: int) -> None:
    """Tell those whose turn it is; pieces come in by many ways, so it looks rather than listens."""
    at = timezone.now()
    for variant in back_again(at):
        tell_some(variant, at=at)
