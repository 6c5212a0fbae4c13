"""A back-up or a restore that is cut off leaves the old state, or a shop that waits for its end."""

import errno
import fcntl
import os
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from pytest_django.plugin import DjangoDbBlocker

from privacy.evidence import LedgerMark
from privacy.ledger import the_ledger
from privacy.replay import is_behind
from soluto_shop.backups.database import Database
from soluto_shop.backups.folder import backup_is_late, backups_in, unfinished_in
from soluto_shop.backups.making import UnderWay, back_up_into, check_backup
from soluto_shop.backups.restoring import Target, finish_restore, restore
from soluto_shop.tasks import finish_a_killed_restore
from tests.privacy.lives import member
from tests.privacy.test_ledger import lost
from tests.putting_back import remember
from tests.soluto_shop.backups.shops import Shop, at_home, scratch

pytestmark = pytest.mark.django_db(transaction=True)

PATIENCE = 120
State = tuple[dict[str, list[str]], dict[str, bytes]]


def state_of(shop: Shop) -> State:
    return shop.tables(), shop.pictures()


def made(folder: Path, media: Path) -> Path:
    return back_up_into(folder, database=Database.of_the_shop(), media=media, at=timezone.now())


class Pair(NamedTuple):
    """A shop that holds one back-up, and another back-up, of other people and pictures."""

    shop: Shop
    state: State
    second: Path


@pytest.fixture(scope="module")
def pair(
    django_db_setup: None,
    django_db_blocker: DjangoDbBlocker,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Pair]:
    """Make both back-ups and restore the first, once: each test has a shop like this one."""
    folder = tmp_path_factory.mktemp("pair")
    media = folder / "own" / "media"
    with scratch(folder / "shop") as shop:
        with django_db_blocker.unblock(), at_home(folder / "own"):
            before = remember()
            (media / "pictures").mkdir(parents=True)
            (media / "pictures" / "first.png").write_bytes(b"first")
            (media / "only-first").write_bytes(b"first")
            member("anna@example.fi")
            first = made(folder / "backups", media)
            restore(first, shop.target, manifest=check_backup(first).manifest)
            (media / "only-first").unlink()
            (media / "pictures" / "second.png").write_bytes(b"second")
            (media / "only-second").write_bytes(b"second")
            member("celia@example.fi")
            second = made(folder / "backups", media)
            before.put_back()
        yield Pair(shop, state_of(shop), second)


@pytest.fixture
def fresh(pair: Pair, tmp_path: Path) -> Iterator[Shop]:
    """Give a shop that holds the first back-up."""
    with scratch(tmp_path / "fresh", like=pair.shop) as shop:
        yield shop


@pytest.fixture
def both(pair: Pair) -> tuple[State, Path]:
    """Tell how the shop is, and where the second back-up lies."""
    return pair.state, pair.second


