"""The steps that are the same for every file that staff give."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from privacy.intake.report import UnreadableFile
from privacy.intake.uploads import SILENCE, Upload

State = Upload.State


class NotNow(Exception):
    """The import does not stand where this could be done."""


def lay_down(upload: Upload, file: File[bytes], *, recognise: Callable[[Path], object]) -> None:
    """Keep the file of an upload whose row is not written yet.

    :raises UnreadableFile: when it is not recognised; then it is not kept.
    """
    upload.file.save("", file, save=False)
    try:
        recognise(Path(upload.file.path))
    except UnreadableFile:
        upload.file.delete(save=False)
        raise


@transaction.atomic
def confirm(upload: Upload, *, at: datetime) -> None:
    """Let a checked import begin; the caller hands it to the worker.

    :raises NotNow: when it has not been checked, has begun already, or its file is gone.
    """
    found = type(upload)._default_manager.filter(pk=upload.pk, state=State.CHECKED)
    if not found.exclude(file="").update(state=State.IMPORTING, touched_at=at, rows_done=0):
        raise NotNow


@transaction.atomic
def wake(upload: Upload, *, at: datetime) -> None:
    """Let an import of which nothing is heard begin anew; the caller hands it to the worker.

    :raises NotNow: when it is at work, or was never to be.
    """
    found = type(upload)._default_manager.filter(
        pk=upload.pk, state__in=[State.CHECKING, State.IMPORTING], touched_at__lt=at - SILENCE
    )
    if not found.update(touched_at=at):
        raise NotNow


def progress_of(upload: Upload) -> Callable[[int, int], None]:
    """Write down how far an import is, which also says that it lives."""
    row = type(upload)._default_manager.filter(pk=upload.pk)

    def write(done: int, of: int) -> None:
        row.update(rows_done=done, rows_total=of, touched_at=timezone.now())

    return write
