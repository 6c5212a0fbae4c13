"""Begin and end a service; the last day follows from what was agreed and what was told."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from orders.catalogue.plans import DAYS_TO_DECIDE, Plan
from orders.sales.models import Order
from orders.subscriptions.letters import write_ended, write_started
from orders.subscriptions.models import ServicePeriod, Subscription
from orders.subscriptions.states import ServiceState
from privacy.locks import share_person


def start(*, order: Order, at: datetime) -> list[Subscription]:
    """Begin the services of an order that has just been placed, in its transaction."""
    lines = order.lines.filter(variant__product__plan__isnull=False)
    bought = lines.select_related("variant__product__plan").order_by("position")
    today = timezone.localdate(at)
    started = []
    for line in bought:
        plan = Plan.objects.get(product__variants=line.variant_id)
        service = Subscription(
            bought_as=line,
            order=order,
            customer=order.customer,
            company=order.company,
            variant=line.variant,
            email=order.email,
            language=order.language,
            period=plan.period,
            notice_days=plan.notice_days,
            letter_days=plan.letter_days,
            first_date=today,
            started_at=at,
        )
        service.look_date = service.begins(2) - timedelta(days=service.letter_days)
        service.save(force_insert=True)
        ServicePeriod.objects.create(
            subscription=service,
            number=1,
            starts_date=today,
            ends_date=service.ends(1),
            price=line.unit_price,
            told_at=at,
            order=order,
        )
        write_started(service, at=at)
        started.append(service)
    return started


def last_day(service: Subscription, *, on: date) -> date:
    """Tell the last day of a service if its customer ends it on a day.

    That is the end of the running period where the notice comes in time, or where nobody was told
    of the next one in time; else the end of the next. What is billed is served, and what has been
    ended keeps its day.
    """
    if service.last_date is not None:
        return service.last_date
    told = {each.number: each for each in service.periods.all()}
    number = 1
    billed = max((each.number for each in told.values() if each.order_id), default=1)
    while service.ends(number) < on or number < billed:
        number += 1
    while not _is_in_time(service, told.get(number + 1), service.ends(number), on):
        number += 1
    return service.ends(number)


def _is_in_time(
    service: Subscription, following: ServicePeriod | None, end: date, on: date
) -> bool:
    latest = end - timedelta(days=service.notice_days)
    if on <= latest or following is None or following.told_at is None:
        return True
    return timezone.localdate(following.told_at) + timedelta(days=DAYS_TO_DECIDE - 1) > latest


@transaction.atomic
def end(*, service: Subscription, at: datetime) -> Subscription:
    """End a service at the first day that what was agreed allows, and acknowledge that by letter.

    Ended twice is ended once: the second time changes nothing, and writes to nobody.
    """
    share_person(service.email)
    held = hold(service.pk)
    if held.state != ServiceState.ACTIVE:
        return held
    last = last_day(held, on=timezone.localdate(at))
    _set_end(held, ServiceState.ENDING, last, at)
    write_ended(held, at=at)
    return held


@transaction.atomic
def stop(
    *, order: Order, at: datetime, lines: Collection[UUID] | None = None
) -> list[Subscription]:
    """Stop at once the services of an order that is off, or from which its buyer has withdrawn.

    :param lines: the lines of the order that are off, if not all are.
    """
    stopped = []
    today = timezone.localdate(at)
    bought = Subscription.objects.running().filter(periods__order=order)
    if lines is not None:
        bought = bought.filter(Q(bought_as__in=lines) | ~Q(bought_as__order=order))
    for key in sorted(bought.values_list("pk", flat=True)):
        held = hold(key)
        if held.is_running:
            last = min(today, held.last_date or today)
            _set_end(held, ServiceState.ENDED, last, at)
            write_ended(held, at=at)
            stopped.append(held)
    return stopped


def hold(key: UUID) -> Subscription:
    """Hold a service: whoever bills it, ends it or tells of it takes turns.

    Nothing is joined to it: who waited would miss a service whose latest order has changed.
    """
    return Subscription.objects.select_for_update().get(pk=key)


def _set_end(service: Subscription, state: ServiceState, last: date, at: datetime) -> None:
    service.state = state
    service.last_date = last
    service.notice_at = service.notice_at or at
    service.ended_at = at if state == ServiceState.ENDED else None
    service.look_date = min(service.look_date, last + timedelta(days=1))
    service.save(update_fields=["state", "last_date", "notice_at", "ended_at", "look_date"])
    # What was told and not begun does not come any more, and is not billed.
    service.periods.filter(order=None, starts_date__gt=last).delete()
