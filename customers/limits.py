"""How often somebody may fail to sign in: per name and address (axes), and per address (here)."""

import ipaddress
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from axes.models import AccessLog
from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from psycopg.errors import LockNotAvailable

from customers.models import FailureCount

WINDOW = timedelta(minutes=15)
MOST_FAILURES = 30
"""From one address, over all names. A household or an office does not reach it by mistyping."""

FAMILIAR_FOR = timedelta(days=settings.KEEP_FULL_IP_DAYS)
"""So long an address counts as one from which a person signs in: as long as it is known whole."""

SAME_TIME = 0.25
"""Seconds within which an answer that must not tell anything is always ready."""

_PATIENCE = "3s"


class Busy(Exception):
    """Too many attempts from the same address are being checked just now."""


@contextmanager
def one_at_a_time(address: str) -> Iterator[None]:
    """Check the attempts of one address one after the other.

    Otherwise fifty guesses sent at once would all be let through before the first is counted. A
    check takes a tenth of a second, so people behind one address hardly notice.

    :raises Busy: when the turn does not come within three seconds.
    """
    with transaction.atomic():
        _take_turn(neighbourhood(address))
        yield


def _take_turn(address: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [_PATIENCE])
        try:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 18))", [address])
        except OperationalError as trouble:
            if isinstance(trouble.__cause__, LockNotAvailable):
                raise Busy from trouble
            raise
        cursor.execute("SET LOCAL lock_timeout TO DEFAULT")


def wait_out(began: float) -> None:
    """Answer no sooner than a quarter of a second after this moment (of `time.monotonic`).

    What is done for a known address and for an unknown one differs by some hundredths of a second,
    which many tries would show. So both wait until either would be done.
    """
    time.sleep(max(0.0, began + SAME_TIME - time.monotonic()))


def neighbourhood(address: str) -> str:
    """Give what counts as one address: an IPv4 address, or the /64 that one IPv6 line has."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return "0.0.0.0"  # noqa: S104 (whoever cannot be told apart is counted together)
    if isinstance(parsed, ipaddress.IPv4Address):
        return str(parsed)
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(ipaddress.IPv6Network((int(parsed), 64), strict=False).network_address)


@transaction.atomic
def count_failure(address: str, *, at: datetime) -> None:
    """Count one failed attempt of an address, whichever name it tried."""
    _take_turn(neighbourhood(address))
    count, _new = FailureCount.objects.get_or_create(
        ip_address=neighbourhood(address), defaults={"window_began_at": at}
    )
    if at - count.window_began_at >= WINDOW:
        count.failures = 0
        count.window_began_at = at
    count.failures += 1
    count.save()


def has_failed_too_often(address: str, *, at: datetime) -> bool:
    """Tell whether an address has used up its failures for now."""
    return FailureCount.objects.filter(
        ip_address=neighbourhood(address),
        failures__gte=MOST_FAILURES,
        window_began_at__gt=at - WINDOW,
    ).exists()


def is_familiar(name: str, address: str | None, *, at: datetime | None = None) -> bool:
    """Tell whether this name has lately signed in from this address.

    Who has is judged by their own failures only: neither somebody else who guesses from the same
    address, nor somebody elsewhere who guesses at the same name, can lock them out.
    """
    since = (at or timezone.now()) - FAMILIAR_FOR
    lately = AccessLog.objects.filter(username=name, ip_address=address, attempt_time__gte=since)
    return bool(lately.exists())
