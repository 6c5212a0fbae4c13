"""The worker's part of invoicing."""

from uuid import UUID

from django.utils import timezone

from orders.invoicing import files, reminders
from privacy.outbox.jobs import PATIENTLY, app


@app.task(queue="documents", retry=PATIENTLY)
def make_documents(invoice_id: str) -> None:
    """Make the files of an invoice that was issued, and send it to its buyer.

    Queued in the transaction that issues it. A file that cannot be made leaves order and number
    alone, and the job is tried again.
    """
    files.make_documents(invoice_id=UUID(invoice_id), at=timezone.now())


@app.periodic(cron="17 9 * * *")
@app.task(queue="upkeep", queueing_lock="remind_of_invoices")
def remind_of_invoices(timestamp: int) -> None:
    """Remind, in the morning, of invoices that are past due."""
    reminders.remind_all(at=timezone.now())
