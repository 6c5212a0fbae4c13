"""Calls over HTTPS, made only through the door."""

import http.client
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from privacy.egress.opened import require_open
from privacy.hosts import is_own_machine, normal_host

LARGEST = 1024 * 1024
"""So many bytes of an answer are read; more is a fault of the other side."""


class TooMuch(OSError):
    """The answer does not end where it should."""


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
    connection = _connection(parts.scheme, host, parts.port, timeout)
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
    return Answer(answer.status, {name.lower(): said for name, said in answer.getheaders()}, read)


def _connection(
    scheme: str, host: str, port: int | None, timeout: float
) -> http.client.HTTPConnection:
    if scheme == "https":
        trusted = ssl.create_default_context()
        return http.client.HTTPSConnection(host, port, timeout=timeout, context=trusted)
    return http.client.HTTPConnection(host, port, timeout=timeout)
