"""The helper: a small program that does work which may hang or eat memory, and dies of it alone.

It knows neither Django nor the database, so that it begins at once and has nothing to lose. Its
limits are the kernel's: they hold in the middle of a library that listens to nobody.
"""

import fcntl
import importlib
import os
import resource
import select
import signal
import sys
from contextlib import suppress

from privacy.bounded.frames import CutOff, Facts, Said, Wire

GRACE = 5
"""So many seconds after its time a helper ends by itself, should nobody end it."""
MEGABYTE = 1024 * 1024


def main(megabytes: int) -> None:
    """Do one piece of work after another, until the other end is gone."""
    resource.setrlimit(resource.RLIMIT_DATA, (megabytes * MEGABYTE,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # what it dies of would lie on the disk
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it ends with who began it
    wire = Wire.behind(sys.stdin.fileno())
    _tell_of_its_end(wire)
    with suppress(CutOff, BrokenPipeError, ConnectionResetError):
        while True:
            facts, content = wire.receive()
            _bind(wire, facts["seconds"])
            answer = _done(facts, content)
            _unbind()
            wire.send(*answer)


def _tell_of_its_end(wire: Wire) -> None:
    """Have the kernel send a signal when something happens at the other end."""
    signal.signal(signal.SIGIO, signal.SIG_IGN)
    fcntl.fcntl(wire, fcntl.F_SETOWN, -os.getpgrp())  # and all that it began
    flags = fcntl.fcntl(wire, fcntl.F_GETFL)
    fcntl.fcntl(wire, fcntl.F_SETFL, flags | os.O_ASYNC)


def _bind(wire: Wire, seconds: int) -> None:
    """Die when the time is over, or when who waits for the work dies: by the kernel's hand.

    Nothing is sent while work is done, so the one thing that can happen to the wire is its end.
    """
    signal.alarm(seconds + GRACE)
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    ends = select.poll()
    ends.register(wire, select.POLLHUP)
    if ends.poll(0):  # it was gone before the signal could tell
        raise CutOff


def _unbind() -> None:
    signal.signal(signal.SIGIO, signal.SIG_IGN)
    signal.alarm(0)


def _done(facts: Facts, content: bytes) -> Said:
    """Do the work that is named; tell what went wrong, and leave it to the other end to judge."""
    module, name = facts["work"].split(":")
    try:
        said, made = getattr(importlib.import_module(module), name)(facts["said"], content)
    except MemoryError:
        raise  # what is left of this helper is not to be trusted with the next
    except Exception as trouble:  # noqa: BLE001 (told to who waits, who raises it)
        return {"trouble": type(trouble).__name__, "words": str(trouble)}, b""
    return {"said": said}, made


if __name__ == "__main__":
    main(int(sys.argv[1]))
