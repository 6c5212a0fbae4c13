"""What withdrawing buyers state, for the tests of this room."""

from typing import Any
from uuid import uuid4

from orders.returns.models import WithdrawalNotice
from orders.returns.operations import Statement, give_notice
from tests.conftest import NOON

FORM = WithdrawalNotice.Way.FORM
ADDRESS = WithdrawalNotice.Way.ADDRESS


def withdraw(**facts: Any) -> WithdrawalNotice:
    """Let Anna withdraw, by the form unless her order is given."""
    at = facts.pop("at", NOON)
    language = facts.pop("language", "fi")
    said = {"name": "Anna Virtanen", "email": "anna@example.fi", "submission": uuid4(), **facts}
    way = ADDRESS if "order" in facts else FORM
    return give_notice(statement=Statement(**said), way=way, language=language, at=at)
