"""A witness at every socket that Python opens: whoever calls another machine is stopped and noted.

The hook hears of each call before it is made, whichever library makes it, and cannot be taken off.
PostgreSQL's driver opens its socket in C and is not heard; a test looks at its address.
"""

import socket
import sys
from ipaddress import ip_address
from typing import Any

CALLS = {"socket.connect", "socket.sendto", "socket.sendmsg"}
NAMES = {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"}

OWN_NAME = socket.gethostname()

outsiders: list[str] = []
"""What was called, or looked up to be called, during the test."""


class CalledAnother(Exception):
    """Something would have called another machine."""


def is_here(host: object) -> bool:
    """Tell whether a host is this machine; no host at all is."""
    if host in (None, "", b"", "localhost", b"localhost", OWN_NAME):
        return True
    text = host.decode() if isinstance(host, bytes) else str(host)
    try:
        return ip_address(text.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _listen(event: str, arguments: tuple[Any, ...]) -> None:
    if event in CALLS:
        address = arguments[1]
        if isinstance(address, tuple) and not is_here(address[0]):
            _stop(event, address[0])
    elif event in NAMES and not is_here(arguments[0]):
        _stop(event, arguments[0])


def _stop(event: str, host: object) -> None:
    outsiders.append(f"{event} {host}")
    raise CalledAnother(f"{event} {host}")


sys.addaudithook(_listen)
