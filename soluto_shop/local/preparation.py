"""What a shop needs before its doors open: tables, static files, wares, its first staff.

Each step looks first whether it has been done, so that a second start loses no time.
"""

import fcntl
import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.db import connection, connections, transaction
from django.db.backends.postgresql.base import DatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from customers.grants.operations import grant_at_installation
from customers.grants.roles import OWNER
from customers.models import Account
from orders.catalogue.models import Product
from soluto_shop.local.quick_states import quick_states
from soluto_shop.staff_groups import GDPR_CONTACT, ensure_groups

DEMO_COMMAND = "fill_demo"


@dataclass(frozen=True)
class NewAccount:
    """An account just made, with the password that is told once and kept nowhere."""

    purpose: str
    email: str
    password: str


@contextmanager
def alone() -> Iterator[None]:
    """Keep two launchers of one folder from preparing at once."""
    with (Path(settings.VAR_DIR) / "prepare.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def migrate() -> bool:
    """Bring the tables up to date; tell whether there was anything to do."""
    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    with quick_states():
        call_command("migrate", interactive=False, verbosity=0)
    return True


def gather_static_files() -> bool:
    """Copy the static files to where they are served from, when any has changed."""
    manifest = Path(settings.STATIC_ROOT) / "staticfiles.json"
    stamp = Path(settings.VAR_DIR) / "static.fingerprint"
    now = _static_fingerprint()
    if manifest.exists() and stamp.exists() and stamp.read_text() == now:
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(now)
    return True


def _static_fingerprint() -> str:
    digest = hashlib.sha256()
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = Path(storage.path(name)).stat()
            digest.update(f"{name} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def fill_when_empty() -> bool:
    """Put the demo catalogue on the shelves of a shop that has no product."""
    if DEMO_COMMAND not in get_commands() or Product.objects.exists():
        return False
    call_command(DEMO_COMMAND)
    return True


@transaction.atomic
def make_first_accounts() -> list[NewAccount]:
    """Make a staff account and one of a GDPR contact for a shop that nobody tends yet."""
    if Account.objects.filter(is_staff=True).exists():
        return []
    ensure_groups()
    return [
        _new_account("staff", "staff@soluto.example", "Kaisa Kauppias", OWNER),
        _new_account("GDPR contact", "gdpr@soluto.example", "Tiina Tietosuoja", GDPR_CONTACT),
    ]


def leave_no_connection() -> None:
    """Close what was opened, so that the processes forked afterwards do not share it."""
    connections.close_all()
    for each in connections.all():
        if isinstance(each, DatabaseWrapper):
            each.close_pool()


def _new_account(purpose: str, email: str, full_name: str, role: str) -> NewAccount:
    password = secrets.token_urlsafe(12)
    account = Account.objects.create_user(email, password, full_name=full_name, is_staff=True)
    at = timezone.now()
    grant_at_installation(
        account=account,
        role=role,
        last_date=timezone.localdate(at) + timedelta(days=settings.LONGEST_GRANT_DAYS),
        reason="first account of a new shop",
        at=at,
    )
    EmailAddress.objects.create(user=account, email=email, verified=True, primary=True)
    return NewAccount(purpose, email, password)
