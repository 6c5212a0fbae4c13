"""The worker's jobs of all parts of orders."""

from orders.agreements import tasks as agreements
from orders.banking import tasks as banking
from orders.bookings import tasks as bookings
from orders.bookkeeping import tasks as bookkeeping
from orders.catalogue import tasks as catalogue
from orders.catalogue.search import tasks as search
from orders.checkout import tasks as checkout
from orders.complaints import tasks as complaints
from orders.importing import tasks as importing
from orders.invoicing import tasks as invoicing
from orders.quotes import tasks as quotes
from orders.returns import tasks as returns
from orders.sales import tasks as sales
from orders.stock import tasks as stock
from orders.subscriptions import tasks as subscriptions
from orders.taste import tasks as taste
from orders.times import tasks as times
from orders.wishes import tasks as wishes

__all__ = [
    "agreements",
    "banking",
    "bookings",
    "bookkeeping",
    "catalogue",
    "checkout",
    "complaints",
    "importing",
    "invoicing",
    "quotes",
    "returns",
    "sales",
    "search",
    "stock",
    "subscriptions",
    "taste",
    "times",
    "wishes",
]
