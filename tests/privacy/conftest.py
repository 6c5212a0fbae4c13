"""The sign-in page, for tests of what is kept of it."""

from tests.customers.conftest import door

__all__ = ["door"]
