"""What the customer register holds about people."""

from typing import Any

from django.conf import settings
from django.db.models import DateTimeField, F, Q
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models import (
    Account,
    Acknowledgement,
    Address,
    Company,
    Customer,
    FailureCount,
    Grant,
    GrantReview,
    Invitation,
    Membership,
    MembershipEvent,
    Newsletter,
    Session,
)
from privacy.personal_data import SAFE_ACCOUNTS
from privacy.registry import (
    Basis,
    By,
    Datum,
    Ground,
    Hold,
    Keep,
    Line,
    Purpose,
    Source,
    Words,
    declare,
)
from privacy.terms import Days

# What nobody uses gets a warning first (`customers.idle`), and goes when nobody has answered it.
_AFTER_WARNING = Days(settings.IDLE_WARNING_DAYS)
_WARNED = _("you were told that the account is about to go, since nobody uses it")
MEMBER = Keep(
    since="warned_at",
    period=_AFTER_WARNING,
    in_use=Q(account__last_login__gte=F("warned_at")),
    when=_WARNED,
)
LOG_IN = Keep(
    since="card__warned_at",
    period=_AFTER_WARNING,
    held_while=(
        Hold(Ground.CONTRACT, _("The account belongs to our staff."), rows=Q(is_staff=True)),
    ),
    in_use=Q(last_login__gte=F("card__warned_at")),
    when=_WARNED,
)
WITH_ITS_CARD = Keep(since="customer__warned_at", period=_AFTER_WARNING, when=_WARNED)
COMPANY = Keep(
    since="created_at",
    period=Days(0),
    in_use=Q(memberships__isnull=False),
    when=_("the last who bought for it has left"),
)
MEMBERS_LOG = Keep(
    since="at",
    period=Days(2 * 365),
    when=_("the membership was changed"),
)
INVITED = Keep(since="expires_at", period=Days(0), when=_("the invitation has expired"))
VISIT = Keep(since="expire_date", period=Days(0), when=_("the visit has expired"))
ADDRESS_LOG = Keep(since="window_began_at", period=Days(1), when=_("the first failure was counted"))

_CARE = (Purpose.REGISTER, Purpose.CARE)


def _given(line: Line, keep: Keep = MEMBER, *, needed: bool = False) -> Datum:
    return Datum(line, _CARE, Basis.CONTRACT, keep, provided=True, needed=needed)


def _by_the_company(line: Line, keep: Keep) -> Datum:
    """Say of something that whoever looks after the company gave it of its members."""
    return Datum(line, _CARE, Basis.CONTRACT, keep, Source.THIRD_PARTY)


declare(
    Account,
    person={By.ACCOUNT: "pk"},
    delete_row=True,
    data={
        "email": Datum(
            Line.USER_NAME,
            (Purpose.SERVICES,),
            Basis.CONTRACT,
            LOG_IN,
            provided=True,
            needed=True,
        ),
        "password": Datum(Line.USER_NAME, (Purpose.SERVICES,), Basis.CONTRACT, LOG_IN, needed=True),
        "full_name": _given(Line.NAME, LOG_IN),
        "language": _given(Line.CUSTOMERSHIP, LOG_IN),
        "last_login": Datum(
            Line.SIGN_IN_TIME,
            (Purpose.SERVICES,),
            Basis.INTEREST,
            LOG_IN,
            Source.SHOP,
            interest=SAFE_ACCOUNTS,
        ),
        "created_at": Datum(Line.CUSTOMERSHIP, _CARE, Basis.CONTRACT, LOG_IN, Source.SHOP),
    },
    impersonal={"is_staff", "is_active", "is_superuser"},
    withheld={"password"},
    called=_("Account"),
    words={
        "email": pgettext_lazy("of an account", "user name"),
        "password": _("password (only as a hash)"),
        "last_login": _("last sign-in"),
        "is_superuser": _("may do everything"),
    },
)

declare(Account.groups.through, impersonal={"account", "group"})
declare(Account.user_permissions.through, impersonal={"account", "permission"})

