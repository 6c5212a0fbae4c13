"""Pieces of work for a helper: some that go well, and all that can go wrong."""

import ctypes
import os
import sys
import time
from pathlib import Path

from privacy.bounded.frames import Facts, Said


def twice(said: Facts, content: bytes) -> Said:
    knows = "django" in sys.modules
    return {"number": said["number"] * 2, "pid": os.getpid(), "knows": knows}, content * 2


def refuse(_said: Facts, _content: bytes) -> Said:
    raise ValueError("not like that")


def hang(said: Facts, _content: bytes) -> Said:
    """Hang in machine code that listens to nobody and lets no other thread of Python run."""
    child = os.fork()
    if not child:
        time.sleep(3600)
    Path(said["told"]).write_text(f"{os.getpid()} {child}")
    ctypes.PyDLL(None).sleep(3600)
    return {}, b""


def hang_alone(_said: Facts, _content: bytes) -> Said:
    """Hang like that, and begin nothing."""
    ctypes.PyDLL(None).sleep(3600)
    return {}, b""


def eat(_said: Facts, _content: bytes) -> Said:
    """Take more and more, as a decoder of a wicked file does."""
    eaten = [bytearray(50_000_000)]
    while len(eaten) < 100:
        eaten.append(bytearray(50_000_000))
    return {}, b""


def crash(_said: Facts, _content: bytes) -> Said:
    ctypes.string_at(0)
    return {}, b""
