"""The production server on a scratch database, for the time of a measurement."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.client import HTTPConnection

from soluto_shop.leash import PROJECT

STARTING = 30.0


class DidNotStart(Exception):
    """The server did not answer in time."""


def free_port() -> int:
    """Find a port on this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(environment: dict[str, str]) -> Iterator[int]:
    """Run one web process in this environment; give its port.

    :raises DidNotStart: when it does not answer within half a minute.
    """
    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "-c", "python:soluto_shop.web_server"]
    server = subprocess.Popen(  # noqa: S603 (our own program, our own words)
        command,
        env={**os.environ, **environment, "PORT": str(port), "WEB_WORKERS": "1"},
        cwd=PROJECT,
    )
    try:
        wait_for(port)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=15)


def wait_for(port: int) -> None:
    """Wait until the shop answers on a port.

    :raises DidNotStart: when it does not within half a minute.
    """
    deadline = time.monotonic() + STARTING
    while time.monotonic() < deadline:
        try:
            door = HTTPConnection("127.0.0.1", port, timeout=5)
            door.request("GET", "/healthz")
            if door.getresponse().status == HTTPStatus.OK:
                return
        except OSError:
            time.sleep(0.1)
    raise DidNotStart(f"nothing answers on port {port}")
