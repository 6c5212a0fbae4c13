"""Who has not paid hears of it twice at the most, in a friendly way, and at no cost."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from customers.models import Account
from orders.checkout.steps import mark_paid, pay_by_hand
from orders.invoicing.models import Invoice, Reminder
from orders.invoicing.operations import credit_all, issue
from orders.invoicing.reminders import dispute, remind, remind_all, settle_dispute
from orders.money import from_cents
from orders.sales.models import Order
from privacy.outbox.models import Letter
from tests.conftest import NOON
from tests.doors import let_in
from tests.orders.buying import BANK
from tests.orders.money_matters import TODAY, invoiced, three_rates
from tests.races import at_once

DUE = NOON + timedelta(days=14)


@pytest.fixture(autouse=True)
def account(settings: Any) -> None:
    settings.BANK_ACCOUNT = BANK
    settings.REMINDER_DAYS, settings.SECOND_REMINDER_DAYS = 5, 10


def letters() -> list[str]:
    kinds = Letter.objects.filter(kind="invoice_reminder").order_by("created_at")
    return list(kinds.values_list("subject", flat=True))


@pytest.mark.django_db
def test_a_reminder_comes_after_the_days_set_a_second_later_and_no_third() -> None:
    invoiced()
    assert remind_all(at=DUE + timedelta(days=5)) == 0
    assert remind_all(at=DUE + timedelta(days=6)) == 1
    assert remind_all(at=DUE + timedelta(days=6)) == 0
    assert remind_all(at=DUE + timedelta(days=15)) == 0
    assert remind_all(at=DUE + timedelta(days=16)) == 1
    assert remind_all(at=DUE + timedelta(days=99)) == 0
    assert letters() == ["Muistutus: lasku 1 on maksamatta"] * 2


@pytest.mark.django_db
def test_the_letter_says_what_is_left_and_asks_for_no_fee() -> None:
    order = three_rates(language="en")
    pay_by_hand(order=order, amount=from_cents(8940), on=TODAY, at=NOON, by=None)
    issue(order=order, tax_point=TODAY, at=NOON)
    remind_all(at=DUE + timedelta(days=6))

    text = Letter.objects.get(kind="invoice_reminder").text
    assert "To pay: €100.00" in text
    assert "FI21 1234 5600 0007 85" in text
    assert "This reminder costs nothing." in text
    assert Reminder.objects.get().owed == from_cents(10000)


@pytest.mark.django_db
def test_who_has_paid_was_credited_disputes_or_is_forgotten_hears_nothing() -> None:
    late = DUE + timedelta(days=6)
    mark_paid(order=invoiced().order, at=NOON)
    credit_all(invoice=invoiced(), reason=Invoice.Reason.DEFECT, at=NOON)
    dispute(invoice=invoiced(), at=NOON)
    Order.objects.filter(pk=invoiced().order_id).update(email="")
    assert remind_all(at=late) == 0

    settle_dispute(invoice=Invoice.objects.get(number=4))
    assert remind_all(at=late) == 1
    assert Reminder.objects.get().invoice.number == 4


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_remind_once() -> None:
    invoice = invoiced()
    late = DUE + timedelta(days=6)
    at_once([partial(remind, invoice_id=invoice.pk, at=late)] * 5)
    assert Reminder.objects.count() == 1
    assert len(letters()) == 1


@pytest.mark.django_db
def test_the_database_keeps_reminders_as_they_were() -> None:
    invoiced()
    remind_all(at=DUE + timedelta(days=6))
    with pytest.raises(DatabaseError), transaction.atomic():
        Reminder.objects.update(step=2)
    with pytest.raises(DatabaseError), transaction.atomic():
        Reminder.objects.all().delete()


@pytest.mark.django_db
def test_staff_see_reminders_and_mark_a_dispute(bertil: Account) -> None:
    invoice = invoiced()
    remind_all(at=DUE + timedelta(days=6))
    desk = let_in(Client(), bertil)
    page = f"/admin/orders/invoice/{invoice.pk}/"

    shown = desk.get(f"{page}change/").content.decode()
    assert "Muistutus 1" in shown
    assert desk.post(f"{page}dispute/").status_code == 302
    invoice.refresh_from_db()
    assert invoice.disputed_at is not None
    assert desk.post(f"{page}settle/").status_code == 302
    invoice.refresh_from_db()
    assert invoice.disputed_at is None
