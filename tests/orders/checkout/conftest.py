"""A checkout in which everything is said, and goods to buy in it."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal

import pytest

from orders.catalogue.models import Variant
from orders.checkout.models import CheckoutDraft
from orders.checkout.operations import place_order, show_summary
from orders.checkout.summary import seal, summarise
from orders.sales.models import Order
from tests.conftest import NOON
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


def seen(draft: CheckoutDraft) -> CheckoutDraft:
    """Let the buyer have seen the summary without a promise of goods."""
    draft.shown = summarise(draft, at=NOON).shown()
    draft.save()
    return draft


def seal_of(draft: CheckoutDraft) -> str:
    """Give what the button of the summary would send, as the summary is now."""
    fresh = CheckoutDraft.objects.get(pk=draft.pk)
    return seal(fresh, summarise(fresh, at=NOON))


def ordered(draft: CheckoutDraft, *, at: datetime = NOON) -> Order:
    """See the summary, and order."""
    show_summary(draft=draft, at=at)
    return place_order(draft_id=draft.pk, at=at)
