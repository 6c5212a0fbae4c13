"""The worker's part of agreements."""

from django.utils import timezone

from orders.agreements import operations
from privacy.outbox.jobs import app


@app.periodic(cron="7 0 * * *")
@app.task(queue="upkeep", queueing_lock="close_agreements", pass_context=False)
def close_agreements(timestamp: int) -> None:
    """Close agreements whose last day has passed, and let go what came to nothing."""
    operations.close_what_is_over(at=timezone.now())
    operations.take_back_what_waits_in_vain(at=timezone.now())
    operations.let_old_drafts_go(at=timezone.now())
