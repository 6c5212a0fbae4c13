"""What the database keeps true about stock."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import DatabaseError

from orders.stock.models import Level, Movement, Reservation
from tests.factories import LONG_AGO, LevelFactory, in_stock

pytestmark = pytest.mark.django_db


def hold(level: Level, quantity: int) -> Reservation:
    return Reservation.objects.create(
        level=level, holder=uuid4(), quantity=quantity, expires_at=LONG_AGO + timedelta(hours=1)
    )


def test_movements_are_the_level() -> None:
    level = in_stock(10).level
    sale = Movement.objects.create(level=level, kind=Movement.Kind.SALE, change=-3, at=LONG_AGO)

    level.refresh_from_db()
    sale.refresh_from_db()
    assert (level.on_hand, sale.balance) == (7, 7)


def test_a_level_is_not_changed_by_hand() -> None:
    level = in_stock(10).level

    with pytest.raises(IntegrityError, match="movements and reservations only"):
        Level.objects.filter(pk=level.pk).update(on_hand=99)


def test_a_level_does_not_begin_with_pieces_from_nowhere() -> None:
    with pytest.raises(IntegrityError, match="movements and reservations only"):
        LevelFactory.create(on_hand=5)


def test_a_movement_is_never_rewritten() -> None:
    in_stock(10)

    with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
        Movement.objects.update(change=11)


def test_reservations_add_up_in_the_level() -> None:
    level = in_stock(10).level
    first = hold(level, 4)
    hold(level, 6)

    level.refresh_from_db()
    assert (level.reserved, level.free) == (10, 0)

    first.delete()

    level.refresh_from_db()
    assert (level.reserved, level.free) == (6, 4)


def test_what_is_promised_is_not_promised_again() -> None:
    level = in_stock(10).level
    hold(level, 10)

    with pytest.raises(IntegrityError, match="stock_is_never_promised_twice"), transaction.atomic():
        hold(level, 1)
    with pytest.raises(IntegrityError, match="stock_is_never_promised_twice"):
        Movement.objects.create(level=level, kind=Movement.Kind.SALE, change=-1, at=LONG_AGO)


def test_a_backorder_goes_below_zero() -> None:
    level = in_stock(1, backorder=True).level
    hold(level, 5)

    level.refresh_from_db()
    assert level.free == -4
