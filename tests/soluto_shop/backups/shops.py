"""Shops on scratch databases, each with its folders, run by the programs that people run."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import psycopg
from django.conf import settings
from django.test import override_settings
from psycopg import sql

from soluto_shop.backups.database import Database
from soluto_shop.backups.restoring import Target
from soluto_shop.backups.sealed import new_key
from tests import warm

KEY = new_key()
PAGES = ("/", "/en/", "/tietosuoja/", "/tili/kirjaudu/", "/admin/", "/ostoskori/", "/kassa/", "/x")


@dataclass(frozen=True)
class Shop:
    """A database of its own, and the folders of one shop."""

    url: str
    folder: Path

    @staticmethod
    def url_of(database: Database) -> str:
        """Give the address of a database on the tests' server."""
        server = urlsplit(os.environ["DATABASE_URL"])
        return server._replace(path=f"/{database.name}").geturl()

    @property
    def database(self) -> Database:
        return Database.at(self.url)

    @property
    def media(self) -> Path:
        return self.folder / "media"

    @property
    def ledger(self) -> Path:
        return Path(settings.ERASURE_LEDGER)

    @property
    def target(self) -> Target:
        return Target(self.database, self.media, is_the_shop=True)

    def environment(self, **more: str) -> dict[str, str]:
        return {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.settings",
            "DATABASE_URL": self.url,
            "VAR_DIR": str(self.folder),
            "ERASURE_LEDGER": str(self.ledger),
            "BACKUP_KEY": KEY,
            **more,
        }

    def start(self, *command: str, **more: str) -> subprocess.Popen[str]:
        """Begin one of the shop's commands in a process group of its own."""
        return subprocess.Popen(
            [sys.executable, *command],
            cwd=settings.BASE_DIR,
            env=self.environment(**more),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def begin(self, *command: str) -> warm.Begun:
        """Begin one of the shop's commands, to be killed with all that it has begun."""
        return warm.begin(*command, environment=self.environment())

    def manage(self, *command: str, **more: str) -> tuple[int, str]:
        """Run one of the shop's commands; give how it ended and what it said."""
        ended = warm.manage(*command, environment=self.environment(**more))
        return ended.status, ended.out + ended.err

    def answers(self, *pages: str) -> dict[str, tuple[int, str | None]]:
        """Ask for pages in a new process; give each one's status and when to come again."""
        return warm.answers(*pages, environment=self.environment())

    def tables(self) -> dict[str, list[str]]:
        """Give every row of every table."""
        with psycopg.connect(self.url) as here:
            names = here.execute(
                "SELECT relname FROM pg_class WHERE relkind = 'r' "
                "AND relnamespace = 'public'::regnamespace"
            ).fetchall()
            return {name: rows_of(here, name) for (name,) in names}

    def pictures(self) -> dict[str, bytes]:
        files = [path for path in self.media.rglob("*") if path.is_file()]
        return {str(path.relative_to(self.media)): path.read_bytes() for path in files}

    def dumped(self) -> str:
        """Give all that is in the database, as text."""
        return "\n".join(row for rows in self.tables().values() for row in rows)


def rows_of(here: psycopg.Connection[tuple[str]], table: str) -> list[str]:
    question = sql.SQL("SELECT t::text FROM {} AS t ORDER BY 1").format(sql.Identifier(table))
    return [row for (row,) in here.execute(question).fetchall()]


@contextmanager
def at_home(folder: Path) -> Iterator[None]:
    """Seal with a key of the tests, and keep pictures and the ledger in a folder."""
    with override_settings(
        BACKUP_KEY=KEY,
        BACKUP_KEY_FALLBACKS=[],
        MEDIA_ROOT=folder / "media",
        ERASURE_LEDGER=folder / "erasures.jsonl",
    ):
        yield


@contextmanager
def scratch(folder: Path, *, like: Shop | None = None, url: str | None = None) -> Iterator[Shop]:
    """Make a database, empty or like another, and take it away again.

    :param url: on which server; without it, on the tests' own.
    """
    name = f"scratch_{uuid4().hex[:12]}"
    template = "template1" if like is None else like.database.name
    server = urlsplit(url or os.environ["DATABASE_URL"])
    with psycopg.connect(server._replace(path="/postgres").geturl(), autocommit=True) as here:
        making = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        here.execute(making.format(sql.Identifier(name), sql.Identifier(template)))
        folder.mkdir(parents=True, exist_ok=True)
        if like is None:
            (folder / "media").mkdir()
        else:
            shutil.copytree(like.media, folder / "media")
        try:
            yield Shop(server._replace(path=f"/{name}").geturl(), folder)
        finally:
            here.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
