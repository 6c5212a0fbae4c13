"""Checkouts that several rooms' tests begin with."""

from tests.orders.checkout.conftest import fill, variant

__all__ = ["fill", "variant"]
