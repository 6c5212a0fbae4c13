"""What consumers in other countries of the Union have bought this year and last."""

from datetime import datetime
from decimal import Decimal

from django.db import connection
from django.db.models import Sum
from django.utils import timezone

from orders.money import ZERO
from orders.sales.models import Order
from orders.sales.states import Status
from orders.taxation.treatments import ACROSS_BORDERS


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
    counted = Order.objects.filter(
        treatment__in=ACROSS_BORDERS,
        placed_at__gte=datetime(year, 1, 1, tzinfo=zone),
        placed_at__lt=datetime(year + 1, 1, 1, tzinfo=zone),
    ).exclude(status=Status.CANCELLED)
    return counted.aggregate(sum=Sum("total_net"))["sum"] or ZERO
