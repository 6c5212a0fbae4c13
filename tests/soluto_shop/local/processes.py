"""Looking at the processes of this machine, and programs that use a database server for a while."""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from soluto_shop.leash import PROJECT
from tests.hearing import line_of

USER_OF_THE_SERVER = """
import sys
from pathlib import Path
from soluto_shop.local.postgres import LocalPostgres
with LocalPostgres(Path(sys.argv[1])):
    print("joined", flush=True)
    sys.stdin.read()
"""


def start_user(folder: Path) -> "subprocess.Popen[str]":
    """Start a process that uses the server in the folder until its input ends."""
    return subprocess.Popen(
        [sys.executable, "-c", USER_OF_THE_SERVER, str(folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=PROJECT,
    )


def has_joined(user: "subprocess.Popen[str]") -> bool:
    """Wait until the process uses the server."""
    return line_of(user) == "joined\n"


def end(user: "subprocess.Popen[str]") -> None:
    """Let the process leave the server and end."""
    user.communicate("", timeout=90)


def processes_of(folder: Path) -> list[str]:
    """List the processes whose command or environment names the folder, this one left out."""
    found = []
    name = str(folder).encode()
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes()
            known = command + (process / "environ").read_bytes()
        except OSError:
            continue
        if name in known:
            found.append(f"{process.name}: {command.replace(bytes(1), b' ').decode()}")
    return found


def becomes_true(question: Callable[[], bool], *, within: float) -> bool:
    """Ask until the answer is yes, for some seconds at most."""
    give_up = time.monotonic() + within
    while time.monotonic() < give_up:
        if question():
            return True
        time.sleep(0.05)
    return question()
