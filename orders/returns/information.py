"""Staff note that a buyer was told of the right of withdrawal later, and why not before."""

from datetime import date, datetime

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import pgettext_lazy

from customers.models import Account
from orders.sales.models import Order, OrderEvent
from privacy.terms import midnight


class How(models.TextChoices):
    """How the instructions were given."""

    EMAIL = "email", pgettext_lazy("told of withdrawing", "By e-mail, with the paper enclosed")
    POST = "post", pgettext_lazy("told of withdrawing", "By post")
    HANDED = "handed", pgettext_lazy("told of withdrawing", "Handed over on paper")


class Why(models.TextChoices):
    """Why they were not with the buyer before."""

    NOT_SENT = "not_sent", pgettext_lazy("told of withdrawing", "The confirmation was never sent")
    NOT_COME = "not_come", pgettext_lazy("told of withdrawing", "The buyer says it never came")
    ADDRESS = "address", pgettext_lazy("told of withdrawing", "The address was wrong")
    PAPER = "paper", pgettext_lazy("told of withdrawing", "The paper lacked the instructions")


class NotThatDay(ValueError):
    """The day is no day on which the buyer can have been told later than is known."""


@transaction.atomic
def note_told_later(
    *, order: Order, on: date, how: How, why: Why, at: datetime, by: Account | None
) -> Order:
    """Note that the buyer was given the instructions on a day; the time runs anew from then.

    Whoever notes it says that what is known of before did not count, so the day only moves on.

    :raises NotThatDay: when it lies before the order or after today, or is not later than the one
        that is known.
    """
    held = Order.objects.select_for_update(of=("self",)).get(pk=order.pk)
    known = held.informed_at and timezone.localdate(held.informed_at)
    if not timezone.localdate(held.placed_at) <= on <= timezone.localdate(at):
        raise NotThatDay
    if known is not None and on <= known:
        raise NotThatDay
    held.informed_at = midnight(on)
    held.save(update_fields=["informed_at"])
    OrderEvent.objects.create(
        order=held,
        kind=OrderEvent.Kind.INFORMED,
        at=at,
        staff=by,
        detail=f"{on.isoformat()} {how.value}, {why.value}",
    )
    return held
