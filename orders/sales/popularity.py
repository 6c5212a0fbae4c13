"""Counting what is popular: from orders to numbers of which none tells of anybody."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, F, QuerySet
from django.db.models.functions import Coalesce

from orders.catalogue.popularity import COUNTED_OVER, LEAST_BUYERS, Popularity
from orders.sales.models import OrderLine
from orders.sales.states import Status
from privacy.restriction.honouring import at_large

_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('popularity', 7))"
#: A person is an e-mail address: that of the card, so that who has also bought as a guest is one.
_PERSON = Coalesce("order__customer__email", "order__email")


@transaction.atomic
def count_popularity(*, at: datetime) -> int:
    """Count anew in how many orders products stood, and tell how many products were counted.

    The old numbers go with the new ones' coming; a second count waits until the first is done.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ALONE)
    counted = [Popularity(product_id=key, orders=orders) for key, orders in _counts(at)]
    Popularity.objects.exclude(pk__in=[row.pk for row in counted]).delete()
    Popularity.objects.bulk_create(
        counted, update_conflicts=True, unique_fields=["product"], update_fields=["orders"]
    )
    return len(counted)


def _counts(at: datetime) -> QuerySet[OrderLine, tuple[UUID, int]]:
    """Count orders and people of each product, and leave out what too few have bought.

    Left out are also cancelled orders, those whose buyer was forgotten, and the orders of people
    whose data may only be stored.
    """
    lines = OrderLine.objects.filter(
        order__placed_at__gt=at - COUNTED_OVER,
        order__placed_at__lte=at,
        variant__isnull=False,
    )
    lines = at_large(lines.exclude(order__status=Status.CANCELLED))
    of_products = (
        lines.annotate(person=_PERSON)
        .exclude(person="")
        .order_by()
        .values(product=F("variant__product"))
        .annotate(times=Count("order", distinct=True), people=Count("person", distinct=True))
        .filter(people__gte=LEAST_BUYERS)
    )
    return of_products.values_list("product", "times")
