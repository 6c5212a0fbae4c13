"""Nobody waits without an end for a program that says nothing."""

import signal
import subprocess

import pytest

from tests.hearing import line_of


def test_a_line_is_read_and_the_silent_are_killed() -> None:
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as program:
        assert program.stdin is not None
        program.stdin.write(b"one\n")
        program.stdin.flush()
        assert line_of(program, within=60) == b"one\n"

        with pytest.raises(AssertionError, match="nothing was said"):
            line_of(program, within=0.1)

        assert program.wait(60) == -signal.SIGKILL
