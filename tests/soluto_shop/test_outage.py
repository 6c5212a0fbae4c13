"""The shop gets over its database going and coming, by itself (laws 17 and 18)."""

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from django.test import Client

pytestmark = pytest.mark.django_db(transaction=True)

AT_ONCE = 6


def hold_a_connection(together: Barrier) -> None:
    connection.ensure_connection()
    together.wait(timeout=10)
    connection.close()


def ask() -> tuple[int, float]:
    began = time.monotonic()
    status = Client(raise_request_exception=False).get("/readyz").status_code
    connection.close()
    return status, time.monotonic() - began


def test_law_17_a_pool_of_dead_connections_is_got_over_at_once() -> None:
    connection.ensure_connection()  # or the one that says so would be one of theirs
    with ThreadPoolExecutor(AT_ONCE) as threads:
        together = Barrier(AT_ONCE)
        list(threads.map(hold_a_connection, [together] * AT_ONCE))
        with connection.cursor() as cursor:
            # As when the server was restarted: all are dead but the one that says so.
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            [killed] = cursor.fetchone() or [0]
        answers = list(threads.map(lambda _number: ask(), range(AT_ONCE)))

    assert killed >= AT_ONCE
    assert [status for status, _seconds in answers] == [200] * AT_ONCE
    assert max(seconds for _status, seconds in answers) < 2
