"""A database as a back-up sees it: read in one moment, written in one transaction.

The work is done by PostgreSQL's own programs of the server's own version. They are told where the
database is by their environment, so that no password stands on a command line.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import IO, Any, Self

import psycopg
from django.db import connection
from psycopg import pq, sql

from customers.models import Session
from privacy.copies.models import DataCopy
from soluto_shop.backups.parts import FRAME
from soluto_shop.local.postgres import Binaries, find_tools

LEFT_OUT = (Session._meta.db_table, "soluto_cache", DataCopy._meta.db_table)
"""Tables whose rows are in no back-up: who is signed in, what is only kept ready, and copies of
persons' data. Sessions that have ended since would live again, and the files of the copies are
not in the back-up either (they are asked for anew)."""

_FIRST_WITH_STATISTICS = 18
_ENVIRONMENT = {
    option.keyword.decode(): option.envvar.decode()
    for option in pq.Conninfo.get_defaults()
    if option.envvar
}
_NOT_FOR_THE_PROGRAMS = ("options", "connect_timeout")

_TABLES = """
SELECT relname FROM pg_class
WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
ORDER BY relname
"""
_MIGRATIONS = "SELECT app || '.' || name FROM django_migrations ORDER BY 1"

_ALONE = "SELECT pg_advisory_xact_lock(hashtextextended('soluto.restore', 7))"
"""Held by a restore until its transaction is over, whoever else is gone by then."""

_NOTICE_OUR_DEATH = "SET client_connection_check_interval = '1s';"

_OTHERS_LEAVE = """
SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
WHERE datname = current_database() AND usename = current_user AND pid <> pg_backend_pid();
"""
"""Whoever is in the middle of something would go on with it in another shop."""

_EVERYTHING_GOES = """
DO $$
DECLARE
    thing record;
