"""A place beside the memory where rows of a file that belong together are gathered.

A file may hold a product's rows far apart: WooCommerce lists what was added last at its end, Spree
a second currency. SQLite keeps them in a nameless temporary file that the system removes with the
process, however it ends; in memory stands only what is worked on.
"""

import sqlite3
from collections.abc import Iterator
from types import TracebackType
from typing import Self

_SCHEMA = """
    PRAGMA journal_mode = OFF;
    PRAGMA synchronous = OFF;
    PRAGMA cache_size = -4096;
    PRAGMA temp_store = FILE;
    CREATE TABLE groups (name TEXT PRIMARY KEY, number INTEGER NOT NULL) WITHOUT ROWID;
    CREATE TABLE rows (
        number INTEGER NOT NULL, line INTEGER NOT NULL, place INTEGER NOT NULL, row TEXT NOT NULL,
        PRIMARY KEY (number, line, place)
    ) WITHOUT ROWID;
    CREATE TABLE skus (sku TEXT PRIMARY KEY, line INTEGER NOT NULL) WITHOUT ROWID;
"""


class Spool:
    """Rows laid aside by what they belong to."""

    def __init__(self) -> None:
        self.store = sqlite3.connect("", isolation_level=None)
        self.store.executescript(_SCHEMA)
        self.rows = 0
        self.groups = 0

    def __enter__(self) -> Self:
        self.store.execute("BEGIN")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        trouble: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.store.close()

    def lay(self, group: str, line: int, row: str) -> None:
        """Lay a row aside; groups keep the order in which they first appear."""
        self.rows += 1
        self.store.execute(
            "INSERT INTO rows VALUES (?, ?, ?, ?)", (self._number(group), line, self.rows, row)
        )

    def _number(self, group: str) -> int:
        found = self.store.execute("SELECT number FROM groups WHERE name = ?", (group,)).fetchone()
        if found is not None:
            return int(found[0])
        self.groups += 1
        self.store.execute("INSERT INTO groups VALUES (?, ?)", (group, self.groups))
        return self.groups

    def gathered(self) -> Iterator[list[tuple[int, str]]]:
        """Give the rows of each group together."""
        together: list[tuple[int, str]] = []
        current = 0
        rows = self.store.execute("SELECT number, line, row FROM rows ORDER BY number, line, place")
        for number, line, row in rows:
            if number != current and together:
                yield together
                together = []
            current = number
            together.append((line, row))
        if together:
            yield together

    def seen_before(self, sku: str, line: int) -> int | None:
        """Tell the line on which a SKU stood before; else remember it."""
        known = self.store.execute("SELECT line FROM skus WHERE sku = ?", (sku,)).fetchone()
        if known is not None:
            return int(known[0])
        self.store.execute("INSERT INTO skus VALUES (?, ?)", (sku, line))
        return None
