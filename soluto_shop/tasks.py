"""What the house does each night."""

from django.conf import settings
from django.utils import timezone

from privacy.compact import compact
from privacy.duties import sweep_tonight
from privacy.outbox.jobs import PATIENTLY, app
from soluto_shop.idle import see_who_is_idle


@app.periodic(cron="17 3 * * *")
@app.task(queue="upkeep", queueing_lock="nightly_sweep", retry=PATIENTLY)
def nightly_sweep(timestamp: int) -> None:
    """Warn those who have not been here for long, then clear what has had its time."""
    at = timezone.now()
    see_who_is_idle(at=at)
    sweep_tonight(at=at)
    if settings.COMPACT_AT_NIGHT:
        compact()
