"""The worker's part of complaints."""

from django.utils import timezone

from orders.complaints import remedying
from privacy.outbox.jobs import app


@app.periodic(cron="*/10 * * * *")
@app.task(queue="upkeep", queueing_lock="close_complaints_that_were_paid_back", pass_context=False)
def close_complaints_that_were_paid_back(timestamp: int) -> None:
    """Close complaints whose goods came back and whose money went back."""
    remedying.close_what_was_paid_back(at=timezone.now())
