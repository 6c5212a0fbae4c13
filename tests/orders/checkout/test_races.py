"""Many buyers at once, each with an own connection to the database."""

from collections.abc import Sequence
from functools import partial
from time import sleep
from uuid import UUID

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orders.basket.models import Basket, BasketLine
from orders.basket.operations import merge
from orders.catalogue.models import Variant
from orders.checkout.operations import place_order, show_summary
from orders.checkout.steps import cancel_order
from orders.sales.models import Order
from orders.sales.operations import NotPermitted
from orders.stock import operations
from orders.stock.models import Level, Movement, Reservation
from orders.stock.operations import OutOfStock
from privacy.outbox.models import Letter
from tests.conftest import NOON
from tests.factories import (
    AccountFactory,
    BasketFactory,
    BasketLineFactory,
    CustomerFactory,
    VariantFactory,
    in_stock,
)
from tests.orders.checkout.conftest import Fill, seen
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)


def ledger_sums() -> bool:
    sums = Level.objects.annotate(moved=Sum("movements__change"))
    return all((level.moved or 0) == level.on_hand for level in sums)


def test_fifty_buyers_of_ten_pieces_leave_forty_who_are_told(fill: Fill, variant: Variant) -> None:
    drafts = [seen(fill(variant, email=f"ostaja{n}@example.fi")) for n in range(50)]

    results = at_once([partial(place_order, draft_id=draft.pk, at=NOON) for draft in drafts])

    assert sum(isinstance(result, Order) for result in results) == 10
    assert sum(isinstance(result, OutOfStock) for result in results) == 40
    level = Level.objects.get()
    assert (level.on_hand, level.reserved) == (0, 0)
    assert ledger_sums()
    assert Letter.objects.count() == Order.objects.count() == 10


def test_co_09_without_the_lock_the_same_race_goes_wrong_and_the_database_still_sells_no_more(
    fill: Fill, variant: Variant, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The race above can fail: with the lock taken off, losers are told nothing kind."""

    def unlocked(wanted: dict[UUID, int], *, also_of: UUID | None = None) -> list[Level]:
        return list(Level.objects.filter(variant__in=wanted))

    def slowly(levels: Sequence[Level], wanted: dict[UUID, int]) -> None:
        refuse_shortages(levels, wanted)
        sleep(0.2)

    refuse_shortages = operations._refuse_shortages
    monkeypatch.setattr(operations, "_lock", unlocked)
    monkeypatch.setattr(operations, "_refuse_shortages", slowly)
    drafts = [seen(fill(variant, email=f"ostaja{n}@example.fi")) for n in range(20)]

    results = at_once([partial(place_order, draft_id=draft.pk, at=NOON) for draft in drafts])

    unkind = [each for each in results if isinstance(each, Exception)]
    assert any(not isinstance(each, OutOfStock) for each in unkind)
    assert sum(isinstance(result, Order) for result in results) == Order.objects.count() <= 10
    assert Level.objects.get().on_hand == 10 - Order.objects.count()


def test_fifty_buyers_who_see_the_summary_are_promised_ten_pieces(
    fill: Fill, variant: Variant
) -> None:
    drafts = [fill(variant) for _ in range(50)]

    results = at_once([partial(show_summary, draft=draft, at=NOON) for draft in drafts])

    assert sum(isinstance(result, OutOfStock) for result in results) == 40
    assert Level.objects.get().reserved == 10
    assert Reservation.objects.aggregate(sum=Sum("quantity"))["sum"] == 10


def test_the_same_checkout_ten_times_at_once_is_one_order_and_one_letter(
    fill: Fill, variant: Variant
) -> None:
    draft = seen(fill(variant))

    results = at_once([partial(place_order, draft_id=draft.pk, at=NOON)] * 10)

    assert len({result.number for result in results if isinstance(result, Order)}) == 1
    assert not [result for result in results if isinstance(result, Exception)]
    assert Order.objects.count() == Letter.objects.count() == 1
    assert Level.objects.get().on_hand == 9


def test_baskets_in_crossed_order_do_not_block_each_other(fill: Fill) -> None:
    one, two = in_stock(30), in_stock(30)
    drafts = []
    for n in range(20):
        first, second = (one, two) if n % 2 else (two, one)
        draft = fill(first, email=f"ostaja{n}@example.fi")
        BasketLineFactory.create(basket=draft.basket, variant=second)
        drafts.append(seen(draft))

    results = at_once([partial(place_order, draft_id=draft.pk, at=NOON) for draft in drafts])

    assert not [result for result in results if isinstance(result, Exception)]
    assert list(Level.objects.values_list("on_hand", flat=True)) == [10, 10]


def test_the_last_variants_of_one_product_are_sold_crosswise(fill: Fill) -> None:
    """Both orders change the availability of both products at their commit."""
    lamps, chairs = [in_stock(1) for _ in range(2)], [in_stock(1) for _ in range(2)]
    for variant in lamps[1:] + chairs[1:]:
        sibling = lamps[0] if variant in lamps else chairs[0]
        Variant.objects.filter(pk=variant.pk).update(product=sibling.product)
    drafts = []
    for first, second in ((lamps[0], chairs[0]), (chairs[1], lamps[1])):
        draft = fill(first)
        BasketLineFactory.create(basket=draft.basket, variant=second)
        drafts.append(seen(draft))

    results = at_once([partial(place_order, draft_id=draft.pk, at=NOON) for draft in drafts])

    assert not [result for result in results if isinstance(result, Exception)]
    lamps[0].product.refresh_from_db()
    assert not lamps[0].product.in_stock


def test_an_order_cancelled_by_five_at_once_gives_its_goods_back_once(
    fill: Fill, variant: Variant
) -> None:
    order = place_order(draft_id=seen(fill(variant, 4)).pk, at=NOON)

    results = at_once([partial(cancel_order, order=order, at=NOON)] * 5)

    assert sum(isinstance(result, NotPermitted) for result in results) == 4
    assert Level.objects.get().on_hand == 10


def test_two_tabs_that_sign_in_at_once_double_nothing() -> None:
    anna = CustomerFactory.create(account=AccountFactory.create())
    guest, variant = BasketFactory.create(), VariantFactory.create()
    BasketLineFactory.create(basket=guest, variant=variant, quantity=3)

    at_once([partial(merge, guest=guest, customer=anna, at=NOON)] * 4)

    assert Basket.objects.get().customer == anna
    assert BasketLine.objects.get().quantity == 3


@given(buyers=st.lists(st.integers(min_value=1, max_value=5), min_size=2, max_size=8))
@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_whatever_is_bought_at_once_stock_and_ledger_agree(buyers: list[int], fill: Fill) -> None:
    variant = in_stock(10)
    drafts = [seen(fill(variant, pieces)) for pieces in buyers]

    results = at_once([partial(place_order, draft_id=draft.pk, at=NOON) for draft in drafts])

    sold = sum(
        pieces for pieces, result in zip(buyers, results, strict=True) if isinstance(result, Order)
    )
    level = Level.objects.get(variant=variant)
    moved = Movement.objects.filter(level=level).aggregate(sum=Sum("change"))["sum"]
    assert level.on_hand == 10 - sold == moved
    assert level.reserved == 0
    refused = [p for p, r in zip(buyers, results, strict=True) if isinstance(r, OutOfStock)]
    assert sold + sum(refused) == sum(buyers)
    assert all(level.on_hand < pieces for pieces in refused)