BEGIN
    FOR thing IN
        SELECT CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
            WHEN 'S' THEN 'SEQUENCE' WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END AS kind,
            oid::regclass::text AS name
        FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
            AND NOT EXISTS (SELECT FROM pg_depend
                WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e')
        ORDER BY relkind = 'S' -- those of columns go with their tables
    LOOP
        IF to_regclass(thing.name) IS NOT NULL THEN
            EXECUTE format('DROP %s IF EXISTS %s CASCADE', thing.kind, thing.name);
        END IF;
    END LOOP;
    FOR thing IN
        SELECT oid::regprocedure::text AS name FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace AND NOT EXISTS (SELECT FROM pg_depend
            WHERE classid = 'pg_proc'::regclass AND objid = pg_proc.oid AND deptype = 'e')
    LOOP
        EXECUTE format('DROP ROUTINE IF EXISTS %s CASCADE', thing.name);
    END LOOP;
    FOR thing IN
        SELECT oid::regtype::text AS name FROM pg_type
        WHERE typnamespace = 'public'::regnamespace AND typtype IN ('c', 'd', 'e', 'r')
            AND (typrelid = 0 OR (SELECT relkind FROM pg_class WHERE oid = typrelid) = 'c')
            AND NOT EXISTS (SELECT FROM pg_depend
                WHERE classid = 'pg_type'::regclass AND objid = pg_type.oid AND deptype = 'e')
    LOOP
        EXECUTE format('DROP TYPE IF EXISTS %s CASCADE', thing.name);
    END LOOP;
END
$$;
"""


class DatabaseTrouble(Exception):
    """PostgreSQL or one of its programs said no; the reason is its own first line."""

    def __str__(self) -> str:
        return f"PostgreSQL says: {super().__str__()}."


@dataclass(frozen=True)
class Snapshot:
    """What one moment of a database is called, and what it holds."""

    name: str
    server: str
    migrations: list[str]
    ledger_line: int
    counts: dict[str, int]


@dataclass(frozen=True, repr=False)
class Database:
    """Where a database is."""

    where: dict[str, str]

    @classmethod
    def of_the_shop(cls) -> Self:
        """Give the database of the settings."""
        return cls._of(connection.get_connection_params())

    @classmethod
    def at(cls, url: str) -> Self:
        """Give the database at an address.

        :raises DatabaseTrouble: when it is no address.
        """
        try:
            return cls._of(psycopg.conninfo.conninfo_to_dict(url))
        except psycopg.ProgrammingError as trouble:
            raise DatabaseTrouble(_first_line(str(trouble))) from trouble

    @classmethod
    def _of(cls, parameters: dict[str, Any]) -> Self:
        known = {name: parameters[name] for name in _ENVIRONMENT if parameters.get(name)}
        return cls({n: str(v) for n, v in known.items() if n not in _NOT_FOR_THE_PROGRAMS})

    @property
    def name(self) -> str:
        return self.where.get("dbname", "")

    @contextmanager
    def connect(self) -> Iterator[psycopg.Connection[Any]]:
        """Open a connection of one's own, without the limits that pages have.

        :raises DatabaseTrouble: when there is none to be had, or the server refuses something.
        """
        try:
            with psycopg.connect(psycopg.conninfo.make_conninfo("", **self.where)) as here:
                yield here
        except psycopg.Error as trouble:
            raise DatabaseTrouble(_first_line(str(trouble))) from trouble

    def identity(self) -> tuple[str, Any]:
        """Give what tells this database from others, however its address is spelt."""
        with self.connect() as here:
            return self.name, _one(here, "SELECT pg_postmaster_start_time()")

    def major(self) -> int:
        """Ask the server for its major version."""
        with self.connect() as here:
            return here.info.server_version // 10000

    def tools(self) -> Binaries:
        """Find the programs of the server's own version."""
        return find_tools(self.major())

    def environment(self) -> dict[str, str]:
        """Give the environment in which PostgreSQL's programs find this database."""
        told = {_ENVIRONMENT[keyword]: value for keyword, value in self.where.items()}
        return {**os.environ, "LC_ALL": "C.UTF-8", "PGAPPNAME": "soluto-backup", **told}

    # Reading

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """Hold one moment of the database still, for others to read as well."""
        with self.connect() as here:
            here.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            here.read_only = True
            here.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            here.execute("SET LOCAL statement_timeout = 0")
            tables = [name for (name,) in here.execute(_TABLES) if name not in LEFT_OUT]
            yield Snapshot(
                name=_one(here, "SELECT pg_export_snapshot()"),
                server=_one(here, "SHOW server_version"),
                migrations=[name for (name,) in here.execute(_MIGRATIONS)],
                ledger_line=_one(here, "SELECT coalesce(max(seen), 0) FROM privacy_ledgermark"),
                counts={name: _one(here, _counting(name)) for name in tables},
            )

    def dump(self, snapshot: Snapshot) -> Iterator[bytes]:
        """Give what pg_dump writes of that moment, piece by piece.

        :raises DatabaseTrouble: when it does not come to its end.
        """
        tools = self.tools()
        command = [
            tools.program("pg_dump"),
            "--no-password",
            "--format=custom",
            "--compress=1",
            f"--snapshot={snapshot.name}",
            *("--no-owner", "--no-privileges", "--no-tablespaces", "--no-comments"),
            *("--no-publications", "--no-subscriptions", "--no-security-labels"),
            *(["--no-statistics"] if tools.major >= _FIRST_WITH_STATISTICS else []),
            *(f"--exclude-table-data=public.{table}" for table in LEFT_OUT),
        ]
        with tempfile.TemporaryFile() as words:
            with subprocess.Popen(  # noqa: S603 (PostgreSQL's own program, our own words)
                command,
                env=self.environment(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=words,
            ) as dumping:
                wanted = True
                try:
                    while piece := _pipe(dumping.stdout).read(FRAME):
                        yield piece
                    wanted = False
                finally:
                    if wanted:  # nobody reads on
                        dumping.kill()
            if dumping.returncode:
                raise DatabaseTrouble(_first_line_of(words))

    def rows(self, tables: Sequence[str]) -> dict[str, int]:
        """Count the rows of those of the tables that are there."""
        with self.connect() as here:
            here.read_only = True
            there = [name for (name,) in here.execute(_TABLES) if name in tables]
            return {name: _one(here, _counting(name)) for name in there}

    # Writing

    @contextmanager
    def pouring(self, *, keep: Iterable[int] = ()) -> Iterator["Pouring"]:
        """Begin a restore, which is undone unless it is committed.

        :param keep: descriptors that psql shall hold for as long as it lives.
        """
        pouring = Pouring(self, tuple(keep))
        try:
            yield pouring
        finally:
            pouring.stop()


class Pouring:
    """A restore in one transaction, open until `commit`.

    psql would take the end of its input for a reason to commit if it were asked to make the
    transaction itself. It is not: when we die, it ends without a COMMIT, and nothing has happened.
    """

    def __init__(self, database: Database, keep: tuple[int, ...]) -> None:
        self._tools = database.tools()
        self._environment = database.environment()
        self._words = tempfile.TemporaryFile()  # noqa: SIM115 (closed by stop)
        self._reading: subprocess.Popen[bytes] | None = None
        self._writing = subprocess.Popen(  # noqa: S603 (PostgreSQL's own program, our own words)
            [
                self._tools.program("psql"),
                *("--no-psqlrc", "--quiet", "--no-password"),
                *("--set=ON_ERROR_STOP=1", "--set=VERBOSITY=terse"),  # errors quote no rows
                "--file=-",
            ],
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=self._words,
            pass_fds=keep,
        )
        self._say("SET client_min_messages = warning;", _NOTICE_OUR_DEATH, "BEGIN;")
        self._say(f"{_ALONE};", _OTHERS_LEAVE, _EVERYTHING_GOES)

    def take(self, dump: Iterable[bytes]) -> None:
        """Write what pg_dump wrote.

        :raises DatabaseTrouble: when the server or one of its programs refuses.
        """
        self._reading = subprocess.Popen(  # noqa: S603 (PostgreSQL's own program, our own words)
            [self._tools.program("pg_restore"), *("--no-owner", "--no-privileges", "--file=-")],
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=self._writing.stdin,
            stderr=self._words,
        )
        try:
            for piece in dump:
                _pipe(self._reading.stdin).write(piece)
            _pipe(self._reading.stdin).close()
        except BrokenPipeError as refusal:
            raise self._trouble() from refusal
        if self._reading.wait():
            raise self._trouble()

    def commit(self, *, counts: dict[str, int], mark: str) -> None:
        """Make it true if every table has the rows it should have.

        :param mark: what the database is to remember of this restore.
        :raises DatabaseTrouble: when it has not, and nothing has happened.
        """
        self._say("RESET search_path;")
        for table, count in counts.items():
            self._say(_has_rows(table, count))
        self._say(
            sql.SQL("COMMENT ON TABLE privacy_ledgermark IS {};").format(mark).as_string(),
            _OTHERS_LEAVE,
            "COMMIT;",
        )
        try:
            _pipe(self._writing.stdin).close()
        except BrokenPipeError as refusal:
            raise self._trouble() from refusal
        if self._writing.wait():
            raise self._trouble()

    def stop(self) -> None:
        """End what still runs; the server undoes what was not committed."""
        for process in (self._reading, self._writing):
            if process is not None and process.poll() is None:
                process.kill()
                process.wait()
        self._words.close()

    def _say(self, *statements: str) -> None:
        try:
            pipe = _pipe(self._writing.stdin)
            pipe.write("\n".join([*statements, ""]).encode())
            pipe.flush()
        except BrokenPipeError as refusal:
            raise self._trouble() from refusal

    def _trouble(self) -> DatabaseTrouble:
        """Tell what psql said, or else pg_restore, which only stops because psql did."""
        if self._reading is not None:
            self._reading.kill()
        _close(self._writing.stdin)
        self._writing.wait()
        return DatabaseTrouble(_first_line_of(self._words))


def mark_of(database: Database) -> str:
    """Give what the database remembers of the last restore, once no restore writes to it."""
    with database.connect() as here:
        here.execute("SET LOCAL lock_timeout = '10s'")
        here.execute(_ALONE)
        question = "SELECT coalesce(obj_description(to_regclass('privacy_ledgermark')), '')"
        return str(_one(here, question))


def _counting(table: str) -> sql.Composed:
    return sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))


def _has_rows(table: str, count: int) -> str:
    refusal = f"{table} has not the {count} rows that it had".replace("%", "%%")
    return (
        sql.SQL("DO $check$ BEGIN IF ({}) <> {} THEN RAISE EXCEPTION {}; END IF; END $check$;")
        .format(_counting(table), count, refusal)
        .as_string()
    )


def _one(here: psycopg.Connection[Any], question: str | sql.Composed) -> Any:
    [answer] = here.execute(question).fetchone() or [None]
    return answer


def _pipe(pipe: IO[bytes] | None) -> Any:
    """Give a pipe that was asked for."""
    return pipe


def _close(pipe: IO[bytes] | None) -> None:
    with suppress(BrokenPipeError):
        _pipe(pipe).close()


def _first_line_of(words: IO[bytes]) -> str:
    words.seek(0)
    return _first_line(words.read(4096).decode(errors="replace"))


def _first_line(words: str) -> str:
    lines = [line for line in words.splitlines() if line.strip()]
    said = [line for line in lines if "error:" in line.lower() or "fatal:" in line.lower()]
    return (said or lines or ["it ended without a word"])[0].strip(" .")
