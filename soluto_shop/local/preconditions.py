"""What must hold before the shop can open, each told in one line when it does not."""

import errno
import os
import socket
import tempfile
from pathlib import Path

import environ
import psycopg

from soluto_shop.local.postgres import OLDEST_MAJOR

_LARGEST_PORT = 65535
_SECONDS_TO_CONNECT = 5
_SCHEMES = ("postgresql", "postgres", "pgsql", "psql")


class CannotRun(Exception):
    """The shop cannot open or go on; the message says why and what to do."""


def port_number(text: str) -> int:
    """Read the port to open.

    :raises CannotRun: when it is not one.
    """
    if text.isdecimal() and 0 < int(text) <= _LARGEST_PORT:
        return int(text)
    raise CannotRun(f"PORT is {text!r}, but must be a number from 1 to {_LARGEST_PORT}.")


def require_free_port(address: str, port: int) -> None:
    """See that nobody listens on the port and that we may.

    :raises CannotRun: when it is taken or forbidden.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind((address, port))
            attempt.listen()
        except OSError as problem:
            why = {
                errno.EADDRINUSE: "is taken by another program",
                errno.EACCES: "is not open to ordinary users",
            }.get(problem.errno or 0, f"cannot be opened on {address} ({problem.strerror})")
            raise CannotRun(
                f"Port {port} {why}: choose another, as in `make run PORT=8765`."
            ) from problem


def any_free_port() -> int:
    """Find a port of this machine's loopback that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as attempt:
        port: int = attempt.getsockname()[1]
        return port


def require_writable(folder: Path) -> None:
    """See that we may write into a folder, making it when it is missing.

    :raises CannotRun: when we may not.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as problem:
        raise CannotRun(
            f"Cannot write into {folder} ({problem.strerror}): make the folder yours, "
            "or name another with VAR_DIR."
        ) from problem


def require_database(url: str) -> None:
    """See that the database answers and is not too old.

    :raises CannotRun: when it is not so.
    """
    if url.partition("://")[0] not in _SCHEMES:
        raise CannotRun(
            "DATABASE_URL must be the address of a PostgreSQL database, as in "
            "postgresql://user:password@localhost/soluto."
        )
    try:
        version = _server_version(environ.Env.db_url_config(url))
    except psycopg.OperationalError as problem:
        reason = " ".join(str(problem).split())
        raise CannotRun(
            f"The database of DATABASE_URL does not answer ({reason}): start it, mend the "
            "address, or unset DATABASE_URL to have one made here."
        ) from problem
    if version < OLDEST_MAJOR * 10000:
        raise CannotRun(
            f"The database server of DATABASE_URL is PostgreSQL {version // 10000}: "
            f"{OLDEST_MAJOR} or newer is needed."
        )


def _server_version(parts: dict[str, object]) -> int:
    options = parts.get("OPTIONS")
    named = {
        "dbname": parts.get("NAME"),
        "user": parts.get("USER"),
        "password": parts.get("PASSWORD"),
        "host": parts.get("HOST"),
        "port": parts.get("PORT"),
    }
    given = {name: str(value) for name, value in named.items() if value}
    extra = {str(k): str(v) for k, v in options.items()} if isinstance(options, dict) else {}
    conninfo = psycopg.conninfo.make_conninfo(
        "", **{"connect_timeout": str(_SECONDS_TO_CONNECT), **given, **extra}
    )
    with psycopg.connect(conninfo) as connection:
        return connection.info.server_version


def port_from_environment() -> int:
    """Read the port that the environment names."""
    return port_number(os.environ["PORT"])
