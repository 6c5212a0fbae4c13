"""Importing in a test: from a text or a file, at noon."""

import csv
import io
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from orders.importing.operations import Wish, import_catalogue
from orders.importing.report import Report
from privacy.intake.report import Weight
from tests.conftest import NOON
from tests.vectors import DATA

SAMPLES = DATA / "importing"


def bring(path: Path, *, at: datetime = NOON, **wish: Any) -> Report:
    """Import a file."""
    return import_catalogue(path, Wish(**wish), at=at)


def own(folder: Path, *rows: Mapping[str, str], name: str = "own.csv") -> Path:
    """Write a file in the own format, with the columns that the rows have."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    lines = io.StringIO()
    writer = csv.DictWriter(lines, columns, restval="")
    writer.writeheader()
    writer.writerows(rows)
    path = folder / name
    path.write_text(lines.getvalue(), encoding="utf-8")
    return path


def errors(report: Report) -> list[tuple[int, str, str]]:
    """List the errors: line, column, code."""
    return of_weight(report, Weight.ERROR)


def warnings(report: Report) -> list[tuple[int, str, str]]:
    """List the warnings: line, column, code."""
    return of_weight(report, Weight.WARNING)


def of_weight(report: Report, weight: Weight) -> list[tuple[int, str, str]]:
    return [(i.line, i.column, i.code) for i in report.issues if i.weight is weight]


def done(report: Report) -> dict[str, int]:
    """Give what was done to products and variants, without noughts."""
    return {
        name: count
        for name, count in report.counts.items()
        if count and name.startswith(("products", "variants", "pictures"))
    }
