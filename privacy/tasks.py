"""The worker's part of the register."""

from django.utils import timezone

from privacy.duties import raise_alarm, raise_silence
from privacy.outbox.jobs import app
from privacy.replay import is_behind, replay


@app.periodic(cron="23 * * * *")
@app.task(queue="upkeep", queueing_lock="look_after_the_sweep")
def look_after_the_sweep(timestamp: int) -> None:
    """Tell the contact person when the nightly sweep has not come."""
    raise_alarm(at=timezone.now())


@app.periodic(cron="38 * * * *")
@app.task(queue="upkeep", queueing_lock="look_after_recipients")
def look_after_recipients(timestamp: int) -> None:
    """Tell the contact person when somebody who received data does not answer."""
    raise_silence(at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(queue="upkeep", queueing_lock="repeat_erasures")
def repeat_erasures(timestamp: int) -> None:
    """Finish an erasure that a crash cut off between the ledger and the commit.

    After a back-up has been restored the same is done, while the shop serves nobody.
    """
    if is_behind():
        replay(at=timezone.now())
