"""A process that erases people and is killed in the middle.

It reads a card's key, a point and the ledger's place from each line, lets a child of its own do the
erasure and die at that point by SIGKILL, and writes how the child ended and how many statements it
had asked.
"""

import os
import signal
import sys
from collections.abc import Callable
from typing import Any
from unittest.mock import patch
from uuid import UUID

from django.conf import settings
from django.db import connection

from privacy import ledger
from privacy.erase import erase
from privacy.subject import subject_of
from tests.conftest import NOON

PATIENCE = 120
Execute = Callable[..., Any]


class Deadly:
    """Counts the statements, and dies before the one that it was told."""

    def __init__(self, point: str) -> None:
        self.point = point
        self.asked = 0

    def __call__(self, execute: Execute, *call: Any) -> Any:
        self.asked += 1
        if str(self.asked) == self.point:
            die()
        return execute(*call)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def booby_trap(point: str) -> None:
    """Let the writing of the ledger end the process."""
    append, write = ledger.Ledger.append, ledger._write

    def write_and_die(book: ledger.Ledger, entry: ledger.Entry) -> None:
        append(book, entry)
        die()

    def write_half_and_die(file: Any, text: bytes) -> None:
        is_line = text.startswith(b"{")
        if (point == "torn line") == is_line:
            write(file, text[: len(text) // 2])
            die()
        write(file, text)

    if point == "written":
        patch.object(ledger.Ledger, "append", write_and_die).start()
    if point in ("torn line", "torn key"):
        patch.object(ledger, "_write", write_half_and_die).start()


def forget(card: UUID, point: str) -> int:
    """Erase somebody, in this process; tell how many statements that took."""
    booby_trap(point)
    deadly = Deadly(point)
    with connection.execute_wrapper(deadly):
        erase(subject_of(cards=[card]), at=NOON)
    if point == "committed":
        die()
    return deadly.asked


def in_a_child(card: UUID, point: str) -> str:
    """Do it in a process of its own, which has its own connection."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        signal.alarm(PATIENCE)
        os.close(reader)
        os.write(writer, str(forget(card, point)).encode())
        os._exit(0)
    os.close(writer)
    _pid, status = os.waitpid(child, 0)
    with os.fdopen(reader) as said:
        return f"{os.waitstatus_to_exitcode(status)} {said.read() or 0}"


def serve() -> None:
    """Do what is asked, line by line, until nobody asks any more."""
    for line in sys.stdin:
        card, point, book = line.rstrip("\n").split("\t")
        settings.ERASURE_LEDGER = book
        sys.stdout.write(f"{in_a_child(UUID(card), point)}\n")
        sys.stdout.flush()
