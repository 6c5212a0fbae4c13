"""Restrict the processing of a person's data, and lift that again."""

from datetime import datetime

from django.db import transaction

from privacy.locks import hold_person
from privacy.restriction.models import Restriction
from privacy.subject import Subject


class Nobody(Exception):
    """The register knows no such person: there is nothing to restrict."""


@transaction.atomic
def restrict(subject: Subject, *, reason: str, at: datetime) -> list[Restriction]:
    """Let a person's data be stored only, from now on; what is restricted already stays so.

    :raises Nobody: when the person has neither card, account nor proved address.
    """
    if subject.is_nobody:
        raise Nobody
    _take_turn(subject)
    known = Restriction.objects.in_force().of(subject)
    have_cards = set(known.values_list("card", flat=True))
    have_accounts = set(known.values_list("account", flat=True))
    addresses = set() if subject.cards or subject.accounts else set(subject.emails)
    wanted = [
        *(Restriction(card_id=key) for key in sorted(subject.cards - have_cards)),
        *(Restriction(account_id=key) for key in sorted(subject.accounts - have_accounts)),
        *(
            Restriction(email=email)
            for email in sorted(addresses - set(known.values_list("email", flat=True)))
        ),
    ]
    for each in wanted:
        each.reason, each.began_at = reason, at
    return Restriction.objects.bulk_create(wanted)


@transaction.atomic
def lift(subject: Subject, *, at: datetime) -> int:
    """Lift a person's restrictions; tell how many there were."""
    _take_turn(subject)
    return Restriction.objects.in_force().of(subject).update(ended_at=at)


def _take_turn(subject: Subject) -> None:
    for email in sorted(subject.emails | subject.names):
        hold_person(email)
