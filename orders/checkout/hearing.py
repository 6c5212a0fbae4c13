"""Hear what the payment service says of a payment, and count it once, whatever the order.

Each word that is heard leaves an event. It counts when it is signed and is about exactly one of
our payments: its transaction, amount, currency and reference.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from orders import money
from orders.books.operations import owed_back
from orders.checkout.letters import write_order_paid
from orders.checkout.steps import confirm_payment
from orders.downloads.letters import was_supplied
from orders.payments.models import Payment, PaymentEvent, Provider
from orders.payments.operations import ask_refund, refundable, to_refund
from orders.payments.paytrail import client
from orders.payments.paytrail.words import BEGUN, FAILED, PAID, WAITING, NotSigned, Word
from orders.payments.paytrail.words import word_in_query as read
from orders.payments.states import PAYMENT_WAYS, PaymentState
from orders.sales.models import Order
from orders.sales.states import PaymentStatus
from privacy.locks import unless_crossed

Source, Verdict = PaymentEvent.Source, PaymentEvent.Verdict

TOLD = {
    PAID: PaymentState.PAID,
    FAILED: PaymentState.FAILED,
    **dict.fromkeys(WAITING, PaymentState.PENDING),
}
MOST_FORGERIES = 200
"""So many unsigned words an hour are written down; what comes beyond is a flood, not news."""


def hear(
    *, query: Mapping[str, list[str]], source: PaymentEvent.Source, at: datetime
) -> PaymentEvent | None:
    """Hear a call of the service, or what a returning browser brings from it."""
    try:
        word = read(query)
    except NotSigned:
        return _refuse_forgery(source, at)
    return take_word(word, source=source, at=at)


def take_word(word: Word, *, source: PaymentEvent.Source, at: datetime) -> PaymentEvent:
    """Take a word whose signature was found right."""
    return unless_crossed(lambda: _take(word, source, at))


def ask_after(payment: Payment, *, at: datetime) -> PaymentEvent | None:
    """Ask the service how a payment stands, and take its word; what is no news leaves no event.

    :raises Unavailable: when the service does not say.
    """
    with transaction.atomic():
        word = client.ask_status(
            transaction_id=payment.transaction_id, about=payment.order_id, at=at
        )
    if word.status == BEGUN or TOLD.get(word.status) == payment.state:
        return None
    return take_word(word, source=Source.POLL, at=at)


def give_up(payment: Payment, *, why: str, at: datetime) -> None:
    """Wait no longer for a payment; should the service speak of it after all, its word counts."""
    unless_crossed(lambda: _give_up(payment, why, at))


@transaction.atomic
def _give_up(payment: Payment, why: str, at: datetime) -> None:
    held = _hold(str(payment.pk))
    if held is not None and held.state in (PaymentState.NEW, PaymentState.PENDING):
        held.state = PaymentState.FAILED
        held.save(update_fields=["state"])
        _event(held, Source.POLL, Verdict.REFUSED, "", at, why=why)


@transaction.atomic
def _take(word: Word, source: PaymentEvent.Source, at: datetime) -> PaymentEvent:
    payment = _hold(word.stamp)
    if payment is None:
        return _event(None, source, Verdict.REFUSED, word.status, at, why="stamp")
    why = _difference(word, payment)
    if why:
        return _event(payment, source, Verdict.REFUSED, word.status, at, why=why)
    told = TOLD.get(word.status)
    if told is None:
        return _event(payment, source, Verdict.REFUSED, word.status, at, why="status")
    if told == payment.state:
        return _event(payment, source, Verdict.REPEATED, word.status, at)
    if told not in PAYMENT_WAYS.get(PaymentState(payment.state), ()):
        return _event(payment, source, Verdict.REFUSED, word.status, at, why="settled")
    _follow(payment, told, word, at)
    return _event(payment, source, Verdict.TAKEN, word.status, at)


def _hold(stamp: str) -> Payment | None:
    """Hold the order of the payment, then the payment, as all do who touch its money."""
    try:
        key = UUID(stamp)
    except ValueError:
        return None
    known = Payment.objects.filter(pk=key, provider=Provider.PAYTRAIL).first()
    if known is None:
        return None
    Order.objects.select_for_update(of=("self",)).get(pk=known.order_id)
    return Payment.objects.select_related("order").select_for_update(of=("self",)).get(pk=key)


def _difference(word: Word, payment: Payment) -> str:
    """Name the first thing in which a word is not about this payment, or nothing."""
    ours = {
        "amount": (word.amount, str(money.to_cents(payment.amount))),
        "currency": (word.currency, payment.currency),
        "reference": (word.reference, payment.order.reference),
    }
    if payment.transaction_id:
        ours["transaction"] = (word.transaction_id, payment.transaction_id)
    elif not word.transaction_id:
        return "transaction"
    return next((name for name, (theirs, known) in ours.items() if theirs != known), "")


def _follow(payment: Payment, told: PaymentState, word: Word, at: datetime) -> None:
    payment.transaction_id = word.transaction_id[:64]
    payment.method = word.method[:40]
    if told != PaymentState.PAID:
        payment.state = told
        payment.save(update_fields=["state", "transaction_id", "method"])
        return
    payment.save(update_fields=["transaction_id", "method"])
    was_unpaid = payment.order.payment_status == PaymentStatus.UNPAID
    paid = confirm_payment(payment=payment, at=at)
    order = Order.objects.get(pk=paid.order_id)
    if was_unpaid and order.payment_status == PaymentStatus.PAID and not was_supplied(order):
        write_order_paid(order, at=at)
    if owed_back(order):
        _return_what_is_over(paid, order, at)


def _return_what_is_over(payment: Payment, order: Order, at: datetime) -> None:
    """Let the worker send back what nobody asked for: paid twice, or for an order that is off."""
    over = min(to_refund(order), refundable(payment))
    if over > 0:
        ask_refund(payment=payment, amount=over, at=at)


def _refuse_forgery(source: PaymentEvent.Source, at: datetime) -> PaymentEvent | None:
    """Write an unsigned word down, without a payment: what it says of one may be a lie."""
    lately = PaymentEvent.objects.filter(
        payment=None, verdict=Verdict.REFUSED, at__gt=at - timedelta(hours=1)
    )
    if lately[:MOST_FORGERIES].count() >= MOST_FORGERIES:
        return None
    return _event(None, source, Verdict.REFUSED, "", at, why="signature")


def _event(
    payment: Payment | None,
    source: PaymentEvent.Source,
    verdict: PaymentEvent.Verdict,
    status: str,
    at: datetime,
    *,
    why: str = "",
) -> PaymentEvent:
    return PaymentEvent.objects.create(
        payment=payment, source=source, verdict=verdict, why=why, status=status[:20], at=at
    )
