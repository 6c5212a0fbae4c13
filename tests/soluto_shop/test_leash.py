import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from soluto_shop.leash import PROJECT, ParentGone, die_with_parent
from tests.hearing import line_of
from tests.soluto_shop.local.processes import becomes_true

PARENT = """
import subprocess, sys, signal, time
from soluto_shop.leash import leashed
child = subprocess.Popen(leashed(["sleep", "600"], at_death=signal.SIGTERM))
print(child.pid, flush=True)
time.sleep(600)
"""


def test_the_child_ends_with_its_killed_parent() -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT], stdout=subprocess.PIPE, text=True, cwd=PROJECT
    )
    child = Path("/proc") / line_of(parent).strip()
    assert becomes_true(lambda: b"sleep" in (child / "cmdline").read_bytes(), within=60)

    parent.kill()
    parent.wait(60)

    assert becomes_true(lambda: not child.exists() or is_dead(child), within=60)


def is_dead(process: Path) -> bool:
    return "State:\tZ" in (process / "status").read_text()


def test_a_parent_that_is_gone_already_is_noticed() -> None:
    nobody = os.getpid()
    with pytest.raises(ParentGone):
        die_with_parent(signal.SIGCONT, parent=nobody)
