"""The person's papers lie in their copy: invoices, and what was enclosed with letters."""

import io
import json
import tracemalloc
import zipfile
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from customers.models import Customer
from orders.invoicing.operations import issue
from orders.models import Invoice
from privacy.copies.contents import write_copy
from privacy.copies.models import DataCopy
from privacy.copies.operations import fill_copy
from privacy.outbox.enclosures import Enclosure
from privacy.outbox.models import Letter
from privacy.outbox.operations import post
from privacy.subject import subject_of
from tests.conftest import NOON
from tests.privacy.copying import copied
from tests.privacy.lives import login_of, member, order_of

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.7 Annan lasku"


@pytest.fixture(autouse=True)
def place(settings: Settings, tmp_path: Path) -> Path:
    settings.PRIVATE_ROOT = tmp_path / "private"
    return tmp_path / "private"


@pytest.fixture
def anna() -> Customer:
    return member("anna@example.fi")


def invoiced(card: Customer, content: bytes = PDF) -> Invoice:
    order = order_of(card, card.email)
    invoice = issue(order=order, tax_point=NOON.date(), at=NOON)
    invoice.pdf.save(f"invoices/{invoice.pk}.pdf", ContentFile(content), save=False)
    invoice.save(update_fields=["pdf"])
    return invoice


def written(card: Customer, name: str, content: bytes, **facts: Any) -> Letter:
    return post(
        to=card.email,
        language="fi",
        kind="x",
        subject="x",
        text="x",
        at=NOON,
        enclosures=[Enclosure(name, "application/pdf", content)],
        **facts,
    )


def archive(card: Customer) -> zipfile.ZipFile:
    packed = copied(subject_of(cards=[card.pk]), language="en", at=NOON)
    return zipfile.ZipFile(io.BytesIO(packed))


Told = dict[str, list[dict[str, str]]]


def files_of(packed: zipfile.ZipFile, table: str) -> list[Told]:
    [told] = [
        each for each in json.loads(packed.read("data.json"))["tables"] if each["table"] == table
    ]
    return [row["files"] for row in told["rows"]]


def papers(packed: zipfile.ZipFile) -> list[str]:
    return [name for name in packed.namelist() if name.startswith("files/")]


def test_an_invoice_lies_beside_and_its_entry_says_where(anna: Customer) -> None:
    invoice = invoiced(anna)

    packed = archive(anna)

    name = f"files/orders_invoice/{invoice.pk}.pdf"
    told = {"name": f"{invoice.pk}.pdf", "file": name}
    assert files_of(packed, "orders.Invoice") == [{"pdf": [told]}]
    assert packed.read(name) == PDF
    page = packed.read("data.html").decode()
    assert f'<a href="{name}">{invoice.pk}.pdf</a>' in page
    assert f"<pre>{invoice.pdf.name}</pre>" not in page


def test_what_was_enclosed_with_a_letter_lies_beside(anna: Customer) -> None:
    letter = written(anna, "../vahvistus å.pdf", b"%PDF Vahvistus")

    packed = archive(anna)

    [name] = papers(packed)
    assert name == f"files/privacy_letter/{letter.pk}-1-..vahvistus_å.pdf"
    assert packed.read(name) == b"%PDF Vahvistus"
    assert files_of(packed, "privacy.Letter") == [
        {"attached": [{"name": "../vahvistus å.pdf", "file": name}]}
    ]
    said = packed.read("data.json").decode()
    [letters] = [each for each in json.loads(said)["tables"] if each["table"] == "privacy.Letter"]
    assert "withheld" not in letters["columns"]["attached"]
    assert letter.attached not in said


def test_a_file_that_also_went_with_a_letter_is_put_in_once(anna: Customer) -> None:
    invoiced(anna)
    written(anna, "lasku.pdf", PDF)
    written(anna, "muistutus.pdf", PDF)

    packed = archive(anna)

    [name] = papers(packed)
    [invoices], letters = files_of(packed, "orders.Invoice"), files_of(packed, "privacy.Letter")
    told = [*invoices["pdf"], *(paper for each in letters for paper in each["attached"])]
    assert {paper["file"] for paper in told} == {name}
    assert {paper["name"] for paper in told[1:]} == {"lasku.pdf", "muistutus.pdf"}


def test_nothing_of_anybody_else_lies_there(anna: Customer) -> None:
    celia = member("celia@example.fi")
    invoiced(celia, b"%PDF Celian lasku")
    written(celia, "celian.pdf", b"%PDF Celian kirje")
    invoiced(anna)

    packed = archive(anna)

    assert len(papers(packed)) == 1
    assert b"Celia" not in b"".join(packed.read(name) for name in packed.namelist())


def test_a_file_that_is_gone_stops_nobodys_copy(anna: Customer) -> None:
    invoice = invoiced(anna)
    Path(invoice.pdf.path).unlink()

    packed = archive(anna)

    assert papers(packed) == []
    assert files_of(packed, "orders.Invoice") == [{}]


def test_a_copy_holds_no_copies(anna: Customer) -> None:
    copy = DataCopy.objects.create(account=login_of(anna), language="fi", requested_at=NOON)
    fill_copy(copy.pk, at=NOON)

    assert papers(archive(anna)) == []


def test_many_papers_need_no_more_memory_and_queries_than_few(anna: Customer) -> None:
    def cost() -> tuple[int, int]:
        subject = subject_of(cards=[anna.pk])
        tracemalloc.start()
        with CaptureQueriesContext(connection) as asked, TemporaryFile() as target:
            write_copy(subject, target, language="fi", at=NOON)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return len(asked), peak

    invoiced(anna)
    written(anna, "0.pdf", bytes(100_000))
    few, little = cost()
    for number in range(1, 21):
        invoiced(anna, bytes([number]) * 1_000_000)
        written(anna, f"{number}.pdf", bytes([number]) * 100_000)

    many, more = cost()
    assert many == few
    assert more < little + 8_000_000, "twenty megabytes were not held at once"
