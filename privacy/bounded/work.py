"""Have work done that may hang or eat memory: by a helper, within a time and a memory.

A library of machine code cannot be interrupted in one's own process. A helper can be killed, and
the next one begins in a tenth of a second. It is kept warm for the next piece of work.
"""

import atexit
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress

from django.conf import settings

from privacy.bounded.frames import CutOff, Facts, Said, Wire

Work = Callable[[Facts, bytes], Said]
"""A function of a module that needs no Django: facts and bytes in, facts and bytes out."""

TO_BEGIN = 10
"""So many seconds more has a helper that must begin first."""
OFTEN = 200
"""After so many pieces of work a helper is replaced, with whatever its libraries have kept."""
MOST_IDLE = 2
"""So many helpers wait for work; those of a rush end after it."""


class TookTooLong(Exception):
    """The work was not done in its time; the helper that did it was killed."""


class DiedOfIt(Exception):
    """The helper died of the work: most often for want of memory."""


class WentWrong(Exception):
    """The work raised something."""

    def __init__(self, trouble: str, words: str) -> None:
        super().__init__(f"{trouble}: {words}")
        self.trouble, self.words = trouble, words


def bounded(work: Work, said: Facts, content: bytes = b"") -> Said:
    """Have work done, in `RENDERING_SECONDS` and `RENDERING_MEGABYTES`.

    :raises TookTooLong: when it hangs.
    :raises DiedOfIt: when it eats memory, or crashes.
    :raises WentWrong: when it raises something itself.
    """
    helper = _pool.take()
    try:
        answer, made = helper.do(work, said, content, seconds=settings.RENDERING_SECONDS)
    except BaseException:
        helper.kill()
        raise
    _pool.give_back(helper)
    if "trouble" in answer:
        raise WentWrong(answer["trouble"], answer["words"])
    return answer["said"], made


class Helper:
    """One helper at the other end of a wire, in a group of processes of its own."""

    def __init__(self, megabytes: int) -> None:
        self.megabytes, self.done = megabytes, 0
        self._wire, theirs = Wire.pair()
        with closing(theirs):
            self._process = subprocess.Popen(  # noqa: S603 (our own program, our own words)
                [sys.executable, "-m", "privacy.bounded.helper", str(megabytes)],
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                cwd=settings.BASE_DIR,
                env={"PATH": os.environ.get("PATH", "")},  # it needs none of our secrets
                start_new_session=True,
            )

    @property
    def is_fit(self) -> bool:
        """Tell whether it can take another piece of work."""
        fits = self.megabytes == settings.RENDERING_MEGABYTES and self.done < OFTEN
        return fits and self._process.poll() is None

    def do(self, work: Work, said: Facts, content: bytes, *, seconds: int) -> Said:
        """Have one piece of work done.

        :raises TookTooLong: when there is no answer in time.
        :raises DiedOfIt: when there will be none.
        """
        until = time.monotonic() + seconds + (0 if self.done else TO_BEGIN)
        self.done += 1
        named = f"{work.__module__}:{work.__qualname__}"
        try:
            self._wire.be_patient(until - time.monotonic())
            self._wire.send({"work": named, "said": said, "seconds": seconds}, content)
            self._wire.be_patient(until - time.monotonic())
            return self._wire.receive()
        except TimeoutError as trouble:
            raise TookTooLong(f"{named} was not done in {seconds} s") from trouble
        except (CutOff, ConnectionError) as trouble:
            raise DiedOfIt(f"{named}: status {self._status()}") from trouble

    def _status(self) -> int | None:
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(1)
        return self._process.returncode

    def kill(self) -> None:
        """End it with all that it may have begun."""
        self._wire.close()
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def forget(self) -> None:
        """Let go of another process's helper: after a fork both would speak to it."""
        self._wire.close()
        self._process.returncode = 0  # it is not this process's to wait for


class Pool:
    """The helpers that wait for work."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[Helper] = []

    def take(self) -> Helper:
        """Give a helper that waits, or a new one."""
        while True:
            with self._lock:
                helper = self._idle.pop() if self._idle else None
            if helper is None:
                return Helper(settings.RENDERING_MEGABYTES)
            if helper.is_fit:
                return helper
            helper.kill()

    def give_back(self, helper: Helper) -> None:
        """Keep a helper warm, unless enough of them wait."""
        with self._lock:
            if len(self._idle) < MOST_IDLE:
                self._idle.append(helper)
                return
        helper.kill()

    def clear(self) -> None:
        """End those that wait."""
        with self._lock:
            idle, self._idle = self._idle, []
        for helper in idle:
            helper.kill()

    def begin_anew(self) -> None:
        """Begin without helpers in a process that was forked."""
        self._lock = threading.Lock()
        idle, self._idle = self._idle, []
        for helper in idle:
            helper.forget()


_pool = Pool()
atexit.register(_pool.clear)
os.register_at_fork(after_in_child=_pool.begin_anew)
