"""A copy holds all that is known about its person, and nothing about anybody else."""

import csv
import io
import json
import zipfile
from datetime import datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from privacy.outbox.enclosures import unpacked as enclosed_in
from privacy.processors.models import Processor
from privacy.registry import registry
from privacy.subject import rows_of, subject_of
from tests.conftest import NOON
from tests.privacy.canaries import plant, tables_of_people
from tests.privacy.copying import copied
from tests.privacy.lives import member, order_of

pytestmark = pytest.mark.django_db


def unpacked(packed: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


def plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def test_every_table_of_people_is_planted() -> None:
    subject, _planted = plant("anna@example.fi")

    rows = rows_of(subject)
    without = [each.label for each in tables_of_people() if not rows.get(each)]
    assert without == []


def test_every_planted_value_is_in_the_copy_and_none_of_anybody_else() -> None:
    anna, planted = plant("anna@example.fi")
    _celia, others = plant("celia@example.fi")
    withheld = {f"{d.label}.{name}" for d in registry.values() for name in d.withheld}

    files = unpacked(copied(anna, language="fi", at=NOON))
    said = json.dumps(json.loads(files["data.json"]), ensure_ascii=False)
    everything = "".join(files.values())

    assert len(planted) > 60
    missing = [name for name, value in planted.items() if plain(value) not in said]
    assert sorted(missing) == sorted(withheld & set(planted))
    assert [name for name, value in others.items() if plain(value) in everything] == []
    assert "celia@example.fi" not in everything
    [enclosed], [hers] = (
        enclosed_in(facts["privacy.Letter.attached"]) for facts in (planted, others)
    )
    assert enclosed.content.decode() in everything
    assert hers.content.decode() not in everything


def test_no_secret_is_in_the_copy() -> None:
    anna, _planted = plant("anna@example.fi")

    everything = "".join(unpacked(copied(anna, language="fi", at=NOON)).values())

    for declaration, keys in rows_of(anna).items():
        for name in declaration.withheld & set(declaration.data):
            rows = declaration.model._base_manager.filter(pk__in=keys)
            for value in rows.values_list(name, flat=True):
                assert not value or plain(value) not in everything


def test_the_page_says_every_value_by_itself() -> None:
    anna, planted = plant("anna@example.fi")

    page = unpacked(copied(anna, language="en", at=NOON))["data.html"]

    texts = [value for value in planted.values() if isinstance(value, str)]
    withheld = {f"{d.label}.{name}" for d in registry.values() for name in d.withheld}
    missing = [n for n, v in planted.items() if v in texts and v not in page]
    assert sorted(missing) == sorted(withheld & {n for n, v in planted.items() if v in texts})
    for needed in ("<style>", "6(1)(b)", "tietosuoja@om.fi", "Soluto Oy"):
        assert needed in page
    for foreign in ("<script", "src=", "<link", "url("):
        assert foreign not in page


def test_the_tables_hold_what_the_person_provided_and_nothing_else() -> None:
    anna, _planted = plant("anna@example.fi")

    files = unpacked(copied(anna, language="fi", at=NOON))

    tables = {name: text for name, text in files.items() if name.startswith("csv/")}
    assert "csv/orders_order.csv" in tables
    assert not any(name.startswith("csv/axes") for name in tables)
    for name, text in tables.items():
        [declaration] = [
            each
            for each in registry.values()
            if name == f"csv/{each.label.lower().replace('.', '_')}.csv"
        ]
        columns = csv.DictReader(io.StringIO(text)).fieldnames or []
        assert all(declaration.data[column].provided for column in columns)


def test_each_item_tells_its_purpose_basis_period_recipients_and_source() -> None:
    anna, _planted = plant("anna@example.fi")

    said = json.loads(unpacked(copied(anna, language="en", at=NOON))["data.json"])

    [orders] = [table for table in said["tables"] if table["table"] == "orders.Order"]
    street = orders["columns"]["street"]
    assert street["basis"] == "Legal obligation (Article 6(1)(c))"
    assert street["purposes"] == ["Archiving and processing orders"]
    assert street["source"] == "The customer"
    with translation.override("en"):
        carrier = Processor.objects.get(is_example=False).called
    assert street["recipients"] == [
        "the e-mail service that carries our letters",
        f"the carrier that brings the order: {carrier}",
    ]
    assert any("1336/1997" in words for words in street["kept_longer_when"])
    [invoices] = [table for table in said["tables"] if table["table"] == "orders.Invoice"]
    assert invoices["rows"][0]["kept_until"]["street"] == "2032-12-31"


def test_a_guests_orders_are_in_the_copy_of_whoever_proved_the_address() -> None:
    anna = member("anna@example.fi")
    order_of(None, "anna@example.fi", note="Vieraana tilattu")
    order_of(member("celia@example.fi"), "anna@example.fi", note="Celian oma")

    everything = "".join(
        unpacked(copied(subject_of(cards=[anna.pk]), language="fi", at=NOON)).values()
    )

    assert "Vieraana tilattu" in everything
    assert "Celian oma" not in everything


def test_a_copy_asks_the_same_of_the_database_however_much_was_ordered() -> None:
    anna = member("anna@example.fi")

    def asked() -> int:
        with CaptureQueriesContext(connection) as captured:
            copied(subject_of(cards=[anna.pk]), language="fi", at=timezone.now())
        return len(captured)

    order_of(anna, "anna@example.fi")
    few = asked()
    for _each in range(20):
        order_of(anna, "anna@example.fi")

    assert asked() == few
