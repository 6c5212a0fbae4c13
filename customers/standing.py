"""What each page of the staff's asks of whoever comes, beside their grants, in one question."""

from datetime import datetime
from typing import NamedTuple

from django.db import connection

from customers.grants.powers import GrantedPowers
from customers.second_factor import FACTORS

_ASKED = """
SELECT
    EXISTS (
        SELECT FROM mfa_authenticator WHERE user_id = %(account)s AND type = ANY(%(factors)s)
    ),
    EXISTS (
        SELECT FROM customers_acknowledgement WHERE account_id = %(account)s AND edition_id = (
            SELECT id FROM privacy_edition WHERE valid_from <= %(at)s ORDER BY number DESC LIMIT 1
        )
    )
"""


class Standing(NamedTuple):
    """How somebody of the staff stands at this moment."""

    has_factor: bool
    """Whether the account has an authenticator app or a passkey."""
    has_promised: bool
    """Whether confidentiality has been promised under the edition in force."""


def standing_of(person: GrantedPowers, *, at: datetime) -> Standing:
    """Ask how somebody stands; nothing of it outlives the request that asks."""
    factors = [factor.value for factor in FACTORS]
    with connection.cursor() as cursor:
        cursor.execute(_ASKED, {"account": person.pk, "factors": factors, "at": at})
        return Standing(*cursor.fetchone())
