"""An import of people is killed in the middle and begun anew: nobody is there half or twice.

The suite kills once in a short file; `make endure` kills ten times in a file of a hundred
thousand people, and tells how long an undisturbed import of it takes.
"""

import csv
import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from customers.models import Address, Company, Customer, Membership
from customers.moving.operations import import_customers
from privacy.intake.taking import Wish
from privacy.provenance.models import Provenance, SourceNotice
from tests.endurance.programs import managed, managed_to_the_end

KILLS = int(os.environ.get("ENDURE", "0")) // 10 or 1
PEOPLE = 100_000 if "ENDURE" in os.environ else 800
COLUMNS = (
    "email",
    "first_name",
    "last_name",
    "phone",
    "language",
    "company",
    "business_id",
    "street",
    "postcode",
    "city",
    "birth_date",
)
FIRST_NAMES = ("Aino", "Bo", "Eeva", "Göran", "Jukka", "Märta", "Tuula")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2)

pytestmark = [pytest.mark.endure, pytest.mark.django_db(transaction=True)]


def business_ids(count: int) -> list[str]:
    """Give business IDs whose check digits are right."""
    found: list[str] = []
    number = 2_000_000
    while len(found) < count:
        number += 1
        rest = sum(int(digit) * w for digit, w in zip(str(number), WEIGHTS, strict=True)) % 11
        if rest != 1:
            found.append(f"{number}-{(11 - rest) % 11}")
    return found


def written(path: Path, count: int) -> Path:
    """Write a file of people, all different; every tenth buys for a company."""
    companies = iter(business_ids(count // 10 + 1))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        for n in range(count):
            company = (f"Yritys {n} Oy", next(companies)) if n % 10 == 0 else ("", "")
            name = FIRST_NAMES[n % len(FIRST_NAMES)]
            person = (f"henkilo{n}@example.fi", name, f"Sukunimi{n}", f"04{n:08}", "fi")
            writer.writerow((*person, *company, f"Katu {n}", "00100", "Helsinki", "1980-01-01"))
    return path


def register() -> dict[str, list[Any]]:
    """Tell what the register holds, without keys and moments, which differ between two imports."""
    return {
        "people": list(
            Customer.objects.order_by("email").values_list(
                "email", "first_name", "last_name", "phone", "language", "source"
            )
        ),
        "addresses": list(
            Address.objects.order_by("customer__email").values_list(
                "customer__email", "street", "postcode", "city"
            )
        ),
        "companies": list(
            Membership.objects.order_by("customer__email").values_list(
                "customer__email", "company__business_id", "company__name", "role"
            )
        ),
        "told": list(SourceNotice.objects.order_by("card__email").values_list("card__email")),
    }


def nobody_is_half_there() -> None:
    """Check that who is there has all of the row that brought them."""
    people = Customer.objects.count()
    assert Address.objects.count() == SourceNotice.objects.count() == people
    buyers = Customer.objects.filter(memberships__isnull=False).count()
    assert Company.objects.count() == Membership.objects.count() == buyers
    assert not Customer.objects.exclude(addresses__isnull=False).exists()


def emptied() -> None:
    """Take everybody away again."""
    with connection.cursor() as cursor:
        names = (table._meta.db_table for table in (Customer, Company, Provenance, SourceNotice))
        cursor.execute(f"TRUNCATE {', '.join(names)} CASCADE")


def test_a_killed_import_of_people_begun_anew_ends_as_an_undisturbed_one(tmp_path: Path) -> None:
    path = written(tmp_path / "asiakkaat.csv", PEOPLE)
    begun = time.monotonic()
    import_customers(path, Wish(), at=timezone.now())
    sys.stdout.write(f"{PEOPLE} people in {time.monotonic() - begun:.0f} s\n")
    undisturbed = register()
    assert len(undisturbed["people"]) == len(undisturbed["addresses"]) == PEOPLE
    assert len(undisturbed["companies"]) == PEOPLE / 10
    emptied()
    chance = random.Random(11)
    half_done = 0

    for _ in range(KILLS):
        before = Customer.objects.count()
        wanted = min(before + chance.randrange(1, 1 + PEOPLE // (KILLS + 1)), PEOPLE - 1)
        process = managed("import_customers", str(path))
        while Customer.objects.count() < wanted and process.poll() is None:
            time.sleep(0.02)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(60)
        half_done += 0 < Customer.objects.count() < PEOPLE
        nobody_is_half_there()

    assert managed_to_the_end("import_customers", str(path)) == 0
    assert half_done
    assert register() == undisturbed
