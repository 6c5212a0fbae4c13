"""What the customer register holds about people."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from customers.models import Account, Company, Customer, FailureCount, Membership, Session
from privacy.personal_data import SAFE_ACCOUNTS
from privacy.registry import Basis, By, Datum, Keep, Line, Purpose, Source, declare

IDLE = timedelta(days=3 * 365)
"""How long an unused account stays (setting of the merchant; privacy.md B.4)."""

MEMBER = Keep(since="created_at", period=IDLE, when=_("the account was created"))
VISIT = Keep(since="expire_date", period=timedelta(0), when=_("the visit has expired"))
ADDRESS_LOG = Keep(
    since="window_began_at", period=timedelta(days=1), when=_("the first failure was counted")
)

_CARE = (Purpose.REGISTER, Purpose.CARE)


def _given(line: Line, *, needed: bool = False) -> Datum:
    return Datum(line, _CARE, Basis.CONTRACT, MEMBER, provided=True, needed=needed)


declare(
    Account,
    person={By.ACCOUNT: "pk"},
    delete_row=True,
    data={
        "email": Datum(
            Line.USER_NAME,
            (Purpose.SERVICES,),
            Basis.CONTRACT,
            MEMBER,
            provided=True,
            needed=True,
        ),
        "password": Datum(Line.USER_NAME, (Purpose.SERVICES,), Basis.CONTRACT, MEMBER, needed=True),
        "full_name": _given(Line.NAME),
        "language": _given(Line.CUSTOMERSHIP),
        "last_login": Datum(
            Line.SIGN_IN_TIME,
            (Purpose.SERVICES,),
            Basis.INTEREST,
            MEMBER,
            Source.SHOP,
            interest=SAFE_ACCOUNTS,
        ),
        "created_at": Datum(Line.CUSTOMERSHIP, _CARE, Basis.CONTRACT, MEMBER, Source.SHOP),
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

declare(Account.groups.through, impersonal={"account", "group"}, person={By.ACCOUNT: "account"})
declare(
    Account.user_permissions.through,
    impersonal={"account", "permission"},
    person={By.ACCOUNT: "account"},
)

declare(
    Customer,
    person={By.CARD: "pk", By.EMAIL: "email"},
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
    impersonal={"source"},
    called=_("Card in the customer register"),
)

declare(
    Company,
    person={By.CARD: "memberships__customer"},
    data={
        # A sole trader's company is the person; its last member takes it along.
        "name": _given(Line.COMPANY_NAME),
        "business_id": _given(Line.COMPANY_NAME),
    },
    impersonal={"created_at"},
)

declare(
    Membership,
    person={By.CARD: "customer"},
    delete_row=True,
    data={
        "company": _given(Line.CUSTOMERSHIP),
        "customer": _given(Line.CUSTOMERSHIP),
        "role": _given(Line.CUSTOMERSHIP),
        "created_at": Datum(Line.CUSTOMERSHIP, _CARE, Basis.CONTRACT, MEMBER, Source.SHOP),
    },
)

declare(
    Session,
    person={By.ACCOUNT: "account"},
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
