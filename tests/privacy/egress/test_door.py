"""The one way out: declared fields, to a company in force, and noted; or nothing leaves."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any
from uuid import uuid4

import pytest
from django.core.mail import EmailMessage, get_connection
from django.db import DatabaseError, connection, transaction
from django.utils import timezone, translation

from privacy.base import be_the_eraser
from privacy.egress.door import (
    LinesMissing,
    NotRegistered,
    Parcel,
    UndeclaredField,
    hand_over,
    refusal,
)
from privacy.egress.models import Transfer
from privacy.egress.opened import (
    EXCEPTIONS,
    DoorIsShut,
    NoSuchException,
    opened_by_exception,
    opened_to,
)
from privacy.egress.web import NotSecure, TooMuch, call
from privacy.erase import erase
from privacy.hosts import is_own_machine, normal_host
from privacy.registry import Line, Role, registry
from privacy.subject import rows_of, subject_of
from privacy.sweep import sweep
from privacy.telling.holdings import holdings_of
from privacy.telling.own import logs
from privacy.ways import Way
from tests.conftest import NOON
from tests.factories import ProcessorFactory
from tests.privacy.lives import member, order_of, passed_on

pytestmark = pytest.mark.django_db

LABELS = Way(
    name="labels",
    role=Role.CARRIER,
    fields={
        "name": (Line.NAME,),
        "street": (Line.ADDRESS,),
        "phone": (Line.PHONE,),
        "weight": (),
    },
    timeout=5,
    remembered_days=30,
)
HOST = "api.reipas.example"
BIRD = "Kanarianpolku 7"


class Carrier:
    """Stands where an adapter would call out, and notes what it was given."""

    def __init__(self, answer: str | Exception = "JJFI1") -> None:
        self.answer = answer
        self.given: list[Parcel] = []

    def __call__(self, parcel: Parcel) -> str:
        self.given.append(parcel)
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


def send(carrier: Carrier, *, host: str = HOST, **fields: object) -> Transfer | None:
    said = fields or {"name": "Anna Virtanen", "street": BIRD, "phone": "", "weight": 500}
    return hand_over(way=LABELS, host=host, fields=said, about=uuid4(), at=NOON, carry=carrier)


def test_what_is_declared_leaves_to_a_company_in_force_and_is_noted() -> None:
    row = ProcessorFactory.create(name="Reipas Oy", hosts=[HOST])
    carrier = Carrier()
    order = uuid4()

    with translation.override("en"):
        hand_over(
            way=LABELS,
            host="API.reipas.example.",
            fields={"name": "Anna Virtanen", "street": BIRD, "phone": "", "weight": 500},
            about=order,
            at=NOON,
            carry=carrier,
        )

    [parcel] = carrier.given
    assert parcel.fields == {"name": "Anna Virtanen", "street": BIRD, "phone": "", "weight": 500}
    assert parcel.timeout == 5
    noted = Transfer.objects.get()
    assert (noted.processor, noted.recipient) == (row, "Reipas Oy (Finland)")
    assert (noted.way, noted.lines) == ("labels", ["name", "address"])
    assert (noted.about, noted.reference, noted.is_confirmed) == (order, "JJFI1", True)
    assert (noted.at, noted.kept_until) == (NOON, NOON + timedelta(days=30))
    assert noted.pk == parcel.number


def test_the_note_holds_no_value_that_left() -> None:
    ProcessorFactory.create(hosts=[HOST])
    send(Carrier())

    said = str(Transfer.objects.values().get())
    assert "Virtanen" not in said
    assert BIRD not in said


def test_a_field_that_the_way_does_not_name_is_refused() -> None:
    ProcessorFactory.create(hosts=[HOST])
    carrier = Carrier()

    with pytest.raises(UndeclaredField, match="labels: email"):
        send(carrier, name="Anna", email="anna@example.fi")
    with pytest.raises(UndeclaredField):
        send(carrier, host="127.0.0.1", email="anna@example.fi")
    assert carrier.given == []
    assert not Transfer.objects.exists()


@pytest.mark.parametrize(
    "row",
    [
        {"hosts": ["other.example"]},
        {"begins_date": None},
        {"ends_date": NOON.date() - timedelta(days=1)},
        {"begins_date": NOON.date() + timedelta(days=1)},
        {"role": Role.PAYMENT, "lines": ["name", "address"]},
        {"hosts": ["example"]},
    ],
    ids=["another host", "a draft", "ended", "not begun", "another role", "a part of the name"],
)
def test_a_host_that_is_of_no_company_in_force_is_refused(row: dict[str, object]) -> None:
    ProcessorFactory.create(**{"hosts": [HOST], **row})
    carrier = Carrier()

    with pytest.raises(NotRegistered):
        send(carrier)
    assert carrier.given == []
    assert not Transfer.objects.exists()


def test_lines_that_the_companys_row_does_not_list_are_refused() -> None:
    ProcessorFactory.create(hosts=[HOST], lines=["name"])
    carrier = Carrier()

    with pytest.raises(LinesMissing):
        send(carrier)
    assert carrier.given == []
    send(carrier, name="Anna", street="")
    assert Transfer.objects.get().lines == ["name"]


def test_this_machine_is_no_outsider() -> None:
    for host in ("localhost", "127.0.0.1", "127.8.9.1", "::1", "[::1]", ""):
        carrier = Carrier()
        assert send(carrier, host=host) is None
        assert len(carrier.given) == 1
        assert refusal(LABELS, host, at=NOON) == ""
    assert not Transfer.objects.exists()


@pytest.mark.parametrize(
    "host", ["10.0.0.1", "127.0.0.1.example", "localhost.example", "192.0.2.1"]
)
def test_what_only_looks_like_this_machine_is_an_outsider(host: str) -> None:
    assert not is_own_machine(normal_host(host))
    assert refusal(LABELS, host, at=NOON) == "not_registered"


def test_a_call_that_broke_off_may_have_arrived_and_is_noted_as_that() -> None:
    ProcessorFactory.create(hosts=[HOST])

    with transaction.atomic(), pytest.raises(TimeoutError):
        send(Carrier(TimeoutError()))

    noted = Transfer.objects.get()
    assert not noted.is_confirmed
    assert noted.reference == str(noted.pk), "the recipient is told of it by our number"


def test_a_call_that_was_never_taken_is_not_noted() -> None:
    ProcessorFactory.create(hosts=[HOST])

    with transaction.atomic(), pytest.raises(ConnectionRefusedError):
        send(Carrier(ConnectionRefusedError()))

    assert not Transfer.objects.exists()


def test_the_door_is_open_to_one_host_only_and_only_meanwhile() -> None:
    with pytest.raises(DoorIsShut):
        call("https://api.reipas.example/", timeout=1)
    with opened_to(HOST), pytest.raises(DoorIsShut):
        call("https://other.example/", timeout=1)
    with opened_to(HOST), pytest.raises(NotSecure):
        call("http://api.reipas.example/", timeout=1)
    with pytest.raises(DoorIsShut):
        call("https://api.reipas.example/", timeout=1)


def test_mail_that_goes_past_the_door_is_stopped() -> None:
    server = get_connection("privacy.egress.mail.MailServer", host="mail.example", port=25)

    with pytest.raises(DoorIsShut):
        EmailMessage("x", "x", to=["anna@example.fi"], connection=server).send()


def test_exceptions_are_named_with_their_reasons() -> None:
    assert set(EXCEPTIONS) == {"faults", "database"}
    assert all(len(reason) > 40 for reason in EXCEPTIONS.values())
    with pytest.raises(NoSuchException), opened_by_exception("whim", HOST):
        pass


def test_a_note_is_never_rewritten_and_goes_with_the_eraser_only() -> None:
    noted = passed_on(uuid4())

    with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
        Transfer.objects.filter(pk=noted.pk).update(lines=["name"])
    with pytest.raises(DatabaseError, match="Cannot"), transaction.atomic():
        Transfer.objects.filter(pk=noted.pk).delete()
    with transaction.atomic():
        be_the_eraser()
        Transfer.objects.filter(pk=noted.pk).delete()
    assert not Transfer.objects.exists()


def test_who_was_the_eraser_is_not_so_in_the_next_transaction() -> None:
    with transaction.atomic():
        be_the_eraser()
        transaction.set_rollback(True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('privacy.eraser', true), '')")
        assert cursor.fetchone()[0] == ""


def test_a_person_is_found_with_what_was_passed_on_and_told_of_it() -> None:
    anna, celia = member("anna@example.fi"), member("celia@example.fi")
    row = ProcessorFactory.create(name="Reipas Oy", lines=["name", "address"])
    theirs = passed_on(order_of(anna, "anna@example.fi").pk, to=row, reference="JJFI-ANNA")
    passed_on(order_of(celia, "celia@example.fi").pk, to=row, reference="JJFI-CELIA")
    subject = subject_of(cards=[anna.pk])

    with translation.override("en"):
        told = [log for log in logs(holdings_of(subject, at=NOON)) if "work for us" in log.name]

    assert rows_of(subject)[registry[Transfer]] == [theirs.pk]
    [log] = told
    said = dict(zip(log.columns, log.rows[0], strict=True))
    assert said["Recipient"].startswith("Reipas Oy")
    assert said["What was passed on"] == "Person's name, Person's address"
    assert said["The recipient's reference"] == "JJFI-ANNA"
    assert "JJFI-CELIA" not in str(log)
    assert str(theirs.about) not in str(log)


def test_an_erasure_takes_the_notes_along_and_leaves_others() -> None:
    anna, celia = member("anna@example.fi"), member("celia@example.fi")
    passed_on(anna.pk)
    kept = passed_on(celia.pk)

    erase(subject_of(cards=[anna.pk]), at=NOON)

    assert Transfer.objects.get() == kept


def test_a_note_goes_unasked_when_the_recipients_time_is_over() -> None:
    passed_on(uuid4(), kept_until=NOON + timedelta(days=14))

    sweep(at=NOON + timedelta(days=14))
    assert Transfer.objects.count() == 1
    sweep(at=NOON + timedelta(days=15))
    assert not Transfer.objects.exists()


class _Echo(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        said = json.dumps({"path": self.path, "body": body.decode()}).encode()
        self._answer(201, said)

    def do_GET(self) -> None:
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "https://other.example/")
            self.send_header("Content-Length", "0")
            self.end_headers()
        else:
            self._answer(200, b"x" * (1024 * 1024 + 1))

    def _answer(self, status: int, said: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *args: object) -> None:
        pass


@contextmanager
def echo() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Echo)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def test_an_adapter_calls_over_the_web_from_behind_the_door() -> None:
    with echo() as address:

        def carry(parcel: Parcel) -> str:
            body = json.dumps(parcel.fields).encode()
            answer = call(f"{address}/labels?a=1", method="POST", body=body, timeout=parcel.timeout)
            assert answer.status == 201
            return str(json.loads(answer.body)["path"])

        assert send_by(carry) is None
        with opened_to("127.0.0.1"):
            assert call(f"{address}/moved", timeout=5).status == 302, "nobody follows it elsewhere"
            with pytest.raises(TooMuch):
                call(f"{address}/endless", timeout=5)


def send_by(carry: Any) -> Transfer | None:
    return hand_over(
        way=LABELS,
        host="127.0.0.1",
        fields={"name": "Anna"},
        about=uuid4(),
        at=timezone.now(),
        carry=carry,
    )
