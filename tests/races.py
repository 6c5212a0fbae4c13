"""Let several threads, each with a database connection of its own, do something at once."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import OperationalError, connection, transaction

Result = TypeVar("Result")


def at_once(actions: Sequence[Callable[[], Result]]) -> list[Result | Exception]:
    """Start all actions at the same moment; give each one's result, or what it raised.

    Each has its connection before the start: a busy machine takes seconds to open fifty, and the
    shop gives up on one earlier than that.
    """
    if not actions:
        return []
    barrier = Barrier(len(actions))

    def run(action: Callable[[], Result]) -> Result | Exception:
        _connect()
        barrier.wait(timeout=30)
        try:
            return action()
        except Exception as refusal:  # noqa: BLE001 (what was raised is the result)
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(actions)) as pool:
        return list(pool.map(run, actions))


def _connect() -> None:
    until = time.monotonic() + 20
    while True:
        try:
            return connection.ensure_connection()
        except OperationalError:
            if time.monotonic() > until:
                raise


def held_up(first: Callable[[], object], then: Callable[[], Result]) -> Result:
    """Do the first thing and keep it open until the other has looked and waits; give its result."""

    def run() -> Result:
        try:
            return then()
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=1) as pool:
        with transaction.atomic():
            first()
            other = pool.submit(run)
            until = time.monotonic() + 60
            while not _somebody_waits():
                assert not other.done(), "it did not have to wait"
                assert time.monotonic() < until, "it neither waits nor ends"
                time.sleep(0.01)
        return other.result()


def _somebody_waits() -> bool:
    """Tell whether another connection waits for a lock of this one."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE NOT granted"
            " AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
        )
        return bool(cursor.fetchone()[0])
