"""Published and computed examples in tests/data, each row with its source."""

import csv
from pathlib import Path

DATA = Path(__file__).parent / "data"


def rows(name: str, **wanted: str) -> list[dict[str, str]]:
    """Read the rows of a file whose columns have the wanted values."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as lines:
        found = [
            row
            for row in csv.DictReader(lines)
            if all(row[column] == value for column, value in wanted.items())
        ]
    assert found, f"{name}.csv has no row with {wanted}: the test would prove nothing"
    return found


def name(row: dict[str, str]) -> str:
    """Name a test after the row's number in its file."""
    return row["id"]
