"""Remind of invoices that are past due: in a friendly way, twice at the most, and without a fee."""

from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Count, Max, Q
from django.utils import timezone

from orders.invoicing.letters import write_reminder
from orders.invoicing.models import Invoice, InvoiceQuerySet, Reminder
from orders.money import ZERO
from orders.payments.operations import to_pay
from orders.sales.models import Order
from orders.sales.states import PaymentStatus, Status

FIRST, SECOND = 1, 2


def due_for_a_reminder(at: datetime) -> InvoiceQuerySet:
    """Keep the invoices whose buyers are to hear that they are past due.

    Who has paid, has had all credited, or disputes the invoice hears nothing.
    """
    today = timezone.localdate(at)
    first = today - timedelta(days=settings.REMINDER_DAYS)
    again = at - timedelta(days=settings.SECOND_REMINDER_DAYS)
    unpaid = Invoice.objects.invoices().filter(
        due_date__lt=first,
        disputed_at=None,
        total__gt=0,
        order__payment_status=PaymentStatus.UNPAID,
    )
    reachable = unpaid.exclude(order__status=Status.CANCELLED).exclude(order__email="")
    counted = reachable.annotate(told=Count("reminders"), last=Max("reminders__sent_at"))
    return counted.filter(Q(told=0) | Q(told=FIRST, last__lte=again)).order_by("due_date", "number")


def remind_all(*, at: datetime) -> int:
    """Write to everybody who is due for a reminder; tell how many letters that were."""
    keys = list(due_for_a_reminder(at).values_list("pk", flat=True))
    return sum(remind(invoice_id=key, at=at) is not None for key in keys)


@transaction.atomic
def remind(*, invoice_id: UUID, at: datetime) -> Reminder | None:
    """Write the next reminder of one invoice, unless it is not due for one any more.

    The order is held: a payment either comes first, or waits until the letter is written.
    """
    order_id = Invoice.objects.values_list("order", flat=True).get(pk=invoice_id)
    order = Order.objects.select_for_update(of=("self",)).get(pk=order_id)
    invoice = due_for_a_reminder(at).select_related("order").filter(pk=invoice_id).first()
    owed = to_pay(order)
    if invoice is None or owed <= ZERO:
        return None
    step = FIRST + invoice.reminders.count()
    reminder = Reminder.objects.create(invoice=invoice, step=step, sent_at=at, owed=owed)
    write_reminder(invoice, owed=owed, step=step, at=at)
    return reminder


@transaction.atomic
def dispute(*, invoice: Invoice, at: datetime) -> Invoice:
    """Note that the buyer disputes an invoice: reminders stop until that is settled."""
    return _disputed(invoice, at)


@transaction.atomic
def settle_dispute(*, invoice: Invoice) -> Invoice:
    """Note that an invoice is not disputed any more."""
    return _disputed(invoice, None)


def _disputed(invoice: Invoice, at: datetime | None) -> Invoice:
    locked = Invoice.objects.select_for_update(of=("self",)).get(pk=invoice.pk)
    if (locked.disputed_at is None) != (at is None):
        locked.disputed_at = at
        locked.save(update_fields=["disputed_at"])
    return locked


def owed_now(invoice: Invoice) -> Decimal:
    """Tell what is still to be paid of an invoice's order today."""
    return max(to_pay(invoice.order), ZERO)
