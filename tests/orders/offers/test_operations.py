"""Codes: drawn, chosen, used and given back; and what the database refuses."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from orders.offers.codes import new_code, normal_code, written
from orders.offers.discount import Discount
from orders.offers.models import Coupon, CouponCode, CouponUse
from orders.offers.operations import (
    CodeIsTaken,
    NotACode,
    code_named,
    draw_codes,
    give_back,
    name_code,
    use,
)
from tests.conftest import NOON
from tests.orders.offers.couponing import coupon

pytestmark = pytest.mark.django_db


def used(code: CouponCode, number: str = "1", off: str = "1.00") -> CouponUse:
    discount = Discount(code.pk, code.code, "Kesäetu", "", None, shares={code.pk: Decimal(off)})
    return use(discount=discount, order_number=number, customer=None, email="", at=NOON)


@pytest.mark.parametrize("typed", ["kesä10", " KESÄ-10 ", "Kesä 10", "ｋｅｓä１０"])
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert normal_code(typed) == "KESÄ10"
    assert code_named(typed) is None
    assert coupon("Kesä10", percent="10") == code_named(typed)


def test_drawn_codes_are_many_and_alike_in_nothing() -> None:
    drawn = {new_code() for _ in range(2000)}
    assert len(drawn) == 2000
    assert all(len(code) == 12 and not set(code) & set("01ILO") for code in drawn)
    assert written("ABCDEFGH2345") == "ABCD-EFGH-2345"


def test_a_batch_of_codes_has_as_many_as_were_asked_for() -> None:
    made = coupon(percent="10").coupon
    drawn = draw_codes(coupon=made, how_many=500, most_uses=1, at=NOON)

    assert len({code.code for code in drawn}) == 500
    assert CouponCode.objects.filter(coupon=made, most_uses=1).count() == 500


def test_a_code_belongs_to_one_coupon() -> None:
    other = coupon("TOINEN", percent="10").coupon
    coupon("KESÄ10", percent="10")

    with pytest.raises(CodeIsTaken):
        name_code(coupon=other, typed="kesä-10", most_uses=None, at=NOON)
    with pytest.raises(NotACode):
        name_code(coupon=other, typed="a b", most_uses=None, at=NOON)


def test_a_code_is_used_as_often_as_it_may_be_and_the_database_counts() -> None:
    code = coupon(percent="10", most_uses=2)
    used(code, "1")
    used(code, "2", "2.50")

    with pytest.raises(IntegrityError, match="is_not_used_too_often"), transaction.atomic():
        used(code, "3")
    code.refresh_from_db()
    assert (code.uses, code.coupon.given) == (2, Decimal("3.50"))


def test_a_use_is_given_back_once() -> None:
    code = coupon(percent="10", most_uses=1)
    used(code, "1")

    assert give_back(order_number="1", at=NOON)
    assert not give_back(order_number="1", at=NOON)
    assert not give_back(order_number="2", at=NOON)
    code.refresh_from_db()
    assert (code.uses, Coupon.objects.get().given) == (0, Decimal("0.00"))


def test_counts_are_not_set_by_hand_and_uses_stay_as_they_are() -> None:
    code = coupon(percent="10")
    used(code, "1")
    uses = CouponUse.objects.all()

    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        CouponCode.objects.update(uses=0)
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        Coupon.objects.update(given=0)
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        uses.update(discount=0)
    with pytest.raises(ProgrammingError, match="Cannot delete"), transaction.atomic():
        uses.delete()
    give_back(order_number="1", at=NOON)
    with pytest.raises(ProgrammingError, match="Cannot update"), transaction.atomic():
        uses.update(given_back_at=None)
