"""The worker's part of the books."""

from django.utils import timezone

from orders.bookkeeping.nightly import audit_tonight, raise_alarm
from privacy.outbox.jobs import PATIENTLY, app


@app.periodic(cron="7 4 * * *")
@app.task(queue="upkeep", queueing_lock="audit_the_books", retry=PATIENTLY, pass_context=False)
def audit_the_books(timestamp: int) -> None:
    """Look at the books each night."""
    audit_tonight(at=timezone.now())


@app.periodic(cron="53 * * * *")
@app.task(queue="upkeep", queueing_lock="look_after_the_books", pass_context=False)
def look_after_the_books(timestamp: int) -> None:
    """Tell the shop when something was found, or nobody looked."""
    raise_alarm(at=timezone.now())
