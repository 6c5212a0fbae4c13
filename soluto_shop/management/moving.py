"""Commands that take in files about people: what they ask, and how they tell what came of it."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from privacy.intake.layouts import AUTO
from privacy.intake.people import PeopleReport
from privacy.intake.report import UnreadableFile
from privacy.intake.runs import keep_report
from privacy.intake.taking import Importer, Wish
from soluto_shop.management.progress import Bar
from soluto_shop.management.remarks import of_a_kind, of_the_rows, remarks

WIDTH = 13


class MovingCommand(BaseCommand):
    """Take in what can be taken, and say of every other row where and why not. Nobody is named."""

    importer: ClassVar[Importer]

    def add_arguments(self, parser: CommandParser) -> None:
        formats = [AUTO, *(each.name for each in self.importer.layouts)]
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", choices=formats, default=AUTO)
        parser.add_argument("--dry-run", action="store_true", help="write nothing, only report")
        parser.add_argument(
            "--party", default="", help="who gave the file, as the people in it are told"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        at = timezone.now()
        wish = Wish(options["format"], options["party"], dry_run=options["dry_run"])
        with translation.override("en"):
            try:
                with Bar(sys.stderr) as bar:
                    report = self.importer.take(options["file"], wish, at=at, progress=bar.show)
            except (UnreadableFile, OSError) as trouble:
                raise CommandError(str(trouble)) from trouble
            for line in _told(self.importer, report, wish):
                self.stdout.write(line)
        if not wish.dry_run:
            keep_report(kind=self.importer.kind, wish=wish, report=report, at=at)


def _told(importer: Importer, report: PeopleReport, wish: Wish) -> Iterator[str]:
    yield from remarks(report, dry_run=wish.dry_run)
    for noun, words in importer.nouns:
        yield of_a_kind(report, noun, str(words), width=WIDTH)
    yield of_the_rows(report, width=WIDTH)
    yield from ("", "Taken:")
    for column, whats in report.taken.items():
        for what, count in whats.items():
            yield f"  {count:6}  {column} → {importer.words[what]}"
    yield from ("", "Dropped:")
    for column, why, count in report.drops:
        yield f"  {count:6}  {column}: {why}"
