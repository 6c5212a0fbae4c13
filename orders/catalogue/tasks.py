"""The worker's part of the shelf."""

from orders.catalogue import clock, picture_files
from privacy.outbox.jobs import PATIENTLY, app

#: A file this young may belong to a transaction that is still open.
YOUNG = 24 * 3600


@app.task(queue="pictures", retry=PATIENTLY)
def draw_picture(picture_id: str) -> None:
    """Draw a picture's renditions; done twice it is done once."""
    picture_files.make_renditions(picture_id)


@app.periodic(cron="41 2 * * *")
@app.task(queue="upkeep", queueing_lock="sweep_picture_files")
def sweep_picture_files(timestamp: int) -> None:
    """Delete files that no picture shows any more."""
    picture_files.sweep(older_than=timestamp - YOUNG)


@app.periodic(cron="* * * * *")
@app.task(queue="upkeep", queueing_lock="follow_the_clock")
def follow_the_clock(timestamp: int) -> None:
    """Sort and filter lists by the prices that are asked now."""
    clock.follow()
