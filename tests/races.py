"""Let several threads, each with a database connection of its own, do something at once."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connection

Result = TypeVar("Result")


def at_once(actions: Sequence[Callable[[], Result]]) -> list[Result | Exception]:
    """Start all actions at the same moment; give each one's result, or what it raised."""
    if not actions:
        return []
    barrier = Barrier(len(actions))

    def run(action: Callable[[], Result]) -> Result | Exception:
        barrier.wait(timeout=30)
        try:
            return action()
        except Exception as refusal:  # noqa: BLE001 (what was raised is the result)
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=len(actions)) as pool:
        return list(pool.map(run, actions))
