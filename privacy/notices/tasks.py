"""The worker's part of the notices."""

from django.utils import timezone

from privacy.notices.operations import tell_those_written_to
from privacy.outbox.jobs import app


@app.periodic(cron="*/5 * * * *")
@app.task(queue="upkeep", queueing_lock="tell_those_written_to")
def tell_with_the_first_letter(timestamp: int) -> None:
    """Let the notice go out right after the first other letter to its person."""
    tell_those_written_to(at=timezone.now())
