"""The worker's jobs of all parts of orders."""

from orders.catalogue import tasks as catalogue
from orders.catalogue.search import tasks as search
from orders.importing import tasks as importing
from orders.invoicing import tasks as invoicing
from orders.stock import tasks as stock

__all__ = ["catalogue", "importing", "invoicing", "search", "stock"]
