"""The worker's part of withdrawals."""

from uuid import UUID

from django.utils import timezone

from orders.returns import following, unanswered
from privacy.outbox.jobs import PATIENTLY, app


@app.task(queue="mail", retry=PATIENTLY)
def take_up_withdrawal(notice_id: str) -> None:
    """Acknowledge a notice of withdrawal, and let follow from it what follows.

    Queued in the transaction that writes the notice down, which needs neither a letter nor paper.
    """
    following.take_up(notice_id=UUID(notice_id), at=timezone.now())


@app.periodic(cron="*/10 * * * *")
@app.task(queue="upkeep", queueing_lock="look_after_withdrawals")
def look_after_withdrawals(timestamp: int) -> None:
    """Take up the notices whose job was lost."""
    unanswered.try_again(at=timezone.now())


@app.periodic(cron="40 5 * * *")
@app.task(queue="upkeep", queueing_lock="send_acknowledgements_again")
def send_acknowledgements_again(timestamp: int) -> None:
    """Try each morning to send the acknowledgements that have waited for a day or longer."""
    unanswered.send_again(at=timezone.now())
