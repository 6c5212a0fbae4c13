"""The worker's part of held places."""

from django.utils import timezone

from orders.times.operations import release_expired
from privacy.outbox.jobs import app


@app.periodic(cron="* * * * *")
@app.task(queue="upkeep", queueing_lock="release_held_places", pass_context=False)
def release_held_places(timestamp: int) -> None:
    """Let go of places whose time of holding is up, every minute."""
    while release_expired(at=timezone.now()):
        pass
