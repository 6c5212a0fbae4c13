"""Put the tables back as the migrations left them, after a test whose transactions were real.

Emptying every table and filling it again row by row took most of such a test's time. Only the
tables that a test has changed are emptied and filled here. A table of no pages has no rows, which
is told by its size. One that has pages and no rows, for they were taken away or rolled back, is
emptied too, so that nobody need look into it after the next test.

To TRUNCATE one table is to truncate all that point at it, each with new files for its indexes: so
the few rows of a test are deleted, and VACUUM gives their pages back, in a fraction of the time.
All rows are as they were in the end, and so the keys between them need not be looked at.
"""

import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql

_TABLES = """
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname = 'public' AND NOT c.relispartition
    ORDER BY c.relname
"""
_WITH_PAGES = """
    SELECT relname FROM pg_class
    WHERE oid = ANY(%s::text[]::regclass[]) AND pg_relation_size(oid) > 0
"""
_LARGE = """
    SELECT relname FROM pg_class
    WHERE oid = ANY(%s::text[]::regclass[]) AND pg_relation_size(oid) > 16 * 8192
"""
_UNCOUNTED = """
    UPDATE pg_class SET relpages = 0, reltuples = -1
    WHERE oid IN (
        SELECT unnest(%s::text[]::regclass[]) UNION
        SELECT indexrelid FROM pg_index WHERE indrelid = ANY(%s::text[]::regclass[])
    )
"""
"""VACUUM counts, and the planner would plan for ever after by what it found: nothing."""
_ONLOOKERS = """
    SELECT EXISTS (
        SELECT FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
        AND (backend_xid IS NOT NULL OR backend_xmin IS NOT NULL)
    )
"""
_PATIENCE = 5.0
_SLEEP = "SET LOCAL session_replication_role = replica"
"""Triggers and keys sleep until the transaction ends."""
_COLUMNS = """
    SELECT array_agg(attname::text ORDER BY attnum) FROM pg_attribute
    WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""
_ROWS = sql.SQL("SELECT json_agg(t)::text FROM {} t")
_SUM = sql.SQL(
    "SELECT {}, coalesce(md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))), '') FROM {} t"
)
_FILLING = sql.SQL(
    "INSERT INTO {table} ({columns}) OVERRIDING SYSTEM VALUE"
    " SELECT {columns} FROM json_populate_recordset(NULL::{table}, %s)"
)


@dataclass(frozen=True)
class Remembered:
    """What stood in the tables."""

    tables: tuple[str, ...]
    sums: dict[str, str]
    rows: dict[str, str]
    columns: dict[str, list[str]]

    def put_back(self) -> None:
        """Give each table the rows that it had, in the order in which they lay."""
        with connection.cursor() as cursor:
            with transaction.atomic():
                changed = self._changed(cursor)
                large = _names(cursor, _LARGE, changed)
                _empty(cursor, changed)
            if not changed:
                return
            _let_others_finish(cursor)
            cursor.execute(f"VACUUM (INDEX_CLEANUP, TRUNCATE) {_listed(changed)}")
            for table in sorted(large):
                # Not VACUUM FULL: that keeps what a transaction in any database might still see.
                cursor.execute(f"REINDEX TABLE {_listed([table])}")
            with transaction.atomic():
                self._fill(cursor, changed & self.rows.keys())
            cursor.execute(_UNCOUNTED, [list(changed), list(changed)])

    def _changed(self, cursor: CursorWrapper) -> set[str]:
        said = _sums(cursor, self.tables)
        return {table for table in self.tables if said.get(table, "") != self.sums[table]} | {
            table for table, sum_ in said.items() if not sum_
        }

    def _fill(self, cursor: CursorWrapper, tables: set[str]) -> None:
        """Lay the rows into tables without a page."""
        cursor.execute(_SLEEP)
        for table in sorted(tables):
            filling = _FILLING.format(
                table=sql.Identifier(table),
                columns=sql.SQL(", ").join(map(sql.Identifier, self.columns[table])),
            )
            cursor.execute(filling.as_string(), [self.rows[table]])


def _empty(cursor: CursorWrapper, tables: set[str]) -> None:
    """Take all rows out of tables, for which whoever is still at them is waited for."""
    if tables:
        cursor.execute(_SLEEP)
        cursor.execute(f"LOCK TABLE {_listed(tables)} IN ACCESS EXCLUSIVE MODE")
    for table in sorted(tables):
        cursor.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(table)).as_string())


def remember() -> Remembered:
    """Note what stands in the tables now."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        tables = tuple(name for (name,) in cursor.fetchall())
        sums = dict.fromkeys(tables, "") | _sums(cursor, tables)
        full = [table for table in tables if sums[table]]
        return Remembered(
            tables,
            sums,
            {
                table: _one(cursor, _ROWS.format(sql.Identifier(table)).as_string())
                for table in full
            },
            {table: _one(cursor, _COLUMNS, table) for table in full},
        )


def _sums(cursor: CursorWrapper, tables: tuple[str, ...]) -> dict[str, str]:
    """Tell of each table with pages a sum over its rows, which is "" where there are none."""
    with_pages = _names(cursor, _WITH_PAGES, tables)
    if not with_pages:
        return {}
    each = [_SUM.format(sql.Literal(table), sql.Identifier(table)) for table in with_pages]
    cursor.execute(sql.SQL(" UNION ALL ").join(each).as_string())
    return dict(cursor.fetchall())


def _let_others_finish(cursor: CursorWrapper) -> None:
    """Wait for those who might still see the old rows, which VACUUM would keep for them.

    They are programs that a test has just killed, and connections that are giving up. Who stays
    longer is left alone: the rows are right then, and only their pages are not given back.
    """
    until = time.monotonic() + _PATIENCE
    while _one(cursor, _ONLOOKERS) and time.monotonic() < until:
        time.sleep(0.02)


def _names(cursor: CursorWrapper, asked: str, tables: Iterable[str]) -> set[str]:
    cursor.execute(asked, [list(tables)])
    return {name for (name,) in cursor.fetchall()}


def _listed(tables: Iterable[str]) -> str:
    return sql.SQL(", ").join(map(sql.Identifier, sorted(tables))).as_string()


def _one(cursor: CursorWrapper, asked: str, *given: str) -> Any:
    cursor.execute(asked, given)
    (one,) = cursor.fetchone()
    return one
