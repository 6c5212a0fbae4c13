"""Taking rows in, some hundreds in a transaction; whatever stops it, what was written is whole."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from django.db import DataError, IntegrityError, transaction

from privacy.intake.layouts import AUTO, Layout
from privacy.intake.people import PeopleReport
from privacy.intake.refusals import broken_rule
from privacy.intake.report import Issue, Weight
from privacy.locks import unless_crossed
from privacy.registry import Words

BATCH = 200

Progress = Callable[[int, int], None]


def silent(done: int, of: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked of an import."""

    format: str = AUTO
    party: str = ""
    """Who gave the file, as the people in it are told; without a word it is the former web shop."""
    dry_run: bool = False


@dataclass(slots=True)
class Outcome:
    """What became of some rows."""

    counts: Counter[str] = field(default_factory=Counter)
    issues: list[Issue] = field(default_factory=list)

    def refuse(self, line: int, code: str, column: str = "", **values: str) -> None:
        """Write down why a row was not taken."""
        self.issues.append(Issue(Weight.ERROR, code, line, column, values))

    def warn(self, line: int, code: str, column: str = "", **values: str) -> None:
        """Write down what was not taken of a row."""
        self.issues.append(Issue(Weight.WARNING, code, line, column, values))


class Lined(Protocol):
    """A row that knows its line."""

    line: int


Row = TypeVar("Row", bound=Lined)


@dataclass
class Taker(Generic[Row]):
    """Takes rows in; a dry run does the same and takes each batch back."""

    write: Callable[[Sequence[Row]], Outcome]
    report: PeopleReport
    dry_run: bool

    def take(self, rows: Iterable[tuple[int, Row | None]], *, of: int, progress: Progress) -> None:
        """Take rows in, each given with how far into the file it is; None is a row that is bad."""
        batch: list[Row] = []
        done = 0
        for done, row in rows:
            if row is not None:
                batch.append(row)
            if len(batch) >= BATCH:
                self._take(batch)
                batch = []
                progress(min(done, of), of)
        if batch:
            self._take(batch)
        progress(of, of)

    def _take(self, rows: Sequence[Row]) -> None:
        """Write rows; where the database refuses them, one by one, so that good ones go in."""
        try:
            outcome = unless_crossed(lambda: self._write(rows))
        except (IntegrityError, DataError) as refusal:
            if len(rows) == 1:
                self.report.add(
                    Weight.ERROR, "refused", rows[0].line, rule=broken_rule(refusal, quoting=False)
                )
                return
            for row in rows:
                self._take([row])
            return
        self.report.count(outcome.counts)
        for issue in outcome.issues:
            self.report.add(issue.weight, issue.code, issue.line, issue.column, **issue.values)

    def _write(self, rows: Sequence[Row]) -> Outcome:
        with transaction.atomic():
            outcome = self.write(rows)
            transaction.set_rollback(self.dry_run)
        return outcome


class Take(Protocol):
    """Takes a file in and tells what was done."""

    def __call__(
        self, path: Path, wish: Wish, *, at: datetime, progress: Progress = silent
    ) -> PeopleReport: ...


@dataclass(frozen=True)
class Importer:
    """Something that takes files about people in."""

    kind: str
    name: Words
    layouts: tuple[Layout, ...]
    take: Take
    nouns: tuple[tuple[str, Words], ...]
    """What it counts, each as new, changed and unchanged."""
    words: dict[str, Words]
    """What the shop calls the things that it takes."""


importers: dict[str, Importer] = {}


def offer(importer: Importer) -> Importer:
    """Let a room above take in files of a kind."""
    importers[importer.kind] = importer
    return importer
