"""The worker's part of the store room."""

from django.utils import timezone

from orders.stock.operations import release_expired
from privacy.outbox.jobs import app


@app.periodic(cron="* * * * *")
@app.task(queue="upkeep", queueing_lock="release_expired_reservations", pass_context=False)
def release_expired_reservations(timestamp: int) -> None:
    """Let go of promises whose time is up, every minute."""
    while release_expired(at=timezone.now()):
        pass
