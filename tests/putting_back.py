"""Put the tables back as the migrations left them, after a test whose transactions were real.

Emptying every table and filling it again row by row took most of such a test's time. Only the
tables that a test has changed, and those that point at them, are emptied and filled here. A table
of no pages has no rows, which is told by its size. One that has pages and no rows, for they were
taken away or rolled back, is emptied too, so that nobody need look into it after the next test.
"""

from dataclasses import dataclass
from typing import Any

import pgtrigger
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from psycopg import sql

_TABLES = """
    SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind = 'r' AND n.nspname = 'public' AND NOT c.relispartition
    ORDER BY c.relname
"""
_POINTING = """
    SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint
    WHERE contype = 'f'
"""
_WITH_PAGES = """
    SELECT relname FROM pg_class
    WHERE oid = ANY(%s::text[]::regclass[]) AND pg_relation_size(oid) > 0
"""
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
    """What stood in the tables, and which of them point at which."""

    tables: tuple[str, ...]
    pointing: tuple[tuple[str, str], ...]
    sums: dict[str, str]
    rows: dict[str, str]
    columns: dict[str, list[str]]

    def put_back(self) -> None:
        """Give each table the rows that it had."""
        with transaction.atomic(), pgtrigger.ignore(), connection.cursor() as cursor:
            said = _sums(cursor, self.tables)
            changed = {
                table for table in self.tables if said.get(table, "") != self.sums[table]
            } | {table for table, sum_ in said.items() if not sum_}
            emptied = self._with_all_that_point_at(changed)
            if not emptied:
                return
            names = sql.SQL(", ").join(map(sql.Identifier, sorted(emptied)))
            cursor.execute(sql.SQL("TRUNCATE {}").format(names).as_string())
            for table in sorted(emptied & self.rows.keys()):
                filling = _FILLING.format(
                    table=sql.Identifier(table),
                    columns=sql.SQL(", ").join(map(sql.Identifier, self.columns[table])),
                )
                cursor.execute(filling.as_string(), [self.rows[table]])

    def _with_all_that_point_at(self, tables: set[str]) -> set[str]:
        """Add the tables which hold keys of these, near or far: they cannot be left full."""
        grown = tables | {holder for holder, held in self.pointing if held in tables}
        return grown if grown == tables else self._with_all_that_point_at(grown)


def remember() -> Remembered:
    """Note what stands in the tables now."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        tables = tuple(name for (name,) in cursor.fetchall())
        cursor.execute(_POINTING)
        pointing = tuple((holder, held) for holder, held in cursor.fetchall())
        sums = dict.fromkeys(tables, "") | _sums(cursor, tables)
        full = [table for table in tables if sums[table]]
        return Remembered(
            tables,
            pointing,
            sums,
            {
                table: _one(cursor, _ROWS.format(sql.Identifier(table)).as_string())
                for table in full
            },
            {table: _one(cursor, _COLUMNS, table) for table in full},
        )


def _sums(cursor: CursorWrapper, tables: tuple[str, ...]) -> dict[str, str]:
    """Tell of each table with pages a sum over its rows, which is "" where there are none."""
    cursor.execute(_WITH_PAGES, [list(tables)])
    with_pages = [name for (name,) in cursor.fetchall()]
    if not with_pages:
        return {}
    each = [_SUM.format(sql.Literal(table), sql.Identifier(table)) for table in with_pages]
    cursor.execute(sql.SQL(" UNION ALL ").join(each).as_string())
    return dict(cursor.fetchall())


def _one(cursor: CursorWrapper, asked: str, *given: str) -> Any:
    cursor.execute(asked, given)
    (one,) = cursor.fetchone()
    return one
