"""The disk forgets only when nobody is left who could still see what was deleted."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import psycopg
import pytest
from django.db import connection

from customers.models import Customer
from privacy import compact as compacting
from privacy.compact import StillLookedAt, compact
from privacy.registry import registry
from tests.factories import CustomerFactory


@contextmanager
def in_a_transaction(database: str, statement: str) -> Iterator[None]:
    """Let somebody else begin something in a database of the server, and not end it."""
    facts = connection.get_connection_params()
    said = {name: facts[name] for name in ("host", "port", "user", "password") if facts.get(name)}
    other = psycopg.connect(dbname=database, **said)
    try:
        other.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        other.execute(statement)
        yield
    finally:
        other.close()


def on_the_disk(bird: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        # Through the server: its files are nobody else's to read.
        cursor.execute(
            "SELECT pg_read_binary_file(pg_relation_filepath(%s))", [Customer._meta.db_table]
        )
        return bird.encode() in bytes(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("elsewhere", "statement"),
    [(True, "SELECT pg_current_xact_id()"), (False, "SELECT count(*) FROM orders_order")],
)
def test_whoever_writes_in_any_database_or_reads_in_this_one_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, *, elsewhere: bool, statement: str
) -> None:
    monkeypatch.setattr(compacting, "registry", {Customer: registry[Customer]})
    monkeypatch.setattr(compacting, "turn_over_the_log", lambda: None)
    bird = f"kn{uuid4().hex}"
    card = CustomerFactory.create(first_name=bird)
    database = "postgres" if elsewhere else connection.settings_dict["NAME"]
    with in_a_transaction(database, statement):
        Customer.objects.filter(pk=card.pk).update(first_name="Anna")
        with pytest.raises(StillLookedAt):
            compact(patience=0)
        # A rewriting would have been in vain: the row is kept for whoever began before.
        with connection.cursor() as cursor:
            cursor.execute("VACUUM (FULL) customers_customer")
        assert on_the_disk(bird)

    compact()
    assert not on_the_disk(bird)
