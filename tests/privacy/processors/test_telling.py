"""The statement, the notices, the record and the copy name roles, and companies in force."""

import html
import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.forms import Form
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from customers.models import Account
from customers.sign_in_forms import ResetPasswordForm
from privacy.processors.models import Processor, SubProcessor
from privacy.registry import Line, Role
from privacy.statement import edition_in_force
from privacy.subject import subject_of
from privacy.telling.notice import notice_for
from privacy.telling.record import record_of
from privacy.telling.supplement import supplement
from tests.conftest import NOON
from tests.doors import let_in, seen_by
from tests.factories import ProcessorFactory
from tests.privacy.copying import copied
from tests.privacy.lives import member, order_of

pytestmark = pytest.mark.django_db

CARRIER = "the carrier that brings the order"


def told_of(line: Line) -> list[str]:
    with translation.override("en"):
        [found] = [each for each in supplement().lines if each.name == str(line.label)]
    return found.recipients


def test_without_any_company_the_roles_are_told(client: Client) -> None:
    assert told_of(Line.PHONE) == [CARRIER]
    assert told_of(Line.IP_ADDRESS) == []
    for address in ("/tietosuoja/", "/sv/dataskydd/", "/en/privacy/"):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/tietosuoja/", "Reipas Oy (Suomi)"),
        ("/sv/dataskydd/", "Reipas Oy (Finland)"),
        ("/en/privacy/", f"{CARRIER}: Reipas Oy (Finland)".replace("the", "The", 1)),
    ],
)
def test_a_company_in_force_is_named_with_its_country(
    client: Client, address: str, words: str
) -> None:
    assert "Reipas Oy" not in client.get(address).content.decode()
    ProcessorFactory.create(name="Reipas Oy")

    assert words in html.unescape(client.get(address).content.decode())


def test_only_the_lines_that_a_company_receives_name_it() -> None:
    ProcessorFactory.create(name="Reipas Oy", lines=["name", "address"])

    assert told_of(Line.ADDRESS)[1] == f"{CARRIER}: Reipas Oy (Finland)"
    assert told_of(Line.PHONE) == [CARRIER]


def test_neither_an_ended_company_nor_an_example_is_named() -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    ProcessorFactory.create(ends_date=yesterday)
    ProcessorFactory.create(begins_date=None)

    assert told_of(Line.PHONE) == [CARRIER]


def test_who_runs_the_machines_is_told_of_every_line() -> None:
    ProcessorFactory.create(name="Konehuone Oy", role=Role.HOSTING, lines=Line.values)

    for line in Line:
        assert told_of(line)[-1].endswith(": Konehuone Oy (Finland)")


class OrderForm(Form):
    """A form whose telephone number goes to the carrier."""

    told_of = ("orders.Order.phone",)


def test_the_notice_beside_a_form_names_the_company() -> None:
    ProcessorFactory.create(name="Reipas Oy")

    with translation.override("en"):
        assert notice_for(ResetPasswordForm()).recipients == [
            "the e-mail service that carries our letters"
        ]
        assert notice_for(OrderForm()).recipients == [f"{CARRIER}: Reipas Oy (Finland)"]


def test_a_template_that_tells_asks_the_database_nothing(client: Client) -> None:
    caches["parts"].clear()
    notice_for(ResetPasswordForm())

    with CaptureQueriesContext(connection) as asked:
        notice_for(ResetPasswordForm())
    assert len(asked) == 0


def test_the_record_lists_each_company_with_its_agreement() -> None:
    row = ProcessorFactory.create(name="Reipas Oy", lines=["name"], agreement="TKS-7")
    SubProcessor.objects.create(processor=row, name="Terminaali AS", country="EE")

    with translation.override("en"):
        record = record_of(edition_in_force(), "en", at=timezone.now())
    [company] = record.plain()["processors"]
    assert company == {
        "name": "Reipas Oy (Finland)",
        "role": "Carrier",
        "lines": ["Person's name"],
        "purpose": "Kuljettaa lähetykset",
        "agreement": "TKS-7",
        "agreed": "2026-01-01",
        "sub_processors": ["Terminaali AS (Estonia)"],
    }


def test_the_records_page_and_paper_show_the_company(bertil: Account) -> None:
    ProcessorFactory.create(name="Reipas Oy")
    desk = let_in(Client(), bertil)

    page = desk.get("/en/admin/privacy/processingrecord/").content.decode()
    paper = desk.get("/en/admin/privacy/processingrecord/record.pdf")
    assert page.count("Reipas Oy (Finland)") >= 2
    assert paper.status_code == 200


def test_the_copy_and_the_page_name_the_company() -> None:
    ProcessorFactory.create(name="Reipas Oy")
    anna = member("anna@example.fi")
    order_of(anna, "anna@example.fi")

    page = seen_by(anna).get("/en/account/own-data/").content.decode()
    packed = copied(subject_of(cards=[anna.pk]), language="en", at=NOON)
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        said = json.loads(archive.read("data.json"))
        readable = archive.read("data.html").decode()

    [orders] = [table for table in said["tables"] if table["table"] == "orders.Order"]
    assert orders["columns"]["phone"]["recipients"] == [f"{CARRIER}: Reipas Oy (Finland)"]
    assert "Reipas Oy (Finland)" in page
    assert "Reipas Oy (Finland)" in readable


def test_the_pages_ask_the_same_of_the_database_however_many_companies() -> None:
    anna = member("anna@example.fi")
    reader = seen_by(anna)

    def asked() -> list[int]:
        counts = []
        for address in ("/en/privacy/", "/en/account/own-data/"):
            reader.get(address)
            with CaptureQueriesContext(connection) as captured:
                reader.get(address)
            counts.append(len(captured))
        return counts

    none = asked()
    ProcessorFactory.create_batch(12)
    assert Processor.objects.count() == 15
    assert asked() == none
