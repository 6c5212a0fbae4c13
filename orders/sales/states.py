"""The ways an order may go: one table, read by people, by Python and by the database."""

from dataclasses import dataclass

from django.db import models
from django.utils.translation import pgettext_lazy


class Status(models.TextChoices):
    """Where the goods are."""

    PLACED = "placed", pgettext_lazy("order status", "Placed")
    PACKED = "packed", pgettext_lazy("order status", "Packed")
    SHIPPED = "shipped", pgettext_lazy("order status", "Shipped")
    DELIVERED = "delivered", pgettext_lazy("order status", "Delivered")
    CANCELLED = "cancelled", pgettext_lazy("order status", "Cancelled")


class PaymentStatus(models.TextChoices):
    """Where the money is."""

    UNPAID = "unpaid", pgettext_lazy("payment status", "Unpaid")
    PAID = "paid", pgettext_lazy("payment status", "Paid")
    REFUND_DUE = "refund_due", pgettext_lazy("payment status", "To be refunded")
    REFUNDED = "refunded", pgettext_lazy("payment status", "Refunded")


class Step(models.TextChoices):
    """What can be done with an order."""

    PAY = "pay", pgettext_lazy("order step", "Mark paid")
    PACK = "pack", pgettext_lazy("order step", "Mark packed")
    UNPACK = "unpack", pgettext_lazy("order step", "Pack anew")
    SHIP = "ship", pgettext_lazy("order step", "Mark shipped")
    DELIVER = "deliver", pgettext_lazy("order step", "Mark delivered")
    CANCEL = "cancel", pgettext_lazy("order step", "Cancel the order")
    REFUND = "refund", pgettext_lazy("order step", "Mark refunded")


@dataclass(frozen=True)
class State:
    """Goods and money together."""

    status: Status
    payment: PaymentStatus


_S, _P = Status, PaymentStatus

WAYS: dict[Step, dict[State, State]] = {
    Step.PAY: {
        **{
            State(status, _P.UNPAID): State(status, _P.PAID)
            for status in (_S.PLACED, _S.PACKED, _S.SHIPPED, _S.DELIVERED)
        },
        # Money that comes for a cancelled order is owed back.
        State(_S.CANCELLED, _P.UNPAID): State(_S.CANCELLED, _P.REFUND_DUE),
        State(_S.CANCELLED, _P.REFUNDED): State(_S.CANCELLED, _P.REFUND_DUE),
    },
    Step.PACK: {
        State(_S.PLACED, payment): State(_S.PACKED, payment) for payment in (_P.UNPAID, _P.PAID)
    },
    # What was withdrawn after the packing is taken out, and the rest is packed by a new slip.
    Step.UNPACK: {
        State(_S.PACKED, payment): State(_S.PLACED, payment) for payment in (_P.UNPAID, _P.PAID)
    },
    Step.SHIP: {
        State(_S.PACKED, payment): State(_S.SHIPPED, payment) for payment in (_P.UNPAID, _P.PAID)
    },
    # What is picked up leaves from the shelf; a service or a digital product is never packed.
    Step.DELIVER: {
        State(status, payment): State(_S.DELIVERED, payment)
        for status in (_S.PLACED, _S.PACKED, _S.SHIPPED)
        for payment in (_P.UNPAID, _P.PAID)
    },
    Step.CANCEL: {
        State(status, before): State(_S.CANCELLED, after)
        for status in (_S.PLACED, _S.PACKED)
        for before, after in ((_P.UNPAID, _P.UNPAID), (_P.PAID, _P.REFUND_DUE))
    },
    Step.REFUND: {State(_S.CANCELLED, _P.REFUND_DUE): State(_S.CANCELLED, _P.REFUNDED)},
}
"""For each step, the states it may start from and where it leads."""


def steps_from(state: State) -> list[Step]:
    """List the steps that are permitted now, in the order of the table."""
    return [step for step, ways in WAYS.items() if state in ways]


BY_MONEY = (Step.REFUND,)
"""Steps that nobody takes by hand: money that was counted takes them."""

BY_BUYERS = (Step.UNPACK,)
"""Steps that nobody takes by hand either: a buyer who withdraws from a part takes them."""


def status_changes() -> list[tuple[str, str]]:
    """List the permitted changes of the goods' status, for the database."""
    pairs = {(a.status.value, b.status.value) for ways in WAYS.values() for a, b in ways.items()}
    return sorted(pair for pair in pairs if pair[0] != pair[1])


def payment_changes() -> list[tuple[str, str]]:
    """List the permitted changes of the money's status, for the database."""
    pairs = {(a.payment.value, b.payment.value) for ways in WAYS.values() for a, b in ways.items()}
    return sorted(pair for pair in pairs if pair[0] != pair[1])
