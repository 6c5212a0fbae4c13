"""What the register's own tables, and those of the packages it stands on, hold about people."""

from allauth.account.models import EmailAddress, EmailConfirmation
from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt, AccessAttemptExpiration, AccessFailureLog, AccessLog
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, Permission
from django.contrib.contenttypes.models import ContentType
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce, Now, TruncDate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from procrastinate.contrib.django.models import (
    ProcrastinateEvent,
    ProcrastinateJob,
    ProcrastinatePeriodicDefer,
    ProcrastinateWorker,
)

from privacy.breaches.models import Affected, Breach
from privacy.consents.models import AskedConsent, Consent
from privacy.copies.models import DataCopy
from privacy.disclosures.models import Disclosure
from privacy.editions.models import Edition
from privacy.egress.models import Transfer
from privacy.evidence import Erasure, LedgerMark, SweepRun
from privacy.intake.models import Intake
from privacy.limits import CAUSED_BY_STRANGERS, WITHOUT_A_KEY
from privacy.outbox.enclosures import unpacked
from privacy.outbox.models import Letter
from privacy.processors.models import Processor, SubProcessor
from privacy.provenance.models import Provenance, SourceNotice
from privacy.reading.models import Reading
from privacy.recipients.models import RecipientNotice
from privacy.registry import Basis, By, Datum, Keep, Line, Purpose, Role, Source, declare
from privacy.requests.models import Request
from privacy.restriction.models import Restriction
from privacy.terms import Days, Term

SECURITY_LOG = Keep(
    since="attempt_time",
    period=Days(settings.KEEP_SIGN_IN_LOG_DAYS),
    when=_("the attempt was made"),
)
STILL_COUNTING = Keep(
    since="attempt_time",
    period=Days(1),
    when=_("the attempt was made"),
)
"""Failures count for a quarter of an hour. The worker clears them, and where it fails the sweep."""
BROUGHT_IN = Keep(since="created_at", period=Days(7), when=_("the file was brought in"))
OUTBOX = Keep(
    since=Coalesce("sent_at", "created_at"),
    period=Days(settings.KEEP_LETTERS_DAYS),
    in_use=Q(by_post=True),
    when=_("the letter was sent"),
)
MEMBERSHIP = Keep(
    since="user__card__warned_at",
    period=Days(settings.IDLE_WARNING_DAYS),
    when=_("you were told that the account is about to go, since nobody uses it"),
)
STAFF_LOG = Keep(
    since="action_time", period=Days(settings.KEEP_STAFF_LOG_DAYS), when=_("the entry was made")
)
READ_LOG = Keep(
    since="at", period=Days(settings.KEEP_READ_LOG_DAYS), when=_("your data were looked at")
)
JOB = Keep(
    since=Subquery(
        ProcrastinateEvent._base_manager.filter(job=OuterRef("pk")).order_by("-at").values("at")[:1]
    ),
    period=Days(settings.KEEP_JOBS_DAYS),
    in_use=Q(status__in=["todo", "doing"]),
    when=_("the job was last tried"),
)

SAFE_ACCOUNTS = _("keeping accounts and the shop safe from break-ins and misuse")
ANSWERABLE_STAFF = _("being able to show afterwards who has changed what in the register")
ANSWERABLE_LOOKS = _("being able to show afterwards who has looked at whose data")

_SECURITY = (Purpose.SERVICES,)


def _logged(line: Line, keep: Keep = SECURITY_LOG, *, whole_for: Term | None = None) -> Datum:
    return Datum(
        line,
        _SECURITY,
        Basis.INTEREST,
        keep,
        Source.SHOP,
        interest=SAFE_ACCOUNTS,
        whole_for=whole_for,
    )


def _sign_in(keep: Keep, *, whole_for: Term | None = None) -> dict[str, Datum]:
    return {
        "username": _logged(Line.USER_NAME, keep),
        "ip_address": _logged(Line.IP_ADDRESS, keep, whole_for=whole_for),
        # The shop's handler leaves these two empty; should it ever fail to, they are declared.
        "user_agent": _logged(Line.IP_ADDRESS, keep),
        "http_accept": _logged(Line.IP_ADDRESS, keep),
        "path_info": _logged(Line.SIGN_IN_TIME, keep),
    }


