"""What the register's own tables, and those of the packages it stands on, hold about people."""

from datetime import timedelta

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt, AccessAttemptExpiration, AccessFailureLog, AccessLog
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from procrastinate.contrib.django.models import (
    ProcrastinateEvent,
    ProcrastinateJob,
    ProcrastinatePeriodicDefer,
    ProcrastinateWorker,
)

from privacy.outbox.models import Letter
from privacy.outbox.tasks import KEPT_AFTER_SENDING
from privacy.registry import Basis, By, Datum, Keep, Line, Purpose, Source, declare

SECURITY_LOG = Keep(
    since="attempt_time", period=timedelta(days=365), when=_("the attempt was made")
)
OUTBOX = Keep(since="created_at", period=KEPT_AFTER_SENDING, when=_("the letter was written"))
MEMBERSHIP = Keep(
    since="user__created_at", period=timedelta(days=3 * 365), when=_("the account was created")
)
STAFF_LOG = Keep(since="action_time", period=timedelta(days=2 * 365), when=_("the entry was made"))

SAFE_ACCOUNTS = _("keeping accounts and the shop safe from break-ins and misuse")
ANSWERABLE_STAFF = _("being able to show afterwards who has changed what in the register")
MAIL_SERVICE = _("the e-mail service that carries our letters")

_SECURITY = (Purpose.SERVICES,)


def _logged(line: Line) -> Datum:
    return Datum(line, _SECURITY, Basis.INTEREST, SECURITY_LOG, Source.SHOP, interest=SAFE_ACCOUNTS)


_SIGN_IN = {
    "username": _logged(Line.USER_NAME),
    "ip_address": _logged(Line.IP_ADDRESS),
    # The shop's handler leaves these two empty; should it ever fail to, they are declared.
    "user_agent": _logged(Line.IP_ADDRESS),
    "http_accept": _logged(Line.IP_ADDRESS),
    "path_info": _logged(Line.SIGN_IN_TIME),
}
_SIGN_IN_WORDS = {
    "username": pgettext_lazy("of an account", "user name"),
    "ip_address": _("IP address"),
    "user_agent": _("browser (left empty)"),
    "http_accept": _("what the browser accepts (left empty)"),
    "path_info": _("address of the sign-in page"),
    "attempt_time": _("time of the attempt"),
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
    withheld={"session_hash"},
    called=_("Sign-ins"),
    words={
        **_SIGN_IN_WORDS,
        "attempt_time": _("signed in"),
        "logout_time": _("signed out"),
        "session_hash": _("mark of the session"),
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
    called=_("Failed sign-ins"),
    words={**_SIGN_IN_WORDS, "locked_out": _("was made to wait")},
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
    called=_("Failed sign-ins that still count"),
    words={
        **_SIGN_IN_WORDS,
        "get_data": _("what the address asked (left empty)"),
        "post_data": _("what was typed (left empty)"),
        "failures_since_start": _("failures"),
    },
)
declare(
    AccessAttemptExpiration,
    person={By.EMAIL: "access_attempt__username"},
    impersonal={"access_attempt", "expires_at"},
    called=_("Ends of waiting times"),
    words={"access_attempt": _("failed sign-in"), "expires_at": _("ends")},
)

_CARE = (Purpose.CARE, Purpose.ORDERS)


def _sent(line: Line) -> Datum:
    return Datum(line, _CARE, Basis.CONTRACT, OUTBOX, Source.SHOP, recipients=(MAIL_SERVICE,))


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
    called=_("Letters to you"),
)


def _account(line: Line) -> Datum:
    return Datum(line, (Purpose.SERVICES,), Basis.CONTRACT, MEMBERSHIP)


declare(
    EmailAddress,
    person={By.ACCOUNT: "user", By.EMAIL: "email"},
    delete_row=True,
    data={"user": _account(Line.USER_NAME), "email": _account(Line.EMAIL)},
    impersonal={"verified", "primary"},
    called=_("E-mail addresses of the account"),
    words={"user": _("account"), "verified": _("confirmed"), "primary": _("in use")},
)
declare(
    EmailConfirmation,
    person={By.ACCOUNT: "email_address__user"},
    delete_row=True,
    impersonal={"email_address", "created", "sent", "key"},
    withheld={"key"},
    called=_("Confirmations of e-mail addresses"),
    words={
        "email_address": _("e-mail address"),
        "created": _("asked for"),
        "sent": pgettext_lazy("of a letter", "sent"),
        "key": _("key of the link"),
    },
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
    withheld={"data"},
    called=_("Second factors"),
    words={
        "user": _("account"),
        "data": _("secret of the second factor"),
        "last_used_at": _("last used"),
        "type": _("kind"),
        "created_at": _("added"),
    },
)


def _noted(line: Line) -> Datum:
    return Datum(
        line,
        (Purpose.REGISTER,),
        Basis.INTEREST,
        STAFF_LOG,
        Source.SHOP,
        interest=ANSWERABLE_STAFF,
    )


declare(
    LogEntry,
    person={By.ACCOUNT: "user"},
    data={
        "object_repr": _noted(Line.CUSTOMERSHIP),
        "change_message": _noted(Line.CUSTOMERSHIP),
        "object_id": _noted(Line.CUSTOMERSHIP),
    },
    impersonal={"action_time", "user", "content_type", "action_flag"},
    called=_("Entries that you have made as staff"),
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
