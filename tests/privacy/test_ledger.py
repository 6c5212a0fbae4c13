"""The ledger outside the database, and the shop that refuses to forget it."""

import json
from datetime import timedelta
from io import StringIO
from stat import S_IMODE

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client

from customers.models import Account, Customer
from orders.sales.models import Order
from privacy.erase import LedgerAhead, erase
from privacy.evidence import Erasure, LedgerMark
from privacy.ledger import Entry, KeyLost, expire, the_ledger
from privacy.replay import is_behind, replay
from privacy.subject import subject_of
from tests.conftest import NOON
from tests.factories import CustomerFactory
from tests.privacy.lives import finish, member, order_of

pytestmark = pytest.mark.django_db


def lost(people: tuple[str, ...] = (), addresses: tuple[str, ...] = ()) -> Entry:
    """Put a line into the ledger of an erasure that this database does not know."""
    entry = Entry(
        n=the_ledger().last() + 1,
        at=NOON.isoformat(),
        receipt="7b1c6a9e-1111-4222-8333-944455556666",
        people=people,
        addresses=addresses,
    )
    with the_ledger().held(to_write=True):
        the_ledger().append(entry)
    return entry


def test_a_database_that_lacks_an_erasure_serves_nobody(client: Client) -> None:
    assert client.get("/tietosuoja/").status_code == 200

    lost(people=("00000000-0000-4000-8000-000000000000",))

    refused = client.get("/tietosuoja/")
    assert (refused.status_code, refused["Retry-After"]) == (503, "60")
    assert client.get("/readyz").json()["erasures"] is False
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200


def test_after_the_replay_the_shop_serves_and_the_person_is_gone(client: Client) -> None:
    anna, celia = member("anna@example.fi"), member("celia@example.fi")
    lost(people=(str(anna.pk), str(anna.account_id)))

    call_command("privacy_replay", stdout=StringIO())

    assert Customer.objects.get() == celia
    assert Account.objects.get() == celia.account
    assert client.get("/tietosuoja/").status_code == 200
    receipt = Erasure.objects.get()
    assert receipt.kind == Erasure.Kind.REPLAYED
    assert str(receipt.pk) == "7b1c6a9e-1111-4222-8333-944455556666"


def test_a_guest_is_recognised_by_the_keyed_hash_of_the_address() -> None:
    hers = finish(order_of(None, "anna@example.fi"), at=NOON)
    others = finish(order_of(None, "celia@example.fi"), at=NOON)
    CustomerFactory.create(email="anna@example.fi")
    lost(addresses=tuple(the_ledger().hashed(["anna@example.fi"])))

    assert replay(at=NOON + timedelta(days=30)) == 1

    hers.refresh_from_db()
    others.refresh_from_db()
    assert (hers.email, others.email) == ("", "celia@example.fi")
    assert not Customer.objects.exists()


def test_todays_grounds_decide_in_a_replay() -> None:
    order = order_of(None, "anna@example.fi")
    lost(addresses=tuple(the_ledger().hashed(["anna@example.fi"])))

    replay(at=NOON)

    assert Order.objects.get().email == "anna@example.fi"
    assert str(Order.objects.get(pk=order.pk).erasure) == "7b1c6a9e-1111-4222-8333-944455556666"


def test_a_replay_twice_is_as_good_as_once() -> None:
    anna = member("anna@example.fi")
    lost(people=(str(anna.pk),))

    assert (replay(at=NOON), replay(at=NOON)) == (1, 0)
    assert Erasure.objects.count() == 1


def test_nothing_new_is_erased_while_something_old_waits() -> None:
    anna = member("anna@example.fi")
    lost(people=("00000000-0000-4000-8000-000000000000",))

    with pytest.raises(LedgerAhead):
        erase(subject_of(cards=[anna.pk]), at=NOON)

    assert is_behind()


def test_a_line_cut_off_by_a_crash_is_written_over() -> None:
    book = the_ledger()
    lost()
    with book.path.open("ab") as file:
        file.write(b'{"n":2,"at":"2026-')

    lost()

    assert [entry.n for entry in book.entries()] == [1, 2]
    assert all(json.loads(line) for line in book.path.read_text().splitlines())


def test_only_the_shop_reads_the_ledger_and_its_key() -> None:
    erase(subject_of(emails=["anna@example.fi"]), at=NOON)

    book = the_ledger()
    assert {S_IMODE(path.stat().st_mode) for path in (book.path, book.key_path)} == {0o600}


def test_a_lost_key_is_noticed_and_not_made_anew() -> None:
    erase(subject_of(emails=["anna@example.fi"]), at=NOON)
    the_ledger().key_path.unlink()

    with pytest.raises(KeyLost):
        erase(subject_of(emails=["celia@example.fi"]), at=NOON)


def test_lines_go_with_the_oldest_back_up_and_the_numbers_go_on() -> None:
    erase(subject_of(emails=["anna@example.fi"]), at=NOON)

    assert expire(NOON + timedelta(days=35)) == 0
    assert expire(NOON + timedelta(days=37)) == 1

    [mark] = the_ledger().entries()
    assert mark == Entry(n=1)
    assert not is_behind()
    erase(subject_of(emails=["celia@example.fi"]), at=NOON)
    assert [entry.n for entry in the_ledger().entries()] == [1, 2]


def test_a_ledger_that_was_lost_does_not_begin_with_old_numbers() -> None:
    erase(subject_of(emails=["anna@example.fi"]), at=NOON)
    the_ledger().path.unlink()

    erase(subject_of(emails=["celia@example.fi"]), at=NOON)

    assert [entry.n for entry in the_ledger().entries()] == [2]
    assert LedgerMark.objects.get().seen == 2


def test_the_chain_shows_a_receipt_that_was_altered_or_taken_out() -> None:
    receipts = [erase(subject_of(emails=[f"a{n}@example.fi"]), at=NOON) for n in range(3)]
    call_command("privacy_verify", stdout=StringIO())

    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE privacy_erasure DISABLE TRIGGER USER")
        cursor.execute(
            "UPDATE privacy_erasure SET removed = '{\"x\": 1}' WHERE id = %s", [receipts[1].pk]
        )
    with pytest.raises(CommandError, match=f"{receipts[1].number}: altered"):
        call_command("privacy_verify")

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM privacy_erasure WHERE id = %s", [receipts[2].pk])
    with pytest.raises(CommandError, match="line 3 of the ledger: no such receipt"):
        call_command("privacy_verify")


def test_a_receipt_is_never_rewritten() -> None:
    receipt = erase(subject_of(emails=["anna@example.fi"]), at=NOON)

    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        Erasure.objects.filter(pk=receipt.pk).update(removed={})
