"""The worker's part of the copies."""

from datetime import datetime

from django.utils import timezone

from privacy.copies.operations import discard_copies, discard_strays
from privacy.outbox.jobs import app


@app.periodic(cron="41 * * * *")
@app.task(queue="upkeep", queueing_lock="discard_copies")
def discard_old_copies(timestamp: int) -> None:
    """Delete, each hour, the copies whose time is over, and what crashes left behind."""
    at = datetime.fromtimestamp(timestamp, tz=timezone.get_default_timezone())
    discard_copies(at=at)
    discard_strays(at=at)
