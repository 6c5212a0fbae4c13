"""Whether the shop stands, can serve, and does its duties."""

from datetime import timedelta

from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.http import require_safe
from procrastinate.contrib.django.models import ProcrastinateWorker
from psycopg_pool import PoolTimeout

from orders.bookkeeping.nightly import books_are_well
from orders.catalogue.search.index import analyser_name
from privacy.breaches.clock import any_is_pressing
from privacy.checks import processors_agree, statement_agrees
from privacy.duties import sweep_is_late
from privacy.notices.operations import notices_are_overdue
from privacy.outbox.tasks import why_letters_stay
from privacy.recipients.operations import recipients_are_silent
from privacy.replay import is_behind
from privacy.requests.upkeep import requests_are_late
from soluto_shop.backups.folder import backup_is_late

SILENCE = timedelta(seconds=60)
"""A worker that has not been heard of for so long is counted as gone."""


@require_safe
def process(request: HttpRequest) -> HttpResponse:
    """Answer that this process lives; asks nothing of anybody."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Tell whether this process can serve: database there, migrations done, no erasure forgotten.

    A silent worker is told, but takes no shop offline: orders and letters wait in the database.
    """
    try:
        migrated = not _unapplied()
        complete = migrated and not is_behind()
    except (OperationalError, PoolTimeout):
        return JsonResponse({"database": False}, status=503)
    return JsonResponse(
        {
            "database": True,
            "migrations": migrated,
            "erasures": complete,
            "worker": worker_is_heard(),
            "search": analyser_name(),
        },
        status=200 if complete else 503,
    )


@require_safe
def duties(request: HttpRequest) -> JsonResponse:
    """Tell whether what must be done in the background is being done, and the statement is true."""
    now = timezone.now()
    done = {
        "worker": worker_is_heard(),
        "sweep": not sweep_is_late(at=now),
        "requests": not requests_are_late(at=now),
        "mail": not why_letters_stay(at=now),
        "recipients": not recipients_are_silent(at=now),
        "processors": not processors_agree(None, ["default"]),
        "breaches": not any_is_pressing(at=now),
        "statement": not statement_agrees(None, ["default"]),
        "backup": not backup_is_late(at=now),
        "books": books_are_well(at=now),
        "notices": not notices_are_overdue(at=now),
    }
    return JsonResponse(done, status=200 if all(done.values()) else 503)


def worker_is_heard() -> bool:
    """Tell whether a worker has shown itself lately."""
    since = timezone.now() - SILENCE
    return ProcrastinateWorker.objects.filter(last_heartbeat__gte=since).exists()


def _unapplied() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
