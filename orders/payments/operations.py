"""Take money in for an order, and give it back: each once, and each in the books."""

from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Q, Sum

from customers.models import Account
from orders.books.models import Entry, LedgerAccount, Posting
from orders.books.operations import Amount, moved, owed_back, post
from orders.money import ZERO
from orders.payments.models import Payment, Provider, Refund
from orders.payments.states import PaymentState, RefundState
from orders.sales.models import Order
from orders.sales.operations import move
from orders.sales.states import PaymentStatus, Step

HELD_BY = {
    Provider.PAYTRAIL.value: LedgerAccount.PROVIDER,
    Provider.BANK.value: LedgerAccount.BANK,
}
"""Where the money of each provider stands in the books."""


class NothingOwed(ValueError):
    """So much is not owed back to the buyer, or did not come by this payment."""


def to_pay(order: Order) -> Decimal:
    """Tell what of an order is still to be paid, in euros; negative when too much has come.

    What was ordered, less what was credited, less what has come. It is the same before and after
    the invoice: that only says in the books what is owed already.
    """
    known = Posting.objects.of(order.pk).on(LedgerAccount.RECEIVABLE)
    moves = known.exclude(entry__kind=Entry.Kind.INVOICE).balance()
    is_off = order.is_cancelled and not order.entries.filter(kind=Entry.Kind.INVOICE).exists()
    return moves if is_off else order.total + moves


@transaction.atomic
def receive(
    *,
    payment: Payment,
    at: datetime,
    by: Account | None = None,
    on: date | None = None,
    out_of_unknown: bool = False,
) -> Payment:
    """Count a payment: in the books, and on its order. One that has been counted is passed over.

    What comes beyond what is to be paid, or for an order that is off, is owed back to the buyer.

    :param on: the date in the books; without it the day of the moment.
    :param out_of_unknown: the money stands in the books already, as not yet matched.
    """
    order = _hold_order(payment)
    payment = Payment.objects.select_for_update(of=("self",)).get(pk=payment.pk)
    if payment.state == PaymentState.PAID:
        return payment
    payment.state = PaymentState.PAID
    payment.paid_at = at
    payment.save(update_fields=["state", "paid_at"])
    due = ZERO if order.is_cancelled else max(to_pay(order), ZERO)
    taken = min(payment.amount, due)
    post(
        kind=Entry.Kind.MATCH if out_of_unknown else Entry.Kind.PAYMENT,
        source=payment.pk,
        amounts=[
            Amount(
                LedgerAccount.UNKNOWN if out_of_unknown else HELD_BY[payment.provider],
                payment.amount,
            ),
            Amount(LedgerAccount.RECEIVABLE, -taken),
            Amount(LedgerAccount.OWED, taken - payment.amount),
        ],
        at=at,
        order=order,
        on=on,
    )
    _mark(order, at, by)
    return payment


def _mark(order: Order, at: datetime, by: Account | None) -> None:
    """Move the order where its money says it stands."""
    is_unpaid = order.payment_status == PaymentStatus.UNPAID
    is_refunded = order.payment_status == PaymentStatus.REFUNDED
    if order.is_cancelled:
        if (is_unpaid or is_refunded) and owed_back(order) > 0:
            move(order=order, step=Step.PAY, at=at, by=by)
    elif is_unpaid and to_pay(order) <= 0:
        move(order=order, step=Step.PAY, at=at, by=by)


@transaction.atomic
def owe_what_is_over(
    *, order: Order, source: UUID, at: datetime, by: Account | None = None
) -> Decimal:
    """Owe the buyer back what was paid beyond what is to be paid now; tell how much that is.

    :param source: the credit note, or the cancelled order, that made it too much.
    """
    order = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    over = -min(to_pay(order), ZERO)
    if over:
        post(
            kind=Entry.Kind.MATCH,
            source=source,
            amounts=moved(over, to=LedgerAccount.RECEIVABLE, out_of=LedgerAccount.OWED),
            at=at,
            order=order,
        )
    if over or not order.is_cancelled:
        _mark(order, at, by)  # a credit may leave nothing to pay of what was paid in part
    return over


