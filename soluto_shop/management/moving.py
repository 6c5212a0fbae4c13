"""Commands that take in files about people: what they ask, and how they tell what came of it."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from privacy.intake.layouts import AUTO
from privacy.intake.people import PeopleReport
from privacy.intake.report import Issue, UnreadableFile
from privacy.intake.runs import keep_report
from privacy.intake.taking import Importer, Wish
from soluto_shop.management.progress import Bar

MOST_SHOWN = 200


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
    issues = report.all()
    yield from (_line(issue) for issue in issues[:MOST_SHOWN])
    if len(issues) > MOST_SHOWN:
        yield f"… and {len(issues) - MOST_SHOWN} more."
    yield ""
    yield f"Format: {report.format}{' (dry run)' if wish.dry_run else ''}"
    for noun, words in importer.nouns:
        new, changed, same = (
            report.counts[f"{noun}_{state}"] for state in ("new", "changed", "unchanged")
        )
        yield f"{words!s:13} {new} new, {changed} changed, {same} unchanged"
    counts = report.counts
    yield f"{'Rows':13} {counts['rows']}, {counts['error']} errors, {counts['warning']} warnings"
    yield from ("", "Taken:")
    for column, whats in report.taken.items():
        for what, count in whats.items():
            yield f"  {count:6}  {column} → {importer.words[what]}"
    yield from ("", "Dropped:")
    for column, why, count in report.drops:
        yield f"  {count:6}  {column}: {why}"


def _line(issue: Issue) -> str:
    """Write a remark as compilers do: place, weight, reason."""
    place = f"line {issue.line}" if issue.line else "file"
    column = f", {issue.column}" if issue.column else ""
    return f"{place}{column}: {issue.weight}: {issue.reason}"
