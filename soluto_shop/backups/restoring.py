"""Put a back-up in the place of the shop, whole or not at all.

The database is written in one transaction, the pictures are laid down beside those that are there.
When the whole back-up has been read and proved, the transaction is committed, and then the folders
are exchanged. A file beside the ledger says all the while that a restore is under way: the shop
serves nobody. psql holds that file's lock as well, so whoever has the lock knows that nobody
writes any more. After a kill the database tells on which side of the commit it was, and the rest is
done or undone.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.db.migrations.loader import MigrationLoader

from customers.models import Account, Customer
from orders.catalogue.models import Product
from orders.sales.models import Order
from privacy.ledger import the_ledger
from soluto_shop.backups import files
from soluto_shop.backups.database import Database, DatabaseTrouble, Pouring, mark_of
from soluto_shop.backups.folder import is_too_old
from soluto_shop.backups.making import DATABASE, FILES, Manifest, UnderWay, check_backup, opened

_OF_A_SHOP = [model._meta.db_table for model in (Account, Customer, Order, Product)]
"""Where there is a row in one of these, somebody has a shop to lose."""


class Refused(Exception):
    """The back-up is not to be restored here; the message says why and what to do."""


@dataclass(frozen=True)
class Target:
    """Where a back-up goes."""

    database: Database
    media: Path | None
    is_the_shop: bool

    @classmethod
    def shop(cls) -> "Target":
        """Give the shop of the settings."""
        return cls(Database.of_the_shop(), Path(settings.MEDIA_ROOT), is_the_shop=True)

    @classmethod
    def beside(cls, url: str, *, media: Path | None) -> "Target":
        """Give another database, for a drill or for looking something up."""
        target = cls(Database.at(url), media, is_the_shop=False)
        if "password" in target.database.where:
            raise Refused(
                "A password on the command line can be read by others on this machine: leave it "
                "out of --into, and set PGPASSWORD."
            )
        with suppress(DatabaseTrouble):  # a shop that has no database is none of the two
            if target.database.identity() == Database.of_the_shop().identity():
                raise Refused("--into names the shop's own database: leave it out.")
        return target


@dataclass(frozen=True)
class Plan:
    """What restoring would do."""

    manifest: Manifest
    rows_to_go: int
    erasures: int
    """How many erasures the ledger knows that the back-up does not."""
    migrations_to_come: int


def plan_restore(path: Path, target: Target, *, at: datetime, without_ledger: bool = False) -> Plan:
    """Find out what restoring would do; nothing is written.

    :raises Refused: when it must not or cannot be done.
    """
    with opened(path) as (manifest, _parts):
        pass
    major = target.database.major()
    if manifest.major > major:
        raise Refused(
            f"The back-up was made on PostgreSQL {manifest.major}, and this server is {major}: "
            f"it goes into {manifest.major} or newer."
        )
    target.database.tools()
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations}
    if unknown := set(manifest.migrations) - known:
        raise Refused(
            f"The back-up is of a newer version of the shop ({min(unknown)}): install that."
        )
    if not without_ledger:
        _see_that_the_ledger_remembers(manifest, at=at)
    return Plan(
        manifest=manifest,
        rows_to_go=sum(target.database.rows(_OF_A_SHOP).values()),
        erasures=sum(entry.n > manifest.ledger_line for entry in the_ledger().entries()),
        migrations_to_come=len(known - set(manifest.migrations)),
    )


def _see_that_the_ledger_remembers(manifest: Manifest, *, at: datetime) -> None:
    """See that whoever was erased since the back-up can be erased again."""
    if is_too_old(manifest.moment, at=at):
        raise Refused(
            f"The back-up is of {manifest.moment:%Y-%m-%d}, older than KEEP_BACKUPS_DAYS "
            f"({settings.KEEP_BACKUPS_DAYS}): the ledger may have forgotten who was erased since, "
            "and they would come back. Take a younger one. If there is none, a larger "
            "KEEP_BACKUPS_DAYS lets it pass as far as the ledger proves that it has all lines."
        )
    entries = the_ledger().entries()
    last = max((entry.n for entry in entries), default=0)
    if last < manifest.ledger_line:
        raise Refused(
            f"The ledger of erasures is not here, or is older than the back-up (it ends with line "
            f"{last}, the back-up knows {manifest.ledger_line}): put {the_ledger().path} back. "
            "If it is lost, --without-ledger restores all the same; then whoever was erased since "
            f"{manifest.moment:%Y-%m-%d} has to be erased again by hand."
        )
    remembered = {entry.n for entry in entries if entry.at}
    if forgotten := set(range(manifest.ledger_line + 1, last + 1)) - remembered:
        raise Refused(
            f"The ledger has forgotten {len(forgotten)} erasures that came after the back-up "
            f"(line {min(forgotten)} and on): those people would come back, and nobody would know. "
            "Take a younger back-up."
        )


def restore(path: Path, target: Target, *, manifest: Manifest) -> None:
    """Put the back-up in the target's place.

    :raises Unreadable: when the back-up is damaged; then nothing has been touched.
    :raises DatabaseTrouble: when the server refuses; then all is as before.
    :raises UnderWay: when somebody else restores.
    """
    check_backup(path)
    if not target.is_the_shop:
        name = str(uuid4())
        _pour(path, target, name=name, manifest=manifest, keep=())
        if target.media is not None:
            files.exchange(target.media, name)
        return
    with _mark() as mark:
        mark.settle(target)
        name = mark.begin()
        try:
            _pour(path, target, name=name, manifest=manifest, keep=(mark.descriptor,))
        finally:
            mark.settle(target)


def finish_restore() -> bool:
    """Bring a restore that was killed to its end, or take it back; tell whether there was one."""
    if not the_ledger().restoring.exists():
        return False
    with _mark() as mark:
        mark.settle(Target.shop())
    return True


def _pour(
    path: Path, target: Target, *, name: str, manifest: Manifest, keep: tuple[int, ...]
) -> None:
    """Write everything, and commit when the last byte has been proved."""
    try:
        with opened(path) as (_, parts), target.database.pouring(keep=keep) as pouring:
            for part in parts:
                if part.name == DATABASE:
                    pouring.take(part.frames())
                elif target.media is not None:
                    files.lay_down(part, part.name.removeprefix(FILES), target.media, name)
            _commit(pouring, target, name=name, manifest=manifest)
    except BaseException:
        if target.media is not None and not target.is_the_shop:
            files.discard(target.media, name)
        raise


def _commit(pouring: Pouring, target: Target, *, name: str, manifest: Manifest) -> None:
    if target.media is not None:
        files.make_ready(target.media, name)
    pouring.commit(counts=manifest.counts, mark=_words_for(name))


def _have_it_asked_again(ledger: Path) -> None:
    """Give the ledger another stamp: who has just found nothing missing has to look again."""
    with suppress(FileNotFoundError):
        os.utime(ledger)


def _words_for(name: str) -> str:
    return f"restore {name}"


class _Mark:
    """The file that says that a restore is under way, and its lock."""

    def __init__(self, path: Path, descriptor: int) -> None:
        self.path = path
        self.descriptor = descriptor

    def begin(self) -> str:
        """Give a new restore its name, and note it where a kill does not reach."""
        name = str(uuid4())
        os.pwrite(self.descriptor, name.encode(), 0)
        os.fsync(self.descriptor)
        return name

    def settle(self, target: Target) -> None:
        """Finish the restore that is noted, or undo it, as the database says; then forget it."""
        name = os.pread(self.descriptor, 100, 0).decode()
        if name and target.media is not None:
            if mark_of(target.database) == _words_for(name):
                files.exchange(target.media, name)
                _have_it_asked_again(the_ledger().path)
            else:
                files.discard(target.media, name)
        os.ftruncate(self.descriptor, 0)


@contextmanager
def _mark() -> Iterator[_Mark]:
    """Hold the mark for oneself; it goes when all is settled, and stays when that fails.

    :raises UnderWay: when somebody else holds it.
    """
    path = the_ledger().restoring
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as held:
            raise UnderWay from held
        mark = _Mark(path, descriptor)
        if not _is_still(path, descriptor):
            raise UnderWay  # whoever had it before has just ended, and the name is gone
        try:
            yield mark
        finally:
            if not os.pread(descriptor, 1, 0):
                path.unlink()
    finally:
        os.close(descriptor)


def _is_still(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(path.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False
