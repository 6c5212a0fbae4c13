"""What a program that a test has begun says, which nobody waits for without an end."""

import select
import subprocess
from typing import AnyStr

PATIENCE = 300.0


def line_of(program: "subprocess.Popen[AnyStr]", *, within: float = PATIENCE) -> AnyStr:
    """Read the next line of a program that says one at a time; who is silent is killed."""
    assert program.stdout is not None
    heard, _, _ = select.select([program.stdout], [], [], within)
    if not heard:
        program.kill()
    assert heard, f"nothing was said in {within:.0f} s"
    return program.stdout.readline()
