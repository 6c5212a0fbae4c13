"""A child that does not outlive its parent, however the parent dies.

The kernel is asked to send the child a signal when its parent is gone (PR_SET_PDEATHSIG). As a
program, ``python -m soluto_shop.leash SIGNAL PARENT COMMAND…`` puts itself on the leash and
becomes the command, so that no code has to run between fork and exec.
"""

import ctypes
import os
import signal
import sys
from pathlib import Path

_PR_SET_PDEATHSIG = 1
PROJECT = Path(__file__).resolve().parents[1]


class ParentGone(Exception):
    """The parent died before the leash was on."""


def die_with_parent(at_its_death: signal.Signals, *, parent: int | None = None) -> None:
    """Have the kernel signal this process when its parent dies.

    :param parent: who the parent was when this process was asked for; without it, who it is now.
    :raises ParentGone: when that parent died before the kernel was told.
    """
    expected = os.getppid() if parent is None else parent
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, int(at_its_death), 0, 0, 0):
        raise OSError(ctypes.get_errno(), "the kernel refused PR_SET_PDEATHSIG")
    if os.getppid() != expected:
        raise ParentGone


def leashed(command: list[str], *, at_death: signal.Signals) -> list[str]:
    """Give the command line that runs a command for as long as this process lives.

    Start it with ``cwd=PROJECT``, or from wherever this package can be imported.
    """
    me = str(os.getpid())
    return [sys.executable, "-m", "soluto_shop.leash", at_death.name, me, *command]


def main(arguments: list[str]) -> None:
    """Put this process on the leash and turn it into the command."""
    at_death, parent, *command = arguments
    try:
        die_with_parent(signal.Signals[at_death], parent=int(parent))
    except ParentGone:
        sys.exit(1)
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(sys.argv[1:])
