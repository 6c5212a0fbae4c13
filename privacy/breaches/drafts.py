"""A breach as it is first noted, when somebody else had a staff member's session."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from privacy.breaches.affected import Found, add_affected
from privacy.breaches.models import Breach
from privacy.breaches.operations import open_breach


@transaction.atomic
def draft_of_session(
    *, staff: Any, since: datetime, until: datetime, found: Found, at: datetime
) -> Breach:
    """Note a breach of a staff account between two moments, or complete the one noted before."""
    known = Breach.objects.filter(
        session_of=staff, happened_from=since, happened_until=until, closed_at=None
    )
    breach = known.order_by("number").first() or open_breach(
        noticed_at=at,
        what=_("Somebody else may have used the session of a member of our staff."),
        happened_from=since,
        happened_until=until,
        session_of=staff,
    )
    add_affected(breach, found, at=at)
    return breach
