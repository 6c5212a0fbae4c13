"""What is in a copy: for a machine, for a table reader, and for a person.

Each row is read once and written three times as it is read, so that a copy of fifty thousand orders
needs hardly more memory than one of five.
"""

import logging
import zipfile
from contextlib import ExitStack
from datetime import datetime
from itertools import chain
from typing import IO, Any
from urllib.parse import quote

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from privacy.copies.growing import Heap, Listed, Tabled, lay_in
from privacy.copies.papers import Archive, Lies, Papers, put_papers
from privacy.processors.in_force import Partners, partners
from privacy.registry import Datum
from privacy.statement import edition_in_force
from privacy.subject import Subject
from privacy.telling.holdings import Entry, Holding, Value, holdings_of
from privacy.telling.own import ByLine
from privacy.telling.recipients import recipients_of
from privacy.telling.supplement import capitalised, supplement
from privacy.telling.words import basis_words, ground_words, kept_words

FORMAT = "soluto-personal-data/1"
ROWS = "<!-- rows -->"
"""Where on the page the rows stand. No value can say this: there it would be written &lt;!--."""
OFTEN = 10_000
"""After so many rows it is noted how far the copy has come."""

logger = logging.getLogger("privacy.copies")


def write_copy(subject: Subject, target: IO[bytes], *, language: str, at: datetime) -> None:
    """Write all that is held about a person: JSON and a page to read (Article 15), CSV (20).

    The person's papers lie beside, and the entry of each says where.
    """
    with ExitStack() as files:
        archive = files.enter_context(zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED))
        files.enter_context(translation.override(language))
        copy = _Copy(archive, files, language, at)
        holdings = holdings_of(subject, at=at)
        rows = sum(len(holding.entries) for holding in holdings)
        for holding in holdings:
            copy.add(holding, of=rows)
        copy.end()


class _Copy:
    """The files of a copy, as far as they have come."""

    def __init__(
        self, archive: zipfile.ZipFile, files: ExitStack, language: str, at: datetime
    ) -> None:
        self._archive, self._papers = archive, Archive(archive)
        self._language, self._at, self._known = language, at, partners(at)
        self._listed, self._page, self._tabled, aside = (
            files.enter_context(Heap()) for _each in range(4)
        )
        self._json = Listed(_about(language, at), self._listed, aside)
        self._tables = Tabled(self._tabled, files.enter_context(Heap()))
        self._lines = ByLine()
        self._read = 0

    def add(self, holding: Holding, *, of: int) -> None:
        """Write the rows of one table."""
        columns: dict[str, dict[str, Any]] = {}
        heading = capitalised(holding.name)
        for entries in holding.entries.some_at_a_time():
            papers = put_papers(self._papers, holding, entries)
            for entry in entries:
                self._add_entry(holding, entry, papers, columns)
            self._add_to_page(holding, entries, papers, heading)
            heading = ""
            self._note_progress(len(entries), of)
        label = holding.declaration.label
        self._json.end_table(label, holding.name, columns)
        self._tables.end_table(f"csv/{label.lower().replace('.', '_')}.csv")

    def _add_entry(
        self, holding: Holding, entry: Entry, papers: Papers, columns: dict[str, dict[str, Any]]
    ) -> None:
        for value in entry.values:
            if value.column not in columns:
                is_beside = value.column in holding.declaration.papers
                columns[value.column] = _column(value, self._known, is_beside=is_beside)
        self._json.add_row(_row(holding, entry, papers))
        self._tables.add_row(
            {value.column: value.plain for value in entry.values if _is_portable(value)}
        )
        self._lines.note(holding, entry)

    def _add_to_page(
        self, holding: Holding, entries: list[Entry], papers: Papers, heading: str
    ) -> None:
        rows = [_facts(holding, entry, papers) for entry in entries]
        said = render_to_string("privacy/copy_rows.html", {"heading": heading, "rows": rows})
        self._page.add(said)

    def _note_progress(self, count: int, of: int) -> None:
        before, self._read = self._read, self._read + count
        if before // OFTEN != self._read // OFTEN:
            logger.info("a copy of a person's data: %d of %d rows", self._read, of)

    def end(self) -> None:
        """Lay the files into the archive."""
        self._json.end()
        lay_in(self._archive, "data.json", self._listed.size(), self._listed.rewind().pieces())
        before, after = (each.encode() for each in self._frame())
        size = len(before) + self._page.size() + len(after)
        page = chain([before], self._page.rewind().pieces(), [after])
        lay_in(self._archive, "data.html", size, page)
        self._tabled.rewind()
        for name, size in self._tables.members:
            lay_in(self._archive, name, size, self._tabled.pieces(size))

    def _frame(self) -> tuple[str, str]:
        """Give what stands on the page before and after the rows."""
        page = render_to_string(
            "privacy/copy.html",
            {
                "language": self._language,
                "controller": settings.CONTROLLER,
                "made_at": timezone.localtime(self._at),
                "edition": edition_in_force(),
                "lines": self._lines.lines(),
                "sections": supplement().sections,
            },
        )
        before, after = page.split(ROWS)
        return before, after


