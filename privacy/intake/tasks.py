"""The worker's part of taking in files about people."""

from datetime import datetime
from uuid import UUID

from django.utils import timezone

from privacy.intake import runs
from privacy.outbox.jobs import PATIENTLY, app


@app.task(queue="imports", retry=PATIENTLY)
def check_intake(intake_id: str) -> None:
    """Find out what an import would do."""
    runs.check(intake_id=UUID(intake_id), at=timezone.now())


@app.task(queue="imports", retry=PATIENTLY)
def carry_out_intake(intake_id: str) -> None:
    """Take a confirmed file in."""
    runs.carry_out(intake_id=UUID(intake_id), at=timezone.now())


@app.periodic(cron="31 3 * * *")
@app.task(queue="upkeep", queueing_lock="forget_old_intakes")
def forget_old_intakes(timestamp: int) -> None:
    """Forget after a year what was told of imports."""
    runs.forget_old(at=datetime.fromtimestamp(timestamp, tz=timezone.get_default_timezone()))
