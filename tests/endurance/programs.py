"""The shop's own commands in processes of their own, on the tests' database."""

import os
import subprocess
import sys
from collections.abc import Sequence
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection

from tests import warm


def managed(*words: str) -> warm.Begun:
    """Begin a command of the shop, in a group of processes of its own, so that it can be killed."""
    return warm.begin(*words, environment=environment())


def managed_to_the_end(*words: str) -> int:
    """Run a command of the shop, which nobody kills; give how it ended."""
    return warm.manage(*words, environment=environment()).status


def program(what: Sequence[str]) -> subprocess.Popen[bytes]:
    """Begin a Python program with the tests' settings and database; somebody has to hear it."""
    return subprocess.Popen(
        [sys.executable, *what],
        env=environment(),
        cwd=settings.BASE_DIR,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def environment() -> dict[str, str]:
    """Give the environment of a program on the tests' database."""
    server = urlsplit(os.environ["DATABASE_URL"])
    url = server._replace(path=f"/{connection.settings_dict['NAME']}").geturl()
    return {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"}
