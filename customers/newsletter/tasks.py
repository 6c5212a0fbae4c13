"""The worker's part of newsletters."""

from uuid import UUID

from django.db import transaction
from django.utils import timezone

from customers.newsletter.models import Newsletter
from customers.newsletter.operations import write_some
from privacy.outbox.jobs import PATIENTLY, app


@app.task(queue="mail", retry=PATIENTLY)
def write_newsletter(newsletter_id: str) -> None:
    """Write one batch of a newsletter, and queue the next."""
    with transaction.atomic():
        if write_some(UUID(newsletter_id), at=timezone.now()):
            write_newsletter.defer(newsletter_id=newsletter_id)


@app.periodic(cron="*/5 * * * *")
@app.task(queue="upkeep", queueing_lock="finish_newsletters")
def finish_newsletters(timestamp: int) -> None:
    """Go on with newsletters whose worker was killed between two batches."""
    for key in Newsletter.objects.under_way().values_list("pk", flat=True):
        while write_some(key, at=timezone.now()):
            pass
