"""What goes between a program and its helper: facts as JSON, and bytes beside them.

The wire is a pair of sockets that were born together. It leads to the helper and nowhere else.
"""

import json
import socket
import struct
from typing import Any, Self

Facts = dict[str, Any]
Said = tuple[Facts, bytes]
_LENGTHS = struct.Struct(">QQ")
_PIECE = 1024 * 1024


class CutOff(Exception):
    """The other end is gone."""


class Wire:
    """One end of it."""

    def __init__(self, end: socket.socket) -> None:
        self._end = end

    @classmethod
    def pair(cls) -> tuple[Self, Self]:
        """Give both ends of a new one."""
        ours, theirs = socket.socketpair()
        return cls(ours), cls(theirs)

    @classmethod
    def behind(cls, number: int) -> Self:
        """Take up an end that was handed down."""
        return cls(socket.socket(fileno=number))

    def fileno(self) -> int:
        """Give its number among the open files."""
        return self._end.fileno()

    def close(self) -> None:
        """Let go of it."""
        self._end.close()

    def be_patient(self, seconds: float) -> None:
        """Wait for the other end no longer than that; longer is a TimeoutError."""
        self._end.settimeout(max(seconds, 0.001))

    def send(self, facts: Facts, content: bytes) -> None:
        """Send facts and what belongs to them."""
        words = json.dumps(facts).encode()
        self._end.sendall(_LENGTHS.pack(len(words), len(content)) + words + content)

    def receive(self) -> Said:
        """Receive what the other end sends next.

        :raises CutOff: when it sends no more.
        """
        words, content = _LENGTHS.unpack(self._exactly(_LENGTHS.size))
        return json.loads(self._exactly(words)), self._exactly(content)

    def _exactly(self, size: int) -> bytes:
        got = bytearray()
        while len(got) < size:
            piece = self._end.recv(min(size - len(got), _PIECE))
            if not piece:
                raise CutOff
            got += piece
        return bytes(got)
