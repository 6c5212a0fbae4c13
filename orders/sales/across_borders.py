"""What consumers in other countries of the Union have bought this year and last."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from django.conf import settings
from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from orders.money import ZERO
from orders.sales.models import OrderVat
from orders.sales.states import Status
from orders.taxation.areas import HOME
from orders.taxation.deciding import THRESHOLD
from orders.taxation.treatments import ACROSS_BORDERS

NEAR = THRESHOLD * 9 / 10


class Mark(StrEnum):
    """Where the sales across borders of a shop without OSS stand."""

    BELOW = ""
    NEAR = "near"
    PASSED = "passed"


def hold_the_threshold() -> None:
    """Let one sale across borders count at a time, until the end of the transaction.

    Two orders that both lie below the threshold could pass it together.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('vat threshold', 7))")


def sold_across_borders(year: int) -> Decimal:
    """Sum a calendar year's sales without VAT to consumers in other member states.

    What was cancelled before it left was not sold; what came back later still counts, so that the
    sum is rather too high than too low.
    """
    zone = timezone.get_current_timezone()
    counted = OrderVat.objects.filter(
        treatment__in=ACROSS_BORDERS,
        order__placed_at__gte=datetime(year, 1, 1, tzinfo=zone),
        order__placed_at__lt=datetime(year + 1, 1, 1, tzinfo=zone),
    ).exclude(order__status=Status.CANCELLED)
    return counted.aggregate(sum=Sum("net"))["sum"] or ZERO


def threshold_mark(*, at: datetime) -> Mark:
    """Tell whether the threshold is near or passed and the shop is not registered for OSS.

    Who passed it last year owes the destination's tax this year as well (article 59c).
    """
    today = timezone.localdate(at)
    registered = settings.OSS_SINCE is not None and today >= settings.OSS_SINCE
    if registered or set(settings.DELIVERY_COUNTRIES) <= {HOME}:
        return Mark.BELOW
    sold, before = sold_across_borders(today.year), sold_across_borders(today.year - 1)
    if max(sold, before) > THRESHOLD:
        return Mark.PASSED
    return Mark.NEAR if sold >= NEAR else Mark.BELOW
