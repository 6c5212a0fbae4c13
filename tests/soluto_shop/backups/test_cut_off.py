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
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

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
from tests.soluto_shop.backups.shops import Shop

pytestmark = pytest.mark.django_db(transaction=True)

State = tuple[dict[str, list[str]], dict[str, bytes]]


def state_of(shop: Shop) -> State:
    return shop.tables(), shop.pictures()


def made(folder: Path, media: Path) -> Path:
    return back_up_into(folder, database=Database.of_the_shop(), media=media, at=timezone.now())


@pytest.fixture
def both(fresh: Shop, settings: Any, tmp_path: Path) -> tuple[State, Path]:
    """Let a shop hold one back-up, and make another, of other people and pictures."""
    media = settings.MEDIA_ROOT
    (media / "pictures").mkdir()
    (media / "pictures" / "first.png").write_bytes(b"first")
    (media / "only-first").write_bytes(b"first")
    member("anna@example.fi")
    first = made(tmp_path / "backups", media)
    restore(first, fresh.target, manifest=check_backup(first).manifest)
    (media / "only-first").unlink()
    (media / "pictures" / "second.png").write_bytes(b"second")
    (media / "only-second").write_bytes(b"second")
    member("celia@example.fi")
    return state_of(fresh), made(tmp_path / "backups", media)


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
    child = os.fork()
    if child == 0:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(f"soluto_shop.backups.restoring.{cut.what}", cut.how)
            restore(path, shop.target, manifest=check_backup(path).manifest)
            os._exit(0)
    _, status = os.waitpid(child, 0)
    assert os.WTERMSIG(status) == signal.SIGKILL


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
    child = os.fork()
    if child == 0:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("soluto_shop.backups.making.check_backup", die)
            made(folder, settings.MEDIA_ROOT)
            os._exit(0)
    os.waitpid(child, 0)

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
