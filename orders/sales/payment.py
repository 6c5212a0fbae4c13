"""How an order is paid by bank transfer."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from stdnum import iban

from orders.sales.models import Order
from orders.sales.states import PaymentStatus
from orders.viitenumero import written


@dataclass(frozen=True)
class Instructions:
    """What a payer copies into the bank."""

    recipient: str
    iban: str
    bic: str
    reference: str
    due_date: date
    total: Decimal


def instructions_for(order: Order, *, left: Decimal | None = None) -> Instructions | None:
    """Give what is needed to pay an order; nothing when there is nothing to pay.

    What is paid at once is paid by the payment service only, so that it is not paid twice.

    :param left: what is still to be paid of it, where some has been credited or paid.
    """
    account = settings.BANK_ACCOUNT
    amount = order.total if left is None else left
    owed = order.payment_status == PaymentStatus.UNPAID and not order.is_cancelled
    if not owed or order.is_paid_at_once or amount <= 0 or not account["iban"]:
        return None
    return Instructions(
        recipient=settings.CONTROLLER["name"],
        iban=iban.format(account["iban"]),
        bic=account["bic"],
        reference=written(order.reference),
        due_date=order.due_date,
        total=amount,
    )
