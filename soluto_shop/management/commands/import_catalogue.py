"""Import a catalogue from a file."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from orders.catalogue.search import index
from orders.importing.operations import Wish, import_catalogue
from orders.importing.recognise import FORMATS
from orders.importing.report import Report
from orders.importing.rows import LANGUAGES
from privacy.intake.report import Issue, UnreadableFile
from soluto_shop.management.progress import Bar

MOST_SHOWN = 200


class Command(BaseCommand):
    """Take what can be taken, and say of every other row where and why not."""

    help = (
        "Import products from a file of this shop, WooCommerce, Shopify, Spree, Oscar or a JSON "
        "list. The same file twice changes nothing the second time. Nothing is ever fetched."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--format", choices=FORMATS, default=FORMATS[0])
        parser.add_argument("--dry-run", action="store_true", help="write nothing, only report")
        parser.add_argument("--images", type=Path, help="folder in which pictures are looked for")
        parser.add_argument(
            "--language",
            choices=LANGUAGES,
            default="fi",
            help="language of the texts in another shop's file",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        wish = Wish(
            format=options["format"],
            language=options["language"],
            dry_run=options["dry_run"],
            images=options["images"],
        )
        if wish.images is not None and not wish.images.is_dir():
            raise CommandError(f"{wish.images} is no folder.")
        with translation.override("en"):
            try:
                with Bar(sys.stderr) as bar:
                    report = import_catalogue(
                        options["file"], wish, at=timezone.now(), progress=bar.show
                    )
            except (UnreadableFile, OSError) as trouble:
                raise CommandError(str(trouble)) from trouble
            self._tell(report, wish)
        if not wish.dry_run:
            index.refresh()

    def _tell(self, report: Report, wish: Wish) -> None:
        issues = report.all()
        for issue in issues[:MOST_SHOWN]:
            self.stdout.write(_line(issue))
        if len(issues) > MOST_SHOWN:
            self.stdout.write(f"… and {len(issues) - MOST_SHOWN} more.")
        self.stdout.write("")
        self.stdout.write(f"Format: {report.format}{' (dry run)' if wish.dry_run else ''}")
        for noun in ("products", "variants"):
            new, changed, same = (
                report.counts[f"{noun}_{state}"] for state in ("new", "changed", "unchanged")
            )
            self.stdout.write(
                f"{noun.capitalize():9} {new} new, {changed} changed, {same} unchanged"
            )
        counts = report.counts
        self.stdout.write(
            f"{'Pictures':9} {counts['pictures_new']} new, {counts['pictures_changed']} changed, "
            f"{counts['pictures_unchanged']} unchanged"
        )
        self.stdout.write(
            f"{'Rows':9} {counts['rows']}, {counts['error']} errors, {counts['warning']} warnings"
        )


def _line(issue: Issue) -> str:
    """Write a remark as compilers do: place, weight, reason."""
    place = f"line {issue.line}" if issue.line else "file"
    column = f", {issue.column}" if issue.column else ""
    return f"{place}{column}: {issue.weight}: {issue.reason}"
