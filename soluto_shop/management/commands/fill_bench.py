"""Fill a scratch database; started by `bench`, not by people."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from orders.catalogue.models import Product
from soluto_shop.bench.fill import Filler


class Command(BaseCommand):
    """Make the same rows every time; a database that has them already is left as it is."""

    help = "Fill a scratch database for measuring."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--products", type=int, required=True)
        parser.add_argument("--categories", type=int, required=True)
        parser.add_argument("--orders", type=int, required=True)

    def handle(self, *args: Any, **options: Any) -> None:
        there = Product.objects.count()
        if there == options["products"]:
            return
        if there:
            raise CommandError("This database holds other products; measure in an empty one.")
        Filler(
            products=options["products"],
            categories=options["categories"],
            orders=options["orders"],
        ).fill()
