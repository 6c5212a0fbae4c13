"""One row read cell by cell: what cannot be read is written down, and the reading goes on."""

import re
from collections.abc import Callable, Collection
from datetime import datetime
from decimal import Decimal
from typing import TypeVar

from orders.importing import cells
from orders.importing.plain import plain_text
from orders.importing.report import Report
from privacy.intake.report import RowRead
from privacy.intake.source import Record

LONGEST_TEXT = 100_000
MOST_PIECES = 10_000_000
FEWEST_PIECES = -1_000_000
MOST_GRAMS = 100_000_000

_SURROGATE = re.compile("[\ud800-\udfff]")

Read = TypeVar("Read")


class Cells(RowRead):
    """The cells of one row."""

    def __init__(self, record: Record, report: Report) -> None:
        super().__init__(record.line, report)
        self.values = record.cells
        for column, value in record.cells.items():
            if isinstance(value, str):
                self._refuse_signs(column, value)

    def _refuse_signs(self, column: str, value: str) -> None:
        if "\0" in value:
            self.refuse(column, "nul")
        elif not value.isascii() and _SURROGATE.search(value):
            self.refuse(column, "bad_characters")

    def has(self, column: str) -> bool:
        """Tell whether the file has such a column."""
        return column in self.values

    def raw(self, column: str) -> str:
        """Give a cell as it stands; what is missing is empty."""
        value = self.values.get(column)
        return "" if value is None else str(value)

    def cell(self, column: str) -> str:
        """Give a cell without space around it."""
        return self.raw(column).strip()

    def fit(self, column: str, text: str, most: int) -> str:
        """Refuse a text that is too long for its place."""
        if len(text) > most:
            self.refuse(column, "too_long", length=len(text), most=most)
        return text

    def text(self, column: str, most: int = LONGEST_TEXT) -> str:
        """Read one line of words."""
        return self.fit(column, cells.composed(" ".join(self.raw(column).split())), most)

    def prose(self, column: str) -> str:
        """Read a description that may be HTML as plain text."""
        raw = self.fit(column, self.raw(column), LONGEST_TEXT)
        return cells.composed(plain_text(raw)) if len(raw) <= LONGEST_TEXT else ""

    def needed(self, column: str, most: int) -> str:
        """Read words that must be there."""
        found = self.text(column, most)
        if not found:
            self.refuse(column, "missing")
        return found

    def _read(self, column: str, read: Callable[[str], Read]) -> Read | None:
        """Read a cell; an empty one says nothing."""
        cell = self.cell(column)
        if not cell:
            return None
        try:
            return read(cell)
        except cells.Unreadable as trouble:
            self.refuse(column, trouble.code, value=trouble.value)
            return None

    def money(self, column: str) -> Decimal | None:
        """Read a price, which is never negative."""
        amount = self._read(column, cells.money)
        if amount is not None and amount < 0:
            self.refuse(column, "negative", value=self.cell(column))
        return amount

    def number(self, column: str) -> Decimal | None:
        """Read any number."""
        return self._read(column, cells.number)

    def whole(self, column: str, least: int, most: int) -> int | None:
        """Read a whole number within bounds."""
        found = self._read(column, cells.whole)
        if found is None or least <= found <= most:
            return found
        code = "negative" if found < 0 <= least else "too_large"
        self.refuse(column, code, value=self.cell(column))
        return None

    def pieces(self, column: str, *, may_be_owed: bool = False) -> int | None:
        """Read how many there are; below nothing only where sold-out things can be ordered."""
        return self.whole(column, FEWEST_PIECES if may_be_owed else 0, MOST_PIECES)

    def truth(self, column: str) -> bool | None:
        """Read yes or no."""
        return self._read(column, cells.truth)

    def moment(self, column: str, *, end_of_day: bool = False) -> datetime | None:
        """Read a day or a moment."""
        return self._read(column, lambda cell: cells.moment(cell, end_of_day=end_of_day))

    def choice(self, column: str, known: Collection[str]) -> str:
        """Read one of several known words."""
        word = self.cell(column)
        word = word if word in known else word.casefold()
        if word and word not in known:
            self.refuse(column, "unknown_choice", value=word, known=", ".join(sorted(known)))
        return word

    def grams(self, column: str, unit: str) -> int | None:
        """Read a weight in a unit as grams."""
        amount = self.number(column)
        if amount is None or not self.is_good:
            return None
        try:
            found = cells.grams(amount, unit)
        except cells.Unreadable as trouble:
            self.warn(column, trouble.code, value=trouble.value)
            return None
        if not 0 <= found <= MOST_GRAMS:
            self.refuse(column, "negative" if found < 0 else "too_large", value=self.cell(column))
        return found
