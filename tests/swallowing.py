"""A link to the database that can be told to swallow everything, and still takes every packet."""

import contextlib
import select
import socket
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connections

from soluto_shop.database.base import DatabaseWrapper

A_LOT = 65536


class SwallowingLink:
    """A proxy on loopback between the shop and its database."""

    def __init__(self, connect: Callable[[], socket.socket]) -> None:
        self.connect = connect
        self.connections: list[socket.socket] = []
        self.silent: list[socket.socket] = []
        self.swallows_new_ones = False
        self.delay = 0.0
        self.over = threading.Event()
        self.ear = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.ear.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def swallow(self, *, new_ones_too: bool = True) -> None:
        """Answer nothing any more on the connections there are, and on new ones if so told."""
        self.silent = list(self.connections)
        self.swallows_new_ones = new_ones_too

    def recover(self) -> None:
        """Pass on what comes over new connections; what was swallowed is lost."""
        self.swallows_new_ones = False

    def end(self) -> None:
        self.over.set()
        self.ear.close()

    def _listen(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _address = self.ear.accept()
                self.connections.append(client)
                if self.swallows_new_ones:
                    self.silent.append(client)
                threading.Thread(target=self._pass_on, args=[client], daemon=True).start()

    def _pass_on(self, client: socket.socket) -> None:
        with client, self.connect() as server, contextlib.suppress(OSError):
            while not self.over.is_set():
                for one in select.select([client, server], [], [], 0.05)[0]:
                    said = one.recv(A_LOT)
                    if not said:
                        return
                    if client not in self.silent:
                        if one is server:
                            time.sleep(self.delay)
                        (server if one is client else client).sendall(said)


class ThroughLink(DatabaseWrapper):
    """The shop's database, with a pool of its own."""

    _connection_pools: dict[str, Any] = {}


@contextlib.contextmanager
def swallowing_link() -> Iterator[SwallowingLink]:
    """Let this thread ask its database through such a link."""
    own = connections["default"]
    own.close()
    usual = own.settings_dict
    options = dict(usual["OPTIONS"])
    folder = options.pop("host", "")
    number = usual["PORT"] or 5432

    def connect() -> socket.socket:
        if not folder:
            return socket.create_connection((usual["HOST"], int(number)))
        server = socket.socket(socket.AF_UNIX)
        server.connect(f"{folder}/.s.PGSQL.{number}")
        return server

    link = SwallowingLink(connect)
    facts = {**usual, "HOST": "127.0.0.1", "PORT": link.port, "OPTIONS": options}
    through = ThroughLink(facts, alias="default")
    connections["default"] = through
    try:
        yield link
    finally:
        through.close()
        link.end()  # or the pool would wait for those whom nobody answers
        through.close_pool()
        connections["default"] = own
