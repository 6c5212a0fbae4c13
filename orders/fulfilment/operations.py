"""Send an order on its way."""

from datetime import datetime
from urllib.parse import quote

from django.db import transaction

from customers.models import Account
from orders.delivery.models import DeliveryMethod
from orders.fulfilment.models import Parcel
from orders.sales import operations as sales
from orders.sales.models import Order
from orders.sales.states import Step


@transaction.atomic
def ship(*, order: Order, tracking_code: str, at: datetime, by: Account | None = None) -> Parcel:
    """Mark an order shipped, and keep the carrier's number of its parcel.

    :raises NotPermitted: when the order cannot be shipped from where it stands.
    """
    shipped = sales.move(order=order, step=Step.SHIP, at=at, by=by)
    return send(order=shipped, tracking_code=tracking_code, at=at)


def send(*, order: Order, tracking_code: str, at: datetime) -> Parcel:
    """Keep the carrier's number of one more parcel; the order stays where it stands."""
    return Parcel.objects.create(
        order=order,
        tracking_code=tracking_code,
        tracking_address=tracking_address(order, tracking_code),
        sent_at=at,
    )


def tracking_address(order: Order, tracking_code: str) -> str:
    """Give the carrier's page for a parcel, where the way of delivery names one."""
    if not tracking_code:
        return ""
    method = DeliveryMethod.objects.filter(code=order.delivery_code).first()
    if method is None or not method.tracking_address:
        return ""
    return method.tracking_address.replace("{code}", quote(tracking_code, safe=""))
