"""Django's PostgreSQL, with a pool that gets over a restart of the server at once.

psycopg's pool looks at a connection before it gives it out, and waits longer after each dead one it
meets. After a restart all are dead, and visitors would be refused for seconds although the server
is back. Here one dead connection is the sign to look at all of them.
"""

from typing import Any

from django.db.backends.postgresql import base
from psycopg import OperationalError
from psycopg_pool import ConnectionPool


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection to PostgreSQL, looked at here and not by the pool (CONN_HEALTH_CHECKS off)."""

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        """Give a living connection, after clearing the pool of its dead where one is met."""
        connection = super().get_new_connection(conn_params)
        pool = self.pool
        if pool is None or _is_alive(connection):
            return connection
        pool.putconn(connection)
        pool.check()
        return super().get_new_connection(conn_params)


def _is_alive(connection: Any) -> bool:
    try:
        ConnectionPool.check_connection(connection)
    except OperationalError:
        return False
    return True
