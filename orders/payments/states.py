"""The ways a payment and a refund may go: tables read by people, by Python and by the database."""

from django.db import models
from django.utils.translation import pgettext_lazy


class PaymentState(models.TextChoices):
    """Where a payment stands."""

    NEW = "new", pgettext_lazy("payment", "Begun")
    PENDING = "pending", pgettext_lazy("payment", "Waits for the payment service")
    PAID = "paid", pgettext_lazy("payment", "Paid")
    FAILED = "failed", pgettext_lazy("payment", "Did not succeed")


PAYMENT_WAYS: dict[PaymentState, tuple[PaymentState, ...]] = {
    PaymentState.NEW: (PaymentState.PENDING, PaymentState.PAID, PaymentState.FAILED),
    PaymentState.PENDING: (PaymentState.PAID, PaymentState.FAILED),
    # A buyer who gave up may still have paid: the service's later word counts.
    PaymentState.FAILED: (PaymentState.PENDING, PaymentState.PAID),
}
"""What was paid stays paid; money goes back by a refund only."""


class RefundState(models.TextChoices):
    """Where a refund stands."""

    NEW = "new", pgettext_lazy("refund", "To be sent")
    PENDING = "pending", pgettext_lazy("refund", "Waits for the payment service")
    DONE = "done", pgettext_lazy("refund", "Paid back")
    FAILED = "failed", pgettext_lazy("refund", "Did not succeed")


REFUND_WAYS: dict[RefundState, tuple[RefundState, ...]] = {
    RefundState.NEW: (RefundState.PENDING, RefundState.DONE, RefundState.FAILED),
    RefundState.PENDING: (RefundState.DONE, RefundState.FAILED),
}
