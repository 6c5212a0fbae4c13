"""Whom a breach touched is computed: from the log of looks, from tables, or from numbers."""

import io
import time
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from customers.models import Account, Customer
from privacy.breaches.affected import NobodyMeant, held_in, named_by, seen_by
from privacy.breaches.models import Affected, Breach
from privacy.reading.models import Kind, Reading
from privacy.reading.operations import note_readings
from privacy.reading.people import people_behind
from tests.conftest import NOON
from tests.doors import let_in
from tests.factories import CompanyFactory, CustomerFactory, MembershipFactory, StaffFactory
from tests.privacy.lives import login_of, member, order_of

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


@pytest.fixture
def anna() -> Customer:
    return member("anna@example.fi")


@pytest.fixture
def celia() -> Customer:
    return member("celia@example.fi", first_name="Celia")


def look(clerk: Account, *numbers: UUID, at: Any = NOON, table: str = "orders.Order") -> None:
    note_readings(staff=clerk, kind=Kind.DETAIL, table=table, numbers=numbers, at=at)


def test_the_clerks_session_of_monday_morning(
    anna: Customer, celia: Customer, bertil: Account
) -> None:
    order, guest = order_of(anna, "anna@example.fi"), order_of(None, "bea@example.fi")
    look(bertil, anna.pk, at=NOON, table="customers.Customer")
    look(bertil, order.pk, at=NOON + HOUR)
    look(bertil, guest.pk, at=NOON + HOUR)
    look(bertil, celia.pk, at=NOON - HOUR)
    look(bertil, celia.pk, at=NOON + 3 * HOUR)
    look(StaffFactory.create(), celia.pk, at=NOON)

    found = seen_by(bertil, since=NOON, until=NOON + 2 * HOUR)

    assert set(found) == {anna.pk, guest.pk}
    seen = found[anna.pk]
    assert seen.tables == {"customers.Customer", "orders.Order"}
    assert (seen.first_at, seen.last_at) == (NOON, NOON + HOUR)


def test_one_person_behind_several_numbers_is_one(anna: Customer) -> None:
    mine = order_of(anna, "anna@example.fi")
    first = order_of(None, "bea@example.fi")
    second = order_of(None, "bea@example.fi")
    waiting = CustomerFactory.create(email="dora@example.fi")
    doras = order_of(None, "dora@example.fi")
    company = CompanyFactory.create()
    MembershipFactory.create(company=company, customer=anna)
    staff = StaffFactory.create()
    gone = uuid4()

    behind = people_behind(
        [
            anna.pk,
            login_of(anna).pk,
            mine.pk,
            company.pk,
            first.pk,
            second.pk,
            doras.pk,
            staff.pk,
            gone,
        ]
    )

    assert {tuple(behind[number]) for number in (anna.pk, login_of(anna).pk, mine.pk)} == {
        (anna.pk,)
    }
    assert behind[company.pk] == {anna.pk}
    assert behind[first.pk] == behind[second.pk] == {min(first.pk, second.pk)}
    assert behind[doras.pk] == {waiting.pk}
    assert behind[staff.pk] == {staff.pk}
    assert behind[gone] == {gone}


def test_the_queries_do_not_grow_with_the_looks(bertil: Account) -> None:
    counts = []
    for many in (3, 60):
        look(bertil, *(card.pk for card in CustomerFactory.create_batch(many)))
        with CaptureQueriesContext(connection) as asked:
            seen_by(bertil, since=NOON, until=NOON)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_everybody_of_whole_tables_or_lines(anna: Customer, celia: Customer) -> None:
    order_of(anna, "anna@example.fi")

    assert set(held_in(["orders.Order"], [])) == {anna.pk}
    assert held_in(["orders.Order"], [])[anna.pk].tables == {"orders.Order"}
    phones = held_in([], ["phone"])
    assert set(phones) == {anna.pk, celia.pk}
    assert phones[celia.pk].tables == {"customers.Customer"}
    assert held_in([], []) == {}


def test_the_people_behind_numbers_that_are_typed(anna: Customer, celia: Customer) -> None:
    order = order_of(anna, "anna@example.fi")

    assert set(named_by([order.number])) == {anna.pk}
    assert set(named_by([str(celia.pk)[:8]])) == {celia.pk}
    assert set(named_by([str(login_of(anna).pk), order.number])) == {anna.pk}
    for wrong in ("99999999999", str(uuid4()), "anna@example.fi", "x"):
        with pytest.raises(NobodyMeant):
            named_by([order.number, wrong])


def command(**options: str) -> str:
    said = io.StringIO()
    call_command("privacy_breach", stdout=said, **options)
    return said.getvalue()


MONDAY = {"from": "2026-11-23T11:00", "until": "2026-11-23T13:00"}


def test_the_command_prints_people_columns_and_times_and_writes_a_draft(
    anna: Customer, celia: Customer, bertil: Account
) -> None:
    order = order_of(anna, "anna@example.fi")
    look(bertil, order.pk)
    look(bertil, celia.pk, at=NOON + 2 * HOUR)

    printed = command(staff="Bertil@example.fi", **MONDAY)

    assert str(anna.pk) in printed
    assert "2026-11-23 12:00:00" in printed
    assert "orders.Order: " in printed
    assert "delivery_street" in printed
    assert str(celia.pk) not in printed
    for word in ("anna@", "Virtanen", "Bertil"):
        assert word not in printed
    breach = Breach.objects.get()
    assert (breach.people, breach.session_of) == (1, bertil)
    assert breach.happened_until is not None
    assert breach.happened_until - NOON == HOUR
    assert breach.is_waiting
    assert [row.about for row in Affected.objects.all()] == [anna.pk]


def test_the_command_completes_its_own_draft(anna: Customer, bertil: Account) -> None:
    look(bertil, anna.pk)
    command(staff="bertil@example.fi", **MONDAY)
    guest = order_of(None, "bea@example.fi")
    look(bertil, guest.pk)

    command(staff="bertil@example.fi", **MONDAY)
    command(staff="bertil@example.fi", **MONDAY)

    breach = Breach.objects.get()
    assert breach.people == 2
    assert Affected.objects.count() == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"staff": "anna@example.fi"},
        {"from": "Monday"},
        {"from": "2026-13-45T99:00"},
        {"until": "2026-11-22T00:00"},
    ],
    ids=["a customer", "a word", "no day", "backwards"],
)
def test_the_command_says_what_is_wrong(
    wrong: dict[str, str], anna: Customer, bertil: Account
) -> None:
    with pytest.raises(CommandError):
        command(**{"staff": "bertil@example.fi", **MONDAY, **wrong})

    assert not Breach.objects.exists()


def test_the_drill_from_the_pages_to_the_draft(
    client: Client, anna: Customer, celia: Customer, bertil: Account
) -> None:
    """PR-09: what clerk Bertil really saw is what the command says, in less than a minute."""
    order = order_of(anna, "anna@example.fi")
    cards = CustomerFactory.create_batch(60)
    let_in(client, bertil)
    since = timezone.localtime()
    client.get(f"/admin/orders/order/{order.pk}/change/")
    client.get("/admin/customers/customer/?p=2")
    until = timezone.localtime() + timedelta(seconds=1)
    shown = set(Reading.objects.exclude(about=order.pk).values_list("about", flat=True))

    begun = time.monotonic()
    command(staff="bertil@example.fi", **{"from": since.isoformat(), "until": until.isoformat()})

    assert time.monotonic() - begun < 60
    people = set(Affected.objects.values_list("about", flat=True))
    assert people == shown | {anna.pk}
    assert 10 <= len(people) < len(cards)
