"""A connection that notices when its link swallows what is sent, instead of waiting for ever.

A firewall or a pooler that hangs may take every packet and answer none. The operating system sees
nothing wrong as long as packets are acknowledged, and a limit on the server cannot reach us through
a dead link. So whoever waits for an answer asks the server after a while, over a new connection,
whether it is still at this statement. If it is (a migration, an import, a lock), they go on
waiting, however long it takes: only silence ends a statement, not slowness.
"""

import time
from typing import Any, ClassVar, Self, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.errors import ConnectionTimeout

Result = TypeVar("Result")

PATIENCE = 2.0
"""Seconds without an answer after which the server is asked, and asked again."""

QUICK = 1.5
"""Seconds for an answer that needs no work, from a server that has any to give."""

TO_CONNECT = 2
"""Seconds for the connection over which is asked; libpq knows no shorter time."""

NEVER_LONGER = 20.0
"""Seconds after which a server that cannot be asked (it takes no more connections) is given up: its
own limit on statements (15 s) would have answered by then."""

PAUSE = 1.0
"""Seconds for which a silent server is not tried again. One request that asks several things, or
writes its session after it has failed, waits once."""


class Silent(psycopg.OperationalError):
    """The server, or the link to it, swallows what is sent."""


class WatchedConnection(psycopg.Connection[Any]):
    """A connection whose statements end when the server is silent."""

    silent_until: ClassVar[float] = 0.0
    patience = PATIENCE
    can_ask = True
    address: tuple[str, dict[str, Any]] = ("", {})

    @classmethod
    def connect(cls, conninfo: str = "", **facts: Any) -> Self:
        """Connect, and remember how."""
        made = super().connect(conninfo, **facts)
        made.address = (conninfo, facts)
        return made

    @classmethod
    def refuse_while_silent(cls) -> None:
        """Spare the next statement the wait of the one before.

        :raises Silent: for a moment after the server was found silent.
        """
        if time.monotonic() < WatchedConnection.silent_until:
            raise Silent("the database did not answer a moment ago")

    def wait(
        self, gen: PQGen[Result], interval: float = 0.1, timeout: float | None = None
    ) -> Result:
        """Wait for an answer; at every `interval` it is seen whether that has become too long."""
        return super().wait(self._watched(gen), interval, timeout)

    def _watched(self, gen: PQGen[Result]) -> PQGen[Result]:
        began = asked = time.monotonic()
        try:
            wanted = next(gen)
            while True:
                ready = yield wanted
                if not ready and time.monotonic() - asked >= self.patience:
                    self._look_up(waited=time.monotonic() - began)
                    asked = time.monotonic()
                wanted = gen.send(ready)
        except StopIteration as end:
            result: Result = end.value
            return result

    def _look_up(self, *, waited: float) -> None:
        """Give the link up if nothing will come over it any more.

        :raises Silent: when that is so.
        """
        at_work = self._is_at_work() if self.can_ask else False
        if at_work or (at_work is None and waited < NEVER_LONGER):
            return
        self.pgconn.finish()
        raise Silent("the database does not answer")

    def _is_at_work(self) -> bool | None:
        """Ask the server whether it is at our statement; None where it cannot be asked."""
        conninfo, facts = self.address
        quickly = {**facts, "autocommit": True, "connect_timeout": TO_CONNECT}
        try:
            with WatchedConnection.connect(conninfo, **quickly) as other:
                other.patience, other.can_ask = QUICK, False
                return other.sees_at_work(self.pgconn.backend_pid)
        except (ConnectionTimeout, Silent):
            WatchedConnection.silent_until = time.monotonic() + PAUSE
            return False
        except psycopg.OperationalError:
            return None

    def sees_at_work(self, backend: int) -> bool | None:
        """Tell whether the server works for another connection.

        One that has been idle for a second has answered, and the answer was lost. A pooler's number
        is no backend's, and tells nothing.
        """
        found = self.execute(
            "SELECT state, clock_timestamp() - state_change < interval '1 second' "
            "FROM pg_stat_activity WHERE pid = %s",
            [backend],
        ).fetchone()
        if found is None or found[0] is None:
            return None
        state, just_now = found
        return bool(just_now or not str(state).startswith("idle"))
