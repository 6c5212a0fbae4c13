"""What becomes of requests by itself: links that nobody followed, alarms, old evidence."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from privacy.requests.clock import ALARMS, LATE
from privacy.requests.ending import end, locked
from privacy.requests.letters import write_alarm
from privacy.requests.models import Request
from privacy.requests.states import State

LINK_LASTS = timedelta(hours=24)


def discard_unconfirmed(*, at: datetime) -> int:
    """Delete what was asked under an address whose owner did not follow the link in a day."""
    waited = Request.objects.filter(state=State.UNCONFIRMED, received_at__lte=at - LINK_LASTS)
    return waited.delete()[0]


def discard_old(*, at: datetime) -> int:
    """Delete requests whose evidence has had its time; who asked has long been gone from them."""
    since = at - timedelta(days=settings.KEEP_REQUESTS_DAYS)
    return Request.objects.filter(answered_at__lte=since).delete()[0]


@transaction.atomic
def end_those_without_asker(*, at: datetime) -> int:
    """End open requests of people who have been forgotten: there is nobody left to answer."""
    ended = 0
    for asked in Request.objects.without_asker().select_for_update(of=("self",)):
        end(asked, State.WITHDRAWN, by=None, at=at)
        ended += 1
    return ended


def raise_alarms(*, at: datetime) -> int:
    """Remind the contact person once at a half, three quarters and nine tenths of the time."""
    raised = 0
    for asked in Request.objects.open().filter(alarmed__lt=ALARMS[-1]):
        passed = [percent for percent in ALARMS if asked.spent(at) >= percent]
        if passed and passed[-1] > asked.alarmed:
            raised += _raise(asked, passed[-1], at)
    return raised


@transaction.atomic
def _raise(asked: Request, percent: int, at: datetime) -> int:
    asked = locked(asked)
    if not asked.is_open or asked.alarmed >= percent:
        return 0
    write_alarm(asked, percent=percent, at=at)
    asked.alarmed = percent
    asked.save(update_fields=["alarmed"])
    return 1


def requests_are_late(*, at: datetime) -> bool:
    """Tell whether some request has used up three quarters of its time."""
    return any(asked.spent(at) >= LATE for asked in Request.objects.open())
