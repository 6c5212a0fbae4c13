"""Let the disk forget too: rewrite the tables, and turn over the write-ahead log.

A deleted row lies in its file until the place is used again, and in the log until that is. This
needs a server of one's own: it takes each table for itself for a moment, and asks for the rights
of a superuser.
"""

import time
from collections.abc import Callable

from django.db import connection
from psycopg import sql

from privacy.registry import registry

PATIENCE = 600.0
"""So many seconds those are waited for who began before."""
_STILL_THERE = """
    SELECT EXISTS (
        SELECT FROM pg_stat_activity
        WHERE pid <> pg_backend_pid() AND (
            age(backend_xid) > age(%(first)s::text::xid)
            OR datname = current_database() AND age(backend_xmin) > age(%(first)s::text::xid)
        )
    )
"""


class StillLookedAt(Exception):
    """Somebody has been in a transaction for so long that deleted rows cannot go yet."""


def compact(
    *, say: Callable[[str], object] = lambda _words: None, patience: float = PATIENCE
) -> list[str]:
    """Rewrite every table with personal data, and turn over the log; name the tables.

    :raises StillLookedAt: when somebody who began before did not end in time.
    """
    wait_for_those_before(patience)
    tables = sorted(each.model._meta.db_table for each in registry.values() if each.data)
    with connection.cursor() as cursor:
        cursor.execute("SET statement_timeout = 0")
        try:
            for table in tables:
                cursor.execute(sql.SQL("VACUUM (FULL) {}").format(sql.Identifier(table)))
                say(table)
            cursor.execute("VACUUM (FULL) pg_catalog.pg_statistic")
            turn_over_the_log()
        finally:
            cursor.execute("RESET statement_timeout")
    return tables


def wait_for_those_before(patience: float) -> None:
    """Wait until nobody is left who began before now.

    PostgreSQL keeps a deleted row, through a rewriting as well, as long as a transaction runs
    that is older than its deletion: one that reads in this database, or writes in any of the
    server.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_snapshot_xmax(pg_current_snapshot())::xid::text")
        first = cursor.fetchone()[0]
        until = time.monotonic() + patience
        while True:
            cursor.execute(_STILL_THERE, {"first": first})
            if not cursor.fetchone()[0]:
                return
            if time.monotonic() > until:
                raise StillLookedAt
            time.sleep(0.1)


def turn_over_the_log() -> None:
    """Write past every file of the log, and have the old ones removed rather than used again."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER SYSTEM SET wal_recycle = off")
        try:
            cursor.execute("SELECT pg_reload_conf()")
            cursor.execute("CHECKPOINT")
            cursor.execute("SELECT count(*) FROM pg_ls_waldir()")
            for _each in range(cursor.fetchone()[0] + 1):
                cursor.execute("SELECT pg_logical_emit_message(false, 'privacy', ' ')")
                cursor.execute("SELECT pg_switch_wal()")
            cursor.execute("CHECKPOINT")
        finally:
            cursor.execute("ALTER SYSTEM RESET wal_recycle")
            cursor.execute("SELECT pg_reload_conf()")
