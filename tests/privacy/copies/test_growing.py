"""What is written as it is read is, byte for byte, what would have been written at once."""

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from pytest_django import Settings

from privacy.copies.growing import Heap, Listed, Tabled
from privacy.copies.models import private_storage
from privacy.copies.nameless import FOLDER
from privacy.subject import subject_of
from privacy.telling import holdings, own
from tests.conftest import NOON
from tests.privacy.copying import copied
from tests.privacy.lives import member, order_of

FACTS = {"format": "x/1", "statement": {"number": 1}}
ROWS = [
    {"name": "Åke", "note": 'kaksi\nriviä, "lainaus"', "parts": [{"a": None}, []], "is": True},
    {"name": "", "price": 1.5, "deep": {"ä": {}}},
]


@pytest.fixture(autouse=True)
def place(settings: Settings, tmp_path: Path) -> Path:
    settings.PRIVATE_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def heaps() -> Iterator[list[Heap]]:
    with ExitStack() as open_ones:
        yield [open_ones.enter_context(Heap()) for _each in range(2)]


def said(heap: Heap) -> str:
    return b"".join(heap.rewind().pieces()).decode()


@pytest.mark.parametrize("tables", [[], [[]], [ROWS], [ROWS[:1], ROWS, []]])
def test_json_written_row_by_row_is_as_if_written_in_one(
    tables: list[list[dict[str, Any]]], heaps: list[Heap]
) -> None:
    listed = Listed(FACTS, *heaps)
    for number, rows in enumerate(tables):
        for row in rows:
            listed.add_row(row)
        listed.end_table(f"t{number}", "Tilaukset", {"name": {"personal": True}})
    listed.end()

    whole = [
        {"table": f"t{n}", "name": "Tilaukset", "columns": {"name": {"personal": True}}, "rows": r}
        for n, r in enumerate(tables)
    ]
    assert said(heaps[0]) == json.dumps({**FACTS, "tables": whole}, ensure_ascii=False, indent=2)


def test_a_table_has_the_columns_of_all_its_rows_and_is_cut_out_whole(heaps: list[Heap]) -> None:
    tabled = Tabled(*heaps)
    for name, rows in (("a.csv", ROWS), ("none.csv", [{}]), ("b.csv", ROWS[1:])):
        for row in rows:
            tabled.add_row(row)
        tabled.end_table(name)

    heaps[0].rewind()
    found = {name: b"".join(heaps[0].pieces(size)).decode() for name, size in tabled.members}
    assert list(found) == ["a.csv", "b.csv"]
    for name, rows in (("a.csv", ROWS), ("b.csv", ROWS[1:])):
        written = io.StringIO(newline="")
        writer = csv.DictWriter(written, list(dict.fromkeys(key for row in rows for key in row)))
        writer.writeheader()
        writer.writerows(rows)
        assert found[name] == written.getvalue()


@pytest.mark.django_db
def test_rows_read_a_few_at_a_time_tell_the_same_as_rows_read_at_once(
    monkeypatch: pytest.MonkeyPatch, place: Path
) -> None:
    anna = member("anna@example.fi")
    for number in range(7):
        order_of(anna, "anna@example.fi", note=f"Ovikoodi {number}")

    def made() -> dict[str, bytes]:
        packed = copied(subject_of(cards=[anna.pk]), language="fi", at=NOON)
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    at_once = made()
    with CaptureQueriesContext(connection) as few:
        made()
    monkeypatch.setattr(holdings, "AT_ONCE", 2)
    monkeypatch.setattr(holdings, "FEW", 2)
    with CaptureQueriesContext(connection) as many:
        assert made() == at_once
    assert len(many) > len(few)
    whole = at_once["data.json"].decode()
    assert json.dumps(json.loads(whole), ensure_ascii=False, indent=2) == whole
    assert not list(Path(private_storage().path(FOLDER)).iterdir()), "nothing lies beside"


@pytest.mark.django_db
def test_of_very_many_values_the_page_tells_some_apart_and_counts_the_rest(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(own, "MOST", 3)
    anna = member("anna@example.fi")
    for number in range(7):
        order_of(anna, "anna@example.fi", note=f"Ovikoodi {number}")

    with translation.override("en"):
        lines = own.by_line(holdings.holdings_of(subject_of(cards=[anna.pk]), at=NOON))

    notes = [told.said for line in lines for told in line.values() if "Ovikoodi" in told.said]
    assert len(notes) == 3
    rest = [each for line in lines for each in line.more() if each[1] == "Message to the shop"]
    assert rest == [("Orders", "Message to the shop", 4)]
    packed = copied(subject_of(cards=[anna.pk]), language="en", at=NOON)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        page = archive.read("data.html").decode()
    assert "4 more values stand in the copy of the data, row by row." in page
    for number in range(7):
        assert f"<pre>Ovikoodi {number}</pre>" in page
