"""The door itself: nothing calls another host unless the door has been opened to that host.

This file knows no table, so that it serves while the shop starts and while its database is away.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from privacy.hosts import normal_host

EXCEPTIONS = {
    "faults": "A line about a fault, for ADMINS: it holds nothing of anybody, and must leave while "
    "the database, which knows the register, is what has failed.",
    "database": "The shop's own memory. The driver calls the host of DATABASE_URL and no other; a "
    "company that runs that server is a processor for hosting.",
}
"""Calls that do not ask the register, each with the reason."""

_opened_to: ContextVar[str | None] = ContextVar("opened_to", default=None)


class DoorIsShut(Exception):
    """Something would call a host without having asked at the door."""


class NoSuchException(Exception):
    """Calls that do not ask the register are named in the list above."""


@contextmanager
def opened_to(host: str) -> Iterator[None]:
    """Open the door to one host for as long as something is handed over."""
    before = _opened_to.set(normal_host(host))
    try:
        yield
    finally:
        _opened_to.reset(before)


@contextmanager
def opened_by_exception(name: str, host: str) -> Iterator[None]:
    """Open the door without asking the register, for a reason that stands above.

    :raises NoSuchException: when there is no such reason.
    """
    if name not in EXCEPTIONS:
        raise NoSuchException(name)
    with opened_to(host):
        yield


def require_open(host: str) -> None:
    """Ask, at the very call, whether the door is open to this host.

    :raises DoorIsShut: when it is not, or is open to another.
    """
    if _opened_to.get() != normal_host(host):
        raise DoorIsShut(host)
