"""What the register's own tables, and those of the packages it stands on, hold about people."""

from datetime import timedelta

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt, AccessAttemptExpiration, AccessFailureLog, AccessLog
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from procrastinate.contrib.django.models import (
    ProcrastinateEvent,
    ProcrastinateJob,
    ProcrastinatePeriodicDefer,
    ProcrastinateWorker,
)

from privacy.outbox.models import Letter
from privacy.outbox.tasks import KEPT_AFTER_SENDING
from privacy.registry import Basis, By, Datum, Keep, Line, Purpose, Source, declare

SECURITY_LOG = Keep(since="attempt_time", period=timedelta(days=365))
OUTBOX = Keep(since="created_at", period=KEPT_AFTER_SENDING)
MEMBERSHIP = Keep(since="user__created_at", period=timedelta(days=3 * 365))
STAFF_LOG = Keep(since="action_time", period=timedelta(days=2 * 365))

_SECURITY = (Purpose.SERVICES,)


def _logged(line: Line) -> Datum:
    return Datum(line, _SECURITY, Basis.INTEREST, SECURITY_LOG, Source.SHOP)


_SIGN_IN = {
    "username": _logged(Line.USER_NAME),
    "ip_address": _logged(Line.IP_ADDRESS),
    # The shop's handler leaves these two empty; should it ever fail to, they are declared.
    "user_agent": _logged(Line.IP_ADDRESS),
    "http_accept": _logged(Line.IP_ADDRESS),
    "path_info": _logged(Line.SIGN_IN_TIME),
}

declare(
    AccessLog,
    person={By.EMAIL: "username"},
    delete_row=True,
    data={
        **_SIGN_IN,
        "attempt_time": _logged(Line.SIGN_IN_TIME),
        "logout_time": _logged(Line.SIGN_IN_TIME),
        "session_hash": _logged(Line.SIGN_IN_TIME),
    },
)
declare(
    AccessFailureLog,
    person={By.EMAIL: "username"},
    delete_row=True,
    data={
        **_SIGN_IN,
        "attempt_time": _logged(Line.FAILED_SIGN_IN),
        "locked_out": _logged(Line.FAILED_SIGN_IN),
    },
)
declare(
    AccessAttempt,
    person={By.EMAIL: "username"},
    delete_row=True,
    data={
        **_SIGN_IN,
        "attempt_time": _logged(Line.FAILED_SIGN_IN),
        "get_data": _logged(Line.FAILED_SIGN_IN),
        "post_data": _logged(Line.FAILED_SIGN_IN),
        "failures_since_start": _logged(Line.FAILED_SIGN_IN),
    },
)
declare(
    AccessAttemptExpiration,
    person={By.EMAIL: "access_attempt__username"},
    impersonal={"access_attempt", "expires_at"},
)

_CARE = (Purpose.CARE, Purpose.ORDERS)


def _sent(line: Line) -> Datum:
    return Datum(line, _CARE, Basis.CONTRACT, OUTBOX, Source.SHOP)


declare(
    Letter,
    person={By.EMAIL: "to"},
    delete_row=True,
    data={
        "to": _sent(Line.EMAIL),
        "subject": _sent(Line.ORDERS),
        "text": _sent(Line.ORDERS),
        "html": _sent(Line.ORDERS),
    },
    impersonal={
        "language",
        "kind",
        "reply_to",
        "created_at",
        "sent_at",
        "stayed_here",
        "attempts",
        "last_trouble",
    },
)


def _account(line: Line) -> Datum:
    return Datum(line, (Purpose.SERVICES,), Basis.CONTRACT, MEMBERSHIP)


declare(
    EmailAddress,
    person={By.ACCOUNT: "user", By.EMAIL: "email"},
    delete_row=True,
    data={"user": _account(Line.USER_NAME), "email": _account(Line.EMAIL)},
    impersonal={"verified", "primary"},
)
declare(
    EmailConfirmation,
    person={By.ACCOUNT: "email_address__user"},
    delete_row=True,
    impersonal={"email_address", "created", "sent", "key"},
)
declare(
    Authenticator,
    person={By.ACCOUNT: "user"},
    delete_row=True,
    data={
        "user": _account(Line.USER_NAME),
        "data": _account(Line.USER_NAME),
        "last_used_at": _account(Line.SIGN_IN_TIME),
    },
    impersonal={"type", "created_at"},
)


def _noted(line: Line) -> Datum:
    return Datum(line, (Purpose.REGISTER,), Basis.INTEREST, STAFF_LOG, Source.SHOP)


declare(
    LogEntry,
    person={By.ACCOUNT: "user"},
    data={
        "object_repr": _noted(Line.CUSTOMERSHIP),
        "change_message": _noted(Line.CUSTOMERSHIP),
        "object_id": _noted(Line.CUSTOMERSHIP),
    },
    impersonal={"action_time", "user", "content_type", "action_flag"},
)

# Job arguments are row numbers only; the tasks read the rows anew.
declare(
    ProcrastinateJob,
    impersonal={
        "queue_name",
        "task_name",
        "priority",
        "lock",
        "args",
        "status",
        "scheduled_at",
        "attempts",
        "queueing_lock",
        "abort_requested",
        "worker",
    },
)
declare(ProcrastinateEvent, impersonal={"job", "type", "at"})
declare(
    ProcrastinatePeriodicDefer,
    impersonal={"task_name", "defer_timestamp", "job", "periodic_id"},
)
declare(ProcrastinateWorker, impersonal={"last_heartbeat"})

declare(ContentType, impersonal={"app_label", "model"})
declare(Permission, impersonal={"name", "content_type", "codename"})
declare(Group, impersonal={"name"})
declare(Group.permissions.through, impersonal={"group", "permission"})
