"""The worker's part of withdrawals."""

from uuid import UUID

from django.utils import timezone

from orders.returns import following
from privacy.outbox.jobs import PATIENTLY, app


@app.task(queue="mail", retry=PATIENTLY)
def take_up_withdrawal(notice_id: str) -> None:
    """Acknowledge a notice of withdrawal, and let follow from it what follows.

    Queued in the transaction that writes the notice down, which needs neither a letter nor paper.
    """
    following.take_up(notice_id=UUID(notice_id), at=timezone.now())
