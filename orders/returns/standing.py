"""What an order's page says of withdrawing from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from orders.catalogue.models import Product
from orders.returns.models import WithdrawalNotice
from orders.returns.states import NoticeState
from orders.returns.term import term_of
from orders.sales.models import Order
from orders.sales.states import Step


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether the withdrawal function stands on an order's page, and what has been withdrawn."""

    is_offered: bool
    is_over: bool
    last_day: date | None
    notices: Sequence[WithdrawalNotice]
    can_cancel: bool
    """The order has not left: cancelling it needs no withdrawal."""
    is_longer: bool = False
    """The time is longer, since the buyer was not told of the right in time."""
    sends_back: bool = False
    """Goods are on their way back, or should be."""


def standing_of(order: Order, *, at: datetime) -> Standing:
    """Tell how an order stands; its lines and notices should have been fetched along."""
    has_goods = any(line.kind == Product.Kind.GOODS for line in order.lines.all())
    term = term_of(order, has_goods=has_goods)
    notices = list(order.withdrawals.all())
    is_right = not order.is_cancelled and not order.business_id
    is_over = is_right and term.is_over(at)
    return Standing(
        is_offered=is_right and not is_over and any(left_of(order).values()),
        is_over=is_over,
        last_day=term.last_day,
        notices=notices,
        can_cancel=Step.CANCEL in order.steps,
        is_longer=term.is_longer,
        sends_back=any(notice.state == NoticeState.TAKEN for notice in notices),
    )


def left_of(order: Order) -> dict[UUID, int]:
    """Count the pieces of each line that nobody has withdrawn from yet."""
    left = {line.pk: line.quantity for line in order.lines.all()}
    for notice in order.withdrawals.all():
        if notice.state != NoticeState.ANSWERED:
            for piece in notice.pieces:
                key = UUID(piece["line"])
                left[key] = max(left.get(key, 0) - piece["quantity"], 0)
    return left
