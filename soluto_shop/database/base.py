"""Django's PostgreSQL, with a pool that gets over a restart of the server at once.

psycopg's pool looks at a connection before it gives it out, and waits longer after each dead one it
meets. After a restart all are dead, and visitors would be refused for seconds although the server
is back. Here one dead connection is the sign to look at all of them, and a silent one to let go of
all: behind a link that swallows packets each look would last.
"""

from typing import Any

from django.db.backends.postgresql import base
from psycopg import OperationalError
from psycopg_pool import ConnectionPool

from soluto_shop.database.link import PATIENCE, QUICK, Silent, WatchedConnection


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to PostgreSQL, looked at here and not by the pool (CONN_HEALTH_CHECKS off)."""

    def get_connection_params(self) -> dict[str, Any]:
        """Have the pool make connections that are watched."""
        pool = self.settings_dict["OPTIONS"].get("pool")
        if isinstance(pool, dict):
            pool["connection_class"] = WatchedConnection
        return super().get_connection_params()

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Give a living connection, after clearing the pool of its dead where one is met."""
        WatchedConnection.refuse_while_silent()
        connection = super().get_new_connection(conn_params)
        pool = self.pool
        if pool is None:
            return connection
        try:
            _look_at(connection)
        except Silent:
            pool.putconn(connection)
            pool.drain()
        except OperationalError:
            pool.putconn(connection)
            pool.check()
        else:
            return connection
        return super().get_new_connection(conn_params)


def _look_at(connection: WatchedConnection) -> None:
    connection.patience, connection.can_ask = QUICK, False
    ConnectionPool.check_connection(connection)
    connection.patience, connection.can_ask = PATIENCE, True
