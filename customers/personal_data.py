"""What the customer register holds about people."""

from datetime import timedelta

from customers.models import Account, Company, Customer, FailureCount, Membership, Session
from privacy.registry import Basis, By, Datum, Keep, Line, Purpose, Source, declare

IDLE = timedelta(days=3 * 365)
"""How long an unused account stays (setting of the merchant; privacy.md B.4)."""

MEMBER = Keep(since="created_at", period=IDLE)
VISIT = Keep(since="expire_date", period=timedelta(0))
ADDRESS_LOG = Keep(since="window_began_at", period=timedelta(days=1))

_CARE = (Purpose.REGISTER, Purpose.CARE)


def _given(line: Line) -> Datum:
    return Datum(line, _CARE, Basis.CONTRACT, MEMBER, provided=True)


declare(
    Account,
    person={By.ACCOUNT: "pk"},
    delete_row=True,
    data={
        "email": Datum(Line.USER_NAME, (Purpose.SERVICES,), Basis.CONTRACT, MEMBER, provided=True),
        "password": Datum(Line.USER_NAME, (Purpose.SERVICES,), Basis.CONTRACT, MEMBER),
        "full_name": _given(Line.NAME),
        "language": _given(Line.CUSTOMERSHIP),
        "last_login": Datum(
            Line.SIGN_IN_TIME, (Purpose.SERVICES,), Basis.INTEREST, MEMBER, Source.SHOP
        ),
        "created_at": Datum(Line.CUSTOMERSHIP, _CARE, Basis.CONTRACT, MEMBER, Source.SHOP),
    },
    impersonal={"is_staff", "is_active", "is_superuser"},
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
        "email": _given(Line.EMAIL),
        "phone": _given(Line.PHONE),
        "language": _given(Line.CUSTOMERSHIP),
        "created_at": Datum(Line.CUSTOMERSHIP, _CARE, Basis.CONTRACT, MEMBER, Source.SHOP),
    },
    impersonal={"source"},
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
)

declare(
    FailureCount,
    person={By.NONE: ""},
    delete_row=True,
    data={
        "ip_address": Datum(
            Line.IP_ADDRESS, (Purpose.SERVICES,), Basis.INTEREST, ADDRESS_LOG, Source.SHOP
        ),
    },
    impersonal={"failures", "window_began_at"},
)
