"""What is costly to make is made once for all tests of a file, each of which finds it untouched."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import transaction
from django.test import override_settings
from pytest_django.plugin import DjangoDbBlocker


@contextmanager
def made_once(blocker: DjangoDbBlocker, folder: Path) -> Iterator[None]:
    """Let rows and files be made that last until the file's last test, and no longer.

    Each test's own transaction is then a savepoint in this one: what it does is taken back. The
    file's tests must be asked of one worker (`TOGETHER`), or each worker makes all this for itself.
    """
    places = override_settings(
        MEDIA_ROOT=folder, PRIVATE_ROOT=folder, ERASURE_LEDGER=folder / "erasures.jsonl"
    )
    with places, blocker.unblock(), transaction.atomic():
        yield
        transaction.set_rollback(True)
