"""What the shop asks of each of its connections, whatever the server's own settings are."""

import pytest
from django.db import connection


@pytest.mark.django_db
def test_a_connection_says_itself_how_long_it_waits_and_that_nothing_is_compiled() -> None:
    names = (
        "jit",
        "statement_timeout",
        "lock_timeout",
        "idle_in_transaction_session_timeout",
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name, setting, source FROM pg_settings WHERE name = ANY(%s)", [list(names)]
        )
        said = {name: (setting, source) for name, setting, source in cursor.fetchall()}

    assert said == {
        "jit": ("off", "client"),
        "statement_timeout": ("15000", "client"),
        "lock_timeout": ("10000", "client"),
        "idle_in_transaction_session_timeout": ("30000", "client"),
    }
