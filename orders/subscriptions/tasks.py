"""The worker's part of services that go on."""

from django.utils import timezone

from orders.subscriptions import renewing
from privacy.outbox.jobs import app


@app.periodic(cron="25 5 * * *")
@app.task(queue="upkeep", queueing_lock="renew_services")
def renew_services(timestamp: int) -> None:
    """Tell of the periods that come, and bill those that have begun."""
    renewing.renew_all(at=timezone.now())
