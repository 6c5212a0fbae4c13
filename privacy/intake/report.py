"""What an import tells: how much it did, and which rows it could not take, where and why."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from privacy.intake.refusals import in_words

MOST_KEPT = 5_000
"""So many remarks are kept word for word; of the rest only the number is."""

LONGEST_VALUE = 80
LANGUAGE_NAMES = {"fi": "Finnish", "sv": "Swedish", "en": "English"}
"""Translated by the names of the settings' languages."""


class Weight(StrEnum):
    """How much a remark matters."""

    ERROR = "error"
    WARNING = "warning"
    NOTE = "note"


WEIGHTS: Mapping[str, Promise] = {
    Weight.ERROR: _("Error"),
    Weight.WARNING: _("Warning"),
    Weight.NOTE: pgettext_lazy("import report", "Note"),
}

REASONS: dict[str, Promise] = {
    # The file as a whole.
    "empty": _("The file is empty."),
    "file_is_gone": _("The file is no longer here; upload it again."),
    "unknown_format": _("The format was not recognised. Known are: %(known)s."),
    "missing_columns": _("The file lacks columns of this format: %(columns)s."),
    "not_text": _("The file is not text that can be read (UTF-8, UTF-16 or Windows-1252)."),
    "not_json": _("This is not JSON: %(value)s"),
    "no_list": _("The JSON holds no list."),
    "doubled_column": _("The column %(column)s stands in the header twice."),
    # A row.
    "unreadable_row": _("The row cannot be read: %(value)s"),
    "too_many_cells": _("The row has more cells than the header has columns."),
    "missing": _("Something must stand here."),
    "nul": _("The cell holds a NUL character."),
    "bad_characters": _("The cell holds characters that are no text."),
    "too_long": _("The text has %(length)s characters; at most %(most)s fit."),
    "not_a_number": _("“%(value)s” is not a number."),
    "ambiguous_number": _(
        "“%(value)s” can be read in two ways; write thousands without a separator."
    ),
    "not_whole": _("“%(value)s” is not a whole number."),
    "negative": _("“%(value)s” is negative."),
    "too_large": _("“%(value)s” is too large to be true."),
    "parts_of_a_cent": _("“%(value)s” has parts of a cent."),
    "not_a_date": _("“%(value)s” is not a date (2026-12-31 or 2026-12-31T12:00:00+02:00)."),
    "not_yes_or_no": _("“%(value)s” is neither yes nor no."),
    "refused": _("The database refused it: %(value)s"),
    "unknown_column": _("The column “%(value)s” is not known and was not read."),
    "not_taken": _("Not taken from this format: %(value)s."),
    "more": _("%(count)s further remarks are not listed."),
}
"""Why something was not taken, in words for whoever brought the file; importers add theirs."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One remark, with its place in the file. The words are chosen when somebody reads it."""

    weight: Weight
    code: str
    line: int = 0
    column: str = ""
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """Say it in the reader's language."""
        values = dict(self.values)
        if "language" in values:
            values["language"] = gettext(LANGUAGE_NAMES[values["language"]])
        if "rule" in values:
            values["value"] = in_words(values["rule"])
        return str(REASONS[self.code]) % values

    def as_json(self) -> list[object]:
        """Put it down for later."""
        return [self.weight.value, self.code, self.line, self.column, dict(self.values)]

    @classmethod
    def from_json(cls, written: list[object]) -> "Issue":
        """Read what was put down."""
        weight, code, line, column, values = written
        assert isinstance(values, dict)  # noqa: S101 - our own column, never a visitor's words
        return cls(Weight(str(weight)), str(code), int(str(line)), str(column), values)


def shown(value: object) -> str:
    """Cut a value so that a remark stays readable, and make its control characters visible."""
    text = str(value)
    text = text if len(text) <= LONGEST_VALUE else text[: LONGEST_VALUE - 1] + "…"
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in text)


