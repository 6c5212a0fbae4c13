"""Pictures of imported products: found among given files by their names, never fetched."""

import os
from collections.abc import Sequence
from pathlib import Path

from orders.importing.apply import Written
from orders.importing.report import Report


class Album:
    """The folder that was given with an import."""

    def __init__(self, folder: Path | None, report: Report, *, is_dry_run: bool) -> None:
        self.report = report
        self.is_dry_run = is_dry_run
        self.files = _files(folder) if folder is not None else {}

    def hang(self, written: Sequence[Written]) -> None:
        """Give products the pictures that rows name."""


def _files(folder: Path) -> dict[str, Path]:
    """List all files below a folder by their bare names; of namesakes the first in order."""
    found: dict[str, Path] = {}
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            found.setdefault(name.casefold(), Path(place) / name)
    return found
