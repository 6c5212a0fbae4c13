"""A buyer cancels before the order leaves; against packing and shipping one of the two wins."""

import pytest
from django.test import Client
from django.utils import timezone

from customers.models import Customer
from orders.checkout.steps import cancel_order, ship_order
from orders.sales.models import Order
from orders.sales.operations import NotPermitted, move
from orders.sales.states import PaymentStatus, Status, Step
from tests.doors import let_in
from tests.orders.buying import HERE
from tests.orders.money_matters import three_rates
from tests.privacy.lives import order_of
from tests.races import at_once

pytestmark = pytest.mark.django_db


def address(order: Order) -> str:
    return f"/en/order/{order.secret}/cancel/"


def test_a_guest_cancels_in_two_steps_and_is_told(client: Client) -> None:
    order = three_rates()
    assert address(order) in client.get(f"/en/order/{order.secret}/").content.decode()
    assert "Keep the order" in client.get(address(order)).content.decode()
    order.refresh_from_db()
    assert order.status == Status.PLACED

    page = client.post(address(order), headers=HERE, follow=True).content.decode()
    assert "The order is cancelled." in page
    assert address(order) not in page
    order.refresh_from_db()
    assert order.status == Status.CANCELLED
    again = client.post(address(order), headers=HERE, follow=True).content.decode()
    assert "The order has been cancelled already." in again


def test_what_has_left_stays_and_the_way_out_is_named(client: Client) -> None:
    order = three_rates()
    move(order=order, step=Step.PACK, at=timezone.now())
    ship_order(order=order, tracking_code="", at=timezone.now())
    for answer in (
        client.get(address(order), follow=True),
        client.post(address(order), headers=HERE, follow=True),
    ):
        assert "You may withdraw from it." in answer.content.decode()
    order.refresh_from_db()
    assert order.status == Status.SHIPPED


def test_members_cancel_their_own_orders_only(anna: Customer, celia: Customer) -> None:
    order = order_of(anna, "anna@example.fi")
    move(order=order, step=Step.PAY, at=timezone.now())
    own = f"/en/account/orders/{order.number}/cancel/"
    assert anna.account is not None
    assert celia.account is not None
    assert let_in(Client(), celia.account).post(own, headers=HERE).status_code == 404
    order.refresh_from_db()
    assert order.status == Status.PLACED
    assert let_in(Client(), anna.account).post(own, headers=HERE).status_code == 302
    order.refresh_from_db()
    assert (order.status, order.payment_status) == (Status.CANCELLED, PaymentStatus.REFUND_DUE)


@pytest.mark.django_db(transaction=True)
def test_of_cancelling_and_shipping_at_once_one_wins() -> None:
    order = three_rates()
    move(order=order, step=Step.PACK, at=timezone.now())
    done = at_once(
        [
            lambda: cancel_order(order=order, at=timezone.now()),
            lambda: ship_order(order=order, tracking_code="", at=timezone.now()),
        ]
    )
    assert [isinstance(each, NotPermitted) for each in done].count(True) == 1
    order.refresh_from_db()
    assert order.status in (Status.CANCELLED, Status.SHIPPED)
    assert order.invoices.exists() == (order.status == Status.SHIPPED)
