"""The one door to the job queue, so that another queue could stand behind it."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

__all__ = ["PATIENTLY", "app"]

PATIENTLY = RetryStrategy(max_attempts=12, exponential_wait=3)
"""Try again after 3, 9, 27 … seconds, in all for about nine days; then the job is parked."""
