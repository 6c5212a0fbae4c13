"""DE-06: the shop is told when its role in the database is more than an ordinary owner."""

import pytest
from django.db import connection

from soluto_shop.checks import role_is_ordinary

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("words", "warned"),
    [
        ("", False),
        ("CREATEDB", False),
        ("SUPERUSER", True),
        ("CREATEROLE", True),
        ("IN ROLE pg_execute_server_program", True),
        ("IN ROLE pg_read_server_files", True),
    ],
)
def test_de_06_a_role_of_too_much_power_is_told_before_the_shop_opens(
    words: str, *, warned: bool
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE ROLE keeper {words}")
        cursor.execute("SET LOCAL ROLE keeper")
        found = role_is_ordinary(databases=["default"])
        cursor.execute("RESET ROLE")

    assert [message.id for message in found] == ["soluto_shop.W001"] * warned


def test_de_06_nothing_is_asked_of_a_database_that_is_not_to_be_asked() -> None:
    assert role_is_ordinary() == []
