"""What the worker does about payments: ask after what was not heard of, and let go in the end."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.db.models import Q

from orders.checkout.hearing import ask_after, give_up
from orders.checkout.refunding import ask_after_refund
from orders.checkout.steps import cancel_order
from orders.payments.models import Payment, Provider, Refund
from orders.payments.paytrail.client import Unavailable
from orders.payments.states import PaymentState, RefundState
from orders.sales.models import Order
from orders.sales.operations import NotPermitted
from orders.sales.states import PaymentStatus, Status

SOON = timedelta(minutes=5)
"""A call that has not come by then may be lost."""
OFTEN, HOURLY = timedelta(hours=3), timedelta(days=3)
STALE = timedelta(days=60)
"""After that a payment that nobody made is not asked after any more."""
AT_THE_PAGE = timedelta(hours=1)
"""So long somebody may still be paying on the service's page."""
MOST_AT_ONCE = 200
NOT_KNOWN = "404"
"""The service's signed answer that it has no such payment."""


def ask_after_payments(*, at: datetime) -> int:
    """Ask after the payments and refunds of which the last word is missing; tell how many.

    Those of the last hours are asked after each time, older ones once an hour, then once a day.
    A service that answers nobody is left alone until the next time.
    """
    asked = 0
    payments = (
        Payment.objects.unheard(at - SOON)
        .filter(~Q(transaction_id=""), provider=Provider.PAYTRAIL, created_at__gt=_since(at))
        .order_by("-created_at")
    )
    refunds = Refund.objects.filter(
        ~Q(transaction_id=""),
        state=RefundState.PENDING,
        payment__provider=Provider.PAYTRAIL,
        created_at__gt=_since(at),
    ).select_related("payment")
    try:
        for payment in payments[:MOST_AT_ONCE]:
            _ask(partial(ask_after, payment, at=at))
            asked += 1
        for refund in refunds.order_by("-created_at")[:MOST_AT_ONCE]:
            _ask(partial(ask_after_refund, refund, at=at))
            asked += 1
    except Unavailable:
        return asked
    return asked


def _ask(ask: Callable[[], object]) -> None:
    """Ask after one; that the service does not know it, or answers oddly, stops no other."""
    try:
        ask()
    except Unavailable as trouble:
        if trouble.whoever_asks:
            raise


def _since(at: datetime) -> datetime:
    first_of_the_hour = at.minute < SOON.seconds // 60
    if first_of_the_hour and at.hour == 0:
        return at - STALE
    return at - (HOURLY if first_of_the_hour else OFTEN)


def cancel_unpaid(*, at: datetime) -> int:
    """Cancel orders that were to be paid at once and were not; tell how many.

    The service is asked once more before: what was paid meanwhile stays.
    """
    waiting = Order.objects.filter(
        payment_method=Order.PaymentMethod.PAYTRAIL,
        payment_status=PaymentStatus.UNPAID,
        status=Status.PLACED,
        placed_at__lt=at - timedelta(hours=settings.PAYTRAIL_PATIENCE),
    )
    done = 0
    for order in waiting.order_by("placed_at")[:MOST_AT_ONCE]:
        done += _cancel(order, at)
    return done


def _cancel(order: Order, at: datetime) -> bool:
    if not _is_given_up(order, at):
        return False
    try:
        cancel_order(order=order, at=at, for_non_payment=True)
    except NotPermitted:
        return False
    return True


def _is_given_up(order: Order, at: datetime) -> bool:
    """Tell whether no money is on its way: none under way, none of a part, nobody at the page."""
    unfinished = order.payments.filter(state__in=(PaymentState.NEW, PaymentState.PENDING))
    if unfinished.filter(created_at__gt=at - AT_THE_PAGE).exists():
        return False
    if not all(_has_an_end(each, at) for each in unfinished.exclude(transaction_id="")):
        return False
    order.refresh_from_db()
    if order.payment_status != PaymentStatus.UNPAID or order.payments.paid().exists():
        return False
    return not order.payments.filter(state=PaymentState.PENDING).exists()


def _has_an_end(payment: Payment, at: datetime) -> bool:
    """Ask the service how a payment stands; one that it does not know can be paid by nobody."""
    try:
        ask_after(payment, at=at)
    except Unavailable as trouble:
        if trouble.code != NOT_KNOWN:
            return False
        give_up(payment, why=trouble.code, at=at)
    return True
