"""A database for the tests, the cast, and the hour at which everything happens."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import TransactionTestCase
from django.utils import translation
from pytest_django.plugin import DjangoDbBlocker

from customers.models import Account, Customer
from soluto_shop.local.surroundings import DATABASE, test_server
from tests import sockets
from tests.factories import AccountFactory, CustomerFactory, StaffFactory
from tests.migrated import migrated_database
from tests.putting_back import remember

NOON = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
"""Twelve o'clock in Helsinki, on a Monday."""


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
    """After a test whose transactions were real, put the tables back as the migrations left them.

    Django's own way would empty them all, and the rows of the migrations with them.
    """
    with django_db_blocker.unblock():
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