def _about(language: str, at: datetime) -> dict[str, Any]:
    """Say what the copy is, whose and under which statement."""
    edition = edition_in_force()
    return {
        "format": FORMAT,
        "made_at": at.isoformat(),
        "language": language,
        "controller": settings.CONTROLLER,
        "statement": {"edition": edition.number, "sha256": edition.sha256},
    }


def _column(value: Value, known: Partners, *, is_beside: bool) -> dict[str, Any]:
    said: dict[str, Any] = {"name": value.name, "personal": value.datum is not None}
    if value.is_withheld and not is_beside:
        said["withheld"] = value.said
    return said if value.datum is None else {**said, **_declared(value.datum, known)}


def _declared(datum: Datum, known: Partners) -> dict[str, Any]:
    return {
        "line": str(datum.line.label),
        "purposes": [str(why.label) for why in datum.purposes],
        "basis": basis_words(datum),
        "kept": kept_words(datum),
        "kept_longer_when": ground_words(datum.keep),
        "source": str(datum.source.label),
        "recipients": recipients_of([datum], known),
        "provided_by_you": datum.provided,
    }


def _row(holding: Holding, entry: Entry, papers: Papers) -> dict[str, Any]:
    until = {
        value.column: value.until.day.isoformat()
        for value in entry.values
        if value.until and value.until.day
    }
    return {
        "values": {value.column: value.plain for value in entry.values},
        "kept_until": until,
        "sources": {value.column: value.whence for value in entry.values if value.whence},
        "files": {
            value.column: [paper._asdict() for paper in found]
            for value in entry.values
            if (found := _papers_of(holding, entry, value, papers))
        },
    }


def _papers_of(holding: Holding, entry: Entry, value: Value, papers: Papers) -> list[Lies]:
    """Tell where in the archive the files of a value lie."""
    return papers.get((holding.declaration.label, entry.key, value.column), [])


def _is_portable(value: Value) -> bool:
    """Tell whether the person provided the value; what others gave, they did not."""
    provided = value.datum is not None and value.datum.provided
    return provided and not value.is_withheld and not value.is_others


def _facts(
    holding: Holding, entry: Entry, papers: Papers
) -> list[tuple[str, str, str, list[tuple[str, str]]]]:
    """Say each value by its name, how long it stays, and which files lie beside for it."""
    return [
        (
            capitalised(value.name),
            value.said,
            _remark(value),
            [
                (quote(paper.file), paper.name)
                for paper in _papers_of(holding, entry, value, papers)
            ],
        )
        for value in entry.values
    ]


def _remark(value: Value) -> str:
    """Say of a value how long it stays, and from whom it came where that was not the person."""
    said = [_("from: %(source)s") % {"source": value.whence}] if value.whence else []
    return "; ".join([*said, *filter(None, [_until(value)])])


def _until(value: Value) -> str:
    if value.until is None:
        return ""
    if value.until.day is None:
        return value.until.words
    day = value.until.day.isoformat()
    return _("%(words)s; the last day is %(day)s") % {"words": value.until.words, "day": day}
