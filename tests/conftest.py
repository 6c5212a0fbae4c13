"""A database for the tests, the cast, and the hour at which everything happens."""

import gc
import os
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation
from hypothesis import settings as examples
from pytest_django.plugin import DjangoDbBlocker
from xdist.scheduler import LoadScopeScheduling
from xdist.workermanage import WorkerController

from customers.models import Account, Customer
from privacy import limits
from soluto_shop.local.surroundings import DATABASE, test_server
from soluto_shop.staff_groups import ensure_groups
from tests import sockets
from tests.factories import AccountFactory, CustomerFactory, StaffFactory
from tests.migrated import migrated_database
from tests.putting_back import remember

NOON = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
"""Twelve o'clock in Helsinki, on a Monday."""

LONG = (
    "tests/soluto_shop/local/test_run.py",
    "tests/endurance/test_restore_drill.py",
    "tests/endurance/test_killed_import.py",
    "tests/privacy/reading/test_crawl.py",
    "tests/soluto_shop/test_staff_matrix.py",
    "tests/soluto_shop/test_crawl.py",
    "tests/privacy/test_canary.py",
    "tests/endurance/test_full_sign_in_log.py",
    "tests/soluto_shop/test_said_to_forms.py",
    "tests/privacy/test_clock.py",
    "tests/orders/checkout/test_races.py",
)
"""What takes longest is begun with, so that the workers end together, with what takes no time."""

TOGETHER = {
    "tests/house/test_no_bulk_files.py",
    "tests/orders/catalogue/search/test_scale.py",
    "tests/orders/catalogue/test_demo_catalogue.py",
    "tests/privacy/reading/test_crawl.py",
    "tests/privacy/test_clock.py",
    "tests/privacy/test_killed.py",
    "tests/soluto_shop/local/test_postgres.py",
    "tests/soluto_shop/local/test_run.py",
    "tests/soluto_shop/test_borrowed_words.py",
    "tests/soluto_shop/test_staff_matrix.py",
}
"""What shares a costly beginning (a shop opened once, a life, a process) is left to one worker."""


examples.register_profile("the same in every run", derandomize=True)
if "ENDURE" not in os.environ:
    examples.load_profile("the same in every run")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: places.get(_file_of(item.nodeid), len(LONG)))


def pytest_collection_finish() -> None:
    """Look no more through what was imported and collected, millions of things, for garbage."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 10, 10)


class OneByOne(LoadScopeScheduling):
    """Give each worker single tests as it comes free; those of some files stay together."""

    def _split_scope(self, nodeid: str) -> str:
        return _file_of(nodeid) if _file_of(nodeid) in TOGETHER else nodeid

    def remove_node(self, node: WorkerController) -> str | None:
        """Let what a worker died of count as done, or the next worker would die of it as well."""
        given = self.assigned_work[node]
        undone = (test for unit in given.values() for test, done in unit.items() if not done)
        deadly = next(undone, None)
        if deadly is not None:
            given[self._split_scope(deadly)][deadly] = True
        for scope in [scope for scope, unit in given.items() if all(unit.values())]:
            del given[scope]
        super().remove_node(node)
        return deadly

    def schedule(self) -> None:
        """Give the worker that came for a dead one enough to begin, or nothing more to wait for."""
        super().schedule()
        for node in 2 * list(self.nodes):
            self._reschedule(node)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> OneByOne:
    """Share the tests out among the workers."""
    return OneByOne(config, log)


def _file_of(nodeid: str) -> str:
    return nodeid.partition("::")[0]


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Tell of a failure when it happens: who ends the run early has read it."""
    if report.failed and "PYTEST_XDIST_WORKER" not in os.environ:
        sys.stderr.write(f"\n{report.nodeid} failed ({report.when})\n{report.longreprtext}\n")
        sys.stderr.flush()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
) -> Iterator[None]:
    """Run a PostgreSQL of our own for the tests where none is named, migrated once."""
    server = test_server()
    if os.environ["DATABASE_URL"] != server.url(DATABASE):
        yield
        return
    with server:
        connection.settings_dict["TEST"]["TEMPLATE"] = migrated_database(server)
        yield


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """After a test whose transactions were real, put the tables back as they are in a new shop.

    Django's own way would empty them all, and the rows of the migrations with them.
    """
    with django_db_blocker.unblock():
        ensure_groups()
        remembered = remember()

    def put_back(_test: TransactionTestCase) -> None:
        remembered.put_back()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", put_back)
        yield


@pytest.fixture(autouse=True)
def nothing_is_kept() -> Iterator[None]:
    """Forget the pages kept of another test's catalogue, and the language of its last page."""
    caches["parts"].clear()
    translation.deactivate()
    yield
    translation.deactivate()


@pytest.fixture(autouse=True)
def nothing_leaves() -> Iterator[None]:
    """Let no test, and so nothing of the shop, call a host other than this machine."""
    sockets.outsiders.clear()
    yield
    assert sockets.outsiders == []


@pytest.fixture(autouse=True)
def nobody_waits_out(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer at once where the shop lets time pass that would tell something."""
    if "limits" not in request.keywords:
        monkeypatch.setattr(limits, "SAME_TIME", 0.0)


@pytest.fixture(autouse=True)
def own_ledger(settings: Any, tmp_path: Path) -> None:
    """Write each test's erasures into a ledger of its own."""
    settings.ERASURE_LEDGER = tmp_path / "erasures.jsonl"


@pytest.fixture
def anna() -> Customer:
    """Anna has an account and has bought before."""
    account = AccountFactory.create(email="anna@example.fi")
    return CustomerFactory.create(
        account=account, email="anna@example.fi", first_name="Anna", last_name="Virtanen"
    )


@pytest.fixture
def celia() -> Customer:
    """Celia must see nothing of Anna's."""
    account = AccountFactory.create(email="celia@example.fi")
    return CustomerFactory.create(
        account=account, email="celia@example.fi", first_name="Celia", last_name="Lindström"
    )


@pytest.fixture
def bertil() -> Account:
    """Bertil is at the desk."""
    return StaffFactory.create(email="bertil@example.fi", full_name="Bertil Ek")
