"""Serve nothing from a database that has forgotten to forget."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from privacy import ledger
from privacy.erase import erase_again

logger = logging.getLogger("privacy")

LOOK_AGAIN = 10.0
"""Seconds after which a process asks the database again, though the ledger has not changed."""
ALWAYS_ANSWERED = ("/healthz", "/healthz/duties", "/readyz")

Answer = Callable[[HttpRequest], HttpResponse]


def is_behind() -> bool:
    """Tell whether the ledger knows an erasure that the database does not, or is about to.

    While an erasure is between the ledger and its commit, its lock makes this wait for it.
    """
    book = ledger.the_ledger()
    if book.restoring.exists():
        return True
    if not book.path.exists():
        return False
    with book.held(to_write=False):
        return bool(ledger.unseen())


def replay(*, at: datetime) -> int:
    """Repeat the erasures that the database does not know; tell how many there were.

    What held a part then may have ended since, or not: today's grounds decide.
    """
    entries = sorted(ledger.unseen(), key=lambda entry: entry.n)
    for entry in entries:
        erase_again(entry, at=at)
    if entries:
        logger.warning("erasures repeated: %s", len(entries))
    return len(entries)


@dataclass
class _Known:
    """What this process last found."""

    stamp: tuple[int, int, int] | None = None
    asked: float = 0.0


class ErasuresFirstMiddleware:
    """Refuse to serve while the ledger is ahead of the database."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response
        self._known = _Known()

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path not in ALWAYS_ANSWERED and not self._is_fine():
            answer = HttpResponse(render_to_string("503.html"), status=503)
            answer["Retry-After"] = "60"
            answer["Cache-Control"] = "no-store"
            return answer
        return self.get_response(request)

    def _is_fine(self) -> bool:
        """Ask the file's stamp at each request, the database when it changed or once in a while."""
        book = ledger.the_ledger()
        if book.restoring.exists():
            self._known = _Known()
            return False
        try:
            found = book.path.stat()
        except FileNotFoundError:
            return True
        stamp = (found.st_ino, found.st_size, found.st_mtime_ns)
        now = monotonic()
        if stamp == self._known.stamp and now - self._known.asked < LOOK_AGAIN:
            return True
        if is_behind():
            return False
        self._known = _Known(stamp, now)
        return True
