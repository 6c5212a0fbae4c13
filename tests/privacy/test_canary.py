"""A bird in every column: it is there before the erasure, and nowhere after it."""

import base64
import io
import os
import re
import subprocess
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pgtrigger
import pytest
from django.contrib.auth import SESSION_KEY
from django.core import mail
from django.core.files.base import ContentFile
from django.db import IntegrityError, connection, models
from django.test import Client
from pytest_django import Settings

from customers.models import Account, Membership, Session
from customers.sessions import SessionStore
from orders.banking.models import BankEntry
from orders.catalogue.models import Picture
from orders.sales.models import Order
from privacy import subject as finding
from privacy.compact import compact
from privacy.copies.models import DataCopy
from privacy.copies.operations import fill_copy
from privacy.erase import erase
from privacy.files import destroy_file
from privacy.outbox.models import Letter
from privacy.registry import By, Declaration, children_first, registry
from privacy.subject import Subject, rows_of, subject_of
from privacy.sweep import sweep
from soluto_shop.local.postgres import find_binaries
from tests.conftest import NOON
from tests.factories import ProductFactory
from tests.post_office import opened, work_off_the_queue
from tests.privacy.copying import copied
from tests.privacy.lives import done_with, whole_life

DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
LATER = NOON + timedelta(days=8 * 366)
FORMS = {"phone": "+35840{}", "business_id": "{}-1"}
"""Columns that the database lets take one form only, and where the number goes in it."""
FLOCK = re.compile(rb"kn[0-9a-f]+")
PAPER = '[{{"name": "{}.txt", "kind": "text/plain", "content": ""}}]'


def stays(declaration: Declaration, column: "models.Field[Any, Any]") -> bool:
    """Leave alone what a row is found by, and what takes none but certain words."""
    ties = ("username", "key", "session_key", "object_id")
    if isinstance(column, models.EmailField) or column.name in ties:
        return True
    is_words = isinstance(column, models.CharField | models.TextField)
    return is_words and (bool(column.choices) or declaration.model is Session)


def birds_in(declaration: Declaration, key: Any, email: str) -> Iterator[tuple[str, str]]:
    """Put a word of its own into every personal column of a row that can take words."""
    row = declaration.model._base_manager.filter(pk=key)
    for number, name in enumerate(declaration.data):
        column = declaration.column(name)
        bird = f"kn{uuid4().hex}"
        if name in FORMS and row.values_list(name, flat=True)[0]:
            # The whole of it: seven digits alone stand in other files of the server by chance.
            bird = FORMS[name].format(str(uuid4().int)[:7])
            row.update(**{name: bird})
        elif stays(declaration, column):
            continue
        elif name in declaration.papers:
            row.update(**{name: PAPER.format(bird)})
        elif isinstance(column, models.JSONField):
            row.update(**{name: {**(row.values_list(name, flat=True)[0] or {}), "bird": bird}})
        elif isinstance(column, models.CharField | models.TextField):
            bird = bird[: column.max_length or 40]
            row.update(**{name: bird})
        elif isinstance(column, models.GenericIPAddressField):
            # No part begins with a zero, which PostgreSQL would leave out.
            bird = f"2001:db8::f{uuid4().hex[:3]}:f{number:x}bc"
            row.update(**{name: bird})
        else:
            continue
        yield f"{declaration.label}.{name}", bird


def plant(person: Subject, email: str) -> dict[str, str]:
    birds = {"the address": email}
    rows = rows_of(person)
    for declaration in children_first():
        if not declaration.data or declaration.person[0][0] is By.NONE:
            continue
        keys = rows.get(declaration)
        assert keys, f"nothing of {declaration.label} was planted: add it to whole_life()"
        for key in keys:
            with pgtrigger.ignore():  # some rows are written once, and never again
                birds.update(birds_in(declaration, key, email))
    return birds


def dump() -> str:
    """Give everything in the database as text, sealed columns opened."""
    facts = connection.get_connection_params()
    program = find_binaries().program("pg_dump")
    port = ["-p", str(facts["port"])] if facts.get("port") else []
    where = ["-h", facts["host"], *port, "-U", facts["user"], facts["dbname"]]
    text = subprocess.run(
        [program, "--inserts", *where], capture_output=True, text=True, check=True
    ).stdout
    opened = "".join(str(session.get_decoded()) for session in Session.objects.all())
    return text + opened + statistics()


def statistics() -> str:
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        cursor.execute("SELECT * FROM pg_stats WHERE schemaname = 'public'")
        return str(cursor.fetchall())


def session_with_a_bird(person: Subject) -> str:
    """Let somebody who is signed in have a word of their own in the session."""
    bird = f"kn{uuid4().hex}"
    session = SessionStore()
    session[SESSION_KEY] = str(next(iter(person.accounts)))
    session["said"] = bird
    session.save()
    return bird


def everything_in(copy: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(copy)) as archive:
        return "".join(archive.read(name).decode() for name in archive.namelist())


