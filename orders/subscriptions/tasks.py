"""The worker's part of services that go on."""

from uuid import UUID

from django.utils import timezone

from orders.subscriptions import renewing
from privacy.outbox.jobs import PATIENTLY, app


@app.periodic(cron="25 5 * * *")
@app.task(queue="upkeep", queueing_lock="renew_services")
def renew_services(timestamp: int) -> None:
    """Queue each service of which something is to be done: one that fails stops no other."""
    for key in renewing.to_renew(at=timezone.now()):
        renew_service.defer(service_id=str(key))


@app.task(queue="upkeep", retry=PATIENTLY)
def renew_service(service_id: str) -> None:
    """Tell of the period that comes, or bill the one that has begun; twice is as once."""
    renewing.renew(service_id=UUID(service_id), at=timezone.now())
