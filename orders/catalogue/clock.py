"""What the clock changes without anybody's hand: reductions that begin and end."""

from django.db import connection

# Only products with a reduction, past or to come, can differ; all of them are looked at, so that
# nothing stays wrong after a time when no worker ran.
_FOLLOW = """
UPDATE orders_product p
SET lowest_price = s.lowest, highest_price = s.highest
FROM (
    SELECT v.product_id, min(a.asked) AS lowest, max(a.asked) AS highest
    FROM orders_variant v
    CROSS JOIN LATERAL (
        SELECT CASE WHEN v.reduced_from <= now()
                     AND (v.reduced_until IS NULL OR v.reduced_until > now())
                    THEN v.reduced_price ELSE v.price END AS asked
    ) a
    WHERE v.is_active AND v.product_id IN (
        SELECT product_id FROM orders_variant WHERE reduced_from IS NOT NULL
    )
    GROUP BY v.product_id
) s
WHERE p.id = s.product_id
  AND (p.lowest_price, p.highest_price) IS DISTINCT FROM (s.lowest, s.highest)
"""


def follow() -> int:
    """Bring the price ranges of products to the prices asked now, and tell how many changed."""
    with connection.cursor() as cursor:
        cursor.execute(_FOLLOW)
        return int(cursor.rowcount)
