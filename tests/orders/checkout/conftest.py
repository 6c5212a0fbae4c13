"""A checkout in which everything is said, and goods to buy in it."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from orders.catalogue.models import Variant
from orders.checkout.models import CheckoutDraft
from tests.factories import (
    BasketLineFactory,
    CheckoutDraftFactory,
    VariantFactory,
    in_stock,
)

Fill = Callable[..., CheckoutDraft]


@pytest.fixture
def variant() -> Variant:
    """Ten pieces of something for 12.55 at 25.5 %."""
    return in_stock(10, variant=VariantFactory.create(sku="LAMPPU", price=Decimal("12.55")))


@pytest.fixture
def fill(db: None) -> Fill:
    """Give a function that makes a complete checkout of some pieces of variants."""

    def filled(variant: Variant, quantity: int = 1, **said: object) -> CheckoutDraft:
        draft = CheckoutDraftFactory.create(**said)
        BasketLineFactory.create(basket=draft.basket, variant=variant, quantity=quantity)
        return draft

    return filled
