"""What PostgreSQL remembers of columns for its own planning: of personal ones, nothing.

A sample of a column's values lies in the catalogue until the next ANALYZE, and of an emptied table
for ever. With the target 0 no sample is taken. Looking up by an index does not need it.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connection, models
from psycopg import sql

from privacy.registry import registry

WORDS = (
    models.CharField,
    models.TextField,
    models.JSONField,
    models.GenericIPAddressField,
    models.FileField,
)
"""Columns in which a person can be recognised; keys of rows and moments are not sampled away."""

_COLUMNS = """
SELECT attname FROM pg_attribute
WHERE attrelid = to_regclass(%s) AND attname = ANY(%s) AND coalesce(attstattarget, -1) <> 0
ORDER BY attname
"""
# Expressions that are moments or spans of time name nobody, and a dump forgets the targets of those
# that belong to a constraint.
_INDEXES = """
SELECT relation.relname, attribute.attnum
FROM pg_index AS index
JOIN pg_class AS relation ON relation.oid = index.indexrelid
JOIN pg_attribute AS attribute ON attribute.attrelid = index.indexrelid
JOIN pg_type AS type ON type.oid = attribute.atttypid
WHERE index.indrelid = to_regclass(%s)
  AND index.indkey[attribute.attnum - 1] = 0
  AND type.typcategory NOT IN ('D', 'R')
  AND coalesce(attribute.attstattarget, -1) <> 0
ORDER BY 1, 2
"""


def personal_columns() -> dict[str, list[str]]:
    """Name the columns that no sample may be taken of, table by table, from the declarations."""
    columns: dict[str, list[str]] = {}
    for declaration in registry.values():
        table = declaration.model._meta.db_table
        for name in declaration.data:
            column = declaration.column(name)
            if isinstance(column, WORDS) and column.column:
                columns.setdefault(table, []).append(column.column)
    return columns


def sampled() -> list[str]:
    """Name the columns and expressions of indexes that PostgreSQL would still sample."""
    return [what for what, _statement in _to_settle()]


def settle() -> list[str]:
    """Forbid samples of every personal column, and let go of those that were taken."""
    done = []
    for what, statement in [*_to_settle()]:
        with connection.cursor() as cursor:
            cursor.execute(statement)
        done.append(what)
    return done


def settle_after_migrations(**kwargs: Any) -> None:
    """Settle new columns in the same command that made them."""
    settle()


def _to_settle() -> Iterator[tuple[str, sql.Composed]]:
    for table, columns in sorted(personal_columns().items()):
        for (column,) in _rows(_COLUMNS, [table, columns]):
            statement = sql.SQL("ALTER TABLE {} ALTER COLUMN {} SET STATISTICS 0")
            yield (
                f"{table}.{column}",
                statement.format(sql.Identifier(table), sql.Identifier(column)),
            )
        for index, number in _rows(_INDEXES, [table]):
            statement = sql.SQL("ALTER INDEX {} ALTER COLUMN {} SET STATISTICS 0")
            yield f"{index}.{number}", statement.format(sql.Identifier(index), sql.Literal(number))


def _rows(query: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, parameters)
        return list(cursor.fetchall())