# --- Money that goes back


def to_refund(order: Order) -> Decimal:
    """Tell what is owed back to the buyer and not on its way yet, in euros."""
    under_way = Refund.objects.filter(
        payment__order=order, state__in=(RefundState.NEW, RefundState.PENDING)
    )
    return owed_back(order) - (under_way.aggregate(sum=Sum("amount"))["sum"] or ZERO)


@transaction.atomic
def ask_refund(*, payment: Payment, amount: Decimal, at: datetime) -> Refund:
    """Ask for money to go back to where a payment came from.

    :raises NothingOwed: when so much is not owed, or did not come by this payment.
    """
    order = _hold_order(payment)
    payment = Payment.objects.select_for_update(of=("self",)).get(pk=payment.pk)
    if not ZERO < amount <= min(to_refund(order), refundable(payment)):
        raise NothingOwed
    return Refund.objects.create(payment=payment, amount=amount, created_at=at)


def refundable(payment: Payment) -> Decimal:
    """Tell how much of a payment has not gone back, and is not on its way back."""
    if payment.state != PaymentState.PAID:
        return ZERO
    gone = payment.refunds.filter(~Q(state=RefundState.FAILED)).aggregate(sum=Sum("amount"))
    return payment.amount - (gone["sum"] or ZERO)


@transaction.atomic
def ask_refunds(*, order: Order, at: datetime) -> list[Refund]:
    """Ask for all that is owed back, by the payments it came by, the latest first."""
    order = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    rest = to_refund(order)
    asked = []
    for payment in order.payments.paid().order_by("-paid_at", "pk"):
        part = min(rest, refundable(payment))
        if part > 0:
            asked.append(ask_refund(payment=payment, amount=part, at=at))
            rest -= part
    return asked


@transaction.atomic
def settle_refund(
    *,
    refund: Refund,
    at: datetime,
    transaction_id: str = "",
    by_bank: bool = False,
    on: date | None = None,
) -> Refund:
    """Count a refund as paid back; one that has been counted is passed over.

    :param by_bank: it left the shop's bank account, whichever way the payment came.
    :param on: the date in the books; without it the day of the moment.
    """
    order = _hold_order(refund.payment)
    refund = Refund.objects.select_for_update(of=("self",)).get(pk=refund.pk)
    if refund.state == RefundState.DONE:
        return refund
    refund.state = RefundState.DONE
    refund.done_at = at
    refund.transaction_id = transaction_id or refund.transaction_id
    refund.trouble = ""
    refund.save(update_fields=["state", "done_at", "transaction_id", "trouble"])
    holder = Provider.BANK.value if by_bank else refund.payment.provider
    post(
        kind=Entry.Kind.REFUND,
        source=refund.pk,
        amounts=moved(refund.amount, to=LedgerAccount.OWED, out_of=HELD_BY[holder]),
        at=at,
        order=order,
        on=on,
    )
    if order.payment_status == PaymentStatus.REFUND_DUE and not owed_back(order):
        move(order=order, step=Step.REFUND, at=at)
    return refund


@transaction.atomic
def fail_refund(*, refund: Refund, trouble: str) -> Refund:
    """Note that a refund did not succeed: its money is owed as before."""
    refund = Refund.objects.select_for_update(of=("self",)).get(pk=refund.pk)
    refund.state = RefundState.FAILED
    refund.trouble = trouble
    refund.save(update_fields=["state", "trouble"])
    return refund


def _hold_order(payment: Payment) -> Order:
    """Hold the order before its payment: all who touch its money take turns, in that order."""
    return Order.objects.select_for_update(of=("self",)).get(pk=payment.order_id)
