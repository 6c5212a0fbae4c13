"""The shop's commands in processes of their own that need not begin from nothing.

To begin a program of the shop takes two seconds of work, and to run a command often less. One
process begins, and reads no more than what every program of the shop reads first; each command is
then run by a child of it, with its own environment, settings, connections and exit status. It leads
a session of its own, and can be killed with all that it has begun. What is to be measured is begun
for itself (`programs`, `Shop.start`).
"""

import atexit
import gc
import importlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from django.conf import settings
from django.core.management import execute_from_command_line
from django.core.signals import setting_changed
from django.db import connections
from django.db.migrations.loader import MigrationLoader
from django.test import Client

from soluto_shop.leash import PROJECT
from tests.hearing import PATIENCE, line_of

PROGRAM = "import django; django.setup(); from tests.warm import serve; serve()"


class Ended(NamedTuple):
    """How a command ended, and what it said."""

    status: int
    out: str
    err: str


def manage(*words: str, environment: Mapping[str, str]) -> Ended:
    """Run one of the shop's commands as `manage.py` does, to its end."""
    return _ask("manage", words, environment)


def answers(*pages: str, environment: Mapping[str, str]) -> dict[str, tuple[int, str | None]]:
    """Ask for pages in a new process; give each one's status and when to come again."""
    ended = _ask("answers", pages, environment)
    assert ended.status == 0, ended.err
    return {page: (status, again) for page, (status, again) in json.loads(ended.out).items()}


class Begun:
    """A command that is running; with all that it has begun it is a group of processes."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self._status: int | None = None

    def poll(self) -> int | None:
        """Tell how it ended, or None while it runs."""
        if self._status is None:
            self._status = _told("poll", (str(self.pid),))
        return self._status

    def wait(self, seconds: float) -> int:
        """Wait until it has ended, and tell how."""
        until = time.monotonic() + seconds
        while (status := self.poll()) is None:
            assert time.monotonic() < until, "it does not end"
            time.sleep(0.01)
        return status


def begin(*words: str, environment: Mapping[str, str]) -> Begun:
    """Begin one of the shop's commands, which may be killed; nobody hears what it says."""
    pid = _told("begin", words, environment, os.devnull, os.devnull)
    assert pid is not None
    return Begun(pid)


def _ask(what: str, words: tuple[str, ...], environment: Mapping[str, str]) -> Ended:
    with tempfile.TemporaryDirectory() as folder:
        out, err = Path(folder, "out"), Path(folder, "err")
        status = _told(what, words, environment, str(out), str(err))
        assert status is not None
        return Ended(status, out.read_text(), err.read_text())


def _told(
    what: str,
    words: tuple[str, ...],
    environment: Mapping[str, str] | None = None,
    out: str = "",
    err: str = "",
) -> int | None:
    server = _server()
    assert server.stdin is not None
    server.stdin.write(json.dumps([what, words, dict(environment or {}), out, err]) + "\n")
    server.stdin.flush()
    told: int | None = json.loads(line_of(server, within=2 * PATIENCE))
    return told


@cache
def _server() -> "subprocess.Popen[str]":
    """Begin the process whose children run the commands; it ends with this one."""
    pipe = subprocess.PIPE
    server = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        cwd=PROJECT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        stdin=pipe,
        stdout=pipe,
        text=True,
    )
    atexit.register(server.communicate)
    return server


def serve() -> None:
    """Do what is asked, line by line, until nobody asks any more."""
    importlib.import_module(settings.ROOT_URLCONF)
    MigrationLoader(None)  # most commands ask what there is to migrate
    gc.collect()
    gc.freeze()  # so that the children share what is there
    for line in sys.stdin:
        what, words, *rest = json.loads(line)
        child = int(words[0]) if what == "poll" else os.fork()
        if not child:
            sys.exit(_be_asked(what, words, *rest))
        if what != "begin":
            ended, status = os.waitpid(child, os.WNOHANG if what == "poll" else 0)
            _tell(os.waitstatus_to_exitcode(status) if ended else None)


def _tell(number: int | None) -> None:
    sys.stdout.write(json.dumps(number) + "\n")
    sys.stdout.flush()


def _be_asked(what: str, words: list[str], environment: dict[str, str], out: str, err: str) -> int:
    """Be a process that has just begun, and do what is asked."""
    signal.alarm(int(PATIENCE))
    os.setsid()
    if what == "begin":
        _tell(os.getpid())  # from now on it can be killed
    for number, path in enumerate((os.devnull, out, err)):
        os.dup2(os.open(path, os.O_RDWR | os.O_CREAT), number)
    os.environ.clear()
    os.environ.update(environment)
    _read_settings()
    return _answer(words) if what == "answers" else _manage(["manage.py", *words])


def _manage(words: list[str]) -> int:
    sys.argv = words
    execute_from_command_line(words)
    return 0


def _answer(pages: list[str]) -> int:
    told: dict[str, Any] = {}
    for page in pages:
        answer = Client(raise_request_exception=False).get(page)
        told[page] = [answer.status_code, answer.headers.get("Retry-After")]
    sys.stdout.write(json.dumps(told))
    return 0


def _read_settings() -> None:
    """Let the settings be what this process's environment says, and forget the old."""
    importlib.reload(sys.modules["soluto_shop.settings"])
    fresh = importlib.reload(sys.modules["tests.settings"])
    databases = connections.configure_settings(fresh.DATABASES)
    for alias, facts in databases.items():
        connections[alias].settings_dict.update(facts)
    for name in filter(str.isupper, dir(fresh)):
        value = getattr(fresh, name)
        if name != "DATABASES" and getattr(settings, name) != value:
            setattr(settings, name, value)
            setting_changed.send(sender=None, setting=name, value=value, enter=True)
