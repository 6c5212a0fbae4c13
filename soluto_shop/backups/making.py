"""Make a back-up, and prove one."""

import fcntl
import json
import os
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from privacy.ledger import sync_folder, the_ledger
from soluto_shop.backups import folder as shelf
from soluto_shop.backups.database import LEFT_OUT, Database
from soluto_shop.backups.files import files_in
from soluto_shop.backups.parts import Packer, Part, parts_of
from soluto_shop.backups.sealed import Key, Opener, Sealer, Unreadable

FORMAT = 1
MANIFEST, DATABASE, FILES = "manifest", "database", "files/"


class NoKey(Exception):
    """There is no BACKUP_KEY to seal with."""

    def __str__(self) -> str:
        return (
            "There is no BACKUP_KEY: `manage.py backup --new-key` prints one. Put it into the "
            "shop's environment, and keep another copy where neither shop nor back-ups are."
        )


class UnderWay(Exception):
    """A restore is at work."""

    def __str__(self) -> str:
        return "A restore is under way."


@dataclass(frozen=True)
class Manifest:
    """What a back-up says of itself, before anything else."""

    format: int
    made_at: str
    server: str
    migrations: list[str]
    ledger_line: int
    counts: dict[str, int]
    left_out: list[str]

    @property
    def moment(self) -> datetime:
        return datetime.fromisoformat(self.made_at)

    @property
    def major(self) -> int:
        """Give the major version of the server it was made on."""
        return int(re.findall(r"\d+", self.server)[0])


def keys() -> list[Key]:
    """Give the keys of the settings, the one that seals first.

    :raises NoKey: when there is none.
    """
    if not settings.BACKUP_KEY:
        raise NoKey
    return [Key.of(text) for text in (settings.BACKUP_KEY, *settings.BACKUP_KEY_FALLBACKS)]


def write_backup(out: BinaryIO, *, database: Database, media: Path, at: datetime) -> None:
    """Write the shop as it is now: one moment of the database, and the pictures after it.

    A picture that the moment knows is there, unless it was destroyed since: files are never
    rewritten under their names.

    :raises UnderWay: while a restore has not come to its end.
    """
    if the_ledger().restoring.exists():
        raise UnderWay
    sealer = Sealer(out, keys()[0])
    packer = Packer(sealer)
    with database.snapshot() as moment:
        manifest = Manifest(
            format=FORMAT,
            made_at=at.isoformat(),
            server=moment.server,
            migrations=moment.migrations,
            ledger_line=moment.ledger_line,
            counts=moment.counts,
            left_out=list(LEFT_OUT),
        )
        packer.add(MANIFEST, [json.dumps(asdict(manifest)).encode()])
        packer.add(DATABASE, database.dump(moment))
    for found in files_in(media):
        packer.add(f"{FILES}{found.name}", found.content, modified=found.modified)
    packer.finish()
    sealer.finish()


@contextmanager
def opened(path: Path) -> Iterator[tuple[Manifest, Iterator[Part]]]:
    """Open a back-up: give what it says of itself, and its other parts one after the other.

    :raises Unreadable: when it is none, or was sealed with another key, or is damaged.
    """
    with path.open("rb") as file:
        parts = parts_of(Opener(file, keys()))
        first = next(parts)
        said = json.loads(b"".join(first.frames()))
        if first.name != MANIFEST or said["format"] != FORMAT:
            raise Unreadable("a newer version of the shop made it")
        yield Manifest(**said), parts


@dataclass(frozen=True)
class Proof:
    """A back-up that was read from beginning to end."""

    manifest: Manifest
    files: int
    size: int


def check_backup(path: Path) -> Proof:
    """Read a back-up whole.

    :raises Unreadable: when it is not as it was made.
    """
    with opened(path) as (manifest, parts):
        kinds = Counter(part.name == DATABASE for part in parts)
    if kinds[True] != 1:
        raise Unreadable("it holds no database")
    return Proof(manifest, files=kinds[False], size=path.stat().st_size)


def back_up_into(folder: Path, *, database: Database, media: Path, at: datetime) -> Path:
    """Make a back-up in a folder, then delete those that are too old, and what was cut off.

    The file has its name once it is on the disk and has been read back whole.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / shelf.name_for(at)
    part = folder / f".{path.name}{shelf.UNFINISHED}"
    _clear_unfinished(folder)
    with _being_written(part) as file:
        write_backup(file, database=database, media=media, at=at)
        file.flush()
        os.fsync(file.fileno())
        check_backup(part)
        part.rename(path)
        sync_folder(folder)
    shelf.clear_old(folder, at=at)
    return path


@contextmanager
def _being_written(part: Path) -> Iterator[BinaryIO]:
    """Write a file that goes away again if it does not get its own name."""
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        try:
            yield file
        finally:
            part.unlink(missing_ok=True)


def _clear_unfinished(folder: Path) -> None:
    """Delete what was cut off; what is being written holds its lock."""
    for part in shelf.unfinished_in(folder):
        with suppress(FileNotFoundError, BlockingIOError), part.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            part.unlink()
