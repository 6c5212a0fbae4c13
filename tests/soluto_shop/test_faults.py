"""What breaks around the shop breaks nothing in it: disks that are full, servers that are full."""

import errno
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.files import File
from django.db import connection
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob
from psycopg.errors import TooManyConnections
from pytest_django import Settings

from customers.models import Account, Customer
from orders.models import Level, Order
from privacy.copies.models import DataCopy
from privacy.copies.operations import copy_behind, fill_copy, key_of
from privacy.files import destroy_file
from soluto_shop.database.link import WatchedConnection
from soluto_shop.staff_groups import ensure_groups
from tests.conftest import NOON
from tests.doors import let_in
from tests.factories import VariantFactory, in_stock
from tests.orders.buying import BANK, CONFIRM, fill_in, put, see_summary
from tests.post_office import work_off_the_queue
from tests.privacy.lives import login_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def buyer(settings: Settings) -> Client:
    """Somebody at the last button, with the whole stock in the basket."""
    settings.BANK_ACCOUNT = BANK
    lamp = VariantFactory.create(sku="LAMPPU", price=Decimal("12.55"), weight_g=900)
    in_stock(2, variant=lamp)
    client = Client(raise_request_exception=False)
    put(client, "LAMPPU", 2)
    fill_in(client)
    return client


def let_the_disk_fill(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS "
            "$$BEGIN RAISE 'No space left on device' USING ERRCODE = 'disk_full'; END$$"
        )
        cursor.execute(
            f"CREATE TRIGGER full_disk BEFORE INSERT ON {table} "
            "FOR EACH ROW EXECUTE FUNCTION full_disk()"
        )


def make_room(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER full_disk ON {table}")


def test_fa_06_on_a_full_disk_an_order_is_refused_whole_and_taken_when_there_is_room(
    buyer: Client,
) -> None:
    seen = see_summary(buyer)
    let_the_disk_fill("privacy_letter")  # the last thing that an order writes

    answer = buyer.post(CONFIRM, seen)

    assert answer.status_code == 503
    assert answer["Retry-After"] == "10"
    assert not Order.objects.exists()
    assert Level.objects.get().on_hand == 2

    make_room("privacy_letter")
    assert buyer.post(CONFIRM, seen).status_code == 303
    assert Order.objects.count() == 1
    assert Level.objects.get().on_hand == 0


def test_fa_05_on_a_full_disk_a_copy_waits_and_nobody_fetches_half_of_it(
    anna: Customer, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PRIVATE_ROOT = tmp_path
    account = login_of(anna)
    copy = DataCopy.objects.create(account=account, language="fi", requested_at=NOON)

    def breaking(file: Any, chunk_size: int | None = None) -> Iterator[bytes]:
        yield b"PK half"
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as full:
        full.setattr(File, "chunks", breaking)
        with pytest.raises(OSError, match="No space left"):
            fill_copy(copy.pk, at=NOON)
    copy.refresh_from_db()
    assert (copy.ready_at, copy.file.name) == (None, "")
    assert copy_behind(key_of(copy), account_id=account.pk, at=NOON) is None

    fill_copy(copy.pk, at=NOON)
    copy.refresh_from_db()
    assert copy.ready_at == NOON
    assert Path(copy.file.path).read_bytes().startswith(b"PK\x03\x04")
    assert Path(copy.file.path).stat().st_size == copy.size


def forget_connections() -> None:
    connection.close()
    getattr(connection, "close_pool")()  # noqa: B009 (Django's stubs do not know it)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_fa_04_without_a_free_connection_visitors_are_told_of_an_outage_and_it_passes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    visitor = Client(raise_request_exception=False)
    assert visitor.get("/").status_code == 200
    forget_connections()

    def none_is_free(*args: object, **kwargs: object) -> None:
        raise TooManyConnections("sorry, too many clients already")

    with monkeypatch.context() as full:
        full.setattr(WatchedConnection, "connect", none_is_free)
        answer = visitor.get("/")
    assert answer.status_code == 503
    assert answer["Retry-After"] == "10"

    forget_connections()
    assert visitor.get("/").status_code == 200


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_fa_15_a_job_that_always_fails_is_parked_and_the_others_go_on(
    bertil: Account, settings: Settings, tmp_path: Path
) -> None:
    settings.PRIVATE_ROOT = tmp_path
    (tmp_path / "vanha.zip").write_bytes(b"x")
    destroy_file.defer(table="nobodys.Table", column="file", file="x")
    poison = ProcrastinateJob._base_manager.get()
    ProcrastinateJob._base_manager.update(attempts=12)
    destroy_file.defer(table="privacy.DataCopy", column="file", file="vanha.zip")

    work_off_the_queue()

    states = dict(ProcrastinateJob._base_manager.values_list("pk", "status"))
    assert states == {poison.pk: "failed"}, "what was done leaves no row"
    assert not (tmp_path / "vanha.zip").exists()
    ensure_groups()
    given_up = let_in(Client(), bertil).get(
        "/en/admin/procrastinate/procrastinatejob/?status__exact=failed"
    )
    shown = given_up.content.decode()
    assert "Given up" in shown
    assert f"/procrastinatejob/{poison.pk}/" in shown