_IN_THE_LOG = _sign_in(SECURITY_LOG, whole_for=Days(settings.KEEP_FULL_IP_DAYS))
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
    person={By.NAME: "username"},
    delete_row=True,
    is_log=True,
    data={
        **_IN_THE_LOG,
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
    person={By.NAME: "username"},
    delete_row=True,
    is_log=True,
    data={
        **_IN_THE_LOG,
        "attempt_time": _logged(Line.FAILED_SIGN_IN),
        "locked_out": _logged(Line.FAILED_SIGN_IN),
    },
    called=_("Failed sign-ins"),
    words={**_SIGN_IN_WORDS, "locked_out": _("was made to wait")},
)
declare(
    AccessAttempt,
    person={By.NAME: "username"},
    delete_row=True,
    is_log=True,
    data={
        **_sign_in(STILL_COUNTING),
        "attempt_time": _logged(Line.FAILED_SIGN_IN, STILL_COUNTING),
        "get_data": _logged(Line.FAILED_SIGN_IN, STILL_COUNTING),
        "post_data": _logged(Line.FAILED_SIGN_IN, STILL_COUNTING),
        "failures_since_start": _logged(Line.FAILED_SIGN_IN, STILL_COUNTING),
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
    impersonal={"access_attempt", "expires_at"},
    called=_("Ends of waiting times"),
    words={"access_attempt": _("failed sign-in"), "expires_at": _("ends")},
)

_CARE = (Purpose.CARE, Purpose.ORDERS)


def _sent(line: Line) -> Datum:
    return Datum(line, _CARE, Basis.CONTRACT, OUTBOX, Source.SHOP, recipients=(Role.MAIL,))


declare(
    Intake,
    # Its file names people; it is there between the upload and the import only. What is told of it
    # afterwards quotes nothing. `started_by` names an employee at work.
    person={By.NONE: ""},
    data={
        "file": Datum(
            Line.CUSTOMERSHIP, (Purpose.REGISTER,), Basis.CONTRACT, BROUGHT_IN, Source.THIRD_PARTY
        )
    },
    impersonal={
        "kind",
        "asked_format",
        "party",
        "state",
        "started_by",
        "created_at",
        "touched_at",
        "rows_done",
        "rows_total",
        "result",
    },
)


def _keys_in(letter: Letter) -> tuple[str, ...]:
    """Name what holds a link that opens something to whoever has it.

    Who sits at somebody's open screen must not find the link to a new password there.
    """
    may_hold_one = letter.kind in CAUSED_BY_STRANGERS and letter.kind not in WITHOUT_A_KEY
    return ("text", "html") if may_hold_one else ()


declare(
    Letter,
    person={By.EMAIL: "to", By.ABOUT: "about"},
    delete_row=True,
    at_work=Q(is_answer=True, sent_at=None),
    data={
        "to": _sent(Line.EMAIL),
        "reply_to": _sent(Line.EMAIL),
        "address": _sent(Line.ADDRESS),
        "about": _sent(Line.ORDERS),
        "subject": _sent(Line.ORDERS),
        "text": _sent(Line.ORDERS),
        "html": _sent(Line.ORDERS),
        "attached": _sent(Line.ORDERS),
    },
    impersonal={
        "language",
        "kind",
        "is_answer",
        "by_post",
        "to_enclose",
        "consent",
        "unsubscribe",
        "created_at",
        "sent_at",
        "stayed_here",
        "attempts",
        "last_trouble",
    },
    papers={"attached": unpacked},
    inward={"consent", "unsubscribe"},
    called=_("Letters to you"),
    secrets_of=_keys_in,
)


def _account(line: Line) -> Datum:
    return Datum(line, (Purpose.SERVICES,), Basis.CONTRACT, MEMBERSHIP)


declare(
    EmailAddress,
    person={By.ACCOUNT: "user"},
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
    data={
        "key": Datum(
            Line.USER_NAME,
            (Purpose.SERVICES,),
            Basis.CONTRACT,
            Keep(since="created", period=Days(3), when=_("the confirmation was asked for")),
            Source.SHOP,
        )
    },
    impersonal={"email_address", "created", "sent"},
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
    person={By.ABOUT: "object_id"},
    data={
        "object_repr": _noted(Line.CUSTOMERSHIP),
        "change_message": _noted(Line.CUSTOMERSHIP),
        "object_id": _noted(Line.CUSTOMERSHIP),
    },
    impersonal={"action_time", "user", "content_type", "action_flag"},
    called=_("Entries about you in the staff's log"),
)


def _looked(line: Line) -> Datum:
    return Datum(
        line,
        (Purpose.REGISTER,),
        Basis.INTEREST,
        READ_LOG,
        Source.SHOP,
        interest=ANSWERABLE_LOOKS,
    )


declare(
    Reading,
    is_log=True,
    person={By.ABOUT: "about"},
    ends=True,
    data={"about": _looked(Line.CUSTOMERSHIP), "reason": _looked(Line.CUSTOMERSHIP)},
    # `staff` names an employee at work: the person is told what kind of staff it was.
    impersonal={"at", "table", "kind", "role", "staff"},
    called=_("Looks at your data by our staff"),
    words={"role": _("by what kind of staff")},
)

BREACH = Keep(
    since="added_at",
    period=Days(settings.KEEP_BREACH_PEOPLE_DAYS),
    in_use=Q(breach__closed_at=None),
    when=_("it was found that a security breach concerned you"),
)


def _concerned(line: Line) -> Datum:
    return Datum(line, (Purpose.REGISTER,), Basis.LAW, BREACH, Source.SHOP)


declare(
    Breach,
    # The register names no customer. `session_of` names an employee whose session it was.
    impersonal={
        "number",
        "noticed_at",
        "due_at",
        "happened_from",
        "happened_until",
        "what",
        "lines",
        "cause",
        "consequences",
        "measures",
        "processor",
        "risk",
        "risk_reasons",
        "notified_at",
        "delay_reasons",
        "letter_fi",
        "letter_sv",
        "letter_en",
        "told_at",
        "untold_reasons",
        "closed_at",
        "people",
        "tables",
        "alarms",
        "session_of",
    },
)
declare(
    Affected,
    person={By.ABOUT: "about"},
    delete_row=True,
    data={
        "about": _concerned(Line.CUSTOMERSHIP),
        "first_at": _concerned(Line.CUSTOMERSHIP),
        "last_at": _concerned(Line.CUSTOMERSHIP),
    },
    impersonal={"breach", "tables", "added_at", "chosen_at", "letter_at"},
    called=_("Security breaches that concern your data"),
)

# Job arguments are row numbers only; the tasks read the rows anew.
declare(
    ProcrastinateJob,
    person={By.ABOUT: "args"},
    delete_row=True,
    at_work=Q(status="doing"),
    data={"args": Datum(Line.ORDERS, _CARE, Basis.CONTRACT, JOB, Source.SHOP)},
    called=_("Background jobs"),
    words={"args": _("rows it is about")},
    impersonal={
        "queue_name",
        "task_name",
        "priority",
        "lock",
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

# The evidence names nobody: counts, grounds, days, and the number of the receipt.
declare(
    Erasure,
    impersonal={
        "position",
        "kind",
        "of",
        "at",
        "removed",
        "kept",
        "told",
        "statement_sha256",
        "before",
        "seal",
    },
)
declare(SweepRun, impersonal={"began_at", "ended_at", "removed"})
declare(LedgerMark, impersonal={"seen"})

COPY = Keep(
    since="requested_at",
    period=Days(settings.KEEP_COPIES_DAYS),
    when=_("the copy was asked for"),
)


def _copied() -> Datum:
    return Datum(Line.CUSTOMERSHIP, (Purpose.REGISTER,), Basis.LAW, COPY, Source.SHOP)


declare(
    DataCopy,
    person={By.ACCOUNT: "account", By.CARD: "request__card", By.GUEST: "request__email"},
    delete_row=True,
    data={"account": _copied(), "requested_at": _copied(), "file": _copied()},
    impersonal={"request", "language", "ready_at", "expires_at", "size"},
    called=_("Copies of your data"),
)

ASKED = Keep(
    since="answered_at",
    period=Days(0),
    group="asker",
    in_use=Q(copy__isnull=False),
    when=_("the request was answered"),
)


def _asked(line: Line) -> Datum:
    return Datum(line, (Purpose.REGISTER,), Basis.LAW, ASKED)


declare(
    Request,
    person={By.ACCOUNT: "account", By.CARD: "card", By.GUEST: "email"},
    data={
        "account": _asked(Line.CUSTOMERSHIP),
        "card": _asked(Line.CUSTOMERSHIP),
        "email": _asked(Line.EMAIL),
        "name": _asked(Line.NAME),
        "postal_address": _asked(Line.ADDRESS),
        "identity_note": _asked(Line.CUSTOMERSHIP),
        "said": _asked(Line.CUSTOMERSHIP),
        "extension_reason": _asked(Line.CUSTOMERSHIP),
        "reason": _asked(Line.CUSTOMERSHIP),
        "remedies": _asked(Line.CUSTOMERSHIP),
    },
    impersonal={
        "kind",
        "channel",
        "state",
        "language",
        "received_at",
        "due_date",
        "extended_at",
        "extended_until",
        "alarmed",
        "identity",
        "link_sent_at",
        "proved_at",
        "copy_printed_at",
        "answered_at",
        "answered_by",
        "registered_by",
        "refusal",
        "receipt",
        "gone",
        "kept",
        "erasure",
        "released",
    },
    called=_("Your requests"),
)

RESTRICTED = Keep(
    since="ended_at",
    period=Days(settings.KEEP_RESTRICTIONS_DAYS),
    when=_("the restriction was lifted"),
)


def _restricted(line: Line) -> Datum:
    return Datum(line, (Purpose.REGISTER,), Basis.LAW, RESTRICTED)


declare(
    Restriction,
    person={By.ACCOUNT: "account", By.CARD: "card", By.GUEST: "email"},
    delete_row=True,
    data={
        "account": _restricted(Line.CUSTOMERSHIP),
        "card": _restricted(Line.CUSTOMERSHIP),
        "email": _restricted(Line.EMAIL),
        "reason": _restricted(Line.CUSTOMERSHIP),
        "began_at": _restricted(Line.CUSTOMERSHIP),
        "told_at": _restricted(Line.CUSTOMERSHIP),
        "ended_at": _restricted(Line.CUSTOMERSHIP),
    },
    called=_("Restrictions of processing"),
)
# Firms and their addresses; where a person answers for one, it is in office.
declare(
    Processor,
    impersonal={
        "name",
        "role",
        "country",
        "purpose",
        "lines",
        "hosts",
        "agreed_date",
        "agreement",
        "erasure_email",
        "erasure_how",
        "begins_date",
        "ends_date",
        "is_example",
    },
)
declare(SubProcessor, impersonal={"processor", "name", "country"})

PASSED_ON = Keep(
    since="kept_until",
    period=Days(0),
    when=_("the recipient's time for having it is over"),
)


def _passed_on() -> Datum:
    return Datum(Line.CUSTOMERSHIP, (Purpose.REGISTER,), Basis.LAW, PASSED_ON, Source.SHOP)


declare(
    Transfer,
    is_log=True,
    person={By.ABOUT: "about"},
    delete_row=True,
    data={"about": _passed_on(), "reference": _passed_on()},
    impersonal={"processor", "recipient", "way", "lines", "at", "is_confirmed", "kept_until"},
    inward={"way"},
    called=_("Passed on to those who work for us"),
)
declare(
    RecipientNotice,
    # Whose data they are, only the recipient could tell by its reference.
    person={By.NONE: ""},
    data={
        "reference": Datum(
            Line.CUSTOMERSHIP,
            (Purpose.REGISTER,),
            Basis.LAW,
            Keep(
                since="acknowledged_at",
                period=Days(30),
                when=_("the recipient has confirmed"),
            ),
            Source.SHOP,
        )
    },
    impersonal={"processor", "kind", "written_at", "letter", "sent_at", "acknowledged_at"},
)

HANDED_OVER = Keep(
    since="asked_at",
    period=Days(settings.KEEP_DISCLOSURES_DAYS),
    when=_("the authority asked"),
)


def _handed_over(line: Line) -> Datum:
    return Datum(line, (Purpose.REGISTER,), Basis.LAW, HANDED_OVER, Source.AUTHORITY)


declare(
    Disclosure,
    is_log=True,
    person={By.ABOUT: "about", By.EMAIL: "about_email"},
    data={
        "about": _handed_over(Line.CUSTOMERSHIP),
        "about_email": _handed_over(Line.EMAIL),
    },
    impersonal={
        "authority",
        "statute",
        "case_number",
        "lines",
        "asked_at",
        "silence_statute",
        "silent_until",
        "registered_at",
        "registered_by",
        "registered_name",
        "first_at",
        "first_by",
        "first_name",
        "second_at",
        "second_by",
        "second_name",
        "refused_at",
        "refused_by",
        "refused_name",
        "refused_because",
        "fetched_at",
        "fetched_by",
        "fetched_name",
    },
    # The staff who decided did so in office; the person is told what was decided, not by whom.
    inward={"registered_name", "first_name", "second_name", "refused_name", "fetched_name"},
    untold=Q(silent_until__gte=TruncDate(Now())),
    called=_("Handed to authorities"),
)

# The note of where a value came from goes with its row: a trigger sees to it, and the sweep never
# has to. The table and column are the shop's own words; whose value it is, says the row's number.
SAME_AS_ITS_ROW = Keep(
    since="at",
    period=Days(0),
    in_use=Q(pk__isnull=False),
    when=_("the data that it tells of have gone"),
)
TOLD_OF = Keep(
    since="done_at",
    period=Days(settings.KEEP_STAFF_LOG_DAYS),
    when=_("you were told where your data came from"),
)


def _whence() -> Datum:
    return Datum(Line.CUSTOMERSHIP, (Purpose.REGISTER,), Basis.LAW, SAME_AS_ITS_ROW, Source.SHOP)


def _told_of() -> Datum:
    return Datum(Line.CUSTOMERSHIP, (Purpose.REGISTER,), Basis.LAW, TOLD_OF, Source.SHOP)


declare(
    Provenance,
    person={By.ABOUT: "row"},
    delete_row=True,
    data={name: _whence() for name in ("row", "column", "whence", "party", "at")},
    # `by` names an employee at work.
    impersonal={"table", "is_public", "basis", "purpose", "by"},
    withheld={"by"},
    called=_("Where data about you came from"),
)
declare(
    SourceNotice,
    person={By.CARD: "card"},
    delete_row=True,
    data={name: _told_of() for name in ("card", "collected_at", "due_at", "done_at", "done_how")},
    impersonal={"done_by"},
    withheld={"done_by"},
    called=_("Notices to you of where data came from"),
)

declare(
    Edition,
    # Whoever approved an edition did so in office, by name and for all to read.
    impersonal={
        "number",
        "text_fi",
        "text_sv",
        "text_en",
        "sha256",
        "valid_from",
        "approved_by",
    },
)
declare(ContentType, impersonal={"app_label", "model"})
declare(Permission, impersonal={"name", "content_type", "codename"})
declare(Group, impersonal={"name"})
declare(Group.permissions.through, impersonal={"group", "permission"})

CONSENTED = Keep(
    since="ended_at",
    period=Days(settings.KEEP_CONSENTS_DAYS),
    when=_("the consent was taken back, or another word took its place"),
)
ASKED_CONSENT = Keep(since="asked_at", period=Days(1), when=_("the link was asked for"))


def _consented(keep: Keep) -> dict[str, Datum]:
    return {
        "account": Datum(Line.CUSTOMERSHIP, (Purpose.REGISTER,), Basis.LAW, keep),
        "email": Datum(
            Line.EMAIL,
            (Purpose.TARGETED_CONTENT,),
            Basis.CONSENT,
            keep,
            recipients=(Role.MAIL,),
            provided=True,
        ),
    }


declare(
    Consent,
    is_log=True,
    person={By.ACCOUNT: "account", By.GUEST: "email"},
    # That somebody has consented once can be shown for some time, without who it was.
    ends=True,
    data=_consented(CONSENTED),
    impersonal={
        "purpose",
        "is_given",
        "at",
        "ended_at",
        "edition",
        "wording",
        "language",
        "place",
    },
    called=_("Your consents"),
)
declare(
    AskedConsent,
    person={By.ACCOUNT: "account", By.GUEST: "email"},
    delete_row=True,
    data=_consented(ASKED_CONSENT),
    impersonal={"purpose", "asked_at", "edition", "wording", "language", "place"},
    called=_("Consents that wait for their link"),
)
