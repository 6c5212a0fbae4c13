"""Parts in one stream, each with its name and its digest, whatever their sizes turn out to be."""

import json
import struct
from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any, Protocol

from soluto_shop.backups.sealed import Unreadable

FRAME = 256 * 1024
_NUMBER = struct.Struct(">I")
_LARGEST_HEAD = 64 * 1024


class Source(Protocol):
    """Where parts are read from."""

    def read(self, size: int) -> bytes:
        """Give exactly so many bytes."""
        ...

    def is_over(self) -> bool:
        """Tell whether all has been read."""
        ...


class Sink(Protocol):
    """Where parts are written to."""

    def write(self, data: bytes, /) -> object:
        """Take some more."""
        ...


class Packer:
    """Writes parts, one after the other."""

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._count = 0

    def add(self, name: str, data: Iterable[bytes], **facts: Any) -> None:
        """Write a part as it comes, a frame at a time."""
        self._number_and(json.dumps({"name": name, **facts}).encode())
        digest = sha256()
        for piece in data:
            for start in range(0, len(piece), FRAME):
                frame = piece[start : start + FRAME]
                digest.update(frame)
                self._number_and(frame)
        self._number_and(b"")
        self._sink.write(digest.digest())
        self._count += 1

    def finish(self) -> None:
        """Say that no more come, and how many there were."""
        self._number_and(b"")
        self._sink.write(_NUMBER.pack(self._count))

    def _number_and(self, data: bytes) -> None:
        self._sink.write(_NUMBER.pack(len(data)))
        self._sink.write(data)


class Part:
    """One part, to be read before the next."""

    def __init__(self, facts: dict[str, Any], source: Source) -> None:
        self.name = str(facts["name"])
        self.facts = facts
        self._frames = self._read(source)

    def frames(self) -> Iterator[bytes]:
        """Give what is left of the part; it is proved when this ends."""
        return self._frames

    def _read(self, source: Source) -> Iterator[bytes]:
        digest = sha256()
        while size := _number(source, at_most=FRAME):
            frame = source.read(size)
            digest.update(frame)
            yield frame
        if source.read(digest.digest_size) != digest.digest():
            raise Unreadable(f"its part {self.name} is not what it was")


def parts_of(source: Source) -> Iterator[Part]:
    """Give the parts in their order; when this ends, the stream was whole.

    :raises Unreadable: when it is not.
    """
    count = 0
    while size := _number(source, at_most=_LARGEST_HEAD):
        part = Part(json.loads(source.read(size)), source)
        yield part
        for _rest in part.frames():
            pass
        count += 1
    if _number(source, at_most=count) != count or not source.is_over():
        raise Unreadable("parts of it are missing")


def _number(source: Source, *, at_most: int) -> int:
    [number] = _NUMBER.unpack(source.read(_NUMBER.size))
    if number > at_most:
        raise Unreadable("its parts are not in order")
    return int(number)
