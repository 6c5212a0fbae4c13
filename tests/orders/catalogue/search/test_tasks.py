import pytest
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from orders.catalogue.search import tasks


def test_the_worker_does_both_by_itself() -> None:
    by_the_clock = {
        periodic.task.name for periodic in app.periodic_registry.periodic_tasks.values()
    }

    assert {tasks.index_stale_products.name, tasks.mark_outdated_products.name} <= by_the_clock


@pytest.mark.django_db
def test_two_indexings_do_not_queue_up() -> None:
    indexing = app.configure_task(tasks.index_stale_products.name)
    indexing.defer(timestamp=1)

    with pytest.raises(AlreadyEnqueued), transaction.atomic():
        indexing.defer(timestamp=2)
