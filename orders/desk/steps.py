"""The steps that staff take with an order, each in the way that belongs to it."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils import timezone

from customers.models import Account
from orders.checkout.steps import cancel_order, deliver_order, mark_paid, ship_order
from orders.delivery.models import DeliveryMethod
from orders.returns.unsent import to_send
from orders.sales.models import Order
from orders.sales.operations import NotPermitted, move
from orders.sales.states import Step


class PackedOtherwise(Exception):
    """Something was withdrawn since whoever packs looked."""


def usual_step(order: Order) -> Step | None:
    """Give the permitted step that usually comes next.

    What is no goods is neither packed nor sent, what is picked up is handed over at once, and
    money that is paid through a service comes by itself.
    """
    pickup = DeliveryMethod.objects.filter(
        code=order.delivery_code, kind=DeliveryMethod.Kind.PICKUP
    )
    way = [Step.PACK, Step.SHIP, Step.DELIVER, Step.PAY]
    if not order.delivery_method:
        way = [Step.DELIVER, Step.PAY]
    elif pickup.exists():
        way.remove(Step.SHIP)
    if order.is_paid_at_once:
        way.remove(Step.PAY)
    return next((step for step in way if step in order.steps), None)


@transaction.atomic
def take(
    *,
    order: Order,
    step: Step,
    tracking_code: str,
    by: Account | None,
    pieces: int | None = None,
) -> None:
    """Take a step in the way that belongs to it.

    :param pieces: how many pieces are sent, as far as whoever takes the step has seen.
    :raises NotPermitted: when the order cannot take it from where it stands.
    :raises PackedOtherwise: when fewer pieces are to be sent by now.
    """
    now = timezone.now()
    if pieces is not None and step in (Step.PACK, Step.SHIP, Step.DELIVER):
        held = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
        if held.state == order.state and sum(_each(held)) != pieces:
            raise PackedOtherwise
    ways: dict[Step, Callable[[], Any]] = {
        Step.CANCEL: lambda: cancel_order(order=order, at=now, by=by),
        Step.DELIVER: lambda: deliver_order(order=order, at=now, by=by),
        Step.PAY: lambda: mark_paid(order=order, at=now, by=by),
        Step.SHIP: lambda: ship_order(order=order, tracking_code=tracking_code, at=now, by=by),
    }
    if step not in order.steps:
        raise NotPermitted(step, order.state)
    ways.get(step, lambda: move(order=order, step=step, at=now, by=by))()


def _each(order: Order) -> list[int]:
    return [each.pieces for each in to_send([order])[order.pk]]
