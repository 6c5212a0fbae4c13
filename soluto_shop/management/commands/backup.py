"""Back the shop up, prove a back-up, or make up a key."""

import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from soluto_shop.backups.database import Database, DatabaseTrouble
from soluto_shop.backups.making import NoKey, UnderWay, back_up_into, check_backup, write_backup
from soluto_shop.backups.sealed import Unreadable, new_key
from soluto_shop.local.postgres import PostgresUnavailable

REASONS = (NoKey, UnderWay, Unreadable, PostgresUnavailable, DatabaseTrouble, OSError)


class Command(BaseCommand):
    """Write one sealed file: the database and the pictures."""

    help = "Back up database and pictures, sealed with BACKUP_KEY, into a new file in FOLDER."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "folder",
            nargs="?",
            default=settings.BACKUP_FOLDER,
            help="where to; - for standard output; BACKUP_FOLDER when it is not named. Back-ups "
            "in it that are older than KEEP_BACKUPS_DAYS are deleted",
        )
        parser.add_argument("--check", metavar="FILE", type=Path, help="read a back-up whole")
        parser.add_argument("--new-key", action="store_true", help="print a new key")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["new_key"]:
            self.stdout.write(new_key())
            return
        try:
            if options["check"]:
                self._check(options["check"])
            else:
                self._make(options["folder"])
        except REASONS as reason:
            raise CommandError(str(reason)) from reason

    def _make(self, folder: str) -> None:
        if not folder:
            raise CommandError("Where to? Name a folder, or set BACKUP_FOLDER.")
        if folder == "-":
            self._send()
            return
        path = back_up_into(
            Path(folder),
            database=Database.of_the_shop(),
            media=Path(settings.MEDIA_ROOT),
            at=timezone.now(),
        )
        self.stdout.write(f"{path} ({path.stat().st_size:,} bytes)")

    def _send(self) -> None:
        if sys.stdout.isatty():
            raise CommandError("A back-up is no text to be shown: send it into a file or program.")
        write_backup(
            sys.stdout.buffer,
            database=Database.of_the_shop(),
            media=Path(settings.MEDIA_ROOT),
            at=timezone.now(),
        )

    def _check(self, path: Path) -> None:
        proof = check_backup(path)
        said = proof.manifest
        self.stdout.write(
            f"{path} is whole: of {said.moment:%Y-%m-%d %H:%M} UTC, PostgreSQL {said.server}, "
            f"{sum(said.counts.values()):,} rows in {len(said.counts)} tables, {proof.files:,} "
            f"files, {proof.size:,} bytes."
        )
