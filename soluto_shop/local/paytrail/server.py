"""The played payment service as a program of its own, on a port of this machine's loopback."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import ThreadingMixIn
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from soluto_shop.local.paytrail.service import Service

LOOPBACK = "127.0.0.1"


class Server(ThreadingMixIn, WSGIServer):
    """Serves several at once."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a connection that broke off: that is among what is played."""


class Quiet(WSGIRequestHandler):
    """Writes no line for each request."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the library's name)
        """Write nothing."""

    def get_stderr(self) -> Any:
        """Give nothing to write tracebacks to."""
        return Path(os.devnull).open("w")


def opened(service: Service, port: int) -> Server:
    """Open a port for a service, and tell it its address."""
    server = make_server(LOOPBACK, port, service, server_class=Server, handler_class=Quiet)
    service.address = f"http://{LOOPBACK}:{server.server_port}"
    return server


@contextmanager
def playing(service: Service) -> Iterator[Service]:
    """Let a service run beside a test for a while."""
    server = opened(service, 0)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()


def main() -> None:
    """Serve what the environment names, until the program is ended."""
    service = Service(
        account=os.environ["PAYTRAIL_ACCOUNT"],
        secret=os.environ["PAYTRAIL_SECRET"],
        algorithm=os.environ.get("PAYTRAIL_ALGORITHM", "sha256"),
    )
    port = int(os.environ["PAYTRAIL_ADDRESS"].rpartition(":")[2])
    opened(service, port).serve_forever()


if __name__ == "__main__":
    main()
