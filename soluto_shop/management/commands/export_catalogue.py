"""Write the catalogue to a file in the shop's own format."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from orders.importing.export import exported


class Command(BaseCommand):
    """Write line by line; a file appears under its name only when it is whole."""

    help = "Export all products in the shop's own format. Importing it again changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", help="where to write to; - for standard output")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["file"] == "-":
            self._print()
            return
        try:
            self._write(Path(options["file"]))
        except OSError as trouble:
            raise CommandError(f"The file cannot be written: {trouble}") from trouble

    def _print(self) -> None:
        """Write bytes, so that neither the terminal's encoding nor its line ends matter."""
        for line in exported():
            sys.stdout.buffer.write(line.encode())
        sys.stdout.buffer.flush()

    def _write(self, path: Path) -> None:
        part = path.with_name(f"{path.name}.part")
        with part.open("w", encoding="utf-8", newline="") as file:
            file.writelines(exported())
        part.replace(path)
