"""A service that does not answer is left alone for a while, and never holds many at once."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock


class Resting(OSError):
    """Nothing is called just now: too many wait for an answer already, or none came lately."""


class Breaker:
    """Counts failures in a row; after some of them nothing is called for some seconds.

    It lives in one process. A call takes one of a few places, so that the other threads of the
    shop go on serving pages whatever the service does.
    """

    def __init__(self, *, places: int, failures: int, seconds: float) -> None:
        self._places = BoundedSemaphore(places)
        self._lock = Lock()
        self._most = failures
        self._seconds = seconds
        self._failed = 0
        self._until = 0.0

    @contextmanager
    def call(self) -> Iterator[None]:
        """Take a place for one call, and note whether it failed (with an OSError).

        :raises Resting: when nothing is called just now.
        """
        if time.monotonic() < self._until or not self._places.acquire(blocking=False):
            raise Resting
        try:
            yield
        except OSError:
            self._note_failure()
            raise
        else:
            self.reset()
        finally:
            self._places.release()

    def reset(self) -> None:
        """Begin to count anew."""
        with self._lock:
            self._failed, self._until = 0, 0.0

    def _note_failure(self) -> None:
        with self._lock:
            self._failed += 1
            if self._failed >= self._most:
                self._until = time.monotonic() + self._seconds
