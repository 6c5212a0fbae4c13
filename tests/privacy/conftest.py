"""The sign-in page, for tests of what is kept of it, and what the log says meanwhile."""

import io
import logging
from collections.abc import Iterator

import pytest

from privacy.error_reports import OneLine
from tests.customers.conftest import door

__all__ = ["door"]


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Read what the shop's own handler writes, of every logger."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(OneLine())
    loggers = [logging.getLogger(name) for name in ("", "django", "django.server")]
    for logger in loggers:
        logger.addHandler(handler)
    yield written
    for logger in loggers:
        logger.removeHandler(handler)
