"""Restrict the processing of a person's data, and lift that again."""

from datetime import datetime

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import pgettext_lazy

from privacy.locks import hold_person
from privacy.outbox.kinds import name_letters
from privacy.outbox.models import Letter
from privacy.outbox.operations import write_letter
from privacy.restriction.models import Restriction
from privacy.subject import Subject, card_model

LIFTING = "restriction_lifting"

name_letters(
    {
        LIFTING: pgettext_lazy("letter", "a restriction is about to end"),
    }
)


class Nobody(Exception):
    """The register knows no such person: there is nothing to restrict."""


class NothingToLift(Exception):
    """Nothing is restricted, or it has been lifted or told of in the meantime."""


class NotTold(Exception):
    """The person has to be told before a restriction is lifted."""


@transaction.atomic
def restrict(subject: Subject, *, reason: str, at: datetime) -> list[Restriction]:
    """Let a person's data be stored only, from now on; what is restricted already stays so.

    :raises Nobody: when the person has neither card, account nor proved address, or has been
        forgotten in the meantime.
    """
    if subject.is_nobody:
        raise Nobody
    _take_turn(subject)
    if _has_gone(subject):
        raise Nobody
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
def tell_of_lifting(
    subject: Subject, *, to: str, address: str, language: str, words: str, at: datetime
) -> Letter:
    """Tell a person, by mail or by post, that the restriction is about to be lifted, and why.

    :raises NothingToLift: when nothing is restricted, or the person has been told already.
    """
    _take_turn(subject)
    found = list(Restriction.objects.in_force().of(subject).filter(told_at=None))
    if not found:
        raise NothingToLift
    Restriction.objects.filter(pk__in=[each.pk for each in found]).update(told_at=at)
    return write_letter(
        to=to,
        address=address,
        language=language,
        kind=LIFTING,
        context=lifting_context(found[0], words),
        at=at,
        reply_to=settings.CONTROLLER["contact_email"],
        about=found[0].pk,
    )


def lifting_context(restriction: Restriction, words: str) -> dict[str, object]:
    """Give what the letter about a lifting tells."""
    return {"since": restriction.began_at, "words": words}


@transaction.atomic
def lift(subject: Subject, *, at: datetime) -> int:
    """Lift a person's restrictions, of which the person has been told; say how many there were.

    :raises NothingToLift: when nothing is restricted.
    :raises NotTold: when the person has not been told (Article 18(3)).
    """
    _take_turn(subject)
    found = Restriction.objects.in_force().of(subject)
    if found.filter(told_at=None).exists():
        raise NotTold
    lifted = found.update(ended_at=at)
    if not lifted:
        raise NothingToLift
    return lifted


def _has_gone(subject: Subject) -> bool:
    """Tell whether an erasure had the turn before: the address must not come back by this."""
    cards = card_model()._base_manager.filter(pk__in=subject.cards)
    accounts = get_user_model()._base_manager.filter(pk__in=subject.accounts)
    return cards.count() < len(subject.cards) or accounts.count() < len(subject.accounts)


def _take_turn(subject: Subject) -> None:
    for email in sorted(subject.emails | subject.names):
        hold_person(email)
