"""The worker's part of importing."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone

from orders.catalogue.search import index
from orders.importing import runs
from privacy.outbox.jobs import PATIENTLY, app


@app.task(queue="imports", retry=PATIENTLY)
def check_import(run_id: str) -> None:
    """Find out what an import would do."""
    runs.check(run_id=UUID(run_id), at=timezone.now())


@app.task(queue="imports", retry=PATIENTLY)
def carry_out_import(run_id: str) -> None:
    """Import a confirmed file, and have it found by those who search."""
    if runs.carry_out(run_id=UUID(run_id), at=timezone.now()) is not None:
        index.refresh()


@app.periodic(cron="29 3 * * *")
@app.task(queue="upkeep", queueing_lock="forget_old_imports")
def forget_old_imports(timestamp: int) -> None:
    """Destroy uploaded files after a week."""
    runs.forget_old(at=datetime.fromtimestamp(timestamp, tz=timezone.get_default_timezone()))
