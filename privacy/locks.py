"""Locks on a person, so that a checkout and an erasure never pass each other unseen."""

from django.db import connection

from privacy.normal import normal_email


def share_person(email: str) -> None:
    """Hold off an erasure of whoever has this address until the transaction ends.

    Guests have no row of their own that could be locked; their address stands for them.
    """
    _lock("SELECT pg_advisory_xact_lock_shared(hashtextextended(%s, 7))", email)


def hold_person(email: str) -> None:
    """Hold off every checkout and change of whoever has this address, until the end."""
    _lock("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", email)


def _lock(statement: str, email: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, [normal_email(email)])
