"""Placing an order."""

from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from customers.models import Customer
from orders.basket.models import Basket
from orders.catalogue.models import Product, Variant, VatRate
from orders.checkout.operations import (
    DraftNotComplete,
    EmptyBasket,
    SomethingChanged,
    place_order,
    show_summary,
)
from orders.checkout.steps import cancel_order, ship_order
from orders.sales.models import Order, OrderEvent
from orders.sales.operations import NotPermitted, move
from orders.sales.states import Status, Step
from orders.stock.models import Level, Movement, Reservation
from orders.stock.operations import OutOfStock
from orders.viitenumero import is_valid
from privacy.outbox.models import Letter
from privacy.statement import statement_sha256
from tests.conftest import NOON
from tests.factories import BasketFactory, BasketLineFactory, CheckoutDraftFactory, ware_of
from tests.orders.checkout.conftest import Fill, ordered


def test_an_order_keeps_names_prices_and_rates(fill: Fill, variant: Variant) -> None:
    order = ordered(fill(variant, 2))
    Product.objects.update(name_fi="Aivan muuta")
    Variant.objects.update(price=Decimal(99))

    line = order.lines.get()
    assert (line.sku, line.quantity, line.unit_price, line.vat_rate, line.total) == (
        "LAMPPU",
        2,
        Decimal("12.55"),
        Decimal("25.5"),
        Decimal("25.10"),
    )
    assert line.name != "Aivan muuta"
    # 25.10 + 5.90 = 31.00; 31.00 / 1.255 = 24.7011…
    assert (order.total, order.total_net, order.total_vat) == (
        Decimal("31.00"),
        Decimal("24.70"),
        Decimal("6.30"),
    )
    row = order.vat_rows.get()
    assert (row.rate, row.net, row.vat, row.gross) == (
        Decimal("25.5"),
        Decimal("24.70"),
        Decimal("6.30"),
        Decimal("31.00"),
    )


def test_an_order_tells_nothing_of_how_many_there_are(fill: Fill, variant: Variant) -> None:
    orders = [ordered(fill(variant)) for _ in range(3)]

    numbers = [int(order.number) for order in orders]
    assert all(10_000_000 <= number <= 99_999_999 for number in numbers)
    assert len({abs(a - b) for a, b in pairwise(numbers)} - {0, 1}) == 2
    assert all(is_valid(order.reference) for order in orders)
    assert len({order.secret for order in orders}) == 3
    assert min(len(order.secret) for order in orders) >= 43


def test_an_order_remembers_under_which_words_it_was_placed(fill: Fill, variant: Variant) -> None:
    order = ordered(fill(variant))

    assert order.statement_sha256 == statement_sha256()
    assert order.terms_edition == 2
    assert order.due_date == date(2026, 12, 7)


def test_the_goods_leave_the_store_room_and_the_promise_is_used_up(
    fill: Fill, variant: Variant
) -> None:
    draft = fill(variant, 3)
    show_summary(draft=draft, at=NOON)
    assert Level.objects.get().reserved == 3

    order = place_order(draft_id=draft.pk, at=NOON)

    level = Level.objects.get()
    assert (level.on_hand, level.reserved) == (7, 0)
    sale = Movement.objects.get(kind=Movement.Kind.SALE)
    assert (sale.change, sale.balance, sale.order_number) == (-3, 7, order.number)


def test_the_basket_is_gone_and_the_checkout_holds_nobody(fill: Fill, variant: Variant) -> None:
    draft = fill(variant)
    order = ordered(draft)

    assert not Basket.objects.exists()
    draft.refresh_from_db()
    assert draft.order_secret == order.secret
    assert (draft.email, draft.first_name, draft.street, draft.shown) == ("", "", "", {})


def test_the_same_checkout_gives_the_same_order(fill: Fill, variant: Variant) -> None:
    draft = fill(variant)
    order = ordered(draft)

    assert place_order(draft_id=draft.pk, at=NOON + timedelta(days=1)) == order
    assert Order.objects.count() == 1
    assert Letter.objects.count() == 1


def test_a_letter_is_queued_with_the_order_and_not_without_it(fill: Fill, variant: Variant) -> None:
    with pytest.raises(SomethingChanged):
        place_order(draft_id=fill(variant).pk, at=NOON)
    assert not Letter.objects.exists()

    order = ordered(fill(variant))

    letter = Letter.objects.get()
    assert (letter.to, letter.kind, letter.language) == ("pekka@example.fi", "order_placed", "fi")
    assert order.number in letter.subject
    kinds = [event.kind for event in order.events.all()]
    assert kinds == [OrderEvent.Kind.PLACED, OrderEvent.Kind.LETTER]


def test_a_new_price_is_shown_before_it_is_asked(fill: Fill, variant: Variant) -> None:
    draft = fill(variant)
    show_summary(draft=draft, at=NOON)
    Variant.objects.update(price=Decimal("13.00"))

    with pytest.raises(SomethingChanged) as refusal:
        place_order(draft_id=draft.pk, at=NOON)

    [change] = refusal.value.changes
    assert (change.what, change.before, change.after) == ("price", "12.55", "13.00")
    assert not Order.objects.exists()
    assert Level.objects.get().on_hand == 10
    assert ordered(draft).total == Decimal("18.90")