class UnreadableFile(Exception):
    """The file as a whole cannot be imported."""

    def __init__(self, code: str, line: int = 0, **values: object) -> None:
        self.issue = Issue(
            Weight.ERROR, code, line, "", {name: shown(value) for name, value in values.items()}
        )
        super().__init__(code)

    def __str__(self) -> str:
        return self.issue.reason


@dataclass(slots=True)
class AnyReport:
    """The whole account of an import."""

    format: str = ""
    counts: Counter[str] = field(default_factory=Counter)
    issues: list[Issue] = field(default_factory=list)
    notes: dict[tuple[str, str], Issue] = field(default_factory=dict)
    first_rows: list[list[str]] = field(default_factory=list)
    tells_values: bool = True
    """Whether remarks may quote cells; a file about people is quoted nowhere."""

    def add(
        self, weight: Weight, code: str, line: int = 0, column: str = "", **values: object
    ) -> None:
        """Write a remark down; of very many only the number."""
        self.counts[weight.value] += 1
        if len(self.issues) < MOST_KEPT:
            short = {name: self._quoted(name, value) for name, value in values.items()}
            self.issues.append(Issue(weight, code, line, shown(column), short))

    def _quoted(self, name: str, value: object) -> str:
        return shown(value) if self.tells_values or name != "value" else "…"

    def note(self, code: str, **values: object) -> None:
        """Say once what was assumed."""
        short = {
            name: shown(value) if name != "value" else str(value) for name, value in values.items()
        }
        key = (code, str(sorted(short.items())))
        self.notes.setdefault(key, Issue(Weight.NOTE, code, 0, "", short))

    def as_json(self) -> dict[str, Any]:
        """Put the report down for later."""
        return {
            "format": self.format,
            "counts": dict(self.counts),
            "notes": [issue.as_json() for issue in self.notes.values()],
            "issues": [issue.as_json() for issue in self.issues],
            "first_rows": self.first_rows,
        }

    @classmethod
    def from_json(cls, written: Mapping[str, Any]) -> Self:
        """Read what was put down; nothing gives an empty report."""
        return cls(**cls.read(written))

    @staticmethod
    def read(written: Mapping[str, Any]) -> dict[str, Any]:
        """Read what every report has."""
        notes = [Issue.from_json(note) for note in written.get("notes", [])]
        return {
            "format": written.get("format", ""),
            "counts": Counter(written.get("counts", {})),
            "issues": [Issue.from_json(issue) for issue in written.get("issues", [])],
            "notes": {(note.code, str(place)): note for place, note in enumerate(notes)},
            "first_rows": written.get("first_rows", []),
        }

    @classmethod
    def of_failure(cls, issue: "Issue | None") -> Self:
        """Tell that the file as a whole could not be imported."""
        failure = issue or Issue(Weight.ERROR, "file_is_gone")
        return cls(counts=Counter({Weight.ERROR.value: 1}), issues=[failure])

    def count(self, numbers: Mapping[str, int]) -> None:
        """Add to what was done."""
        self.counts.update(numbers)

    @property
    def errors(self) -> int:
        """How many errors there were."""
        return self.counts[Weight.ERROR.value]

    def all(self) -> list[Issue]:
        """List assumptions first, then remarks in the order of the file."""
        listed = [*self.notes.values(), *sorted(self.issues, key=lambda issue: issue.line)]
        unlisted = sum(self.counts[weight] for weight in ("error", "warning")) - len(self.issues)
        if unlisted > 0:
            listed.append(Issue(Weight.NOTE, "more", values={"count": str(unlisted)}))
        return listed


class RowRead:
    """A row as it is read. After an error `is_good` is false, and the row must not be used."""

    def __init__(self, line: int, report: AnyReport) -> None:
        self.line = line
        self.report = report
        self.is_good = True

    def refuse(self, column: str, code: str, **values: object) -> None:
        """Write down why the row cannot be taken."""
        self.is_good = False
        self.report.add(Weight.ERROR, code, self.line, column, **values)

    def warn(self, column: str, code: str, **values: object) -> None:
        """Write down what somebody should look at, though the row is taken."""
        self.report.add(Weight.WARNING, code, self.line, column, **values)
