"""Fill an empty shop with the demo catalogue."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from orders.catalogue.demo.papers import fill_demo_files
from orders.catalogue.models import Product
from orders.catalogue.search import index
from orders.importing.operations import Wish, import_catalogue
from orders.times.demo import fill_demo_times

DEMO = Path(settings.BASE_DIR) / "orders" / "catalogue" / "demo"


class Command(BaseCommand):
    """Import the demo as a whole or not at all, so that a shop never opens half filled."""

    help = "Fill an empty shop with the demo catalogue and its pictures."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--force", action="store_true", help="also into a shop that has products already"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if Product.objects.exists() and not options["force"]:
            raise CommandError(
                "The shop has products already, and the demo would be mixed with them. "
                "Add --force if that is what you want."
            )
        wish = Wish(format="own", images=DEMO / "pictures", images_are_ours=True)
        with transaction.atomic():
            report = import_catalogue(DEMO / "catalogue.csv", wish, at=timezone.now())
            files = fill_demo_files(at=timezone.now())
            times = fill_demo_times(today=timezone.localdate())
        for issue in report.issues:
            self.stderr.write(f"{issue.line}: {issue.reason}")
        index.refresh()
        counts = report.counts
        self.stdout.write(
            f"Demo: {counts['products_new']} products, {counts['variants_new']} variants, "
            f"{counts['pictures_new']} pictures, {files} files, "
            f"{times} times for appointments."
        )