def test_a_new_rate_is_shown_before_it_is_asked(fill: Fill, variant: Variant) -> None:
    draft = fill(variant)
    show_summary(draft=draft, at=NOON)
    VatRate.objects.filter(vat_class="standard", rate=Decimal("25.5")).update(rate=Decimal(24))

    with pytest.raises(SomethingChanged) as refusal:
        place_order(draft_id=draft.pk, at=NOON)

    assert [change.what for change in refusal.value.changes] == ["vat"]


def test_what_was_put_into_the_basket_after_the_summary_is_shown_first(
    fill: Fill, variant: Variant
) -> None:
    draft = fill(variant)
    show_summary(draft=draft, at=NOON)
    BasketLineFactory.create(basket=draft.basket)

    with pytest.raises(SomethingChanged) as refusal:
        place_order(draft_id=draft.pk, at=NOON)

    assert [change.what for change in refusal.value.changes] == ["new"]


def test_an_empty_basket_is_refused(fill: Fill) -> None:
    draft = CheckoutDraftFactory.create(basket=BasketFactory.create())

    with pytest.raises(EmptyBasket):
        show_summary(draft=draft, at=NOON)
    with pytest.raises(EmptyBasket):
        place_order(draft_id=draft.pk, at=NOON)

    assert not Order.objects.exists()


@pytest.mark.parametrize(
    "missing", ["email", "first_name", "street", "postcode", "payment_method", "delivery_method"]
)
def test_an_order_needs_everything_said(fill: Fill, variant: Variant, missing: str) -> None:
    nothing = None if missing == "delivery_method" else ""
    draft = fill(variant, **{missing: nothing})

    with pytest.raises(DraftNotComplete):
        ordered(draft)

    assert not Order.objects.exists()


def test_a_digital_product_needs_no_delivery(fill: Fill, variant: Variant) -> None:
    Product.objects.update(kind=Product.Kind.DIGITAL)
    ware_of(variant)

    order = ordered(fill(variant, delivery_method=None))

    assert (order.total, order.delivery_price) == (Decimal("12.55"), Decimal(0))


def test_more_than_there_is_cannot_be_ordered(fill: Fill, variant: Variant) -> None:
    draft = fill(variant, 11)

    with pytest.raises(OutOfStock) as refusal:
        show_summary(draft=draft, at=NOON)

    [short] = refusal.value.shortages
    assert (short.variant_id, short.wanted, short.left) == (variant.pk, 11, 10)
    assert not Reservation.objects.exists()


def test_a_promise_holds_for_fifteen_minutes_and_not_longer(fill: Fill, variant: Variant) -> None:
    first, second = fill(variant, 10), fill(variant, 10)
    show_summary(draft=first, at=NOON)

    with pytest.raises(OutOfStock):
        show_summary(draft=second, at=NOON + timedelta(minutes=14, seconds=59))

    show_summary(draft=second, at=NOON + timedelta(minutes=15))
    with pytest.raises(OutOfStock):
        place_order(draft_id=first.pk, at=NOON + timedelta(minutes=15, seconds=1))


def test_a_member_finds_the_order_under_the_own_account(
    fill: Fill, variant: Variant, anna: Customer, celia: Customer
) -> None:
    draft = fill(variant, basket=BasketFactory.create(customer=anna))

    order = ordered(draft)

    assert list(Order.objects.of(anna)) == [order]
    assert not Order.objects.of(celia).exists()


def test_a_cancelled_order_gives_its_goods_back_once(fill: Fill, variant: Variant) -> None:
    order = ordered(fill(variant, 4))

    cancel_order(order=order, at=NOON)
    with pytest.raises(NotPermitted):
        cancel_order(order=order, at=NOON)

    assert Level.objects.get().on_hand == 10
    assert Letter.objects.filter(kind="order_cancelled").count() == 1


def test_a_shipped_order_tells_the_buyer_where_it_is(fill: Fill, variant: Variant) -> None:
    order = ordered(fill(variant))
    move(order=order, step=Step.PACK, at=NOON)

    shipped = ship_order(order=order, tracking_code="JJFI64574900000202361", at=NOON)

    assert shipped.status == Status.SHIPPED
    assert Letter.objects.filter(kind="order_shipped").count() == 1


def test_the_database_refuses_a_step_that_the_table_does_not_have(
    fill: Fill, variant: Variant
) -> None:
    order = ordered(fill(variant))
    orders = Order.objects.filter(pk=order.pk)

    with pytest.raises(DatabaseError, match="Invalid transition"), transaction.atomic():
        orders.update(status=Status.SHIPPED, shipped_at=NOON)
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        orders.update(total=1, total_net=1, total_vat=0)
    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        order.lines.update(quantity=5)
    with pytest.raises(IntegrityError), transaction.atomic():
        orders.update(paid_at=NOON)
