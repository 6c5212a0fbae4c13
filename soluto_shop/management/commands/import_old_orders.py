"""Bring in the orders of a former shop, as history."""

from orders.former.operations import FORMER_ORDERS
from soluto_shop.management.moving import MovingCommand


class Command(MovingCommand):
    """Take number, day, lines and sums; nothing is sold, moved or posted by it."""

    importer = FORMER_ORDERS
    help = (
        "Bring in orders from a file of this shop, WooCommerce, Shopify or a JSON list, as history "
        "that no stock and no ledger knows. The same file twice changes nothing the second time."
    )
