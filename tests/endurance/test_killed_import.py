"""An import is killed in the middle and begun anew: the shop is as if nothing had happened.

The suite kills a few times and reads a file of middling length for its memory; `make endure` kills
a hundred times and reads a hundred thousand rows.
"""

import csv
import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pgtrigger
import pytest
from django.db import connection
from django.utils import timezone
from psycopg import sql

from orders.catalogue.models import Attribute, Category, Manufacturer, Product, Variant
from orders.importing.operations import Wish, import_catalogue
from orders.stock.models import Level, Movement
from tests.endurance.programs import managed, managed_to_the_end, program
from tests.orders.importing.snapshot import told

KILLS = int(os.environ.get("ENDURE", "3"))
LONG = 100_000 if "ENDURE" in os.environ else 6_000
PATIENCE = 3_600 if "ENDURE" in os.environ else 300
COLUMNS = (
    "product",
    "name_fi",
    "text_fi",
    "manufacturer",
    "categories",
    "attributes",
    "attributes_fi",
    "sku",
    "options",
    "options_fi",
    "price",
    "stock",
)

pytestmark = [
    pytest.mark.endure,
    pytest.mark.django_db(transaction=True),
]


def rows(count: int) -> Iterator[dict[str, str]]:
    """Make products of two variants each, deterministic and all different."""
    for number in range(count):
        product = number // 2
        row = {
            "product": f"tuote-{product}",
            "sku": f"T-{number}",
            "options": f"koko=k{number % 2}",
            "options_fi": f"Koko = K{number % 2}",
            "price": f"{1 + number % 997}.90",
            "stock": str(number % 50),
        }
        if number % 2 == 0:
            row |= {
                "name_fi": f"Tuote numero {product}",
                "text_fi": f"Tästä tuotteesta {product} on paljon sanottavaa. " * 8,
                "manufacturer": f"Valmistaja {product % 40}",
                "categories": f"osasto-{product % 10}/hylly-{product % 30}",
                "attributes": f"aine:choice=aine-{product % 12} | paino:number:kg={product % 9}",
                "attributes_fi": f"Aine = Aine {product % 12} | Paino",
            }
        yield row


def written(path: Path, count: int) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="")
        writer.writeheader()
        writer.writerows(rows(count))
    return path


def emptied() -> None:
    """Take the whole catalogue away again, and what hangs on it."""
    models = (Product, Category, Manufacturer, Attribute)
    tables = sql.SQL(", ").join(sql.Identifier(model._meta.db_table) for model in models)
    with pgtrigger.ignore(), connection.cursor() as cursor:
        cursor.execute(sql.SQL("TRUNCATE {} CASCADE").format(tables).as_string())
    assert not Variant.objects.exists()
    assert not Movement.objects.exists()


def test_a_killed_import_begun_anew_ends_as_an_undisturbed_one(tmp_path: Path) -> None:
    path = written(tmp_path / "own.csv", 4_000)
    import_catalogue(path, Wish(), at=timezone.now())
    undisturbed = told()
    emptied()
    chance = random.Random(7)
    half_done = 0

    for _ in range(KILLS):
        process = managed("import_catalogue", str(path))
        before = Variant.objects.count()
        wanted = before + chance.choice([1, 600, 1_200])
        while Variant.objects.count() < min(wanted, 3_999) and process.poll() is None:
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(PATIENCE)
        half_done += 0 < Variant.objects.count() < 4_000
        assert not Product.objects.filter(variants=None).exists()
        assert Level.objects.filter(on_hand__gt=0).count() == Movement.objects.count()
        if Variant.objects.count() == 4_000:
            emptied()

    assert managed_to_the_end("import_catalogue", str(path)) == 0
    assert half_done
    assert told() == undisturbed


MEASURE = """
import django, resource, sys, tracemalloc
django.setup()
from pathlib import Path
from django.utils import timezone
from orders.importing.operations import Wish, import_catalogue
wish = Wish(dry_run={dry_run})
import_catalogue(Path({short!r}), wish, at=timezone.now())
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
tracemalloc.start() if {trace} else None
report = import_catalogue(Path({long!r}), wish, at=timezone.now())
peak = tracemalloc.get_traced_memory()[1] if {trace} else 0
after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(report.counts["rows"], after - before, peak // 1024)
"""


def test_a_long_file_is_never_held_in_memory(tmp_path: Path) -> None:
    short, long = written(tmp_path / "a.csv", 2_000), written(tmp_path / "b.csv", LONG)
    size = long.stat().st_size // 1024
    code = MEASURE.format(short=str(short), long=str(long), dry_run=True, trace=False)

    begun = time.monotonic()
    out, _ = program(["-c", code]).communicate(timeout=PATIENCE)
    count, grown, _ = map(int, out.split())

    seconds = time.monotonic() - begun
    sys.stdout.write(f"{count} rows, {size} KiB: {seconds:.0f} s, grown by {grown} KiB\n")
    assert count == LONG
    assert grown < 12 * 1024
