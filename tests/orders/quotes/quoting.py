"""Quotes that several rooms' tests begin with."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

from customers.models import Company, Customer
from orders.basket.models import Basket
from orders.catalogue.models import Variant
from orders.delivery.models import DeliveryMethod
from orders.quotes.models import Quote
from orders.quotes.operations import Answer, Asked, Offered, answer, ask
from tests.factories import BasketFactory, BasketLineFactory


def filled(variant: Variant, quantity: int = 3, customer: Customer | None = None) -> Basket:
    """Give a basket with some pieces of a variant."""
    basket = BasketFactory.create(customer=customer)
    BasketLineFactory.create(basket=basket, variant=variant, quantity=quantity)
    return basket


def asked(
    basket: Basket,
    *,
    at: datetime,
    email: str = "pekka@example.fi",
    company: Company | None = None,
    message: str = "Milloin ehtii?",
) -> Quote:
    """Ask for a quote for a basket, as its customer or as a guest."""
    card = basket.customer
    said = Asked(
        submission=uuid4(),
        email=card.email if card else email,
        message=message,
        language="fi",
        customer=card,
        company=company,
    )
    return ask(basket=basket, asked=said, at=at)


def given(quote: Quote, price: str, *, at: datetime, days: int = 14, **said: Any) -> Quote:
    """Give a quote for the pieces that were asked for, each at a price."""
    lines = {line.pk: Offered(line.quantity, Decimal(price)) for line in quote.lines.all()}
    facts: dict[str, Any] = {
        "lines": lines,
        "added": [],
        "valid_until": (at + timedelta(days=days)).date(),
        "delivery_method": DeliveryMethod.objects.get(code="parcel"),
        "delivery_price": Decimal("4.00"),
        "words": "Kiitos kysymästä.",
        **said,
    }
    return answer(quote=quote, answer=Answer(**facts), at=at, by=None)
