"""Remember what somebody looked at, forget it at once, and reckon what is bought together."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, F, TextField, Value
from django.db.models.functions import Cast, Coalesce, NullIf

from customers.models import Account
from orders.sales.models import Order, OrderLine
from orders.sales.states import Status
from orders.taste.models import LEAST_BUYERS, Look, Together
from privacy.restriction.honouring import at_large
from privacy.subject import Subject

LOOKED_BACK = timedelta(days=365)
MOST_COMPANIONS = 12
"""So many are told of each product."""

Pair = tuple[UUID, UUID, int]

_REMEMBER = """
INSERT INTO orders_look (id, account_id, product_id, at)
SELECT gen_random_uuid(), %(account)s, id, %(at)s FROM orders_product WHERE slug = %(slug)s
ON CONFLICT (account_id, product_id) DO UPDATE SET at = greatest(orders_look.at, excluded.at)
"""


def remember_look(account: Account, slug: str, *, at: datetime) -> None:
    """Note that somebody has looked at a product; without a consent the table takes nothing."""
    with connection.cursor() as cursor:
        cursor.execute(_REMEMBER, {"account": account.pk, "slug": slug, "at": at})


def forget_looks(person: Subject) -> int:
    """Delete what somebody has looked at; for when the consent to it ends."""
    return Look.objects.filter(account__in=person.accounts).delete()[0]


@transaction.atomic
def reckon_companions(*, at: datetime) -> int:
    """Make the table of what is bought together anew; give how many pairs there are.

    An order whose buyer has been forgotten counts for nobody, and so do those of people whose data
    are only stored. A pair that fewer than `LEAST_BUYERS` different buyers have is left out.
    """
    rows = [
        Together(product_id=product, other_id=other, buyers=buyers)
        for product, other, buyers in _closest(_pairs(at))
    ]
    Together.objects.all().delete()
    Together.objects.bulk_create(rows, batch_size=2000)
    return len(rows)


def _pairs(at: datetime) -> Iterable[Pair]:
    lately = at_large(Order.objects.filter(placed_at__gt=at - LOOKED_BACK, placed_at__lte=at))
    lines = OrderLine.objects.filter(
        order__in=lately.exclude(status=Status.CANCELLED).values("pk"), variant__isnull=False
    )
    buyer = Coalesce(
        Cast("order__customer", TextField()),
        NullIf(F("order__email"), Value("")),
        output_field=TextField(),
    )
    told = (
        lines.annotate(other=F("order__lines__variant__product"))
        .filter(other__isnull=False)
        .exclude(other=F("variant__product"))
        .values_list("variant__product", "other")
        .annotate(buyers=Count(buyer, distinct=True))
        .filter(buyers__gte=LEAST_BUYERS)
        .order_by("-buyers", "variant__product", "other")
    )
    return told.iterator()


def _closest(pairs: Iterable[Pair]) -> Iterable[Pair]:
    """Keep of each product those that are bought with it most."""
    counts: dict[UUID, int] = defaultdict(int)
    for product, other, buyers in pairs:
        counts[product] += 1
        if counts[product] <= MOST_COMPANIONS:
            yield product, other, buyers
