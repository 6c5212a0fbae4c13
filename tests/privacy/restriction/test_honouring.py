"""Data that may only be stored are seen by few, and go neither by the sweep nor in a letter."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from customers.models import Account, Customer
from orders.sales.models import Order
from privacy.outbox.models import Letter
from privacy.registry import Line, Role
from privacy.requests.answering import settle
from privacy.requests.operations import ask
from privacy.requests.states import Kind
from privacy.restriction.honouring import at_large, of_the_restricted
from privacy.restriction.models import Restriction
from privacy.restriction.operations import lift, restrict
from privacy.subject import subject_of
from privacy.sweep import sweep
from privacy.ways import Way, ways
from soluto_shop.idle import see_who_is_idle
from soluto_shop.staff_groups import ensure_groups
from tests.conftest import NOON
from tests.doors import let_in, seen_by
from tests.factories import StaffFactory
from tests.privacy.lives import finish, login_of, member, order_of, passed_on

pytestmark = pytest.mark.django_db

ANNA, CELIA = "anna@example.fi", "celia@example.fi"
Reason = Restriction.Reason


def restricted(card: Customer, reason: str = Reason.ACCURACY) -> Customer:
    restrict(subject_of(cards=[card.pk]), reason=reason, at=NOON)
    return card


def page(client: Client, role: str, name: str, *args: object) -> tuple[int, str]:
    ensure_groups()
    staff = StaffFactory.create(role=role, is_superuser=False)
    answer = let_in(client, staff).get(reverse(name, args=args))
    return answer.status_code, answer.content.decode()


def test_only_the_contact_person_sees_whose_data_are_only_stored(client: Client) -> None:
    anna, celia = restricted(member(ANNA)), member(CELIA)
    cards = "admin:customers_customer_changelist"

    care, contact = page(client, "care", cards)[1], page(client, "gdpr_contact", cards)[1]

    assert CELIA in care
    assert ANNA not in care
    assert ANNA in contact
    assert page(client, "care", "admin:customers_customer_change", anna.pk)[0] == 302
    assert page(client, "care", "admin:customers_customer_change", celia.pk)[0] == 200


def test_an_open_order_is_looked_after_and_one_that_is_done_is_not_shown(client: Client) -> None:
    anna = restricted(member(ANNA))
    done = finish(order_of(anna, ANNA), at=NOON)
    still_open = order_of(anna, ANNA)
    celias = finish(order_of(member(CELIA), CELIA), at=NOON)

    _status, orders = page(client, "orders", "admin:orders_order_changelist")

    assert done.number not in orders
    assert still_open.number in orders
    assert celias.number in orders


def test_a_guest_is_left_out_by_address_and_nobody_else_who_wrote_it() -> None:
    guests = order_of(None, ANNA)
    celias = order_of(member(CELIA), ANNA)
    restrict(subject_of(emails=[ANNA]), reason=Reason.ACCURACY, at=NOON)

    assert list(at_large(Order.objects.all())) == [celias]
    assert list(Order.objects.filter(of_the_restricted(Order))) == [guests]


def test_nothing_is_left_out_once_it_is_lifted() -> None:
    anna = restricted(member(ANNA))
    Restriction.objects.update(told_at=NOON)
    lift(subject_of(cards=[anna.pk]), at=NOON + timedelta(hours=1))
    assert list(at_large(Customer.objects.all())) == [anna]


@pytest.mark.parametrize(
    ("reason", "stays"),
    [(Reason.UNLAWFUL, True), (Reason.CLAIMS, True), (Reason.ACCURACY, False)],
)
def test_what_somebody_wants_kept_is_not_swept(reason: str, *, stays: bool) -> None:
    annas, celias = (finish(order_of(member(email), email), at=NOON) for email in (ANNA, CELIA))
    assert annas.customer is not None
    restricted(annas.customer, reason)

    sweep(at=NOON + timedelta(days=200))

    annas.refresh_from_db()
    celias.refresh_from_db()
    assert bool(annas.email) is stays
    assert bool(annas.parcels.get().tracking_code) is stays
    assert celias.email == celias.parcels.get().tracking_code == ""


def test_whoever_is_restricted_is_not_warned_as_idle() -> None:
    anna, _celia = member(ANNA), member(CELIA)
    restricted(anna)
    years: datetime = NOON + timedelta(days=4 * 365)

    assert see_who_is_idle(at=years) == 1
    assert [letter.to for letter in Letter.objects.filter(kind="account_idle")] == [CELIA]


@pytest.mark.parametrize("kind", [Kind.RESTRICTION, Kind.RECTIFICATION, Kind.OBJECTION])
def test_those_who_received_the_data_are_told(
    kind: Kind, bertil: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    anna = member(ANNA)
    order = order_of(anna, ANNA)
    monkeypatch.setitem(ways, "labels", Way("labels", Role.CARRIER, {"name": (Line.NAME,)}, 1, 90))
    passed_on(order.pk, way="labels")
    asked = ask(kind=kind, account_id=login_of(anna).pk, said="x", language="fi", at=NOON)

    settle(asked, words="Tehty.", by=bertil, at=NOON)

    told = Letter.objects.filter(kind="recipient_told").count()
    assert told == (0 if kind == Kind.OBJECTION else 1)


def test_whoever_is_restricted_reads_it_among_the_rights() -> None:
    anna, celia = restricted(member(ANNA)), member(CELIA)
    pages = {
        card.email: seen_by(card).get("/tili/oikeudet/").content.decode() for card in (anna, celia)
    }
    assert "23.11.2026" in pages[ANNA]
    assert "23.11.2026" not in pages[CELIA]
