"""A program that the launcher keeps running, until it is clear that it cannot live."""

import contextlib
import signal
import subprocess
import time
from dataclasses import dataclass, field

from soluto_shop.leash import PROJECT, leashed
from soluto_shop.local.preconditions import CannotRun

_SECONDS_THAT_COUNT_AS_LIVING = 30.0
_MOST_DEATHS_IN_A_ROW = 5
_LONGEST_PAUSE = 15.0


@dataclass
class Program:
    """One program, on a leash: it does not outlive the launcher, however that dies."""

    name: str
    command: list[str]
    at_our_death: signal.Signals
    inherits: list[int] = field(default_factory=list)
    process: subprocess.Popen[bytes] | None = None
    deaths_in_a_row: int = 0
    started_at: float = 0.0
    start_again_at: float = 0.0

    def start(self) -> None:
        """Start it in a session of its own: Ctrl-C reaches the launcher, who stops it in order."""
        self.started_at = time.monotonic()
        self.process = subprocess.Popen(
            leashed(self.command, at_death=self.at_our_death),
            pass_fds=self.inherits,
            stdin=subprocess.DEVNULL,
            cwd=PROJECT,
            start_new_session=True,
        )

    @property
    def exit_status(self) -> int | None:
        """Tell how it ended, or None while it runs."""
        return None if self.process is None else self.process.poll()

    def keep_running(self) -> None:
        """Start it again when it has died, after a pause that grows with each early death.

        :raises CannotRun: when it dies again and again.
        """
        now = time.monotonic()
        if self.process is None:
            if now >= self.start_again_at:
                self.start()
        elif self.exit_status is not None:
            self._mourn(now)

    def _mourn(self, now: float) -> None:
        lived = now - self.started_at >= _SECONDS_THAT_COUNT_AS_LIVING
        self.deaths_in_a_row = 1 if lived else self.deaths_in_a_row + 1
        if self.deaths_in_a_row >= _MOST_DEATHS_IN_A_ROW:
            raise CannotRun(
                f"The {self.name} ended {self.deaths_in_a_row} times in a row "
                f"({_ending(self.exit_status)}); its last words are above."
            )
        pause = min(_LONGEST_PAUSE, 2.0 ** (self.deaths_in_a_row - 1) - 1.0)
        print(
            f"The {self.name} ended ({_ending(self.exit_status)}); "
            f"it starts again{f' in {pause:.0f} s' if pause else ''}.",
            flush=True,
        )
        self.process = None
        self.start_again_at = now + pause

    def ask_to_stop(self) -> None:
        """Ask it to finish what it is doing and end."""
        if self.process is not None:
            self.process.terminate()

    def see_it_end(self, *, by: float) -> None:
        """Wait until it has ended, and end it at the deadline."""
        if self.process is None:
            return
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(max(0.0, by - time.monotonic()))
            return
        self.process.kill()
        self.process.wait()


def _ending(status: int | None) -> str:
    if status is not None and status < 0:
        return signal.Signals(-status).name
    return f"exit status {status}"
