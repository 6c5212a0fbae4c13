"""Put a back-up in the place of the shop, or beside it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from privacy.ledger import the_ledger
from soluto_shop.backups.database import DatabaseTrouble
from soluto_shop.backups.making import NoKey, UnderWay
from soluto_shop.backups.restoring import (
    Plan,
    Refused,
    Target,
    finish_restore,
    plan_restore,
    restore,
)
from soluto_shop.backups.sealed import Unreadable
from soluto_shop.local.postgres import PostgresUnavailable

REASONS = (Refused, NoKey, UnderWay, Unreadable, PostgresUnavailable, DatabaseTrouble, OSError)


class Command(BaseCommand):
    """Prove the back-up, say what will be, and do it when told."""

    help = "Restore a back-up whole or not at all; the shop serves nobody meanwhile."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path)
        parser.add_argument("--yes", action="store_true", help="do it; without, only say what")
        parser.add_argument(
            "--over", metavar="NAME", help="the name of the database whose shop is to go"
        )
        parser.add_argument(
            "--into",
            metavar="URL",
            help="another database than the shop's; its password comes from PGPASSWORD",
        )
        parser.add_argument(
            "--media", metavar="FOLDER", type=Path, help="with --into: where the pictures go"
        )
        parser.add_argument(
            "--without-ledger", action="store_true", help="the ledger of erasures is lost"
        )
        parser.add_argument(
            "--finish", action="store_true", help="settle a restore that was killed"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["finish"]:
                done = finish_restore()
                self.stdout.write("Settled." if done else "No restore was cut off.")
            else:
                self._restore(options)
        except REASONS as reason:
            raise CommandError(f"{reason} {_how_it_stands()}") from reason

    def _restore(self, options: dict[str, Any]) -> None:
        path, target = options["file"], _target(options)
        if path is None:
            raise CommandError("Which back-up? Name its file.")
        plan = plan_restore(
            path, target, at=timezone.now(), without_ledger=options["without_ledger"]
        )
        said, name = plan.manifest, target.database.name
        self.stdout.write(
            f"{path} is of {said.moment:%Y-%m-%d %H:%M} UTC and holds "
            f"{sum(said.counts.values()):,} rows; it goes into the database {name}."
        )
        if plan.rows_to_go and options["over"] != name:
            raise CommandError(
                f"The database {name} holds a shop, which would be gone: say --over {name} if that "
                "is what you want."
            )
        if not options["yes"]:
            raise CommandError("Nothing has been done yet: add --yes.")
        restore(path, target, manifest=said)
        self._tell(plan, target)

    def _tell(self, plan: Plan, target: Target) -> None:
        self.stdout.write("Restored.")
        if not target.is_the_shop:
            return
        if plan.migrations_to_come:
            self.stdout.write("It is of an older version of the shop: run `manage.py migrate`.")
        if plan.erasures:
            self.stdout.write(
                f"{plan.erasures} erasures are to be repeated. Until that is done the shop answers "
                "503: run `manage.py privacy_replay`, or leave it to the worker (a minute)."
            )
        self.stdout.write("Start the worker and the web server anew. All have to sign in again.")


def _how_it_stands() -> str:
    if the_ledger().restoring.exists():
        return "The shop stays closed until a restore, or `manage.py restore --finish`, has ended."
    return "Nothing has changed."


def _target(options: dict[str, Any]) -> Target:
    if not options["into"]:
        if options["media"]:
            raise CommandError("--media goes with --into: the shop's own folder is MEDIA_ROOT.")
        return Target.shop()
    return Target.beside(options["into"], media=options["media"])
