"""Measure what the shop's pages cost, on the production server and a scratch database."""

import os
import subprocess
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from soluto_shop.bench.measure import Meter, Page, table
from soluto_shop.bench.server import serving
from soluto_shop.leash import PROJECT
from soluto_shop.local.postgres import LocalPostgres

PAGES = (
    Page("empty view", "/bench/empty/"),
    Page("home", "/"),
    Page("home, English", "/en/"),
    Page("category", "/osasto/osasto-0/"),
    Page("category, page 2", "/osasto/osasto-0/?page=2"),
    Page("category, by price", "/osasto/osasto-0/?sort=price"),
    Page("search", "/haku/?q=tuoli"),
    Page("search, misspelt", "/haku/?q=tuolli"),
    Page("product", "/tuote/tuote-1/"),
    Page("product, reduced", "/tuote/tuote-12/"),
    Page("basket, empty", "/ostoskori/"),
    Page("statement", "/tietosuoja/"),
    Page("sign-in", "/tili/kirjaudu/"),
)


class Command(BaseCommand):
    """Print a row a page: queries, processor time beside an empty view's, bytes."""

    help = "Measure the pages."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--products", type=int, default=5000)
        parser.add_argument("--categories", type=int, default=100)
        parser.add_argument("--orders", type=int, default=5000)
        parser.add_argument("--times", type=int, default=200, help="requests a page")
        parser.add_argument("--others", type=int, default=100_000, help="orders beside an erasure")

    def handle(self, *args: Any, **options: Any) -> None:
        sizes = [f"--{name}={options[name]}" for name in ("products", "categories", "orders")]
        name = "bench_{products}_{categories}_{orders}".format(**options)
        with LocalPostgres(Path(settings.VAR_DIR) / "bench") as server:
            server.make_database(name)
            surroundings = {
                "DATABASE_URL": server.url(name),
                "DJANGO_SETTINGS_MODULE": "soluto_shop.bench.settings",
                "SECRET_KEY": settings.SECRET_KEY,
                "ALLOWED_HOSTS": "localhost,127.0.0.1",
                "HTTPS_ONLY": "no",
            }
            for command in (["migrate", "-v0"], ["collectstatic", "-v0", "--noinput"]):
                self._manage(command, surroundings)
            self._manage(["fill_bench", *sizes], surroundings)
            with serving(surroundings) as port:
                meter = Meter(port)
                costs = [meter.cost(page, times=options["times"]) for page in PAGES]
            self.stdout.write(" ".join(sizes))
            self.stdout.write(table(costs))
            self.stdout.flush()
            forgetting = f"bench_forgetting_{options['others']}"
            server.make_database(forgetting)
            surroundings["DATABASE_URL"] = server.url(forgetting)
            surroundings["ERASURE_LEDGER"] = str(server.data.with_name(f"{forgetting}.jsonl"))
            self._manage(["migrate", "-v0"], surroundings)
            self._manage(["bench_forgetting", f"--others={options['others']}"], surroundings)

    def _manage(self, command: list[str], surroundings: dict[str, str]) -> None:
        subprocess.run(  # noqa: S603 (our own program, our own words)
            [sys.executable, "manage.py", *command],
            cwd=PROJECT,
            env={**os.environ, **surroundings},
            check=True,
        )
