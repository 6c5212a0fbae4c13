"""What a stranger may cause: so many letters to an address, so many forms from a computer.

And nothing that could be told from the time an answer takes.
"""

import time
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import OperationalError, connection, transaction
from django.http import HttpRequest, HttpResponse
from psycopg.errors import LockNotAvailable

from privacy.locks import hold_person
from privacy.network import NOWHERE, client_address, neighbourhood
from privacy.outbox.models import Letter

SAME_TIME = 0.25
"""Seconds within which an answer that must not tell anything is always ready."""

WINDOW = timedelta(hours=1)
MOST_LETTERS = 3
"""An hour, that a stranger can cause to be sent to one address, whatever forms it is typed into."""
MOST_FORMS = 10
"""An hour, from one computer, of a form that sends letters to whatever address is typed."""
TOO_MANY = 429
CAUSED_BY_STRANGERS = (
    "account_confirm",
    "account_exists",
    "account_reset",
    "account_unknown",
    "newsletter_confirm",
    "awaited_confirm",
    "company_invitation",
    "quote_asked",
    "request_link",
    "withdrawal_received",
)
"""Kinds of letters that anybody can cause by typing somebody's address into a form."""
WITHOUT_A_KEY = ("quote_asked",)
"""Kinds among them in which no link stands: whoever they went to reads them among the own data."""

PATIENCE = "3s"
"""So long one of many at once waits for the turn before the page says that it is busy."""


class Busy(Exception):
    """Too many attempts from the same address are being checked just now."""


def take_turn(name: str) -> None:
    """Wait until nobody else has the turn of this name, and keep it until the transaction ends.

    :raises Busy: when the turn does not come within three seconds.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
        try:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 18))", [name])
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


def has_enough_letters(email: str, *, at: datetime) -> bool:
    """Tell whether strangers have caused enough letters to an address for now.

    Two requests at once are counted one after the other, until the transaction ends.
    """
    hold_person(email)
    lately = Letter.objects.filter(
        to=email, kind__in=CAUSED_BY_STRANGERS, created_at__gt=at - WINDOW
    )
    return lately.count() >= MOST_LETTERS


def may_send_form(request: HttpRequest, *, at: datetime) -> bool:
    """Count one more form that sends letters, and tell whether the computer may still send it.

    The letters to one address are counted elsewhere; this is for who tries many addresses. One of
    too many that come at once may not.
    """
    try:
        return _count_form(client_address(request) or NOWHERE, at=at)
    except Busy:
        return False


def ask_to_wait(answer: HttpResponse) -> HttpResponse:
    """Say in the answer to one form too many when the next may be sent."""
    answer["Retry-After"] = str(int(WINDOW.total_seconds()))
    return answer


@transaction.atomic
def _count_form(address: str, *, at: datetime) -> bool:
    key = f"forms {neighbourhood(address)}"
    take_turn(key)
    sent: list[datetime] = [each for each in cache.get(key, []) if each > at - WINDOW]
    if len(sent) >= MOST_FORMS:
        return False
    cache.set(key, [*sent, at], WINDOW.total_seconds())
    return True