declare(
    Customer,
    person={By.CARD: "pk"},
    delete_row=True,
    data={
        "account": _given(Line.USER_NAME),
        "first_name": _given(Line.NAME),
        "last_name": _given(Line.NAME),
        "email": _given(Line.EMAIL, needed=True),
        "phone": _given(Line.PHONE),
        "language": _given(Line.CUSTOMERSHIP),
        "created_at": Datum(Line.CUSTOMERSHIP, _CARE, Basis.CONTRACT, MEMBER, Source.SHOP),
    },
    impersonal={"source", "warned_at"},
    called=_("Card in the customer register"),
)

declare(
    Company,
    person={By.LAST_CARD: "memberships__customer"},
    delete_row=True,
    data={
        # A sole trader's company is the person; its last member takes it along.
        "name": _given(Line.COMPANY_NAME, COMPANY),
        "business_id": _given(Line.COMPANY_NAME, COMPANY),
        "einvoice_address": _given(Line.PAYMENT, COMPANY),
        "einvoice_operator": _given(Line.PAYMENT, COMPANY),
        "street": _given(Line.COMPANY_ADDRESS, COMPANY),
        "postcode": _given(Line.COMPANY_ADDRESS, COMPANY),
        "city": _given(Line.COMPANY_ADDRESS, COMPANY),
        "delivery_name": _given(Line.COMPANY_ADDRESS, COMPANY),
        "delivery_street": _given(Line.COMPANY_ADDRESS, COMPANY),
        "delivery_postcode": _given(Line.COMPANY_ADDRESS, COMPANY),
        "delivery_city": _given(Line.COMPANY_ADDRESS, COMPANY),
    },
    impersonal={"in_vat_register", "created_at"},
    words={
        "delivery_street": _("recipient's street address"),
        "delivery_postcode": _("recipient's postal code"),
        "delivery_city": _("recipient's town"),
    },
)

declare(
    Membership,
    person={By.CARD: "customer"},
    delete_row=True,
    data={
        "company": _given(Line.CUSTOMERSHIP, WITH_ITS_CARD),
        "customer": _given(Line.CUSTOMERSHIP, WITH_ITS_CARD),
        "role": _given(Line.CUSTOMERSHIP, WITH_ITS_CARD),
        "order_limit": _by_the_company(Line.CUSTOMERSHIP, WITH_ITS_CARD),
        "month_limit": _by_the_company(Line.CUSTOMERSHIP, WITH_ITS_CARD),
        "created_at": Datum(Line.CUSTOMERSHIP, _CARE, Basis.CONTRACT, WITH_ITS_CARD, Source.SHOP),
    },
)
declare(
    MembershipEvent,
    person={By.CARD: "customer"},
    delete_row=True,
    data={
        name: _by_the_company(Line.CUSTOMERSHIP, MEMBERS_LOG)
        for name in ("company", "customer", "kind", "role", "order_limit", "month_limit", "at")
    },
    # Who changed it is another's; a company's admins see the name as long as there is one.
    impersonal={"by", "by_staff"},
    withheld={"by"},
    is_log=True,
)
declare(
    Invitation,
    # Whoever has proved the address, has the row; nobody else is told that it was invited.
    person={By.EMAIL: "email"},
    delete_row=True,
    data={
        name: _by_the_company(line, INVITED)
        for name, line in (
            ("company", Line.CUSTOMERSHIP),
            ("email", Line.EMAIL),
            ("role", Line.CUSTOMERSHIP),
            ("order_limit", Line.CUSTOMERSHIP),
            ("month_limit", Line.CUSTOMERSHIP),
            ("created_at", Line.CUSTOMERSHIP),
        )
    },
    impersonal={"by", "expires_at"},
    withheld={"by"},
    called=_("Invitations to buy for a company"),
)

declare(
    Address,
    person={By.CARD: "customer"},
    delete_row=True,
    data={
        "customer": _given(Line.CUSTOMERSHIP, WITH_ITS_CARD),
        "name": _given(Line.NAME, WITH_ITS_CARD),
        "street": _given(Line.ADDRESS, WITH_ITS_CARD),
        "postcode": _given(Line.ADDRESS, WITH_ITS_CARD),
        "city": _given(Line.ADDRESS, WITH_ITS_CARD),
        "created_at": Datum(Line.CUSTOMERSHIP, _CARE, Basis.CONTRACT, WITH_ITS_CARD, Source.SHOP),
    },
    impersonal={"is_delivery", "is_billing"},
    called=_("Addresses in your address book"),
)


