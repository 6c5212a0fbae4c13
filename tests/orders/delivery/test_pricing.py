"""Which ways of delivery fit, and what they cost."""

from decimal import Decimal

import pytest

from orders.delivery.models import DeliveryMethod, DeliveryStep
from orders.delivery.pricing import Load, missing_until_free, offers_for, price_of
from tests.factories import DeliveryMethodFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def none_of_the_first_rows() -> None:
    DeliveryMethod.objects.all().delete()


def load(total: str = "10.00", weight_g: int = 500, *, to_aland: bool = False) -> Load:
    return Load(Decimal(total), weight_g, to_aland)


def test_delivery_is_free_from_the_very_sum() -> None:
    method = DeliveryMethodFactory.create(price=Decimal("5.90"), free_from=Decimal(50))

    assert price_of(method, load("49.99")) == Decimal("5.90")
    assert price_of(method, load("50.00")) == 0


def test_a_step_counts_from_its_start() -> None:
    method = DeliveryMethodFactory.create(price=Decimal(4), priced_by="weight")
    for start, price in ((1000, "6.00"), (5000, "9.50")):
        DeliveryStep.objects.create(method=method, start=start, price=Decimal(price))

    weights = (999, 1000, 4999, 5000)
    asked = [price_of(method, load(weight_g=weight)) for weight in weights]
    assert asked == [Decimal(4), Decimal("6.00"), Decimal("6.00"), Decimal("9.50")]


def test_what_is_too_heavy_or_crosses_the_tax_border_is_not_offered() -> None:
    light = DeliveryMethodFactory.create(heaviest_g=1000, position=1)
    pickup = DeliveryMethodFactory.create(to_aland=True, position=2)
    DeliveryMethodFactory.create(is_active=False)

    assert [offer.method for offer in offers_for(load(weight_g=1000))] == [light, pickup]
    assert [offer.method for offer in offers_for(load(weight_g=1001))] == [pickup]
    assert [offer.method for offer in offers_for(load(to_aland=True))] == [pickup]


def test_it_is_told_what_is_missing_until_delivery_is_free() -> None:
    DeliveryMethodFactory.create(free_from=Decimal(50))
    goods = load("42.10")

    assert missing_until_free(offers_for(goods), goods) == Decimal("7.90")
    assert missing_until_free(offers_for(load("50.00")), load("50.00")) is None
