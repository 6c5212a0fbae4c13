"""What the clock changes without anybody's hand: reductions and campaigns that begin and end."""

from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils import timezone

from orders.catalogue.campaigns import Campaign
from orders.catalogue.triggers import ASKED_NOW

# Only products with a reduction, past or to come, can differ; all of them are looked at, so that
# nothing stays wrong after a time when no worker ran. Campaigns are followed once when they have
# begun and once when they are over, and remember it.
# Only our own text is put into it; the moment and the campaigns are parameters.
_FOLLOW = """
UPDATE orders_product p
SET lowest_price = s.lowest, highest_price = s.highest
FROM (
    SELECT v.product_id, min(a.asked) AS lowest, max(a.asked) AS highest
    FROM orders_variant v
    CROSS JOIN LATERAL (SELECT {asked} AS asked) a
    WHERE v.is_active AND v.product_id IN (
        SELECT product_id FROM orders_variant WHERE reduced_from IS NOT NULL
        UNION
        SELECT moved.product_id FROM orders_campaignprice cp
        JOIN orders_variant moved ON moved.id = cp.variant_id
        WHERE cp.campaign_id = ANY (%(campaigns)s)
    )
    GROUP BY v.product_id
) s
WHERE p.id = s.product_id
  AND (p.lowest_price, p.highest_price) IS DISTINCT FROM (s.lowest, s.highest)
""".replace("{asked}", ASKED_NOW.replace("now()", "%(at)s"))
BEGUN, ENDED, NOT_YET = (
    Campaign.Followed.BEGUN,
    Campaign.Followed.ENDED,
    Campaign.Followed.NOT_YET,
)


@transaction.atomic
def follow(*, at: datetime | None = None) -> int:
    """Bring the price ranges of products to the prices asked now, and tell how many changed."""
    now = at or timezone.now()
    over, begun = _turned(Q(ends_at__lte=now), ENDED), _turned(Q(begins_at__lte=now), BEGUN)
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOW, {"campaigns": [*over, *begun], "at": now})
        return int(cursor.rowcount)


def _turned(moved: Q, state: Campaign.Followed) -> list[UUID]:
    """Give the campaigns that have begun, or ended, since it was last asked."""
    behind = [NOT_YET, BEGUN] if state == ENDED else [NOT_YET]
    turned = Campaign.objects.filter(moved, planned_at__isnull=False, followed__in=behind)
    keys = list(turned.order_by("pk").select_for_update().values_list("pk", flat=True))
    Campaign.objects.filter(pk__in=keys).update(followed=state)
    return keys


def follow_anew(campaign: Campaign, *, at: datetime) -> None:
    """Let the lists look again at a campaign that was changed while it ran."""
    Campaign.objects.filter(pk=campaign.pk, begins_at__lte=at).update(followed=NOT_YET)
