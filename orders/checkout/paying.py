"""Let a buyer pay an order by the payment service, as often as it takes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation

from orders.money import ZERO
from orders.payments.models import Payment, PaymentEvent, Provider
from orders.payments.operations import to_pay
from orders.payments.paytrail import client
from orders.payments.paytrail.client import Begun, Unavailable, is_offered
from orders.payments.states import PaymentState
from orders.sales.models import Order
from orders.sales.states import PaymentStatus
from privacy.locks import share_person
from privacy.outbox.addresses import absolute

AGAIN = timedelta(minutes=20)
"""So long a page of the service that was begun is used again, in place of a second payment."""
HOME = "fi"
"""The language of the address that the service calls, so that it is always the same."""


class NothingToPay(ValueError):
    """The order is paid, is off, waits for a payment's last word, or knows no buyer any more."""


def may_be_paid(order: Order) -> bool:
    """Tell whether a buyer may pay an order by the payment service, as far as the order knows."""
    unpaid = order.payment_status == PaymentStatus.UNPAID and not order.is_cancelled
    return unpaid and order.is_paid_at_once and bool(order.email)


def waits_for_word(order: Order) -> bool:
    """Tell whether money for an order is on its way, as the payment service has said."""
    return any(payment.state == PaymentState.PENDING for payment in order.payments.all())


@dataclass(frozen=True)
class Standing:
    """How paying stands, as the order's own page tells it."""

    stage: str
    """`open`, `begun`, `failed`, `wait`, or nothing where nothing is to be paid here."""
    can_pay: bool = False
    left: Decimal = ZERO


def standing_of(order: Order, *, at: datetime) -> Standing:
    """Tell how the payment of an order stands, and whether it can be paid now."""
    if not may_be_paid(order):
        return Standing("")
    if waits_for_word(order):
        return Standing("wait")
    states = {
        PaymentState.NEW.value: "begun",
        PaymentState.FAILED.value: "failed",
    }
    latest = max(order.payments.all(), key=lambda each: each.created_at, default=None)
    stage = states.get(latest.state, "open") if latest is not None else "open"
    return Standing(stage, can_pay=is_offered(at=at), left=to_pay(order))


def begin_payment(*, order: Order, at: datetime) -> Payment:
    """Begin a payment and give it with the page on which it is paid.

    The payment is written before the service hears of it, so that no word comes about one that
    the shop does not know.

    :raises NothingToPay: when there is nothing to pay.
    :raises Unavailable: when the service did not take it up; the order waits.
    """
    payment = _open(order, at)
    return payment if payment.page else _take_up(payment, at)


@transaction.atomic
def _open(order: Order, at: datetime) -> Payment:
    order = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    amount = to_pay(order)
    if not may_be_paid(order) or waits_for_word(order) or amount <= ZERO:
        raise NothingToPay
    begun = order.payments.filter(
        ~Q(page=""),
        provider=Provider.PAYTRAIL,
        state=PaymentState.NEW,
        amount=amount,
        created_at__gt=at - AGAIN,
    )
    return begun.first() or Payment.objects.create(
        order=order, provider=Provider.PAYTRAIL, amount=amount, created_at=at
    )


def _take_up(payment: Payment, at: datetime) -> Payment:
    """Let the service take a payment up; an erasure of the buyer waits meanwhile, or came first."""
    begun: Begun | None = None
    trouble: Unavailable | None = None
    with transaction.atomic():
        email = Order.objects.values_list("email", flat=True).get(pk=payment.order_id)
        share_person(email)
        order = Order.objects.get(pk=payment.order_id)
        try:
            begun = _begin(payment, order, at) if order.email else None
        except Unavailable as failure:
            trouble = failure
        payment = _note(payment, begun, trouble.code if trouble else "no_address", at)
    if trouble is not None:
        raise trouble
    if begun is None:
        raise NothingToPay
    return payment


def _begin(payment: Payment, order: Order, at: datetime) -> Begun:
    with translation.override(order.language):
        back = {
            "success": absolute(reverse("orders:payment-back")),
            "cancel": absolute(reverse("orders:payment-stopped")),
        }
    with translation.override(HOME):
        heard_at = absolute(reverse("orders:payment-heard"))
    return client.begin(
        stamp=payment.pk,
        reference=order.reference,
        amount=payment.amount,
        rows=_by_rate(order),
        language=order.language,
        email=order.email,
        back=back,
        heard_at=heard_at,
        about=order.pk,
        at=at,
    )


def _by_rate(order: Order) -> dict[Decimal, Decimal]:
    """Sum what the order costs at each rate: the service asks no more of its VAT."""
    sums: dict[Decimal, Decimal] = {}
    for row in order.vat_rows.all():
        sums[row.rate] = sums.get(row.rate, ZERO) + row.gross
    return sums


def _note(payment: Payment, begun: Begun | None, trouble: str, at: datetime) -> Payment:
    """Note what the service said; its call may have been quicker and is not overwritten."""
    Order.objects.select_for_update(of=("self",)).get(pk=payment.order_id)
    payment = Payment.objects.select_for_update(of=("self",)).get(pk=payment.pk)
    if begun is not None:
        payment.transaction_id = begun.transaction_id
        payment.page = begun.page
    elif payment.state == PaymentState.NEW:
        payment.state = PaymentState.FAILED
    payment.save(update_fields=["transaction_id", "page", "state"])
    verdict = PaymentEvent.Verdict.REFUSED if begun is None else PaymentEvent.Verdict.TAKEN
    PaymentEvent.objects.create(
        payment=payment,
        source=PaymentEvent.Source.CREATED,
        verdict=verdict,
        why=trouble[:40] if begun is None else "",
        status="" if begun is None else PaymentState.NEW,
        at=at,
    )
    return payment
