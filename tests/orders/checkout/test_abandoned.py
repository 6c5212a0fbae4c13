"""Nobody's baskets and half-filled checkouts go with the nightly sweep."""

from datetime import timedelta

import pytest

from orders.basket.models import Basket, BasketLine
from orders.catalogue.models import Variant
from orders.checkout.models import CheckoutDraft
from privacy.sweep import sweep
from tests.conftest import NOON
from tests.orders.checkout.conftest import Fill

pytestmark = pytest.mark.django_db


def last_touched(draft: CheckoutDraft, *, basket_days: int, days: int) -> None:
    basket_at, at = (NOON - timedelta(days=age) for age in (basket_days, days))
    Basket.objects.filter(checkout=draft).update(touched_at=basket_at)
    CheckoutDraft.objects.filter(pk=draft.pk).update(touched_at=at)


def test_a_guests_basket_goes_after_sixty_days(fill: Fill, variant: Variant) -> None:
    old, young = fill(variant), fill(variant)
    last_touched(old, basket_days=62, days=62)
    last_touched(young, basket_days=58, days=0)

    sweep(at=NOON)

    assert Basket.objects.get() == young.basket
    assert BasketLine.objects.get().basket == young.basket
    assert CheckoutDraft.objects.get() == young


def test_what_was_typed_goes_after_two_days_and_the_basket_stays(
    fill: Fill, variant: Variant
) -> None:
    old, young = fill(variant), fill(variant)
    last_touched(old, basket_days=4, days=4)
    last_touched(young, basket_days=1, days=1)

    sweep(at=NOON)

    assert CheckoutDraft.objects.get() == young
    assert Basket.objects.count() == 2
