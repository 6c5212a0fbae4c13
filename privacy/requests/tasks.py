"""The worker's part of the requests."""

from uuid import UUID

from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from privacy.outbox.jobs import PATIENTLY, app
from privacy.requests.copying import answer_with_copy
from privacy.requests.upkeep import (
    discard_old,
    discard_unconfirmed,
    end_those_without_asker,
    raise_alarms,
)


@app.task(queue="copies", retry=PATIENTLY)
def make_requested_copy(request_id: str) -> None:
    """Answer one request with a copy of the data."""
    answer_with_copy(UUID(request_id), at=timezone.now())


def is_being_made(request_id: UUID) -> bool:
    """Tell whether the copy that a request asks for waits to be made, or is being made."""
    return ProcrastinateJob.objects.filter(
        task_name=make_requested_copy.name,
        args={"request_id": str(request_id)},
        status__in=("todo", "doing"),
    ).exists()


@app.periodic(cron="11 * * * *")
@app.task(queue="upkeep", queueing_lock="mind_requests")
def mind_requests(timestamp: int) -> None:
    """Let go, each hour, what nobody confirmed, and remind of what has to be answered."""
    at = timezone.now()
    discard_unconfirmed(at=at)
    end_those_without_asker(at=at)
    discard_old(at=at)
    raise_alarms(at=at)
