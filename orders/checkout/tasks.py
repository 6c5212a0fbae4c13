"""The worker's part of the checkout."""

from datetime import datetime, timedelta

from django.utils import timezone

from orders.checkout.models import CheckoutDraft
from privacy.outbox.jobs import app

KEPT = timedelta(days=2)
"""As declared to visitors: what was typed and not ordered goes after two days."""


@app.periodic(cron="43 * * * *")
@app.task(queue="upkeep", queueing_lock="clear_abandoned_checkouts")
def clear_abandoned_checkouts(timestamp: int) -> None:
    """Forget what was filled in and not ordered; the basket stays."""
    at = datetime.fromtimestamp(timestamp, tz=timezone.get_default_timezone())
    CheckoutDraft.objects.filter(touched_at__lt=at - KEPT).delete()
