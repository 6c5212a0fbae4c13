"""A service that is sold by the month, and somebody who buys it."""

from datetime import datetime
from decimal import Decimal

import pytest

from orders.catalogue.models import Variant
from orders.catalogue.plans import Period, Plan
from orders.checkout.operations import place_now, show_summary
from orders.subscriptions.models import Subscription
from orders.subscriptions.renewing import renew, to_renew
from tests.conftest import NOON
from tests.factories import (
    BasketLineFactory,
    CheckoutDraftFactory,
    ProductFactory,
    VariantFactory,
)


@pytest.fixture
def maintenance() -> Variant:
    """Offer maintenance for 12.55 € a month, told of two weeks before, ended two days before."""
    product = ProductFactory.create(
        kind="service", slug="huolto", name_fi="Huolto", name_en="Maintenance"
    )
    Plan.objects.create(product=product, period=Period.MONTH, notice_days=2)
    return VariantFactory.create(product=product, sku="HUOLTO", price=Decimal("12.55"))


def bought(
    variant: Variant, *, quantity: int = 1, at: datetime = NOON, **said: object
) -> Subscription:
    """Let somebody buy a service in an ordinary order."""
    draft = CheckoutDraftFactory.create(**{"delivery_method": None, **said})
    BasketLineFactory.create(basket=draft.basket, variant=variant, quantity=quantity)
    show_summary(draft=draft, at=at)
    order = place_now(draft_id=draft.pk, at=at)
    return Subscription.objects.get(order=order)


def renew_all(*, at: datetime) -> int:
    """See to every service of which something is to be done; tell how many."""
    keys = to_renew(at=at)
    for key in keys:
        renew(service_id=key, at=at)
    return len(keys)
