"""What is asked of a shop before it is opened, beside what Django asks."""

from collections.abc import Sequence
from typing import Any

from django.core.checks import CheckMessage, Tags, register
from django.core.checks import Warning as Caution
from django.db import connections

_POWERS = """
    SELECT rolsuper OR rolcreaterole OR rolbypassrls
        OR pg_has_role('pg_execute_server_program', 'MEMBER')
        OR pg_has_role('pg_read_server_files', 'MEMBER')
        OR pg_has_role('pg_write_server_files', 'MEMBER')
    FROM pg_roles WHERE rolname = current_user
"""


@register(Tags.database, deploy=True)
def role_is_ordinary(
    app_configs: Any = None, databases: Sequence[str] | None = None, **options: Any
) -> list[CheckMessage]:
    """Find databases that the shop asks with more power than it needs.

    `check --deploy --database default` asks this. Whoever reached the database through the shop
    could read files of its server with such a role, or run programs there.
    """
    found: list[CheckMessage] = []
    for name in databases or ():
        with connections[name].cursor() as cursor:
            cursor.execute(_POWERS)
            row = cursor.fetchone()
        if row and row[0]:
            found.append(
                Caution(
                    f"The shop's role in the database “{name}” can do more than the shop needs.",
                    hint="Give it a role that owns its database and nothing else.",
                    id="soluto_shop.W001",
                )
            )
    return found
