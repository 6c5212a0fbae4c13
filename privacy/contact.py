"""Who may answer people: the contact person of the register, and nobody by rank alone."""

from typing import Protocol, runtime_checkable

ANSWER = "privacy.answer_request"


@runtime_checkable
class Powered(Protocol):
    """An account that knows what it was given, apart from what its rank would let it do."""

    def was_given(self, permission: str) -> bool:
        """Tell whether a role that runs names the permission itself."""
        ...


def may_answer(account: object) -> bool:
    """Tell whether somebody was given the permission to answer requests.

    An owner may do everything by rank; this counts only where it was given: only the
    contact person approves an erasure.
    """
    return isinstance(account, Powered) and account.was_given(ANSWER)
