"""Calls over HTTPS, made only through the door, each with a moment at which it ends."""

import http.client
import io
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from privacy.egress.opened import require_open
from privacy.hosts import is_own_machine, normal_host

LARGEST = 1024 * 1024
"""So many bytes of an answer are read; more is a fault of the other side."""


_STREAM = socket.SOCK_STREAM


class TooMuch(OSError):
    """The answer does not end where it should."""


class BrokenOff(OSError):
    """The answer ended before all was said that it had announced."""


class NotSecure(Exception):
    """An address outside this machine is called over HTTPS only."""


@dataclass(frozen=True)
class Answer:
    """What the other side said."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def call(
    address: str,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    timeout: float,
) -> Answer:
    """Call one address and read its answer; it is not followed to another.

    :param timeout: so many seconds for all of it, in however small parts the answer comes.
    :raises DoorIsShut: when the door is not open to the host.
    :raises NotSecure: when data would travel in the open.
    :raises OSError: when nothing answers in time, or nothing that is HTTP.
    """
    parts = urlsplit(address)
    host = normal_host(parts.hostname or "")
    require_open(host)
    if parts.scheme != "https" and not is_own_machine(host):
        raise NotSecure(host)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    kind = _Secure if parts.scheme == "https" else _Plain
    connection = kind(host, parts.port, left=_clock(timeout))
    try:
        connection.request(method, path, body=body or None, headers=dict(headers or {}))
        answer = connection.getresponse()
        read = answer.read(LARGEST + 1)
    except http.client.HTTPException as trouble:
        raise OSError(type(trouble).__name__) from trouble
    finally:
        connection.close()
    if len(read) > LARGEST:
        raise TooMuch(host)
    if answer.length:
        raise BrokenOff(host)
    return Answer(answer.status, {name.lower(): said for name, said in answer.getheaders()}, read)


Left = Callable[[], float]
"""Tell how many seconds are left, of which there are some; or raise TimeoutError."""


def _clock(seconds: float) -> Left:
    ends = time.monotonic() + seconds

    def left() -> float:
        rest = ends - time.monotonic()
        if rest <= 0:
            raise TimeoutError
        return rest

    return left


class _Plain(http.client.HTTPConnection):
    """A connection of which reaching, asking and hearing share one time."""

    def __init__(self, host: str, port: int | None, *, left: Left) -> None:
        super().__init__(host, port)
        self.left = left
        self.response_class = _heard(left)

    def connect(self) -> None:
        self.sock = _reach(self.host, self.port, self.left)

    def send(self, data: Any) -> None:
        if self.sock is not None:
            self.sock.settimeout(self.left())
        super().send(data)


class _Secure(_Plain):
    """The same, where nobody between can read or write."""

    default_port = http.client.HTTPS_PORT

    def connect(self) -> None:
        super().connect()
        self.sock.settimeout(self.left())
        trusted = ssl.create_default_context()
        self.sock = trusted.wrap_socket(self.sock, server_hostname=self.host)


def _reach(host: str, port: int, left: Left) -> socket.socket:
    """Connect to the first of a host's addresses that is reached in its share of the time."""
    trouble: OSError | None = None
    addresses = [address for *_kind, address in socket.getaddrinfo(host, port, type=_STREAM)]
    for place, address in enumerate(addresses):
        try:
            reached = socket.create_connection(
                (str(address[0]), port), left() / (len(addresses) - place)
            )
        except OSError as failure:
            trouble = failure
        else:
            reached.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return reached
    raise trouble or ConnectionRefusedError


def _heard(left: Left) -> type[http.client.HTTPResponse]:
    """Make a kind of answer that is not waited for longer than its time."""

    class Heard(http.client.HTTPResponse):
        def __init__(self, sock: socket.socket, *said: Any, **more: Any) -> None:
            super().__init__(sock, *said, **more)
            self.fp = io.BufferedReader(_InTime(self.fp.detach(), sock, left))

    return Heard


class _InTime(io.RawIOBase):
    """Reads from a socket while time is left, in however small drops it comes."""

    def __init__(self, raw: io.RawIOBase, sock: socket.socket, left: Left) -> None:
        self._raw, self._sock, self._left = raw, sock, left

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int | None:
        self._sock.settimeout(self._left())
        return self._raw.readinto(into)

    def close(self) -> None:
        self._raw.close()
        super().close()
