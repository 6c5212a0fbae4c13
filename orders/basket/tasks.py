"""The worker's part of baskets."""

from datetime import datetime, timedelta

from django.utils import timezone

from orders.basket.models import Basket
from privacy.outbox.jobs import app

KEPT = timedelta(days=60)
"""As declared to visitors: a basket that nobody has touched for so long is cleared."""


@app.periodic(cron="23 3 * * *")
@app.task(queue="upkeep", queueing_lock="clear_abandoned_baskets")
def clear_abandoned_baskets(timestamp: int) -> None:
    """Clear the baskets that nobody has come back to, with the checkouts begun from them."""
    at = datetime.fromtimestamp(timestamp, tz=timezone.get_default_timezone())
    Basket.objects.filter(touched_at__lt=at - KEPT).delete()
