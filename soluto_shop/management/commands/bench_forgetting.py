"""Measure erasure and sweep in a scratch database; started by `bench`, not by people."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from orders.sales.models import Order
from soluto_shop.bench.forgetting import forget, make_others, sweep_idly, table


class Command(BaseCommand):
    """Print a row for each person who is forgotten: queries and seconds."""

    help = "Measure what it costs to forget somebody among many."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--others", type=int, default=100_000, help="orders of other people")
        parser.add_argument("--own", type=int, nargs="+", default=[1, 10, 1000])

    def handle(self, *args: Any, **options: Any) -> None:
        make_others(options["others"])
        costs = [*(forget(own) for own in options["own"]), sweep_idly()]
        self.stdout.write(table(costs, orders=Order.objects.count()))
