"""Imports through the staff's pages: uploaded, checked, confirmed, carried out by the worker."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.core.files.base import File
from django.utils import timezone

from customers.models import Account
from orders.importing.archive import ArchiveRefused, unpacked
from orders.importing.models import ImportRun
from orders.importing.operations import Wish, import_catalogue
from orders.importing.recognise import recognise
from orders.importing.report import Report
from privacy.intake.report import Issue, UnreadableFile, Weight
from privacy.intake.source import lines_of
from privacy.intake.upload_steps import State, lay_down, progress_of

MOST_LINES_AT_ONCE = 1_000
MOST_PICTURES_AT_ONCE = 20 * 1024 * 1024
FILE_IS_KEPT = timedelta(days=7)
RUN_IS_KEPT = timedelta(days=365)


def upload(
    *,
    file: File[bytes],
    asked_format: str,
    language: str,
    by: Account | None,
    at: datetime,
    pictures: File[bytes] | None = None,
) -> ImportRun:
    """Keep a file, and the ZIP of its pictures if there is one, and say what it is.

    :raises UnreadableFile: when it is nothing that can be imported; then it is not kept.
    """
    run = ImportRun(
        file_name=Path(file.name or "").name[-200:] or "–",
        asked_format=asked_format,
        language=language,
        started_by=by,
        created_at=at,
        touched_at=at,
    )
    lay_down(run, file, recognise=lambda path: recognise(path, asked_format))
    if pictures is not None:
        run.pictures.save("", pictures, save=False)
    run.save()
    return run


def is_short(run: ImportRun) -> bool:
    """Tell whether a file can be checked while somebody waits for the page."""
    if run.pictures and run.pictures.size > MOST_PICTURES_AT_ONCE:
        return False
    return lines_of(Path(run.file.path), most=MOST_LINES_AT_ONCE) <= MOST_LINES_AT_ONCE


def check(*, run_id: UUID, at: datetime) -> None:
    """Find out what an import would do, without doing it."""
    _work(run_id, during=State.CHECKING, afterwards=State.CHECKED, at=at)


def carry_out(*, run_id: UUID, at: datetime) -> Report | None:
    """Import a confirmed file; begun anew after a crash, it goes on."""
    return _work(run_id, during=State.IMPORTING, afterwards=State.FINISHED, at=at)


def _work(run_id: UUID, *, during: State, afterwards: State, at: datetime) -> Report | None:
    run = ImportRun.objects.filter(pk=run_id, state=during).first()
    if run is None:
        return None
    try:
        with unpacked(Path(run.pictures.path) if run.pictures else None) as folder:
            wish = Wish(
                format=run.asked_format,
                language=run.language,
                dry_run=during is State.CHECKING,
                images=folder,
            )
            report = import_catalogue(Path(run.file.path), wish, at=at, progress=progress_of(run))
    except (UnreadableFile, ArchiveRefused, FileNotFoundError) as trouble:
        report, afterwards = Report.of_failure(_issue(trouble)), State.FAILED
    ImportRun.objects.filter(pk=run_id, state=during).update(
        state=afterwards, result=report.as_json(), touched_at=timezone.now()
    )
    return report


def _issue(trouble: Exception) -> Issue | None:
    """Say what failed; nothing where the file is gone."""
    match trouble:
        case UnreadableFile(issue=issue):
            return issue
        case ArchiveRefused():
            return Issue(Weight.ERROR, "pictures_unreadable")
        case _:
            return None


def forget_old(*, at: datetime) -> int:
    """Destroy files after a week, and after a year what was told of them; count the files."""
    count = 0
    for run in ImportRun.objects.with_file_since_before(at - FILE_IS_KEPT):
        run.file.delete(save=False)
        if run.pictures:
            run.pictures.delete(save=False)
        left = State.FAILED if run.is_at_work else run.state
        ImportRun.objects.filter(pk=run.pk).update(file="", pictures="", state=left)
        count += 1
    ImportRun.objects.filter(created_at__lt=at - RUN_IS_KEPT, file="").delete()
    return count
