"""Bring the search index up to date."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from orders.catalogue.models import Product
from orders.catalogue.search import index


class Command(BaseCommand):
    """Index stale products now instead of within seconds."""

    help = "Index the products whose words have changed, or all of them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--all", action="store_true", help="index every product anew")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["all"]:
            Product.objects.filter(search_is_stale=False).update(search_is_stale=True)
        else:
            index.mark_outdated()
        count = index.refresh()
        self.stdout.write(f"{count} products indexed with {index.analyser_name()}.")
