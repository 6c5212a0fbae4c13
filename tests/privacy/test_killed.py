"""Law 19: an erasure that is killed is complete, pending or not begun, and never half."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from customers.models import Account, Customer
from privacy.erase import LedgerAhead, erase, preview
from privacy.evidence import Erasure
from privacy.ledger import the_ledger
from privacy.replay import is_behind, replay
from privacy.subject import subject_of
from tests.conftest import NOON
from tests.hearing import line_of
from tests.privacy.lives import whole_life
from tests.privacy.snapshots import changed, snapshot

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.endure]

PROJECT = Path(__file__).resolve().parents[2]
PROGRAM = "import django; django.setup(); from tests.privacy.dying import serve; serve()"
A_FEW = 12


class Elsewhere:
    """Another process that erases, and can be told where to die."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def erase(self, card: Customer, point: object = "never") -> tuple[int, int]:
        """Let it begin; give its exit status, and how many statements it asked."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{card.pk}\t{point}\t{settings.ERASURE_LEDGER}\n")
        self.process.stdin.flush()
        status, asked = line_of(self.process).split()
        return int(status), int(asked)


@pytest.fixture(scope="module")
def elsewhere(django_db_setup: None, django_db_blocker: Any) -> Iterator[Elsewhere]:
    with django_db_blocker.unblock():
        facts = connection.get_connection_params()
    with another_process(facts) as process:
        yield Elsewhere(process)


@contextmanager
def another_process(facts: dict[str, Any]) -> Iterator["subprocess.Popen[str]"]:
    url = f"postgresql://{facts['user']}@/{facts['dbname']}?host={quote(facts['host'], safe='')}"
    if facts.get("port"):
        url += f"&port={facts['port']}"
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        cwd=PROJECT,
        env=environment,
        stdin=pipe,
        stdout=pipe,
        text=True,
    ) as process:
        yield process
        assert process.stdin is not None
        process.stdin.close()


@pytest.fixture
def anna(bertil: Account) -> Customer:
    """Anna has a row in every table, and so has Celia."""
    whole_life("celia@example.fi", clerk=bertil)
    return whole_life("anna@example.fi", clerk=bertil)


def is_complete(card: Customer) -> bool:
    """Tell whether nothing is left of somebody but what is held."""
    person = subject_of(cards=[card.pk], emails=["anna@example.fi"])
    return not person.cards and not preview(person, at=NOON).goes_now


def test_killed_before_any_statement_nothing_has_happened(
    anna: Customer, bertil: Account, elsewhere: Elsewhere
) -> None:
    status, last = elsewhere.erase(whole_life("dora@example.fi", clerk=bertil))
    assert status == 0
    assert last > 100
    before, receipts = snapshot(), Erasure.objects.count()

    step = 1 if "ENDURE" in os.environ else last // A_FEW
    for point in [*range(1, last + 1, step), last]:
        status, _asked = elsewhere.erase(anna, point)

        assert status == -signal.SIGKILL, point
        assert changed(before, snapshot()) == set(), point
        assert Erasure.objects.count() == receipts, point
        assert not is_behind(), point
        assert the_ledger().last() == receipts, point

    assert elsewhere.erase(anna)[0] == 0
    assert is_complete(anna)


@pytest.mark.parametrize("point", ["torn key", "torn line"])
def test_killed_while_the_ledger_is_written_nothing_has_happened(
    point: str, anna: Customer, elsewhere: Elsewhere
) -> None:
    before = snapshot()

    assert elsewhere.erase(anna, point)[0] == -signal.SIGKILL

    assert changed(before, snapshot()) == set()
    assert not is_behind()
    erase(subject_of(cards=[anna.pk]), at=NOON)
    assert is_complete(anna)
    [entry] = the_ledger().entries()
    assert (entry.n, len(entry.addresses)) == (1, 1)
    assert len(the_ledger().key_path.read_bytes()) == 32


def test_killed_between_the_ledger_and_the_commit_it_is_pending_until_it_is_repeated(
    anna: Customer, elsewhere: Elsewhere, client: Client
) -> None:
    before = snapshot()

    assert elsewhere.erase(anna, "written")[0] == -signal.SIGKILL

    assert changed(before, snapshot()) == set()
    assert is_behind()
    assert client.get("/tietosuoja/").status_code == 503
    assert client.get("/readyz").json()["erasures"] is False
    with pytest.raises(LedgerAhead):
        erase(subject_of(emails=["celia@example.fi"]), at=NOON)

    assert replay(at=NOON) == 1
    assert is_complete(anna)
    assert str(Erasure.objects.get().pk) == the_ledger().entries()[0].receipt
    assert client.get("/tietosuoja/").status_code == 200


def test_killed_after_the_commit_it_is_complete(
    anna: Customer, elsewhere: Elsewhere, client: Client
) -> None:
    assert elsewhere.erase(anna, "committed")[0] == -signal.SIGKILL

    assert is_complete(anna)
    assert not is_behind()
    assert client.get("/tietosuoja/").status_code == 200
    assert Customer.objects.get().email == "celia@example.fi"
