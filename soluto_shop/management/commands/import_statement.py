"""Take in a file of the bank's."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone, translation

from orders.banking.facts import Problem, UnreadableStatement
from orders.banking.foresight import foresee
from orders.banking.models import BankFile
from orders.banking.operations import count_file, upload
from orders.banking.reading import MOST_BYTES, read


class Command(BaseCommand):
    """Count the payments of a file, or say what counting it would do."""

    help = (
        "Count the payments of a bank's file: camt.053, camt.054 or a Finnish list of reference "
        "payments. The same file, or another that tells the same, counts nothing twice."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="write nothing, only report")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        with translation.override("en"):
            try:
                with path.open("rb") as file:
                    content = file.read(MOST_BYTES + 1)
                found = read(content)
            except UnreadableStatement as refusal:
                raise CommandError(_line(refusal.problem)) from refusal
            except OSError as trouble:
                raise CommandError(str(trouble)) from trouble
            for problem in found.problems:
                self.stderr.write(f"Left out: {_line(problem)}")
            if options["dry_run"]:
                for heap in foresee(found).heaps:
                    self.stdout.write(f"{heap.count:6}  {heap.sum:>12}  {heap.fate.words}")
                return
            at = timezone.now()
            file_row = upload(content=content, file_name=path.name, by=None, at=at)
            if file_row.state == BankFile.State.COUNTED:
                self.stdout.write("This file has been counted before; nothing was done.")
                return
            counted = count_file(file_id=file_row.pk, at=at)
            self.stdout.write(f"{counted.entries.count()} counted, {counted.known} known already")


def _line(problem: Problem) -> str:
    return f"{problem.place}: {problem.reason}" if problem.place else problem.reason
