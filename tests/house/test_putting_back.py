"""What a test with real transactions has changed is put back, whatever it was."""

import threading
from collections.abc import Callable
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connection, transaction

from customers.models import Customer
from orders.delivery.models import DeliveryMethod
from tests.endurance.programs import environment
from tests.factories import CustomerFactory
from tests.putting_back import remember

CUSTOMERS = "customers_customer"


def added() -> None:
    CustomerFactory.create(email="anna@example.fi")


def added_and_taken_away() -> None:
    CustomerFactory.create(email="anna@example.fi")
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM customers_customer")


def rolled_back() -> None:
    with transaction.atomic():
        CustomerFactory.create(email="anna@example.fi")
        transaction.set_rollback(True)


def changed() -> None:
    method = DeliveryMethod.objects.earliest("pk")
    method.position += 1
    method.save()


def taken_away() -> None:
    DeliveryMethod.objects.all().delete()


@pytest.mark.django_db(transaction=True)
def test_every_change_is_undone_and_no_page_is_left() -> None:
    was = remember()
    assert DeliveryMethod.objects.exists()
    does: tuple[Callable[[], None], ...] = (
        added,
        added_and_taken_away,
        rolled_back,
        changed,
        taken_away,
    )
    for do in does:
        do()

        was.put_back()

        assert remember() == was, do.__name__
        assert pages_of(CUSTOMERS) == 0, do.__name__


@pytest.mark.django_db(transaction=True)
def test_many_rows_leave_no_large_index_either() -> None:
    was = remember()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM FULL customers_customer")  # as it is in a new shop
    before = pages_of("customers_customer_pkey")
    elsewhere = urlsplit(environment()["DATABASE_URL"])._replace(path="/postgres").geturl()
    with psycopg.connect(elsewhere) as beside:
        beside.execute("SELECT pg_current_xact_id()")  # as another worker's test may be at work
        Customer.objects.bulk_create(Customer(email=f"a{n}@example.fi") for n in range(5_000))
        assert pages_of("customers_customer_pkey") > 10 * before

        was.put_back()

    assert remember() == was
    assert pages_of(CUSTOMERS) == 0
    assert pages_of("customers_customer_pkey") <= before


@pytest.mark.django_db(transaction=True)
def test_who_might_still_see_the_rows_is_waited_for() -> None:
    was = remember()
    Customer.objects.bulk_create(Customer(email=f"a{n}@example.fi") for n in range(5_000))
    with psycopg.connect(environment()["DATABASE_URL"]) as onlooker:
        onlooker.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        onlooker.execute("SELECT 1")  # and so sees until its end what is there now
        leaving = threading.Timer(0.3, onlooker.rollback)
        leaving.start()

        was.put_back()

        leaving.join(60)
    assert pages_of(CUSTOMERS) == 0


@pytest.mark.django_db(transaction=True)
def test_the_planner_knows_as_little_of_the_sizes_as_in_a_new_shop() -> None:
    was = remember()
    added()

    was.put_back()

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relpages, reltuples FROM pg_class WHERE relname IN (%s, %s)",
            [CUSTOMERS, "customers_customer_pkey"],
        )
        assert set(cursor.fetchall()) == {(0, -1.0)}


def pages_of(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_relation_size(%s::regclass)", [table])
        [size] = cursor.fetchone()
        return int(size)
