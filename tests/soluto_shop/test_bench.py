"""What `make bench` measures of forgetting."""

import pytest

from customers.models import Customer
from orders.sales.models import Order
from privacy.registry import registry
from soluto_shop.bench.forgetting import forget, sweep_idly, table

pytestmark = pytest.mark.django_db


def test_forgetting_asks_the_same_however_much_somebody_has_bought() -> None:
    forget(1)  # content types and the ledger's key are looked up once
    costs = [forget(own) for own in (1, 10, 150)]

    assert len({each.queries for each in costs}) == 1
    assert costs[0].queries < 130
    assert not Customer.objects.exists()
    assert not Order.objects.exclude(email="").exists()
    clocks = sum(len(each.by_keep()) for each in registry.values())
    assert sweep_idly().queries <= 3 * clocks + 10  # two of three are savepoints of the test
    assert table(costs, orders=162).splitlines()[1].startswith("erase, 1 own orders")
