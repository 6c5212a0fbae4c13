"""What is in a copy: for a machine, for a table reader, and for a person."""

import csv
import io
import json
import zipfile
from collections.abc import Iterable
from datetime import datetime
from typing import IO, Any
from urllib.parse import quote

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from privacy.copies.papers import Lies, Papers, put_papers
from privacy.processors.in_force import Partners, partners
from privacy.registry import Datum
from privacy.statement import edition_in_force
from privacy.subject import Subject
from privacy.telling.holdings import Entry, Holding, Value, holdings_of
from privacy.telling.own import by_line
from privacy.telling.recipients import recipients_of
from privacy.telling.supplement import capitalised, supplement
from privacy.telling.words import basis_words, ground_words, kept_words

FORMAT = "soluto-personal-data/1"


def write_copy(subject: Subject, target: IO[bytes], *, language: str, at: datetime) -> None:
    """Write all that is held about a person: JSON and a page to read (Article 15), CSV (20).

    The person's papers lie beside, and the entry of each says where.
    """
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        with translation.override(language):
            holdings = holdings_of(subject, at=at)
            papers = put_papers(archive, holdings)
            files = {
                "data.json": _json(holdings, papers, language, at),
                "data.html": _page(holdings, papers, language, at),
                **_tables(holdings),
            }
        for name, content in files.items():
            archive.writestr(name, content)


def _json(holdings: list[Holding], papers: Papers, language: str, at: datetime) -> str:
    edition, known = edition_in_force(), partners(at)
    said = {
        "format": FORMAT,
        "made_at": at.isoformat(),
        "language": language,
        "controller": settings.CONTROLLER,
        "statement": {"edition": edition.number, "sha256": edition.sha256},
        "tables": [_table(holding, papers, known) for holding in holdings],
    }
    return json.dumps(said, ensure_ascii=False, indent=2)


def _table(holding: Holding, papers: Papers, known: Partners) -> dict[str, Any]:
    columns: dict[str, dict[str, Any]] = {}
    for value in _all(holding):
        is_beside = value.column in holding.declaration.papers
        columns.setdefault(value.column, _column(value, known, is_beside=is_beside))
    return {
        "table": holding.declaration.label,
        "name": holding.name,
        "columns": columns,
        "rows": [_row(holding, entry, papers) for entry in holding.entries],
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


def _tables(holdings: list[Holding]) -> dict[str, str]:
    """Write what the person provided, a file a table, for another service to read (Article 20)."""
    found: dict[str, str] = {}
    for holding in holdings:
        rows = [
            {value.column: value.plain for value in entry.values if _is_portable(value)}
            for entry in holding.entries
        ]
        rows = [row for row in rows if row]
        if rows:
            name = holding.declaration.label.lower().replace(".", "_")
            found[f"csv/{name}.csv"] = _csv(rows)
    return found


def _is_portable(value: Value) -> bool:
    """Tell whether the person provided the value; what others gave, they did not."""
    provided = value.datum is not None and value.datum.provided
    return provided and not value.is_withheld and not value.is_others


def _csv(rows: list[dict[str, Any]]) -> str:
    columns = list(dict.fromkeys(name for row in rows for name in row))
    written = io.StringIO(newline="")
    writer = csv.DictWriter(written, columns)
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue()


def _page(holdings: list[Holding], papers: Papers, language: str, at: datetime) -> str:
    more = supplement()
    return render_to_string(
        "privacy/copy.html",
        {
            "language": language,
            "controller": settings.CONTROLLER,
            "made_at": timezone.localtime(at),
            "edition": edition_in_force(),
            "lines": by_line(holdings),
            "tables": [
                (capitalised(each.name), [_facts(each, entry, papers) for entry in each.entries])
                for each in holdings
            ],
            "sections": more.sections,
        },
    )


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


def _all(holding: Holding) -> Iterable[Value]:
    return (value for entry in holding.entries for value in entry.values)
