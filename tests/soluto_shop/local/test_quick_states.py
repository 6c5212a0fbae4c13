"""A shop that was migrated quickly has the tables of one that was migrated as Django does it.

The suite compares those of one app, and of what it stands on; `make endure` all.
"""

import copy
import gc
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db.migrations import AddConstraint, AddIndex
from django.db.models import Field
from pgtrigger.migrations import AddTrigger

from soluto_shop.local.postgres import find_tools
from soluto_shop.local.quick_states import quick_states
from tests.migrated import migrate
from tests.soluto_shop.backups.shops import Shop, scratch

pytestmark = [pytest.mark.endure, pytest.mark.django_db]

WHAT = [] if "ENDURE" in os.environ else ["privacy"]
STEPS = (AddConstraint, AddIndex, AddTrigger)


@pytest.fixture
def two(tmp_path: Path) -> Iterator[tuple[Shop, Shop]]:
    """Make two empty databases."""
    with scratch(tmp_path / "own") as own, scratch(tmp_path / "quick") as quick:
        yield own, quick


def shape_of(shop: Shop) -> list[str]:
    """Tell of every table, column, index, constraint and trigger, in the order that they have."""
    program = find_tools(shop.database.major()).program("pg_dump")
    told = subprocess.run(
        [program, "--schema-only", "--no-owner"],
        env=shop.database.environment(),
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    ).stdout.splitlines()
    return [line for line in told if not line.startswith(("\\restrict", "\\unrestrict"))]


def done_in(shop: Shop) -> list[str]:
    return sorted(
        row.partition(",")[2].rpartition(",")[0] for row in shop.tables()["django_migrations"]
    )


def test_the_tables_are_those_of_djangos_own_migrations(two: tuple[Shop, Shop]) -> None:
    own, quick = two

    status, said = own.manage("migrate", *WHAT)
    assert status == 0, said
    migrate(quick.url, *WHAT)

    assert done_in(own) == done_in(quick)
    assert len(shape_of(own)) > 1_000
    assert shape_of(own) == shape_of(quick)


def test_django_is_as_before_afterwards() -> None:
    before = (
        dict(vars(Field)),
        [vars(step).get("state_forwards") for step in STEPS],
        gc.get_threshold(),
    )

    with quick_states():
        assert Field.clone is copy.deepcopy

    assert dict(vars(Field)) == before[0]
    assert [vars(step).get("state_forwards") for step in STEPS] == before[1]
    assert gc.get_threshold() == before[2]
