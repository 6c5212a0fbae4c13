"""The ways of paying that a buyer may choose today."""

from datetime import datetime

from django.conf import settings

from orders.payments.paytrail.client import is_offered
from orders.sales.models import Order


def payment_methods(*, at: datetime) -> list[str]:
    """List the methods of payment that the shop is set up for, the one chosen most first."""
    methods = []
    if is_offered(at=at):
        methods.append(Order.PaymentMethod.PAYTRAIL.value)
    if settings.BANK_ACCOUNT["iban"]:
        methods.append(Order.PaymentMethod.INVOICE.value)
    return methods
