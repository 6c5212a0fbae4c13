"""A database with all migrations done, from which each run of the tests copies its own.

The migrations take longer than most tests. They are done once for each state of their sources, and
only on the tests' own server: on another, nothing is left behind.
"""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import django
import psycopg
from psycopg import sql

from soluto_shop.leash import PROJECT
from soluto_shop.local.postgres import LocalPostgres

SOURCES = (
    "requirements.txt",
    "*/migrations/*.py",
    "orders/catalogue/*_rates.py",
    "orders/sales/terms/*/*",
    "privacy/editions/*/*",
    "soluto_shop/local/quick_states.py",
)
"""The migrations, what they read, and how they are done."""

_MIGRATE = """
import django, sys
django.setup()
from django.core.management import call_command
from soluto_shop.local.quick_states import quick_states
with quick_states():
    call_command("migrate", *sys.argv[1:], verbosity=0)
"""
"""As `make run` does it, and not `manage.py migrate`: that takes three times as long."""

_ONE_AT_A_TIME = 7_410
_MAINTENANCE = "postgres"


def migrated_database(server: LocalPostgres) -> str:
    """Give the name of the database to copy from, and make it where it is not there.

    :raises CalledProcessError: when a migration fails; what it said stands above.
    """
    name = f"migrated_{_state_of_sources()}"
    with psycopg.connect(server.url(_MAINTENANCE), autocommit=True) as maintenance:
        maintenance.execute("SELECT pg_advisory_lock(%s)", [_ONE_AT_A_TIME])
        there = {
            found
            for (found,) in maintenance.execute(
                "SELECT datname FROM pg_database WHERE datname LIKE 'migrat%'"
            )
        }
        if name not in there:
            for old in there:
                maintenance.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(old)))
            maintenance.execute("CREATE DATABASE migrating")
            migrate(server.url("migrating"))
            renaming = sql.SQL("ALTER DATABASE migrating RENAME TO {}")
            maintenance.execute(renaming.format(sql.Identifier(name)))
    return name


def migrate(url: str, *words: str) -> None:
    """Do all migrations in a database, or those that are named.

    :raises CalledProcessError: when one fails; what it said stands above.
    """
    subprocess.run(
        [sys.executable, "-c", _MIGRATE, *words],
        cwd=PROJECT,
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        check=True,
    )


def _state_of_sources() -> str:
    state = hashlib.sha256(f"{sys.version} {django.VERSION}".encode())
    for path in sorted(_sources()):
        state.update(f"{path.relative_to(PROJECT)} {path.stat().st_size}".encode())
        state.update(path.read_bytes())
    return state.hexdigest()[:16]


def _sources() -> set[Path]:
    found = {path for pattern in SOURCES for path in PROJECT.glob(pattern) if path.is_file()}
    return {path for path in found if path.suffix != ".pyc"}  # these come while the tests run