def die(*_: object, **__: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def nth(which: int) -> Callable[[], None]:
    """Die when the disk is waited for the nth time."""
    moments = count(1)
    return lambda: die() if next(moments) == which else None


@dataclass(frozen=True)
class Cut:
    """A moment at which a restore is killed: in which function, and what is there afterwards."""

    what: str
    how: Callable[..., None]
    is_new: bool


CUTS = {
    "before anything": Cut("Database.pouring", die, is_new=False),
    "while files are laid down": Cut("files.lay_down", die, is_new=False),
    "before the commit": Cut("files.os.sync", nth(1), is_new=False),
    "after the commit": Cut("files.exchange", die, is_new=True),
    "while the old files go aside": Cut("files.os.sync", nth(2), is_new=True),
    "before the new ones come": Cut("files.os.sync", nth(3), is_new=True),
    "when they are in place": Cut("files.os.sync", nth(4), is_new=True),
    "while the old ones are destroyed": Cut("files.discard", die, is_new=True),
    "when they are destroyed": Cut("files._remove", die, is_new=True),
}


def killed_restore(path: Path, shop: Shop, cut: Cut) -> None:
    """Restore in a process that is killed at a moment."""

    def restore_it() -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(f"soluto_shop.backups.restoring.{cut.what}", cut.how)
            restore(path, shop.target, manifest=check_backup(path).manifest)

    assert ended_in_a_child(restore_it) == -signal.SIGKILL


def ended_in_a_child(what: Callable[[], None]) -> int:
    """Do something in a copy of this process, which ends with it however that goes."""
    child = os.fork()
    if child == 0:
        signal.alarm(
            PATIENCE
        )  # a copy has no threads but this one, and may wait for another's lock
        try:
            what()
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def settle(shop: Shop, patch: pytest.MonkeyPatch) -> None:
    """Do what the worker does each minute, until psql has noticed that it is alone."""
    patch.setattr(Target, "shop", lambda: shop.target)
    give_up = time.monotonic() + 30
    while the_ledger().restoring.exists() and time.monotonic() < give_up:
        finish_a_killed_restore(0)
        time.sleep(0.05)


@pytest.mark.parametrize("cut", CUTS.values(), ids=CUTS.keys())
def test_a_killed_restore_is_the_old_shop_or_the_new_and_serves_nobody_before(
    both: tuple[State, Path],
    fresh: Shop,
    client: Client,
    monkeypatch: pytest.MonkeyPatch,
    cut: Cut,
) -> None:
    old, second = both

    killed_restore(second, fresh, cut)

    assert is_behind()
    refused = client.get("/tietosuoja/")
    assert (refused.status_code, refused["Retry-After"]) == (503, "60")
    assert client.get("/readyz").status_code == 503
    assert client.get("/healthz").status_code == 200

    settle(fresh, monkeypatch)

    assert not is_behind()
    assert client.get("/tietosuoja/").status_code == 200
    tables, pictures = state_of(fresh)
    assert ("celia@example.fi" in fresh.dumped()) is cut.is_new
    assert (pictures == old[1]) is not cut.is_new
    assert ("only-second" in pictures) is cut.is_new
    assert ("only-first" in pictures) is not cut.is_new
    assert cut.is_new or tables == old[0]
    assert not list(fresh.media.glob(".*"))
    assert finish_restore() is False


def test_only_one_restores_at_a_time_and_the_worker_leaves_it_alone(
    both: tuple[State, Path], fresh: Shop
) -> None:
    old, second = both
    mark = the_ledger().restoring
    descriptor = os.open(mark, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)

    with pytest.raises(UnderWay):
        restore(second, fresh.target, manifest=check_backup(second).manifest)
    finish_a_killed_restore(0)
    with pytest.raises(CommandError, match="A restore is under way"):
        call_command("backup", str(second.parent))

    assert mark.exists()
    assert state_of(fresh) == old
    os.close(descriptor)


def test_a_page_that_has_just_looked_looks_again_after_a_restore(
    both: tuple[State, Path], fresh: Shop, client: Client
) -> None:
    lost(people=("00000000-0000-4000-8000-000000000000",))
    LedgerMark.objects.update_or_create(pk=1, defaults={"seen": 1})
    assert client.get("/tietosuoja/").status_code == 200
    stamp = the_ledger().path.stat().st_mtime_ns

    restore(both[1], fresh.target, manifest=check_backup(both[1]).manifest)

    assert the_ledger().path.stat().st_mtime_ns > stamp
    LedgerMark.objects.update(seen=0)  # as the database now is
    assert client.get("/tietosuoja/").status_code == 503


def test_a_killed_back_up_leaves_no_file_that_looks_whole(
    tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "backups"
    settings.BACKUP_FOLDER = str(folder)

    def back_up() -> None:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("soluto_shop.backups.making.check_backup", die)
            made(folder, settings.MEDIA_ROOT)

    assert ended_in_a_child(back_up) == -signal.SIGKILL

    [left] = unfinished_in(folder)
    assert left.stat().st_size > 1000
    assert backups_in(folder) == []
    assert backup_is_late(at=timezone.now())

    path = made(folder, settings.MEDIA_ROOT)

    assert list(folder.iterdir()) == [path]
    assert not backup_is_late(at=timezone.now())


def test_a_back_up_that_fails_leaves_nothing(tmp_path: Path, settings: Any) -> None:
    (settings.MEDIA_ROOT / "a.png").write_bytes(b"a")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("soluto_shop.backups.making.files_in", lambda _root: full_disk())
        with pytest.raises(CommandError, match="No space left on device"):
            call_command("backup", str(tmp_path / "backups"))

    assert list((tmp_path / "backups").iterdir()) == []


def full_disk() -> Iterator[object]:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    yield


def test_another_back_up_at_work_is_left_alone(tmp_path: Path, settings: Any) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    other = folder / ".soluto-20261123T100000000000Z.backup.part"
    with other.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)

        path = made(folder, settings.MEDIA_ROOT)

        assert sorted(folder.iterdir()) == [other, path]
