"""The table of an order's ways."""

from itertools import product

import pytest

from orders.sales.states import WAYS, PaymentStatus, State, Status, Step, steps_from

START = State(Status.PLACED, PaymentStatus.UNPAID)


def reachable() -> set[State]:
    """Walk every way from the beginning."""
    seen, waiting = set[State](), [START]
    while waiting:
        here = waiting.pop()
        if here not in seen:
            seen.add(here)
            waiting += [ways[here] for ways in WAYS.values() if here in ways]
    return seen


def test_every_state_is_reached_and_none_that_makes_no_sense() -> None:
    every = {State(s, p) for s, p in product(Status, PaymentStatus)}
    going_back = (PaymentStatus.REFUND_DUE, PaymentStatus.REFUNDED)
    nonsense = {State(s, p) for s in Status if s != Status.CANCELLED for p in going_back}
    nonsense.add(State(Status.CANCELLED, PaymentStatus.PAID))

    assert reachable() == every - nonsense


def test_every_way_starts_where_an_order_can_stand() -> None:
    assert {here for ways in WAYS.values() for here in ways} <= reachable()


@pytest.mark.parametrize("payment", [PaymentStatus.UNPAID, PaymentStatus.PAID])
def test_what_has_left_cannot_be_cancelled(payment: PaymentStatus) -> None:
    assert Step.CANCEL not in steps_from(State(Status.SHIPPED, payment))
    assert Step.CANCEL not in steps_from(State(Status.DELIVERED, payment))


def test_money_for_a_cancelled_order_is_owed_back() -> None:
    cancelled = State(Status.CANCELLED, PaymentStatus.UNPAID)

    assert steps_from(cancelled) == [Step.PAY]
    assert WAYS[Step.PAY][cancelled].payment == PaymentStatus.REFUND_DUE
