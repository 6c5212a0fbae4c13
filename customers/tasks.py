"""The worker's part of signing in: what has ended is written down, what is over is cleared."""

from datetime import datetime, timedelta

from axes.models import AccessAttempt, AccessLog
from django.conf import settings
from django.db import connection, transaction
from django.db.models import CharField, Exists, F, Func, OuterRef
from django.utils import timezone

from customers.limits import WINDOW
from customers.models import FailureCount, Session
from privacy.outbox.jobs import app

BATCH = 1000
"""Rows cleared in one transaction."""


class _HashOf(Func):
    """The hash of a session's key, as the sign-in log keeps it, reckoned by the database."""

    template = "encode(sha256(convert_to(%(expressions)s, 'UTF8')), 'hex')"
    output_field = CharField()


@app.periodic(cron="*/5 * * * *")
@app.task(queue="upkeep", queueing_lock="close_ended_sign_ins")
def close_ended_sign_ins(timestamp: int) -> None:
    """Write the log-out time of sessions that ended otherwise than by signing out.

    One that ran out ended when it did; one that is gone (a changed password, an account closed)
    ended at the latest now.
    """
    close_sign_ins(at=_moment(timestamp))


@transaction.atomic
def close_sign_ins(*, at: datetime) -> None:
    """Close the log of sessions that are over, and clear those that have run out."""
    of_the_log = Session.objects.annotate(hashed=_HashOf(F("session_key"))).filter(
        hashed=OuterRef("session_hash")
    )
    still_open = AccessLog.objects.filter(logout_time=None)
    ran_out = Session.objects.filter(expire_date__lte=at)
    for session in ran_out.filter(account__isnull=False).annotate(hashed=_HashOf(F("session_key"))):
        still_open.filter(session_hash=session.hashed).update(logout_time=session.expire_date)
    still_open.exclude(attempt_time__gt=at - timedelta(minutes=1)).filter(
        ~Exists(of_the_log)
    ).update(logout_time=at)
    ran_out.delete()


@app.periodic(cron="*/15 * * * *")
@app.task(queue="upkeep", queueing_lock="clear_spent_limits")
def clear_spent_limits(timestamp: int) -> None:
    """Clear failures that no longer count, and limits that have run out."""
    at = _moment(timestamp)
    FailureCount.objects.filter(window_began_at__lte=at - WINDOW).delete()
    while _clear_attempts(before=at - settings.AXES_COOLOFF_TIME):
        pass
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM soluto_cache WHERE expires <= %s", [at])


@transaction.atomic
def _clear_attempts(*, before: datetime) -> int:
    """Clear some old attempts and give how many; who signs in meanwhile waits for none of them."""
    old = AccessAttempt.objects.filter(attempt_time__lte=before).order_by("attempt_time")
    some = list(old.select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH])
    AccessAttempt.objects.filter(pk__in=some).delete()
    return len(some)


def _moment(timestamp: int) -> datetime:
    return datetime.fromtimestamp(timestamp, tz=timezone.get_default_timezone())
