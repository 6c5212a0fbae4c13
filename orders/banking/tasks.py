"""The worker's part of the bank's files."""

from uuid import UUID

from django.utils import timezone

from orders.banking.operations import count_file
from privacy.outbox.jobs import PATIENTLY, app


@app.task(queue="upkeep", retry=PATIENTLY, pass_context=False)
def count_bank_file(file_id: str) -> None:
    """Count a file that is too long to wait for; begun anew, it goes on."""
    count_file(file_id=UUID(file_id), at=timezone.now())
