"""Move an order along the table of states."""

from datetime import datetime

from django.db import transaction

from customers.models import Account
from orders.sales.models import Order, OrderEvent
from orders.sales.states import WAYS, State, Step

_MOMENTS = {
    Step.PAY: "paid_at",
    Step.SHIP: "shipped_at",
    Step.DELIVER: "delivered_at",
    Step.CANCEL: "cancelled_at",
}


class NotPermitted(Exception):
    """The order stands where this step does not start."""

    def __init__(self, step: Step, state: State) -> None:
        super().__init__(f"{step} from {state.status}/{state.payment}")
        self.step = step
        self.state = state


@transaction.atomic
def move(
    *, order: Order, step: Step, at: datetime, by: Account | None = None, detail: str = ""
) -> Order:
    """Take one step, and write on the order's timeline who took it and when.

    :raises NotPermitted: when the table has no such way from where the order stands.
    """
    locked = Order.objects.select_for_update().get(pk=order.pk)
    target = WAYS[step].get(locked.state)
    if target is None:
        raise NotPermitted(step, locked.state)
    locked.status = target.status
    locked.payment_status = target.payment
    if step in _MOMENTS:
        setattr(locked, _MOMENTS[step], at)
    locked.save(update_fields=["status", "payment_status", *_MOMENTS.values()])
    OrderEvent.objects.create(
        order=locked, kind=OrderEvent.Kind(step.value), at=at, staff=by, detail=detail
    )
    return locked
