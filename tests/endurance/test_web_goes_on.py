"""The real web server is taken down bit by bit, and who is looking around does not notice.

FA-01: its processes are exchanged, as a deployment does; FA-14: one of them stands still; LO-01 and
law 22: somebody sends a body that never ends.
"""

import http.client
import os
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Self

import pytest

from tests.endurance.test_killed_web import Web

pytestmark = [
    pytest.mark.endure,
    pytest.mark.django_db(transaction=True),
]

ROUNDS = 2 if "ENDURE" not in os.environ else 20
IN_TIME = 10.0


@pytest.fixture
def web(request: pytest.FixtureRequest) -> Iterator[Web]:
    server = Web()
    server.start(*getattr(request, "param", ()))
    yield server
    server.kill()


def workers(web: Web) -> set[int]:
    assert web.process is not None
    children = Path(f"/proc/{web.process.pid}/task/{web.process.pid}/children").read_text()
    return set(map(int, children.split()))


def are_others(web: Web, before: set[int]) -> bool:
    now = workers(web)
    return len(now) == 2 and not now & before


def within(seconds: float, what: Callable[[], bool]) -> bool:
    until = time.monotonic() + seconds
    while not what():
        if time.monotonic() > until:
            return False
        time.sleep(0.05)
    return True


class Onlookers:
    """Some who open a page over and over, each time over a new connection."""

    def __init__(self, web: Web, number: int = 3) -> None:
        self.port = web.port
        self.answers: list[int | str] = []
        self.slowest = 0.0
        self.over = threading.Event()
        self.threads = [threading.Thread(target=self._look) for _ in range(number)]

    def __enter__(self) -> Self:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_trouble: object) -> None:
        self.over.set()
        for thread in self.threads:
            thread.join(timeout=60)

    def have_looked(self, times: int) -> bool:
        return len(self.answers) > times

    def _look(self) -> None:
        while not self.over.is_set():
            began = time.monotonic()
            self.answers.append(ask(self.port))
            self.slowest = max(self.slowest, time.monotonic() - began)


def ask(port: int) -> int | str:
    try:
        door = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        door.request("GET", "/readyz", headers={"Connection": "close"})
        answer = door.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException) as trouble:
        return repr(trouble)
    return answer.status


def test_fa_01_exchanging_the_processes_fails_nobody(web: Web) -> None:
    assert web.process is not None
    with Onlookers(web) as onlookers:
        for _ in range(ROUNDS):
            before, asked = workers(web), len(onlookers.answers)
            os.kill(web.process.pid, signal.SIGHUP)
            assert within(3 * IN_TIME, partial(are_others, web, before))
            assert within(3 * IN_TIME, partial(onlookers.have_looked, asked + 6))

    assert set(onlookers.answers) == {200}
    assert len(onlookers.answers) > 10


@pytest.mark.parametrize("web", [("--timeout", "3")], indirect=True)  # and not half a minute
def test_fa_14_a_process_that_stands_still_is_replaced_and_the_other_serves(web: Web) -> None:
    still = min(workers(web))
    os.kill(still, signal.SIGSTOP)
    with Onlookers(web) as onlookers:
        assert within(3 * IN_TIME, lambda: still not in workers(web) and len(workers(web)) == 2)

    assert set(onlookers.answers) == {200}


def test_lo_01_a_body_without_an_end_holds_nobody_up(web: Web) -> None:
    with socket.create_connection(("127.0.0.1", web.port), timeout=IN_TIME) as sender:
        sender.sendall(
            b"POST /tili/kirjaudu/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n"
            b"Content-Type: multipart/form-data; boundary=b\r\n\r\n"
        )
        sent = 0
        try:
            while sent < 64 * 1024 * 1024:
                sender.sendall(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")
                sent += 0x10000
        except OSError:
            pass  # it has been closed
        assert ask(web.port) == 200

    assert sent < 64 * 1024 * 1024
