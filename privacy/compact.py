"""Let the disk forget too: rewrite the tables, and turn over the write-ahead log.

A deleted row lies in its file until the place is used again, and in the log until that is. This
needs a server of one's own: it takes each table for itself for a moment, and asks for the rights
of a superuser.
"""

from collections.abc import Callable

from django.db import connection
from psycopg import sql

from privacy.registry import registry


def compact(*, say: Callable[[str], object] = lambda _words: None) -> list[str]:
    """Rewrite every table with personal data, and turn over the log; name the tables."""
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
