"""The address at which somebody without an account reads what became of a request.

What stands there names nobody: a number, days, the lists of an erasure.
"""

from django.core import signing
from django.urls import reverse

from privacy.requests.models import Request
from privacy.requests.states import State
from privacy.requests.upkeep import LINK_LASTS

SALT = "privacy.requests.told"


def told_address(asked: Request) -> str:
    """Give the page that tells, for a day, what became of a request."""
    return reverse("privacy:request-told", args=[signing.dumps(str(asked.pk), salt=SALT)])


def told_behind(key: str) -> Request | None:
    """Find the request whose page this is."""
    try:
        pk = signing.loads(key, salt=SALT, max_age=LINK_LASTS)
    except signing.BadSignature:
        return None
    return Request.objects.filter(pk=pk).exclude(state=State.UNCONFIRMED).first()
