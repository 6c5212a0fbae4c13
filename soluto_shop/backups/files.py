"""The folder of pictures: read file by file, laid down beside, and exchanged at once.

What is restored is laid down in a folder within the folder itself, since that may be a disk of its
own and nothing can be renamed from one disk to another. The exchange goes on where it was when it
is cut off: first the old files go aside, then that is noted, then the new ones take their place.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from django.conf import settings

from soluto_shop.backups.parts import FRAME, Part
from soluto_shop.backups.sealed import Unreadable

_ASIDE = ".restore-"
_OF_THE_DISK = "lost+found"


@dataclass(frozen=True)
class Found:
    """A file that is being read."""

    name: str
    modified: float
    content: Iterator[bytes]


def files_in(root: Path) -> Iterator[Found]:
    """Give the files of a folder, one at a time, in the order of their names.

    Left out are what is just being written or exchanged (hidden files), what only points elsewhere
    (links), and what has gone before its turn.
    """
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if _is_own(Path(folder, name)))
        for path in (Path(folder, name) for name in sorted(names)):
            if not _is_own(path):
                continue
            with suppress(FileNotFoundError), path.open("rb") as file:
                modified = os.fstat(file.fileno()).st_mtime
                yield Found(path.relative_to(root).as_posix(), modified, _pieces(file))


def _is_own(path: Path) -> bool:
    return (
        not path.name.startswith(".")
        and (path.is_file() or path.is_dir())
        and not (path.is_symlink())
    )


def _pieces(file: BinaryIO) -> Iterator[bytes]:
    while piece := file.read(FRAME):
        yield piece


def aside(root: Path, restore: str) -> Path:
    """Name the folder in which a restore lays down its files."""
    return root / f"{_ASIDE}{restore}"


def lay_down(part: Part, name: str, root: Path, restore: str) -> None:
    """Write one file beside those that are there."""
    relative = PurePosixPath(name)
    if relative.is_absolute() or ".." in relative.parts:
        raise Unreadable(f"it holds a file of a strange name ({name})")
    path = aside(root, restore) / "new" / relative
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("xb") as file:
        for piece in part.frames():
            file.write(piece)
        os.fchmod(file.fileno(), settings.FILE_UPLOAD_PERMISSIONS)
    moment = float(part.facts["modified"])
    os.utime(path, (moment, moment))


def make_ready(root: Path, restore: str) -> None:
    """Give the new files to whom the folder belongs, and see them onto the disk."""
    new = aside(root, restore) / "new"
    new.mkdir(parents=True, exist_ok=True)
    owner = root.stat()
    for folder, _folders, names in os.walk(new):
        Path(folder).chmod(settings.FILE_UPLOAD_DIRECTORY_PERMISSIONS)
        if os.geteuid() == 0:
            for path in (folder, *(os.path.join(folder, name) for name in names)):  # noqa: PTH118
                os.chown(path, owner.st_uid, owner.st_gid)
    os.sync()


def exchange(root: Path, restore: str) -> None:
    """Put the new files in the place of the old; done twice it is as good as once."""
    beside = aside(root, restore)
    new, old, noted = beside / "new", beside / "old", beside / "old-is-aside"
    if new.exists() and not noted.exists():
        old.mkdir(exist_ok=True)
        for entry in root.iterdir():
            if _is_own(entry) and entry.name != _OF_THE_DISK:
                entry.rename(old / entry.name)
        os.sync()
        noted.touch()
        os.sync()
    if new.exists():
        for entry in new.iterdir():
            entry.rename(root / entry.name)
        os.sync()
    discard(root, restore)


def discard(root: Path, restore: str) -> None:
    """Take away what lies beside."""
    beside = aside(root, restore)
    if beside.exists():
        # The note goes last: with "new" there and no note, what is now in place would count as old.
        for part in ("old", "new", "old-is-aside"):
            _remove(beside / part)
        beside.rmdir()


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
