"""What can be done with accounts and cards."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from customers.models import Account, Customer, Session
from privacy.base import Gone
from privacy.locks import hold_person
from privacy.provenance.operations import note_own_word


def open_card(account: Account, *, at: datetime) -> Customer:
    """Put a new account into the customer register.

    The card is always a new one. One that waits under the same e-mail address, of a guest or an
    imported customer, is joined by `join_cards` when the address is proved, and never before:
    anybody can type anybody's address.
    """
    return Customer.objects.create(
        account=account, email=account.email, language=account.language, created_at=at
    )


def hold_card(card: Customer) -> None:
    """Let changes of what hangs on a card come one after the other, and none after an erasure.

    :raises Gone: when the card is no longer there.
    """
    if not Customer.objects.select_for_update(no_key=True).filter(pk=card.pk).exists():
        raise Gone(Customer._meta.label)


@transaction.atomic
def join_cards(account: Account) -> Customer | None:
    """Give the account the card that waited under its proved address, where there is one.

    The empty card made at sign-up goes. An account whose card holds something keeps it; further
    cards stay as they are, since two guests may have used one mailbox.
    """
    hold_person(account.email)
    own = Customer.objects.select_for_update(no_key=True).filter(account=account).first()
    waiting = (
        Customer.objects.select_for_update(no_key=True)
        .filter(account=None, email=account.email)
        .order_by("created_at")
        .first()
    )
    if own is None or waiting is None or not _is_empty(own):
        return own
    own.delete()
    waiting.account = account
    waiting.save(update_fields=["account"])
    return waiting


def _is_empty(card: Customer) -> bool:
    """Tell whether nothing was said on a card and nothing hangs on it."""
    said = any([card.first_name, card.last_name, card.phone])
    hanging = (
        relation.related_model._base_manager.filter(**{relation.field.name: card}).exists()
        for relation in Customer._meta.related_objects
        if relation.related_model is not None
    )
    return not said and not any(hanging)


def follow_email(account: Account) -> None:
    """Write the account's address, which its owner has just proved, on its card as well."""
    for card in Customer.objects.filter(account=account).exclude(email=account.email):
        Customer.objects.filter(pk=card.pk).update(email=account.email)
        note_own_word(card, ["email"], at=timezone.now())


@transaction.atomic
def change_details(
    card: Customer, *, first_name: str, last_name: str, phone: str, language: str
) -> None:
    """Correct a card at its owner's word; letters follow in the language chosen.

    The account is written first, as an erasure locks it first: neither waits for the other's row.
    """
    if card.account_id is not None:
        Account.objects.filter(pk=card.account_id).update(language=language)
    said = {
        "first_name": first_name,
        "last_name": last_name,
        "phone": phone,
        "language": language,
    }
    changed = [name for name, value in said.items() if getattr(card, name) != value]
    for name, value in said.items():
        setattr(card, name, value)
    card.save(update_fields=list(said))
    note_own_word(card, changed, at=timezone.now())


def end_sessions(account: Account, *, but: str | None = None) -> int:
    """End an account's sessions, all of them or all but one; give how many there were."""
    sessions = Session.objects.filter(account=account)
    if but is not None:
        sessions = sessions.exclude(session_key=but)
    ended, _each = sessions.delete()
    return ended
