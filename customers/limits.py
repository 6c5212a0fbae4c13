"""How often somebody may fail to sign in: per name and address (axes), and per address (here)."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from axes.models import AccessLog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from customers.models import FailureCount
from privacy.limits import take_turn
from privacy.network import neighbourhood

WINDOW = timedelta(minutes=15)
MOST_FAILURES = 30
"""From one address, over all names. A household or an office does not reach it by mistyping."""

FAMILIAR_FOR = timedelta(days=settings.KEEP_FULL_IP_DAYS)
"""So long an address counts as one from which a person signs in: as long as it is known whole."""


@contextmanager
def one_at_a_time(address: str) -> Iterator[None]:
    """Check the attempts of one address one after the other.

    Otherwise fifty guesses sent at once would all be let through before the first is counted. A
    check takes a tenth of a second, so people behind one address hardly notice.

    :raises Busy: when the turn does not come within three seconds.
    """
    with transaction.atomic():
        take_turn(neighbourhood(address))
        yield


@transaction.atomic
def count_failure(address: str, *, at: datetime) -> None:
    """Count one failed attempt of an address, whichever name it tried."""
    take_turn(neighbourhood(address))
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
