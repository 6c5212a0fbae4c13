"""AU-10: a hundred thousand failed attempts lie in the tables, and signing in takes no notice.

What is asserted are plans and numbers of rows; the times are printed (`-s`).
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.conf import settings
from django.db import connection
from django.db.models import Model
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from psycopg import sql

from customers.models import Account
from customers.tasks import BATCH, clear_spent_limits
from privacy.sweep import sweep
from privacy.terms import midnight
from tests.customers.conftest import Door, door, known
from tests.doors import lift_limits

__all__ = ["door", "known"]

ATTEMPTS = 100_000
TRIES = int(os.environ.get("ENDURE", "5"))

pytestmark = [
    pytest.mark.endure,
    pytest.mark.django_db(transaction=True),
]

MOST = {AccessLog: ATTEMPTS // 5}
"""Fewer get in than fail."""

FILL = """
    INSERT INTO {table}
        (user_agent, ip_address, username, http_accept, path_info, attempt_time{more})
    SELECT '', ('10.' || n %% 250 || '.' || n / 250 %% 250 || '.' || n %% 7)::inet,
        'unknown ' || md5(n::text), '', '/tili/kirjaudu/', %s - n * %s * interval '1 second'{values}
    FROM generate_series(1, {rows}) AS n
"""
MORE = {
    AccessAttempt: (", get_data, post_data, failures_since_start", ", '', '', 1"),
    AccessFailureLog: (", locked_out", ", false"),
    AccessLog: (", logout_time, session_hash", ", now(), md5(n::text)"),
}


def fill(*, until: datetime, rows: int = ATTEMPTS, apart: timedelta = timedelta(seconds=1)) -> None:
    """Lay attempts into each table, up to a moment."""
    with connection.cursor() as cursor:
        for model, (more, values) in MORE.items():
            rows = min(rows, MOST.get(model, rows))
            table = model._meta.db_table
            cursor.execute(
                FILL.format(table=table, more=more, values=values, rows=rows),
                [until, apart.total_seconds()],
            )
            cursor.execute(f"ANALYZE {table}")


def tell(words: str) -> None:
    sys.stdout.write(f"\n{words}\n")


def sign_in(door: Door) -> float:
    began = time.perf_counter()
    assert door.knock("anna@example.fi") == 302
    took = time.perf_counter() - began
    door.client.post("/tili/kirjaudu-ulos/", REMOTE_ADDR="192.0.2.7")
    return took


def slowest(door: Door) -> float:
    return sorted(sign_in(door) for _ in range(TRIES))[int(TRIES * 0.95) - 1]


@pytest.fixture(autouse=True)
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    lift_limits(monkeypatch)


def plans_of(asked: CaptureQueriesContext) -> dict[str, str]:
    """Explain whatever was asked of the tables of attempts."""
    plans = {}
    with connection.cursor() as cursor:
        for query in asked.captured_queries:
            said = query["sql"]
            if "axes_" in said and said.startswith(("SELECT", "UPDATE", "DELETE")):
                cursor.execute("EXPLAIN " + said)
                plans[said] = "\n".join(row[0] for row in cursor.fetchall())
    return plans


def test_au_10_a_sign_in_reads_no_table_of_attempts_whole(known: Account, door: Door) -> None:
    before = slowest(door)
    fill(until=timezone.now())
    with CaptureQueriesContext(connection) as asked:
        sign_in(door)
        door.knock("anna@example.fi", "väärä-salasana-881")
        door.knock("ei-kukaan@example.fi", "väärä-salasana-881")
    plans = plans_of(asked)
    tell(f"sign-in, slowest of {TRIES}: {before:.3f} s, with attempts {slowest(door):.3f} s")

    assert len(plans) >= 5
    assert {said: plan for said, plan in plans.items() if "Seq Scan on axes_" in plan} == {}


@contextmanager
def held_by_another(row: Model) -> Iterator[Any]:
    """Let another transaction, as of somebody who signs in, hold a row."""
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            table = sql.Identifier(row._meta.db_table)
            cursor.execute(
                sql.SQL("SELECT id FROM {} WHERE id = %s FOR UPDATE").format(table), [row.pk]
            )
        yield row.pk
    finally:
        other.rollback()
        other.close()


def steps(asked: CaptureQueriesContext, model: type[Model]) -> list[int]:
    """Count the rows of a table that each transaction deletes by their keys."""
    counts = [0]
    for query in asked:
        if query["sql"] == "COMMIT":
            counts.append(0)
        elif query["sql"].startswith(f'DELETE FROM "{model._meta.db_table}"'):  # noqa: S608 (read)
            counts[-1] += query["sql"].count(",") + 1
    return [count for count in counts if count]


def test_au_10_attempts_that_no_longer_count_go_in_small_steps(known: Account, door: Door) -> None:
    now = timezone.now()
    fill(until=now - settings.AXES_COOLOFF_TIME, rows=3 * BATCH)
    door.knock("anna@example.fi", "väärä-salasana-881")
    oldest = AccessAttempt.objects.earliest("attempt_time")
    with held_by_another(oldest) as held, CaptureQueriesContext(connection) as asked:
        began = time.perf_counter()
        clear_spent_limits(timestamp=int(now.timestamp()))
        tell(f"clearing {3 * BATCH} attempts: {time.perf_counter() - began:.3f} s")

    left = AccessAttempt.objects.values_list("pk", "username")
    assert dict(left) == {held: oldest.username, max(left)[0]: "anna@example.fi"}
    assert len(left) == 2
    assert max(steps(asked, AccessAttempt)) <= BATCH
    assert len(steps(asked, AccessAttempt)) == 3


def test_au_10_the_sweep_leaves_the_stated_days_in_small_steps() -> None:
    now = timezone.now()
    fill(until=now, rows=3 * BATCH, apart=timedelta(hours=6))
    with CaptureQueriesContext(connection) as asked:
        began = time.perf_counter()
        sweep(at=now)
        tell(f"sweeping {9 * BATCH} rows: {time.perf_counter() - began:.3f} s")

    first = midnight(timezone.localdate(now) - timedelta(days=settings.KEEP_SIGN_IN_LOG_DAYS))
    kept = (now - first) // timedelta(hours=6)
    for model in (AccessFailureLog, AccessLog):
        times = model.objects.values_list("attempt_time", flat=True)
        assert len(times) == kept
        assert min(times) == now - kept * timedelta(hours=6)
        assert max(steps(asked, model)) <= BATCH
        assert len(steps(asked, model)) == 2
