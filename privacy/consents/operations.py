"""Give consent and take it back; each is one step, and the one as short as the other."""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID, uuid4

from allauth.account.models import EmailAddress
from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils.translation import pgettext_lazy

from privacy.base import Gone
from privacy.consents.links import confirm_address
from privacy.consents.models import AskedConsent, Consent
from privacy.consents.purposes import For, Place, words_to_give, words_to_withdraw
from privacy.limits import has_enough_letters
from privacy.locks import hold_person
from privacy.normal import normal_email
from privacy.outbox.kinds import name_letters
from privacy.outbox.operations import write_letter
from privacy.statement import edition_in_force
from privacy.subject import Subject, known_email, subject_of

CONFIRM = "newsletter_confirm"

Remover = Callable[[Subject], object]
_REMOVERS: dict[str, list[Remover]] = {}

name_letters(
    {
        CONFIRM: pgettext_lazy("letter", "confirm a consent"),
    }
)


def removed_with(purpose: For, remover: Remover) -> None:
    """Let a room above delete, together with a consent, what was held on that consent alone."""
    _REMOVERS.setdefault(purpose, []).append(remover)


@transaction.atomic
def give(*, purpose: For, account_id: UUID, place: Place, language: str, at: datetime) -> Consent:
    """Note that whoever is signed in has said yes; said twice it is said once.

    :raises Gone: when the account has been erased in the meantime.
    """
    person = _held(account_id)
    known = Consent.objects.of(person).standing(purpose, at).first()
    if known is not None:
        return known
    return _note(
        Consent(
            account_id=account_id,
            purpose=purpose,
            is_given=True,
            wording=words_to_give(purpose, language),
            language=language,
            place=place,
        ),
        person,
        at,
    )


@transaction.atomic
def withdraw(
    *, purpose: For, subject: Subject, place: Place, language: str, at: datetime
) -> Consent | None:
    """Note that somebody has said no, and delete what was held on the consent alone.

    What was never given is not taken back; but what should not be held is deleted all the same.
    """
    for email in sorted(subject.emails | subject.names):
        hold_person(email)
    for remove in _REMOVERS.get(purpose, []):
        remove(subject)
    known = Consent.objects.of(subject).standing(purpose, at).order_by("-at").first()
    if known is None:
        return None
    said = Consent(
        account_id=known.account_id,
        email=known.email,
        purpose=purpose,
        is_given=False,
        wording=words_to_withdraw(purpose, language),
        language=language,
        place=place,
    )
    return _note(said, subject, at)


@transaction.atomic
def withdraw_everything(subject: Subject, *, place: Place, language: str, at: datetime) -> None:
    """Take back all that somebody has consented to."""
    if not subject.is_nobody:
        for purpose in For:
            withdraw(purpose=purpose, subject=subject, place=place, language=language, at=at)


@transaction.atomic
def ask_for_newsletter(
    *, email: str, place: Place, language: str, at: datetime, account_id: UUID | None = None
) -> None:
    """Send a link to an address; nothing is sent there again unless it is followed.

    Whether the address is known, or gets the newsletter already, is not looked up: so neither the
    answer nor its time tells. A stranger can cause three letters an hour.
    """
    address = normal_email(email)
    if has_enough_letters(address, at=at):
        return
    asked = AskedConsent.objects.create(
        account_id=account_id,
        email=address,
        purpose=For.NEWSLETTER,
        asked_at=at,
        edition=edition_in_force(at),
        wording=words_to_give(For.NEWSLETTER, language),
        language=language,
        place=place,
    )
    write_letter(
        to=address,
        language=language,
        kind=CONFIRM,
        context={"url": confirm_address(asked), "wording": asked.wording},
        at=at,
        about=asked.pk,
    )


@transaction.atomic
def confirm(asked: AskedConsent, *, at: datetime) -> Consent | None:
    """Take it that whoever reads the mailbox consents; the same link twice gives the same once.

    The consent bears the number of what was asked, so that the second of two clicks finds it.
    """
    hold_person(asked.email)
    found = AskedConsent.objects.select_for_update().filter(pk=asked.pk).first()
    if found is None:
        return Consent.objects.filter(pk=asked.pk).first()
    person = reader_of(found.email)
    account = next(iter(person.accounts), None)
    given = Consent(
        id=found.pk,
        account_id=account,
        email="" if account else found.email,
        purpose=found.purpose,
        is_given=True,
        wording=found.wording,
        language=found.language,
        place=found.place,
    )
    AskedConsent.objects.filter(email=found.email, purpose=found.purpose).delete()
    return _note(given, person, at)


def reader_of(email: str) -> Subject:
    """Give the person who reads a mailbox: with an account, if its address was confirmed."""
    owners = EmailAddress.objects.filter(email=email, verified=True, user__email=email)
    return subject_of(accounts=owners.values_list("user", flat=True), emails=[email])


def person_of(consent: Consent) -> Subject:
    """Give the person whose consent it is; one that has been forgotten is nobody."""
    if consent.account_id is not None:
        return subject_of(accounts=[consent.account_id])
    return subject_of(emails=[consent.email])


def address_of(consent: Consent) -> str:
    """Give the address to which a consent lets the shop write, as it is now."""
    if consent.account_id is None:
        return consent.email
    return known_email(account_id=consent.account_id, card_id=None)


def _held(account_id: UUID) -> Subject:
    email = known_email(account_id=account_id, card_id=None)
    if email:
        hold_person(email)
    if not get_user_model()._base_manager.filter(pk=account_id).exists():
        raise Gone(Consent._meta.label)
    return subject_of(accounts=[account_id])


def _note(said: Consent, person: Subject, at: datetime) -> Consent:
    """Add one word to the history; what stood until now ends with it."""
    Consent.objects.of(person).standing(said.purpose, at).update(ended_at=at)
    said.at, said.edition = at, edition_in_force(at)
    said.ended_at = None if said.is_given else at
    said.pk = said.pk or uuid4()
    said.save(force_insert=True)
    return said
