"""Numbers and addresses of orders that tell nothing of how many there are."""

import secrets

from orders.sales.models import Order
from orders.viitenumero import generate

_LOWEST, _HIGHEST = 10_000_000, 99_999_999


def new_number() -> str:
    """Draw a free order number of eight digits."""
    while True:
        number = str(_LOWEST + secrets.randbelow(_HIGHEST - _LOWEST + 1))
        if not Order.objects.filter(number=number).exists():
            return number


def new_secret() -> str:
    """Draw the unguessable part of an order's address: 256 random bits."""
    return secrets.token_urlsafe(32)


def reference_of(number: str) -> str:
    """Give the bank's reference number of an order."""
    return generate(number)
