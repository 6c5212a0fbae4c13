"""Files about people through the staff's pages: uploaded, checked, confirmed, taken in."""

from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser
from django.core.files.base import File
from django.db import transaction
from django.utils import timezone

from privacy.files import destroy_file
from privacy.intake.layouts import known_layout
from privacy.intake.models import Intake
from privacy.intake.people import PeopleReport
from privacy.intake.report import Issue, UnreadableFile, Weight
from privacy.intake.source import lines_of
from privacy.intake.taking import Wish, importers
from privacy.intake.upload_steps import NotNow, State, lay_down, progress_of

MOST_LINES_AT_ONCE = 500
REPORT_IS_KEPT = timedelta(days=365)


def upload(
    *,
    kind: str,
    file: File[bytes],
    asked_format: str,
    party: str,
    by: AbstractBaseUser | None,
    at: datetime,
) -> Intake:
    """Keep a file until it is taken in, and say what it is.

    :raises UnreadableFile: when it is nothing that can be taken in; then it is not kept.
    """
    intake = Intake(
        kind=kind,
        asked_format=asked_format,
        party=party,
        started_by_id=by.pk if by else None,
        created_at=at,
        touched_at=at,
    )
    layouts = importers[kind].layouts
    lay_down(intake, file, recognise=lambda path: known_layout(path, layouts, asked_format))
    intake.save()
    return intake


def is_short(intake: Intake) -> bool:
    """Tell whether a file can be checked while somebody waits for the page."""
    return lines_of(Path(intake.file.path), most=MOST_LINES_AT_ONCE) <= MOST_LINES_AT_ONCE


@transaction.atomic
def discard(*, intake: Intake, at: datetime) -> None:
    """Destroy a file that is not to be taken in after all.

    :raises NotNow: when a worker has it.
    """
    idle = Intake.objects.select_for_update().filter(pk=intake.pk).exclude(file="").first()
    if idle is None or (idle.is_at_work and not idle.is_stuck(at)):
        raise NotNow
    _let_go(idle)
    Intake.objects.filter(pk=idle.pk).update(state=State.FAILED, file="", touched_at=at)


def check(*, intake_id: UUID, at: datetime) -> None:
    """Find out what an import would do, without doing it."""
    _work(intake_id, during=State.CHECKING, afterwards=State.CHECKED, at=at)


def carry_out(*, intake_id: UUID, at: datetime) -> None:
    """Take a confirmed file in; begun anew after a crash, it goes on."""
    _work(intake_id, during=State.IMPORTING, afterwards=State.FINISHED, at=at)


def _work(intake_id: UUID, *, during: State, afterwards: State, at: datetime) -> None:
    intake = Intake.objects.filter(pk=intake_id, state=during).first()
    if intake is None:
        return
    wish = Wish(format=intake.asked_format, party=intake.party, dry_run=during is State.CHECKING)
    try:
        take = importers[intake.kind].take
        report = take(_path_of(intake), wish, at=at, progress=progress_of(intake))
    except (UnreadableFile, FileNotFoundError) as trouble:
        report, afterwards = PeopleReport.of_failure(_issue(trouble)), State.FAILED
    _end(intake, report, during=during, afterwards=afterwards)


def _path_of(intake: Intake) -> Path:
    if not intake.file:
        raise FileNotFoundError
    return Path(intake.file.path)


@transaction.atomic
def _end(intake: Intake, report: PeopleReport, *, during: State, afterwards: State) -> None:
    said = {"state": afterwards, "result": report.as_json(), "touched_at": timezone.now()}
    if afterwards is not State.CHECKED and intake.file:
        _let_go(intake)
        said["file"] = ""
    Intake.objects.filter(pk=intake.pk, state=during).update(**said)


def _let_go(intake: Intake) -> None:
    """Have the file destroyed after the row has let go of it."""
    destroy_file.defer(table=Intake._meta.label, column="file", file=str(intake.file.name))


def _issue(trouble: Exception) -> Issue | None:
    """Say what failed, without quoting it; nothing where the file is gone."""
    if isinstance(trouble, UnreadableFile):
        values = {name: words for name, words in trouble.issue.values.items() if name != "value"}
        return Issue(
            Weight.ERROR, trouble.issue.code, trouble.issue.line, "", {"value": "…", **values}
        )
    return None


def keep_report(*, kind: str, wish: Wish, report: PeopleReport, at: datetime) -> Intake:
    """Keep what was told of a file that was taken in by a command."""
    return Intake.objects.create(
        kind=kind,
        asked_format=wish.format,
        party=wish.party,
        state=State.FINISHED,
        created_at=at,
        touched_at=at,
        result=report.as_json(),
    )


def forget_old(*, at: datetime) -> int:
    """Forget after a year what was told of files that have gone."""
    gone, _each = Intake.objects.filter(created_at__lt=at - REPORT_IS_KEPT, file="").delete()
    return gone
