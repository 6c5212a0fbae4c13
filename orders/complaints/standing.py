"""What an order's page says of complaints about its defects."""

from collections.abc import Sequence
from dataclasses import dataclass

from orders.complaints.models import Complaint
from orders.sales.models import Order
from orders.sales.states import Status


@dataclass(frozen=True, slots=True)
class Complaining:
    """Whether the way to a complaint stands on an order's page, and what was complained of."""

    is_offered: bool
    complaints: Sequence[Complaint]


def complaining_about(order: Order) -> Complaining:
    """Tell how an order stands; its complaints should have been fetched along.

    Once it has left it may have come, though nobody has noted so. No term ends it: how long a
    thing must last is for people to judge.
    """
    return Complaining(
        is_offered=order.status in (Status.SHIPPED, Status.DELIVERED),
        complaints=list(order.complaints.all()),
    )
