"""People with something to forget."""

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import count
from uuid import uuid4

from allauth.account.models import EmailAddress

from customers.models import Customer
from orders.fulfilment.models import Parcel
from orders.sales.models import Order, OrderLine, OrderVat
from orders.sales.numbers import new_secret, reference_of
from orders.sales.operations import move
from orders.sales.states import Step
from tests.conftest import NOON
from tests.factories import AccountFactory, CustomerFactory

_numbers = count(20_000_000)


def member(email: str, **facts: object) -> Customer:
    """Let somebody have an account whose address was confirmed, and a card."""
    account = AccountFactory.create(email=email)
    EmailAddress.objects.create(user=account, email=email, verified=True, primary=True)
    said = {"first_name": "Anna", "last_name": "Virtanen", "phone": "+358401234567"}
    return CustomerFactory.create(account=account, email=email, **{**said, **facts})


def order_of(card: Customer | None, email: str, *, at: datetime = NOON, **facts: object) -> Order:
    """Let somebody order one thing, with a parcel; without a card it is a guest."""
    number = str(next(_numbers))
    said: dict[str, object] = {
        "email": email,
        "phone": "+358401234567",
        "first_name": "Anna",
        "last_name": "Virtanen",
        "street": "Mannerheimintie 1",
        "postcode": "00100",
        "city": "Helsinki",
        "note": "Ovikoodi 1234",
    }
    order = Order.objects.create(
        number=number,
        secret=new_secret(),
        checkout=uuid4(),
        customer=card,
        language="fi",
        placed_at=at,
        reference=reference_of(number),
        due_date=at.date() + timedelta(days=14),
        total=Decimal("12.55"),
        total_net=Decimal("10.00"),
        total_vat=Decimal("2.55"),
        terms_edition=1,
        statement_sha256="0" * 64,
        **{**said, **facts},
    )
    OrderLine.objects.create(
        order=order,
        position=1,
        sku="LAMPPU",
        name="Lamppu",
        kind="goods",
        quantity=1,
        unit_price=Decimal("12.55"),
        vat_rate=Decimal("25.5"),
        total=Decimal("12.55"),
    )
    OrderVat.objects.create(
        order=order,
        rate=Decimal("25.5"),
        net=Decimal("10.00"),
        vat=Decimal("2.55"),
        gross=Decimal("12.55"),
    )
    Parcel.objects.create(order=order, tracking_code=f"JJFI{number}", sent_at=at)
    return order


def finish(order: Order, *, at: datetime) -> Order:
    """Let an order be paid and delivered."""
    move(order=order, step=Step.PAY, at=at)
    return move(order=order, step=Step.DELIVER, at=at)
