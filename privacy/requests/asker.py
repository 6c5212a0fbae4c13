"""Who asks: the person of a request, and where the answer goes."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.contrib.auth import get_user_model
from django.db.models import QuerySet

from privacy import subject
from privacy.requests.models import Request
from privacy.requests.states import Identity
from privacy.subject import Subject, subject_of


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
    """Give the person whose data a request is about; an address counts once it is proved.

    Whoever reads the mailbox of an account could have a new password sent there, so the account
    is the asker's as well.
    """
    emails = [asked.email] if asked.email and asked.is_proved else []
    return subject_of(
        accounts=[asked.account_id] if asked.account_id else _accounts_under(emails),
        cards=[asked.card_id] if asked.card_id else [],
        emails=emails,
    )


def is_kept_by_a_second_factor(asked: Request) -> bool:
    """Tell whether the mailbox alone does not prove enough: the account asks for more than that."""
    if asked.identity != Identity.MAILBOX:
        return False
    accounts = _accounts_under([asked.email])
    return bool(Authenticator.objects.filter(user__in=accounts).exists())


def _accounts_under(emails: Iterable[str]) -> "QuerySet[Any, UUID]":
    accounts = get_user_model()._base_manager.filter(
        **{f"{get_user_model().USERNAME_FIELD}__in": list(emails)}
    )
    return accounts.values_list("pk", flat=True)


def recipient_of(asked: Request) -> Recipient:
    """Give where the answer goes: the address given with the request, else the person's own."""
    return Recipient(
        email=asked.email or ("" if asked.postal_address else known_email(asked)),
        name=asked.name,
        postal_address=asked.postal_address,
        language=asked.language,
    )


def known_email(asked: Request) -> str:
    """Give the address under which the register knows whoever asks; none if it knows nobody."""
    return subject.known_email(account_id=asked.account_id, card_id=asked.card_id)