def meet_trouble(birds: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Say everything to the shop in the worst moment: a fault that carries it all."""

    def fail(*args: object, **said: object) -> None:
        raise IntegrityError(f"Key (email)=({birds['the address']}) already exists. {said}")

    client = Client(raise_request_exception=False, REMOTE_ADDR="192.0.2.99")
    said = {"login": birds["the address"], "password": "kn-salasana", **birds}
    with monkeypatch.context() as patch:
        patch.setattr("privacy.views.edition_in_force", fail)
        for _each in range(2):
            client.get("/tietosuoja/", said, headers={"user-agent": " ".join(birds.values())})
    client.post("/tili/kirjaudu/", said)
    client.post("/tili/salasana/unohtui/", {"email": birds["the address"]})


def found(birds: dict[str, str], text: str) -> set[str]:
    return {column for column, bird in birds.items() if bird in text}


def bytes_of(folder: Path, birds: dict[str, str]) -> set[str]:
    hits = set()
    for file in folder.rglob("*"):
        if file.is_file() and not file.is_symlink():
            try:
                content = file.read_bytes()
            except FileNotFoundError:  # another process of the server has just let go of it
                continue
            hits |= {f"{column} in {file.name}" for column in columns_in(content, birds)}
    return hits


def columns_in(content: bytes, birds: dict[str, str]) -> set[str]:
    """Find birds in a file; those of the one shape are looked for together, in one reading."""
    flock = b" ".join(FLOCK.findall(content))
    return {
        column
        for column, bird in birds.items()
        if bird.encode() in (flock if FLOCK.fullmatch(bird.encode()) else content)
    }


@pytest.mark.django_db(transaction=True)
def test_no_bird_is_left(
    bertil: Account,
    log: io.StringIO,
    monkeypatch: pytest.MonkeyPatch,
    settings: Settings,
    tmp_path: Path,
) -> None:
    settings.MEDIA_ROOT, settings.PRIVATE_ROOT = tmp_path / "media", tmp_path / "private"
    settings.ADMINS = [("", "vika@example.fi")]
    email = f"kanaria{uuid4().hex}@example.fi"
    card = whole_life(email, clerk=bertil)
    person = subject_of(cards=[card.pk])
    birds = plant(person, email)
    birds["a session"] = session_with_a_bird(person)
    assert found(birds, dump()) == set(birds), "the net has a hole"
    assert len(birds) > 50

    others = f"kanaria{uuid4().hex}@example.fi"
    celia = subject_of(cards=[whole_life(others, clerk=bertil).pk])
    hers = plant(celia, others)
    DataCopy.objects.update(ready_at=None, file="", expires_at=None)
    fill_copy(DataCopy.objects.get(account__in=person.accounts).pk, at=NOON)
    copy = everything_in(copied(person, language="fi", at=NOON))
    withheld = {f"{each.label}.{name}" for each in registry.values() for name in each.withheld}
    papers = {f"{each.label}.{name}" for each in registry.values() for name in each.papers}
    assert set(birds) - found(birds, copy) <= (withheld - papers) | {"a session"}
    assert found(hers, copy) == set()
    assert [each for each in tmp_path.rglob("*") if each.is_file()]
    Letter.objects.update(sent_at=None)
    meet_trouble(birds, monkeypatch)

    erase(person, at=NOON)
    erase(celia, at=NOON)
    with opened() as office:
        settings.LETTERS_STAY_HERE = False
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", office.port
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        work_off_the_queue()
    assert found(birds, "".join(map(str, office.letters))) == set()
    assert found(birds, "".join(str(each.message()) for each in mail.outbox)) == set()
    assert "IntegrityError" in log.getvalue()
    assert found(birds, log.getvalue()) == set()
    assert [each for each in tmp_path.rglob("*") if each.is_file() and each.suffix == ".zip"] == []

    held = found(birds, dump())
    order = Order.objects.get(email=email)
    assert held - {"the address"} <= {
        f"{label}.{name}"
        for label, model in (
            ("orders.Order", order),
            ("orders.BankEntry", BankEntry.objects.get(order=order)),
            ("orders.Parcel", order.parcels.get()),
            ("orders.Invoice", order.invoices.get()),
            ("orders.WithdrawalNotice", order.withdrawals.get()),
            ("orders.Complaint", order.complaints.get()),
            ("orders.Subscription", order.subscriptions.get()),
            ("orders.Booking", order.lines.get().booking),
        )
        for name in registry[type(model)].data
    }
    for each in Order.objects.all():
        done_with(each, at=NOON)
    sweep(at=LATER)

    assert found(birds | hers, dump()) == set()
    with connection.cursor() as cursor:
        cursor.execute("SHOW data_directory")
        data = Path(cursor.fetchone()[0])
    if os.access(data, os.R_OK | os.X_OK):  # a server of somebody else's shows us no files
        assert bytes_of(data, birds)
        compact()
        assert bytes_of(data, birds | hers) == set()
    assert bytes_of(tmp_path, birds) == set()


@pytest.mark.django_db
def test_a_file_goes_with_the_row_that_names_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, settings: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    pictures = registry[Picture]
    datum = registry[Membership].data["role"]
    personal = replace(
        pictures,
        data={"file": datum},
        impersonal=pictures.impersonal - {"file"},
        person=((By.CARD, "product_id"),),
        delete_row=True,
    )
    declared: dict[Any, Any] = dict(registry)
    monkeypatch.setitem(declared, Picture, personal)
    monkeypatch.setattr("privacy.registry.registry", declared)
    picture = Picture.objects.create(
        product=ProductFactory.create(), file=ContentFile(DOT, "kuva.png"), alt_fi="x"
    )
    person = Subject(cards=frozenset([picture.product_id]))
    monkeypatch.setattr(finding, "subject_of", lambda **_known: person)
    monkeypatch.setattr("privacy.erase.subject_of", lambda **_known: person)

    erase(person, at=NOON)

    assert not Picture.objects.exists()
    [file] = [each for each in tmp_path.rglob("*.png") if each.is_file()]
    destroy_file(table="orders.Picture", column="file", file=str(file.relative_to(tmp_path)))
    destroy_file(table="orders.Picture", column="file", file=str(file.relative_to(tmp_path)))
    assert not file.exists()
