"""Import a catalogue from a file."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from orders.catalogue.search import index
from orders.importing.operations import Wish, import_catalogue
from orders.importing.recognise import FORMATS
from orders.importing.report import Report
from orders.importing.rows import LANGUAGES
from privacy.intake.report import UnreadableFile
from soluto_shop.management.progress import Bar
from soluto_shop.management.remarks import of_a_kind, of_the_rows, remarks

WIDTH = 9


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
            for line in _told(report, wish):
                self.stdout.write(line)
        if not wish.dry_run:
            index.refresh()


def _told(report: Report, wish: Wish) -> Iterator[str]:
    yield from remarks(report, dry_run=wish.dry_run)
    for noun in ("products", "variants", "pictures"):
        yield of_a_kind(report, noun, noun.capitalize(), width=WIDTH)
    yield of_the_rows(report, width=WIDTH)
