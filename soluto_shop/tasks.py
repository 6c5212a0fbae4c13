"""What the house does by itself: each night, and after a restore that was killed."""

from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from procrastinate import RetryStrategy

from privacy.compact import compact
from privacy.duties import sweep_tonight
from privacy.outbox.jobs import PATIENTLY, app
from soluto_shop.backups.alarm import raise_alarm
from soluto_shop.backups.database import Database
from soluto_shop.backups.folder import clear_old
from soluto_shop.backups.making import UnderWay, back_up_into
from soluto_shop.backups.restoring import finish_restore
from soluto_shop.idle import see_who_is_idle

WITHIN_THE_NIGHT = RetryStrategy(max_attempts=5, wait=900)
"""Try again after a quarter of an hour, four times; the next night is another job."""


@app.periodic(cron="17 3 * * *")
@app.task(queue="upkeep", queueing_lock="nightly_sweep", retry=PATIENTLY)
def nightly_sweep(timestamp: int) -> None:
    """Warn those who have not been here for long, then clear what has had its time."""
    at = timezone.now()
    see_who_is_idle(at=at)
    sweep_tonight(at=at)
    if settings.COMPACT_AT_NIGHT:
        compact()


@app.periodic(cron="47 3 * * *")
@app.task(queue="upkeep", queueing_lock="nightly_backup", retry=WITHIN_THE_NIGHT)
def nightly_backup(timestamp: int) -> None:
    """Make a back-up, after the sweep, where a folder for it is named.

    Those that are too old go, also when no new one could be made.
    """
    if not settings.BACKUP_FOLDER:
        return
    folder, at = Path(settings.BACKUP_FOLDER), timezone.now()
    try:
        back_up_into(
            folder, database=Database.of_the_shop(), media=Path(settings.MEDIA_ROOT), at=at
        )
    finally:
        clear_old(folder, at=at)


@app.periodic(cron="33 * * * *")
@app.task(queue="upkeep", queueing_lock="look_after_the_backup")
def look_after_the_backup(timestamp: int) -> None:
    """Tell the shop when no back-up has been made in time."""
    raise_alarm(at=timezone.now())


@app.periodic(cron="* * * * *")
@app.task(queue="upkeep", queueing_lock="finish_a_killed_restore")
def finish_a_killed_restore(timestamp: int) -> None:
    """Finish or take back a restore that was killed; one that lives is left alone."""
    with suppress(UnderWay):
        finish_restore()
