"""Who was touched when somebody else had a staff member's session: numbers, columns, times."""

from argparse import ArgumentParser
from datetime import datetime
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.timezone import get_default_timezone, is_naive, make_aware

from privacy.breaches.affected import columns_of, lines_of, seen_by
from privacy.breaches.drafts import draft_of_session
from privacy.normal import normal_email


class Command(BaseCommand):
    """Compute the affected set from the log of looks, and write it into a draft."""

    help = "List whose data a staff account saw between two moments, and note it as a breach."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--staff", required=True, metavar="EMAIL")
        for name in ("from", "until"):
            parser.add_argument(f"--{name}", required=True, metavar="YYYY-MM-DDTHH:MM", dest=name)

    def handle(self, *args: Any, **options: Any) -> None:
        since, until = _moment(options["from"]), _moment(options["until"])
        if until < since:
            raise CommandError("--until is before --from.")
        name = get_user_model().USERNAME_FIELD
        wanted = {name: normal_email(options["staff"]), "is_staff": True}
        staff = get_user_model()._base_manager.filter(**wanted).first()
        if staff is None:
            raise CommandError("There is no staff account with that address.")
        found = seen_by(staff, since=since, until=until)
        tables = sorted({table for seen in found.values() for table in seen.tables})
        for person, seen in sorted(found.items(), key=lambda pair: str(pair[1].first_at)):
            first, last = (_clock(at) for at in (seen.first_at, seen.last_at))
            self.stdout.write(f"{person}  {first} – {last}  {', '.join(sorted(seen.tables))}")
        self.stdout.write("")
        for table, columns in columns_of(tables).items():
            self.stdout.write(f"{table}: {', '.join(columns)}")
        self.stdout.write(f"Lines of section 5: {', '.join(lines_of(tables)) or 'none'}")
        breach = draft_of_session(
            staff=staff, since=since, until=until, found=found, at=timezone.now()
        )
        self.stdout.write(
            f"{len(found)} people. Breach {breach.number}, "
            f"to be notified by {_clock(breach.due_at)}."
        )


def _moment(typed: str) -> datetime:
    try:
        moment = parse_datetime(typed)
    except ValueError:
        moment = None
    if moment is None:
        raise CommandError(f"{typed} is no moment: write it as 2026-11-23T09:00.")
    return make_aware(moment, get_default_timezone()) if is_naive(moment) else moment


def _clock(at: datetime | None) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}" if at else "–"
