"""Who asks: the person of a request, and where the answer goes."""

from dataclasses import dataclass

from privacy.requests.models import Request
from privacy.requests.states import Identity
from privacy.subject import Subject, known_email, subject_of


@dataclass(frozen=True)
class Recipient:
    """Where an answer goes, remembered before the person is forgotten."""

    email: str
    name: str
    postal_address: str
    language: str

    @property
    def is_by_post(self) -> bool:
        """Tell whether the answer is put on paper: there is no address for a letter by mail."""
        return not self.email

    @property
    def address(self) -> str:
        """Give what shows in the window of an envelope."""
        return "\n".join(part for part in (self.name, self.postal_address) if part)


def subject_of_asker(asked: Request) -> Subject:
    """Give the person whose data a request is about; an address counts once it is proved."""
    return subject_of(
        accounts=[asked.account_id] if asked.account_id else [],
        cards=[asked.card_id] if asked.card_id else [],
        emails=[asked.email] if asked.email and asked.identity != Identity.UNKNOWN else [],
    )


def recipient_of(asked: Request) -> Recipient:
    """Give where the answer goes: the address given with the request, else the person's own."""
    return Recipient(
        email=asked.email or ("" if asked.postal_address else _known_email(asked)),
        name=asked.name,
        postal_address=asked.postal_address,
        language=asked.language,
    )


def _known_email(asked: Request) -> str:
    return known_email(account_id=asked.account_id, card_id=asked.card_id)
