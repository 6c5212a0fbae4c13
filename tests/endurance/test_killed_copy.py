"""FA-16: the copy of somebody who has ordered for years needs no more memory than another's.

It is made by a worker of its own, which is killed in the middle, begun anew, and disturbed. The
suite lets her order two thousand times; `make endure` fifty thousand times.
"""

import json
import logging
import os
import signal
import subprocess
import sys
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any, NamedTuple, TypeVar
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import Model
from django.utils import timezone
from pytest_django import Settings

from customers.models import Customer
from orders.models import Order, OrderLine, OrderVat, Parcel
from orders.sales.numbers import new_secret, reference_of
from privacy.copies import contents
from privacy.copies.models import DataCopy, private_storage
from privacy.copies.nameless import FOLDER
from privacy.requests.copying import answer_with_copy
from privacy.requests.models import Request
from privacy.requests.operations import ask
from privacy.requests.states import Kind, State
from tests.endurance.programs import program
from tests.hearing import line_of
from tests.privacy.lives import login_of, member, order_of

pytestmark = [pytest.mark.endure, pytest.mark.django_db(transaction=True)]

MANY = 50_000 if "ENDURE" in os.environ else 2_000
FEW = MANY // 10
A_ROW = 1_000
"""So many bytes of memory a row more may cost: its key, and not what stands in it (6,000)."""
MORE = 5_000_000
"""So much more it may be for whoever has more than is read at a time."""
WHOLE = 300 * 1024 * 1024
"""So much memory the worker may need for all of it."""
WORKER = """
import django
django.setup()
from tests.endurance.test_killed_copy import answer
answer({request!r})
"""


def answer(request_id: str) -> None:
    """Make a copy as the worker does, say how far it has come, and how much memory that took."""
    contents.OFTEN = 1_000
    contents.logger.addHandler(logging.StreamHandler(sys.stdout))
    answer_with_copy(UUID(request_id), at=timezone.now())
    sys.stdout.write(f"memory {most_memory()}\n")


def most_memory() -> int:
    """Tell how many bytes this program has held at most; what began it is not counted."""
    [line] = [
        each for each in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in each
    ]
    return int(line.split()[1]) * 1024


def order_often(card: Customer, *, until: int) -> None:
    """Let somebody order the same again and again."""
    there = Order.objects.filter(customer=card).count()
    first = order_of(card, card.email) if not there else Order.objects.earliest("placed_at")
    again = [_again(first, number) for number in range(max(there, 1), until)]
    Order.objects.bulk_create(again, batch_size=1_000)
    for part in (OrderLine, OrderVat, Parcel):
        like: Model = part._base_manager.get(order=first)
        copies: list[Any] = [_copied(like, order_id=order.pk) for order in again]
        part._base_manager.bulk_create(copies, batch_size=1_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # as the server does by itself, a minute later


def _again(order: Order, number: int) -> Order:
    said = str(7_000_000 + number)
    return _copied(
        order,
        number=said,
        reference=reference_of(said),
        secret=new_secret(),
        checkout=uuid4(),
        placed_at=order.placed_at + timedelta(minutes=number),
        note=f"Ovikoodi {number}",
    )


Row = TypeVar("Row", bound=Model)


def _copied(row: Row, **others: object) -> Row:
    """Give a new row like one that is there, but for some columns."""
    said = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}
    said.pop(row._meta.pk.attname)
    return type(row)(**{**said, **others})


class Made(NamedTuple):
    """What somebody's copy holds, and how much memory its making took."""

    orders: int
    rows: int
    said: bytes
    memory: int


def asked_for(card: Customer) -> Request:
    return ask(
        kind=Kind.ACCESS, account_id=login_of(card).pk, said="", language="fi", at=timezone.now()
    )


def begun(asked: Request) -> "subprocess.Popen[bytes]":
    return program(["-c", WORKER.format(request=str(asked.pk))])


def half_way(worker: "subprocess.Popen[bytes]") -> None:
    """Wait until some rows have been read, and not the last."""
    words = line_of(worker).split()
    assert words[:6] == b"a copy of a person's data:".split(), words
    assert int(words[6]) < int(words[8])


def ended(worker: "subprocess.Popen[bytes]", card: Customer) -> Made:
    """Wait for the copy, and look into it."""
    said, _nothing = worker.communicate(timeout=1_800)
    assert worker.returncode == 0
    copy = DataCopy.objects.get(account=login_of(card))
    with copy.file.open("rb") as packed, zipfile.ZipFile(packed) as archive:
        assert archive.testzip() is None
        whole = archive.read("data.json")
    tables = {each["table"]: each["rows"] for each in json.loads(whole)["tables"]}
    rows = sum(map(len, tables.values()))
    return Made(len(tables["orders.Order"]), rows, whole, int(said.split()[-1]))


def files() -> list[str]:
    place = Path(private_storage().path(FOLDER))
    return [each.name for each in place.iterdir()] if place.exists() else []


def test_fa_16_a_copy_of_many_orders_flows_is_begun_anew_and_shows_one_moment(
    tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.PRIVATE_ROOT = tmp_path
    monkeypatch.setenv("PRIVATE_ROOT", str(tmp_path))
    anna = member("anna@example.fi")
    order_often(anna, until=FEW)
    few = ended(begun(asked_for(anna)), anna)
    assert few.orders == FEW
    [old] = files()  # a job lets it go
    order_often(anna, until=MANY)

    asked = asked_for(anna)
    worker = begun(asked)
    half_way(worker)
    os.killpg(worker.pid, signal.SIGKILL)
    worker.communicate(timeout=1_800)
    copy = DataCopy.objects.get(account=login_of(anna))
    assert (copy.ready_at, files()) == (None, [old]), "nothing half is left"
    asked.refresh_from_db()
    assert asked.is_open

    again = begun(asked)
    half_way(again)
    Order.objects.filter(customer=anna).update(note="Toinen ovikoodi")
    change_login(anna)  # nobody waits for the reader
    many = ended(again, anna)

    for made in (few, many):
        sys.stdout.write(f"{made.orders} orders, {made.rows} rows: {made.memory:,} bytes\n")
    assert many.orders == MANY
    assert b'"Ovikoodi 7"' in many.said
    assert b"Toinen ovikoodi" not in many.said, "all is told of one moment"
    assert many.memory - few.memory < MORE + A_ROW * (many.rows - few.rows)
    assert many.memory < WHOLE
    asked.refresh_from_db()
    assert asked.state == State.DONE
    assert sorted(files()) == sorted([old, f"{copy.pk}.zip"])


def change_login(card: Customer) -> None:
    account = login_of(card)
    account.last_login = timezone.now()
    account.save(update_fields=["last_login"])
