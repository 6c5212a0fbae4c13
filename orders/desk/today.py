"""What waits for the staff today."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob, ProcrastinateWorker

from orders.payments.models import Refund
from orders.sales.across_borders import Mark, threshold_mark
from orders.sales.models import Order
from orders.sales.states import PaymentStatus, Status
from orders.stock.models import Level
from privacy.breaches.clock import any_is_pressing
from privacy.checks import processors_agree
from privacy.duties import sweep_is_late
from privacy.outbox.models import Letter
from privacy.outbox.tasks import why_letters_stay
from privacy.recipients.operations import recipients_are_silent

SILENCE = timedelta(seconds=60)


@dataclass(frozen=True)
class Today:
    """Counts of what needs a hand."""

    to_pack: int
    to_ship: int
    unpaid_late: int
    to_refund: int
    refunds_stuck: int
    low_stock: int
    letters_waiting: int
    jobs_parked: int
    worker_is_silent: bool
    sweep_is_late: bool
    letters_are_shut_in: bool
    recipients_are_silent: bool
    processors_disagree: bool
    breach_is_pressing: bool
    across_borders: Mark


def today() -> Today:
    """Count what waits; every count goes by an index."""
    now = timezone.now()
    late = Order.objects.filter(
        payment_status=PaymentStatus.UNPAID, due_date__lt=timezone.localdate(now)
    ).exclude(status=Status.CANCELLED)
    return Today(
        to_pack=Order.objects.filter(status=Status.PLACED).count(),
        to_ship=Order.objects.filter(status=Status.PACKED).count(),
        unpaid_late=late.count(),
        to_refund=Order.objects.filter(payment_status=PaymentStatus.REFUND_DUE).count(),
        refunds_stuck=Refund.objects.stuck().count(),
        low_stock=Level.objects.filter(on_hand__lte=F("reserved") + F("low_at")).count(),
        letters_waiting=Letter.objects.waiting().filter(attempts__gt=0).count(),
        jobs_parked=ProcrastinateJob.objects.filter(status="failed").count(),
        worker_is_silent=not ProcrastinateWorker.objects.filter(
            last_heartbeat__gte=now - SILENCE
        ).exists(),
        sweep_is_late=sweep_is_late(at=now),
        letters_are_shut_in=bool(why_letters_stay(at=now)),
        recipients_are_silent=recipients_are_silent(at=now),
        processors_disagree=bool(processors_agree(None, ["default"])),
        breach_is_pressing=any_is_pressing(at=now),
        across_borders=threshold_mark(at=now),
    )
