"""The launcher behind ``make run``: a database, the web server and the worker, and nothing after.

It is no command of Django's, since it must speak up when Django cannot even be set up, and because
a process that only watches should hold nothing that can break.
"""

import http.client
import os
import signal
import sys
import threading
import time
from contextlib import ExitStack, suppress
from types import FrameType

from soluto_shop.leash import die_with_parent
from soluto_shop.local import surroundings
from soluto_shop.local.postgres import LocalPostgres, PostgresUnavailable
from soluto_shop.local.preconditions import (
    CannotRun,
    any_free_port,
    port_from_environment,
    require_database,
    require_free_port,
    require_writable,
)
from soluto_shop.local.programs import Program
from soluto_shop.local.words import compile_words

_SECONDS_TO_STOP = 15.0
_SECONDS_BETWEEN_LOOKS = 0.5
_FIRST_SERVER_ERROR = 500


class Stopped(Exception):
    """Somebody asked the shop to close."""


class Launcher:
    """What runs on this machine for the shop, and the wish to stop it."""

    def __init__(
        self,
        *,
        address: str,
        port: int,
        server: LocalPostgres | None,
        stop: threading.Event,
        payments: Program | None = None,
    ) -> None:
        self.address = address
        self.port = port
        self.server = server
        self.stop_wanted = stop
        handles = [] if server is None else [server.handle]
        self.web = Program(
            "web server",
            [sys.executable, "-m", "gunicorn", "-c", "python:soluto_shop.local.web"],
            signal.SIGTERM,
            handles,
        )
        # A job may last; its next try comes after a kill, as it does after a power cut.
        self.worker = Program(
            "worker",
            [sys.executable, "manage.py", "procrastinate", "worker"],
            signal.SIGKILL,
            handles,
        )
        self.payments = payments
        self.programs = [self.web, self.worker, *([payments] if payments else [])]

    def open_and_keep(self) -> None:
        """Open the shop, and keep it open until somebody wants it closed."""
        try:
            self.web.start()
            self._await_first_answer()
            self.worker.start()
            if self.payments is not None:
                self.payments.start()
            self._greet()
            while True:
                self._pause(_SECONDS_BETWEEN_LOOKS)
                self._look_round()
        except Stopped:
            print("\nClosing the shop.", flush=True)
        finally:
            self._close()

    def _await_first_answer(self) -> None:
        """Wait for the web server, which prepares the shop first: a new one takes its time."""
        while not self._answers():
            self._pause(0.05)
            if self.web.exit_status is not None:
                raise CannotRun("The web server did not start, for the reason above.")

    def _answers(self) -> bool:
        host = os.environ["ALLOWED_HOSTS"].split(",")[0].strip().lstrip(".")
        connection = http.client.HTTPConnection(self.address, self.port, timeout=5)
        with suppress(OSError, http.client.HTTPException):
            connection.request("GET", "/healthz", headers={"Host": host})
            return connection.getresponse().status < _FIRST_SERVER_ERROR
        return False

    def _look_round(self) -> None:
        if self.server is not None and not self.server.is_ready():
            print("The database server ended; it starts again.", flush=True)
            self.server.join()
        for program in self.programs:
            program.keep_running()

    def _greet(self) -> None:
        home = os.environ["SITE_ADDRESS"]
        print(f"\n  The shop is open at  {home}/")
        print(f"  Staff sign in at     {home}/admin/")
        if os.environ.get("BANK_IBAN") == surroundings.EXAMPLE_ACCOUNT:
            print("  Orders name an example account: set BANK_IBAN before anybody pays.")
        if self.payments is not None:
            print(f"  Payments are played at {os.environ['PAYTRAIL_ADDRESS']}/ and move no money.")
        print("  Ctrl-C closes it.\n", flush=True)

    def _pause(self, seconds: float) -> None:
        if self.stop_wanted.wait(seconds):
            raise Stopped

    def _close(self) -> None:
        by = time.monotonic() + _SECONDS_TO_STOP
        for program in self.programs:
            program.ask_to_stop()
        for program in self.programs:
            program.see_it_end(by=by)


def wish_to_stop() -> threading.Event:
    """Give what is set when somebody asks the shop to close.

    It is also set where a shell has told its background programs to ignore Ctrl-C.
    """
    wish = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        wish.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, stop)
    return wish


def played_payments() -> Program | None:
    """Give the program that plays the payment service, where no real one is named."""
    if not surroundings.play_payments(any_free_port()):
        return None
    command = [sys.executable, "-m", "soluto_shop.local.paytrail.server"]
    return Program("played payment service", command, signal.SIGTERM)


def run() -> None:
    """Open the shop on this machine, and come back when it is closed."""
    stop = wish_to_stop()
    surroundings.read_dotenv()
    var = surroundings.var_folder()
    require_writable(var)
    own_database = surroundings.fill_in()
    address = os.environ.setdefault("BIND_ADDRESS", "127.0.0.1")
    port = port_from_environment()
    require_free_port(address, port)
    compile_words()
    with ExitStack() as stack:
        server, payments = None, None
        if own_database:
            payments = played_payments()
            server = stack.enter_context(surroundings.own_server())
            server.make_database(surroundings.DATABASE)
        else:
            require_database(os.environ["DATABASE_URL"])
        Launcher(
            address=address, port=port, server=server, stop=stop, payments=payments
        ).open_and_keep()


def main(arguments: list[str]) -> int:
    """Run the shop; say in one line why when it cannot be done."""
    if "--with-parent" in arguments:
        die_with_parent(signal.SIGTERM)
    try:
        run()
    except (CannotRun, PostgresUnavailable) as reason:
        print(f"The shop cannot run. {reason}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
