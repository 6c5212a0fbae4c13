"""Read the database as it stood at one moment, however long the reading takes."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def one_moment() -> Iterator[None]:
    """Let everything that is asked meanwhile be answered from one snapshot, and change nothing.

    No row is locked, so nobody waits for the reader. Between two questions the reader may write
    files for as long as it needs: the limit on idle transactions is for those who forgot theirs.

    Whoever is in a transaction already sees what that one sees.
    """
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        yield
