"""A database for the tests, the cast, and the hour at which everything happens."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pgtrigger
import pytest
from django.core.cache import caches
from django.db.backends.base.creation import BaseDatabaseCreation
from django.utils import translation

from customers.models import Account, Customer
from soluto_shop.local.surroundings import DATABASE, test_server
from tests import sockets
from tests.factories import AccountFactory, CustomerFactory, StaffFactory

NOON = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
"""Twelve o'clock in Helsinki, on a Monday."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give every test that empties the tables the rows of the migrations to begin with.

    One that did not would leave the content types that Django makes anew, and with those there the
    rows cannot be given to the next.
    """
    whole = pytest.mark.django_db(transaction=True, serialized_rollback=True)
    for item in items:
        marker = item.get_closest_marker("django_db")
        if marker is not None and marker.kwargs.get("transaction"):
            item.add_marker(whole, append=False)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None,
) -> Iterator[None]:
    """Run a PostgreSQL of our own for the tests where none is named."""
    server = test_server()
    if os.environ["DATABASE_URL"] != server.url(DATABASE):
        yield
        return
    with server:
        yield


@pytest.fixture(scope="session", autouse=True)
def restored_rows_pass() -> Iterator[None]:
    """Let the rows that migrations made be put back after a test that emptied the tables.

    Some of them are never to be rewritten, and putting back begins with an attempt to rewrite.
    """
    put_back = BaseDatabaseCreation.deserialize_db_from_string

    def pass_all(creation: BaseDatabaseCreation, rows: str) -> None:
        with pgtrigger.ignore():
            put_back(creation, rows)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BaseDatabaseCreation, "deserialize_db_from_string", pass_all)
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
