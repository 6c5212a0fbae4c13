"""Locks on a person, so that a checkout and an erasure never pass each other unseen."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.db.models import F, Func, TextField, Value
from psycopg.errors import DeadlockDetected, SerializationFailure

from privacy.normal import normal_email

ATTEMPTS = 4
Result = TypeVar("Result")


def unless_crossed(action: Callable[[], Result]) -> Result:
    """Do something that takes locks, again when it met another crosswise and was asked to yield."""
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return action()
        except OperationalError as trouble:
            yielded = isinstance(trouble.__cause__, DeadlockDetected | SerializationFailure)
            if not yielded or attempt == ATTEMPTS:
                raise
    raise AssertionError("the last attempt either returns or raises")


def share_person(email: str) -> None:
    """Hold off an erasure of whoever has this address until the transaction ends.

    Guests have no row of their own that could be locked; their address stands for them.
    """
    _lock("SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 7))", email)


@contextmanager
def sharing_person(email: str) -> Iterator[None]:
    """Hold off an erasure of whoever has this address for several transactions, one after another.

    It is taken before a snapshot is: one taken while we waited for an erasure would show the person
    as they were before it. It goes with the connection, so a kill leaves nothing locked.
    """
    _lock("SELECT pg_advisory_lock_shared(hashtextextended(%s, 7))", email)
    try:
        yield
    finally:
        _lock("SELECT pg_advisory_unlock_shared(hashtextextended(%s, 7))", email)


@contextmanager
def alone_with(key: UUID) -> Iterator[None]:
    """Let nobody else do the same with one thing: whoever comes meanwhile waits for the end of it.

    The wait has no limit, for what is done may take long; it ends as well with the connection of
    whoever is waited for.
    """
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = 0; SET LOCAL statement_timeout = 0")
        _lock("SELECT pg_advisory_lock(hashtextextended(%s, 7))", str(key))
    try:
        yield
    finally:
        _lock("SELECT pg_advisory_unlock(hashtextextended(%s, 7))", str(key))


def shared(column: str) -> Func:
    """Do the same as `share_person` while a row is read, with the address in one of its columns."""
    number = Func(F(column), Value(7), function="hashtextextended")
    return Func(number, function="pg_advisory_xact_lock_shared", output_field=TextField())


def hold_person(email: str) -> None:
    """Hold off every checkout and change of whoever has this address, until the end."""
    _lock("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", email)


def hold_people(emails: Iterable[str]) -> None:
    """Hold whoever has one of these addresses, always in the same order; one question for all."""
    wanted = sorted({normal_email(email) for email in emails})
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_advisory_xact_lock(hashtextextended(email, 7))) "
            "FROM unnest(%s::text[]) AS each(email)",
            [wanted],
        )


def _lock(statement: str, email: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [normal_email(email)])
