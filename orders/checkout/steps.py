"""What follows from each step of an order: in the store room, in the books, and by letter."""

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from customers.models import Account
from orders.bookings import operations as bookings
from orders.checkout.letters import write_order_cancelled, write_order_shipped
from orders.downloads import operations as downloads
from orders.fulfilment import operations as fulfilment
from orders.invoicing.lines import NothingToCredit
from orders.invoicing.models import Invoice
from orders.invoicing.operations import credit_all, issue
from orders.offers import operations as offers
from orders.payments.models import Payment, PaymentEvent, Provider
from orders.payments.operations import owe_what_is_over, receive, to_pay
from orders.payments.states import PaymentState
from orders.sales import operations as sales
from orders.sales.models import Order
from orders.sales.states import PaymentStatus, Step
from orders.stock import operations as stock
from orders.subscriptions import ending as subscriptions


@transaction.atomic
def confirm_payment(
    *,
    payment: Payment,
    at: datetime,
    on: date | None = None,
    by: Account | None = None,
    out_of_unknown: bool = False,
) -> Payment:
    """Count a payment, and invoice an order that is paid before it has left.

    :param on: the day on which the money came, whose VAT rates count; without it today.
    :param out_of_unknown: the money stands in the books already, as not yet matched.
    """
    # What was matched later is posted on the day of the match: its coming is posted already.
    booked = None if out_of_unknown else on
    paid = receive(payment=payment, at=at, by=by, on=booked, out_of_unknown=out_of_unknown)
    order = Order.objects.get(pk=paid.order_id)
    if order.payment_status == PaymentStatus.PAID:
        _invoice(order, on or timezone.localdate(at), at)
        supply_downloads(order=order, at=at)
    return paid


def supply_downloads(*, order: Order, at: datetime) -> Order:
    """Let the files of an order that is paid be fetched; with nothing else it is delivered."""
    if downloads.supply(order=order, at=at):
        order = Order.objects.get(pk=order.pk)
        if Step.DELIVER in order.steps:
            return deliver_order(order=order, at=at)
    return order


def _invoice(order: Order, tax_point: date, at: datetime) -> None:
    """Invoice an order, unless all of it was given: then no tax is due and nothing is booked."""
    if order.total:
        issue(order=order, tax_point=tax_point, at=at)


@transaction.atomic
def pay_by_hand(
    *, order: Order, amount: Decimal, on: date, at: datetime, by: Account | None
) -> Payment:
    """Count money that staff have seen come to the bank account."""
    payment = Payment.objects.create(
        order=order, provider=Provider.BANK, amount=amount, created_at=at
    )
    PaymentEvent.objects.create(
        payment=payment,
        source=PaymentEvent.Source.STAFF,
        verdict=PaymentEvent.Verdict.TAKEN,
        status=PaymentState.PAID,
        at=at,
    )
    return confirm_payment(payment=payment, at=at, on=on, by=by)


@transaction.atomic
def ship_order(
    *, order: Order, tracking_code: str, at: datetime, by: Account | None = None
) -> Order:
    """Send an order on its way, invoice it if it is not yet, and tell the buyer.

    :raises NotPermitted: when the order cannot be shipped from where it stands.
    """
    parcel = fulfilment.ship(order=order, tracking_code=tracking_code, at=at, by=by)
    _invoice(parcel.order, timezone.localdate(at), at)
    write_order_shipped(
        parcel.order,
        at=at,
        tracking_code=parcel.tracking_code,
        tracking_address=parcel.tracking_address,
    )
    return parcel.order


@transaction.atomic
def deliver_order(*, order: Order, at: datetime, by: Account | None = None) -> Order:
    """Note that the buyer has got what was ordered; what was not shipped is invoiced now.

    :raises NotPermitted: when the order cannot be delivered from where it stands.
    """
    delivered = sales.move(order=order, step=Step.DELIVER, at=at, by=by)
    _invoice(delivered, timezone.localdate(at), at)
    return delivered


@transaction.atomic
def cancel_order(
    *, order: Order, at: datetime, by: Account | None = None, for_non_payment: bool = False
) -> Order:
    """Cancel an order: goods back, invoice credited, money owed back, and the buyer told.

    :param for_non_payment: the buyer is told so, who may still wait for what was ordered.
    :raises NotPermitted: when it has left already, or has been cancelled.
    """
    cancelled = sales.move(order=order, step=Step.CANCEL, at=at, by=by)
    offers.give_back(order_number=cancelled.number, at=at)  # coupons are held before stock is
    stock.put_back(order_number=cancelled.number, at=at)
    subscriptions.stop(order=cancelled, at=at)
    bookings.give_back(order=cancelled, at=at)
    _credit(cancelled, at)
    owe_what_is_over(order=cancelled, source=cancelled.pk, at=at, by=by)
    cancelled.refresh_from_db()
    if not cancelled.total and cancelled.payment_status == PaymentStatus.REFUND_DUE:
        # Of what cost nothing there is nothing to give back.
        cancelled = sales.move(order=cancelled, step=Step.REFUND, at=at, by=by)
    write_order_cancelled(cancelled, at=at, for_non_payment=for_non_payment)
    return cancelled


def _credit(order: Order, at: datetime) -> None:
    for invoice in Invoice.objects.invoices().about(order):
        try:
            credit_all(invoice=invoice, reason=Invoice.Reason.CANCELLED, at=at)
        except NothingToCredit:
            continue


@transaction.atomic
def mark_paid(*, order: Order, at: datetime, by: Account | None = None) -> Order:
    """Count as come to the bank account today all that is to be paid of an order.

    Of an order that is off it is the whole sum: money that came all the same is owed back.

    :raises NotPermitted: when nothing is to be paid.
    """
    order = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    amount = order.total if order.is_cancelled else to_pay(order)
    if Step.PAY not in order.steps:
        raise sales.NotPermitted(Step.PAY, order.state)
    if not amount:
        paid = sales.move(order=order, step=Step.PAY, at=at, by=by)
        return paid if paid.is_cancelled else supply_downloads(order=paid, at=at)
    pay_by_hand(order=order, amount=amount, on=timezone.localdate(at), at=at, by=by)
    return Order.objects.get(pk=order.pk)
