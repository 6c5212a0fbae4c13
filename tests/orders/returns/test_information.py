"""The time for withdrawing runs from when the buyer was truly told: by evidence, and by staff."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from customers.models import Account
from orders.checkout.letters import write_order_placed
from orders.checkout.models import Confirmation
from orders.returns.information import How, NotThatDay, Why, note_told_later
from orders.returns.standing import standing_of
from orders.returns.states import Flag
from orders.returns.term import term_of
from orders.sales.models import Order, OrderEvent
from privacy.outbox.models import Letter
from privacy.outbox.tasks import send_letter
from tests.conftest import NOON
from tests.doors import let_in
from tests.orders.money_matters import three_rates
from tests.orders.returns.withdrawing import withdraw
from tests.privacy.lives import finish

pytestmark = pytest.mark.django_db

ORDINARY = date(2026, 12, 7)
LONGEST = date(2027, 12, 7)


def untold(**facts: Any) -> Order:
    """Let Anna have got an order of which no confirmation has left."""
    order = three_rates(informed_at=None, **facts)
    Confirmation.objects.create(
        order=order,
        for_consumer=True,
        told=[],
        seller=dict.fromkeys(("name", "address", "business_id", "email", "phone"), "x"),
        told_at=NOON,
    )
    return finish(order, at=NOON)


def last_day_of(order: Order) -> date | None:
    order.refresh_from_db()
    return term_of(order, has_goods=True).last_day


def test_while_the_confirmation_has_not_left_the_time_is_a_year_longer(settings: Any) -> None:
    order = untold()
    write_order_placed(order, at=NOON)
    letter = Letter.objects.get(kind="order_placed")
    assert last_day_of(order) == LONGEST

    settings.LETTERS_STAY_HERE = True
    send_letter(letter_id=str(letter.pk))
    assert Letter.objects.get(pk=letter.pk).sent_at is not None
    assert last_day_of(order) == LONGEST  # nobody has got what lies in the shop's own mailbox


def test_from_the_day_on_which_it_left_fourteen_days_run(
    settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LETTERS_STAY_HERE = False
    settings.EMAIL_HOST = "localhost"
    order = untold()
    write_order_placed(order, at=NOON)
    letter = Letter.objects.get(kind="order_placed")
    late = NOON + timedelta(days=40)
    monkeypatch.setattr("privacy.outbox.tasks.timezone.now", lambda: late)

    for _attempt in range(2):  # a worker that died after the sending is told of it again
        send_letter(letter_id=str(letter.pk))

    order.refresh_from_db()
    assert order.informed_at == late
    assert last_day_of(order) == date(2027, 1, 16)
    assert standing_of(order, at=late).is_longer
    [event] = OrderEvent.objects.filter(order=order, kind=OrderEvent.Kind.INFORMED)
    assert (event.at, event.staff) == (late, None)
    assert withdraw(order=order, at=NOON + timedelta(days=54)).flags == []


def test_a_confirmation_that_left_before_the_goods_came_changes_nothing() -> None:
    order = three_rates(informed_at=NOON - timedelta(days=3))
    assert last_day_of(finish(order, at=NOON)) == ORDINARY
    late = withdraw(order=order, at=NOON + timedelta(days=15))
    assert late.flags == [Flag.LATE]


def test_staff_note_a_later_day_and_never_an_earlier_one(bertil: Account) -> None:
    order = untold()
    said: dict[str, Any] = {"how": How.POST, "why": Why.ADDRESS, "by": bertil}
    note_told_later(order=order, on=date(2026, 12, 1), at=NOON + timedelta(days=9), **said)
    assert last_day_of(order) == date(2026, 12, 15)

    later = NOON + timedelta(days=30)
    note_told_later(order=order, on=date(2026, 12, 20), at=later, **said)
    assert last_day_of(order) == date(2027, 1, 3)
    for day in (date(2026, 12, 20), date(2026, 12, 1), date(2026, 11, 22), date(2026, 12, 24)):
        with pytest.raises(NotThatDay):
            note_told_later(order=order, on=day, at=later, **said)
    events = OrderEvent.objects.filter(order=order, kind=OrderEvent.Kind.INFORMED)
    assert [(each.staff, each.detail) for each in events] == [
        (bertil, "2026-12-01 post, address"),
        (bertil, "2026-12-20 post, address"),
    ]
    for earlier in (None, NOON):
        with pytest.raises(DatabaseError), transaction.atomic():
            Order.objects.filter(pk=order.pk).update(informed_at=earlier)


def test_told_beyond_the_year_the_time_ends_with_the_year(bertil: Account) -> None:
    order = untold()
    at = NOON + timedelta(days=370)
    note_told_later(
        order=order, on=date(2027, 11, 27), how=How.HANDED, why=Why.NOT_SENT, at=at, by=bertil
    )
    assert last_day_of(order) == LONGEST


def test_the_desk_notes_it_on_the_orders_page_and_the_buyer_reads_why(
    client: Client, bertil: Account
) -> None:
    order = untold()
    desk = let_in(Client(), bertil)
    page = f"/admin/orders/order/{order.pk}/"
    shown = desk.get(f"{page}change/").content.decode()
    assert "Tilausvahvistus peruuttamisohjeineen ei ole vielä lähtenyt." in shown
    buyers = client.get(f"/en/order/{order.secret}/").content.decode()
    assert "You have longer than usual" in buyers

    said = {"on": "2026-11-24", "how": "email", "why": "not_come"}
    refused = desk.post(f"{page}informed/", {**said, "on": "24.13."}, follow=True)
    assert "Anna päivä, tapa ja syy" in refused.content.decode()
    done = desk.post(f"{page}informed/", said, follow=True).content.decode()
    assert "Kirjattu. Peruuttamisaika lasketaan tuosta päivästä." in done
    assert last_day_of(order) == date(2026, 12, 8)
