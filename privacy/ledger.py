"""The ledger of erasures outside the database, which a restored back-up cannot forget.

One line for each erasure: its number, the moment, the person's keys, and a keyed hash of each
proved address. The line is on the disk before the erasure is committed, and the database notes in
the same transaction up to which line it knows. A database that knows less than the ledger was
restored, or lost its last moment: nothing is served until the missing erasures have been repeated.
"""

import fcntl
import hmac
import json
import os
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.conf import settings
from django.db.models.functions import Greatest

from privacy.evidence import LedgerMark


@dataclass(frozen=True)
class Entry:
    """One line. Without people it only tells how far the numbers had come."""

    n: int
    at: str = ""
    receipt: str = ""
    seal: str = ""
    people: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()

    @property
    def keys(self) -> frozenset[UUID]:
        return frozenset(UUID(key) for key in self.people)


class Ledger:
    """The file, its lock and its key, side by side."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.lock = path.with_name(f"{path.name}.lock")
        self.key_path = path.with_name(f"{path.name}.key")
        self.restoring = path.with_name(f"{path.name}.restoring")
        """There for as long as a back-up is being put in the database's place."""

    @contextmanager
    def held(self, *, to_write: bool) -> Iterator[None]:
        """Keep writers apart, and readers from what is being written."""
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(self.lock, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX if to_write else fcntl.LOCK_SH)
            yield
        finally:
            os.close(descriptor)

    def entries(self) -> list[Entry]:
        """Read the lines; a last line that was cut off in the middle was never acknowledged."""
        if not self.path.exists():
            return []
        whole = self.path.read_bytes().rpartition(b"\n")[0]
        return [_entry(line) for line in whole.splitlines() if line]

    def last(self) -> int:
        """Give the number of the last line."""
        return max((entry.n for entry in self.entries()), default=0)

    def append(self, entry: Entry) -> None:
        """Put a line on the disk; it is there when this returns. The lock must be held."""
        with os.fdopen(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
            lines, end, _torn = file.read().rpartition(b"\n")
            file.truncate(len(lines + end))
            file.seek(len(lines + end))
            _write(file, _line(entry))
        sync_folder(self.path.parent)

    def forget_before(self, moment: datetime) -> int:
        """Drop the people of lines older than the oldest back-up; tell how many there were."""
        with self.held(to_write=True):
            entries = self.entries()
            young = [each for each in entries if each.at and each.at >= moment.isoformat()]
            old = len([each for each in entries if each.at]) - len(young)
            if not old:
                return 0
            marks = [Entry(n=entries[-1].n)] if not young else []
            _replace(self.path, b"".join(_line(each) for each in [*young, *marks]))
            return old

    def hashed(self, emails: Iterable[str]) -> dict[str, str]:
        """Give the keyed hash of each address, and the address it is of."""
        key = self._key()
        return {hmac.new(key, email.encode(), "sha256").hexdigest(): email for email in emails}

    def _key(self) -> bytes:
        """Read the key; the first erasure makes it.

        :raises KeyLost: when there are lines that it should open, but it is gone.
        """
        if self.key_path.exists():
            return self.key_path.read_bytes()
        if self.entries():
            raise KeyLost(self.key_path)
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = secrets.token_bytes(32)
        _replace(self.key_path, key)
        return key


class KeyLost(Exception):
    """The ledger's key is not where it was: guests in it cannot be recognised."""


def _replace(path: Path, content: bytes) -> None:
    """Put a whole file in its place: whatever happens, the old one is there or the new one."""
    fresh = path.with_name(f"{path.name}.new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        _write(file, content)
    fresh.replace(path)
    sync_folder(path.parent)


def _write(file: BinaryIO, text: bytes) -> None:
    file.write(text)
    file.flush()
    os.fsync(file.fileno())


def _entry(line: bytes) -> Entry:
    said = json.loads(line)
    lists = {name: tuple(said.get(name, ())) for name in ("people", "addresses")}
    return Entry(**{**said, **lists})


def _line(entry: Entry) -> bytes:
    said = {name: value for name, value in asdict(entry).items() if value}
    return json.dumps(said, separators=(",", ":")).encode() + b"\n"


def sync_folder(folder: Path) -> None:
    """See to it that what a folder holds is known to the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def the_ledger() -> Ledger:
    """Give the ledger that the settings name."""
    return Ledger(Path(settings.ERASURE_LEDGER))


def seen() -> int:
    """Give the number of the last line that the database knows."""
    return LedgerMark.objects.filter(pk=1).values_list("seen", flat=True).first() or 0


def note_seen(n: int) -> None:
    """Note in the database that it knows the ledger up to a line."""
    mark, _ = LedgerMark.objects.get_or_create(pk=1)
    LedgerMark.objects.filter(pk=mark.pk).update(seen=Greatest("seen", n))


def unseen() -> list[Entry]:
    """Give the lines that the database does not know: what it has to forget again."""
    known = seen()
    return [entry for entry in the_ledger().entries() if entry.n > known]


def forgotten_among(emails: Iterable[str]) -> set[str]:
    """Find whose data were erased not long ago; who it was is known while a back-up may know it."""
    book = the_ledger()
    forgotten = {address for entry in book.entries() for address in entry.addresses}
    if not forgotten:
        return set()
    return {email for digest, email in book.hashed(emails).items() if digest in forgotten}


def expire(at: datetime) -> int:
    """Drop the people of lines for which no back-up is old enough any more."""
    return the_ledger().forget_before(at - timedelta(days=settings.KEEP_BACKUPS_DAYS + 1))
