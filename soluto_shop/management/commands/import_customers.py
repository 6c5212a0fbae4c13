"""Bring in the customers of a former shop."""

from customers.moving.operations import CUSTOMERS
from soluto_shop.management.moving import MovingCommand


class Command(MovingCommand):
    """Take what section 5 of the register statement names, and tell what is dropped and why."""

    importer = CUSTOMERS
    help = (
        "Bring in customers from a file of this shop, WooCommerce, Shopify, Spree or a JSON list. "
        "Nobody is overwritten, and the same file twice changes nothing the second time."
    )
