"""The worker's jobs of all parts of orders."""

from orders.catalogue import tasks as catalogue
from orders.catalogue.search import tasks as search

__all__ = ["catalogue", "search"]
