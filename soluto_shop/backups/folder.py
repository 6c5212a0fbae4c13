"""The folder of back-ups: what lies there is whole, has its date in its name, and goes in time."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings

LATEST = timedelta(hours=26)
"""After so long without a back-up somebody has to look."""
_FORM = "soluto-%Y%m%dT%H%M%S%fZ.backup"
_NAME = re.compile(r"soluto-\d{8}T\d{12}Z\.backup")
UNFINISHED = ".part"


def name_for(moment: datetime) -> str:
    """Name a back-up for the moment it shows."""
    return moment.astimezone(UTC).strftime(_FORM)


def made_at(path: Path) -> datetime:
    """Tell which moment a back-up shows, by its name."""
    return datetime.strptime(path.name, _FORM).replace(tzinfo=UTC)


def backups_in(folder: Path) -> list[Path]:
    """List the back-ups, the oldest first."""
    return sorted(path for path in folder.iterdir() if _NAME.fullmatch(path.name))


def unfinished_in(folder: Path) -> Iterator[Path]:
    """List what a back-up that was killed has left, or one that runs is writing."""
    for path in folder.glob(f".*{UNFINISHED}"):
        if _NAME.fullmatch(path.name[1 : -len(UNFINISHED)]):
            yield path


def is_too_old(moment: datetime, *, at: datetime) -> bool:
    """Tell whether the ledger may have forgotten who was erased since a moment."""
    return moment < at - timedelta(days=settings.KEEP_BACKUPS_DAYS)


def clear_old(folder: Path, *, at: datetime) -> list[Path]:
    """Delete the back-ups that are too old to be restored; nothing else in the folder."""
    old = [path for path in backups_in(folder) if is_too_old(made_at(path), at=at)]
    for path in old:
        path.unlink(missing_ok=True)
    return old


def last_backup() -> datetime | None:
    """Tell which moment the newest back-up shows; none where the folder cannot be read."""
    try:
        made = backups_in(Path(settings.BACKUP_FOLDER))
    except OSError:
        return None
    return made_at(made[-1]) if made else None


def backup_is_late(*, at: datetime) -> bool:
    """Tell whether back-ups are to be made, and none has been for more than a day."""
    if not settings.BACKUP_FOLDER:
        return False
    last = last_backup()
    return last is None or at - last > LATEST
