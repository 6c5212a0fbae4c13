"""Write down who looked at whose data."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from privacy.reading.models import Kind, Reading


def note_readings(
    *,
    staff: Any,
    kind: Kind,
    table: str,
    numbers: Iterable[UUID | None],
    at: datetime,
    reason: str = "",
) -> None:
    """Write one row for each number, all in one statement.

    Whoever shows something calls this first: what could not be written down is not shown.

    :param numbers: of the rows that were seen; `None` notes a search that found nobody.
    """
    role = role_of(staff)
    Reading.objects.bulk_create(
        [
            Reading(
                at=at,
                table=table,
                kind=kind,
                role=role,
                reason=reason,
                about=number,
                staff_id=staff.pk,
            )
            for number in dict.fromkeys(numbers)
        ]
    )


def role_of(staff: Any) -> str:
    """Give what kind of staff somebody is just now: the roles whose access runs, by name."""
    return ",".join(sorted({grant.role for grant in staff.running_grants}))[:200]
