"""The worker's jobs of all parts of orders."""

from orders.catalogue.search import tasks as search

__all__ = ["search"]