def _reached_by(line: Line) -> Datum:
    return Datum(
        line,
        (Purpose.DEVELOPMENT,),
        Basis.INTEREST,
        VISIT,
        Source.SHOP,
        interest=_("knowing from which pages and sites people find the shop"),
    )


declare(
    Session,
    person={By.ACCOUNT: "account", By.INSIDE: "session_data"},
    delete_row=True,
    data={
        "session_key": Datum(
            Line.SIGN_IN_TIME, (Purpose.SERVICES,), Basis.CONTRACT, VISIT, Source.SHOP
        ),
        "session_data": Datum(
            Line.SERVICES, (Purpose.SERVICES,), Basis.CONTRACT, VISIT, Source.SHOP
        ),
        "account": Datum(Line.USER_NAME, (Purpose.SERVICES,), Basis.CONTRACT, VISIT, Source.SHOP),
        "expire_date": Datum(
            Line.SIGN_IN_TIME, (Purpose.SERVICES,), Basis.CONTRACT, VISIT, Source.SHOP
        ),
        "landing_page": _reached_by(Line.LANDING_PAGE),
        "referring_host": _reached_by(Line.LANDING_PAGE),
    },
    withheld={"session_key", "session_data"},
    called=_("Visits that are open"),
    words={
        "session_key": _("key of the session"),
        "session_data": _("contents of the session (signed)"),
        "expire_date": _("ends"),
    },
)

declare(
    FailureCount,
    person={By.NONE: ""},
    delete_row=True,
    data={
        "ip_address": Datum(
            Line.IP_ADDRESS,
            (Purpose.SERVICES,),
            Basis.INTEREST,
            ADDRESS_LOG,
            Source.SHOP,
            interest=SAFE_ACCOUNTS,
        ),
    },
    impersonal={"failures", "window_began_at"},
)

# Who of the staff could see personal data, and why, is to be answered for some time afterwards.
_OF_OUR_STAFF = _("The access is that of our staff.")
WHO_MAY_SEE = _("being able to show who of the staff may, and might, see and change personal data")


def _access(since: Any, when: Words, path: str = "") -> Keep:
    return Keep(
        since=since,
        period=Days(settings.KEEP_STAFF_LOG_DAYS),
        held_while=(
            Hold(Ground.CONTRACT, _OF_OUR_STAFF, rows=Q(**{f"{path}account__is_staff": True})),
        ),
        when=when,
    )


_HAS_ENDED = _("the access ended")
ACCESS = _access(Cast("last_date", DateTimeField()), _HAS_ENDED)
REVIEW = _access(Cast("grant__last_date", DateTimeField()), _HAS_ENDED, "grant__")
PROMISE = _access("at", _("confidentiality was promised"))


def _of_staff(line: Line, keep: Keep) -> Datum:
    return Datum(line, (Purpose.SERVICES,), Basis.INTEREST, keep, Source.SHOP, interest=WHO_MAY_SEE)


declare(
    Grant,
    person={By.ACCOUNT: "account"},
    delete_row=True,
    data={
        name: _of_staff(Line.USER_NAME, ACCESS)
        for name in (
            "account",
            "role",
            "employer",
            "begins_date",
            "last_date",
            "reason",
            "given_at",
            "ended_at",
            "ended_why",
        )
    },
    # Who gave or ended it, did so at work.
    impersonal={"given_by", "at_installation", "ended_by", "reminded_at"},
    withheld={"given_by", "ended_by"},
    called=_("Access to the staff's side"),
)
declare(
    GrantReview,
    person={By.ACCOUNT: "grant__account"},
    delete_row=True,
    data={name: _of_staff(Line.USER_NAME, REVIEW) for name in ("grant", "at")},
    impersonal={"by"},
    withheld={"by"},
    called=_("Reviews of access to the staff's side"),
)
declare(
    Acknowledgement,
    person={By.ACCOUNT: "account"},
    delete_row=True,
    data={name: _of_staff(Line.USER_NAME, PROMISE) for name in ("account", "at")},
    impersonal={"edition"},
    called=_("Promises of confidentiality"),
)

# What was written to all; who got it stands nowhere but in the letters, which go with their time.
declare(
    Newsletter,
    impersonal={
        "subject_fi",
        "subject_sv",
        "subject_en",
        "text_fi",
        "text_sv",
        "text_en",
        "created_at",
        "released_at",
        "finished_at",
        "reached",
        "written",
    },
)
