"""How a request comes in: asked, confirmed, written down, and by whom."""

from datetime import datetime
from uuid import UUID, uuid4

from django.core import signing
from django.db import IntegrityError, transaction
from django.utils import timezone

from privacy.base import Gone
from privacy.consents.operations import reader_of, withdraw_everything
from privacy.consents.purposes import Place
from privacy.evidence import Erasure
from privacy.limits import has_enough_letters
from privacy.locks import hold_person
from privacy.normal import normal_email
from privacy.outbox.models import Letter
from privacy.requests import letters
from privacy.requests.asker import (
    known_email,
    recipient_of,
    subject_of_asker,
)
from privacy.requests.clock import due_date
from privacy.requests.ending import Staff, locked, open_one
from privacy.requests.models import Request
from privacy.requests.states import Channel, Identity, Kind, State
from privacy.requests.upkeep import LINK_LASTS


class AskedAlready(Exception):
    """The same is asked already, and waits for its answer."""


@transaction.atomic
def ask(
    *,
    kind: Kind,
    account_id: UUID,
    said: str,
    language: str,
    at: datetime,
    key: UUID | None = None,
) -> Request:
    """Take the request of somebody who is signed in and has just proved it once more.

    What is asked already is not asked twice: the open request is given back.

    :param key: the number the request is to have, where the form has promised one.
    :raises Gone: when the account has been erased in the meantime.
    """
    asked = Request(
        id=key or uuid4(),
        kind=kind,
        channel=Channel.SIGNED_IN,
        state=State.OPEN,
        identity=Identity.SIGNED_IN,
        proved_at=at,
        language=language,
        received_at=at,
        due_date=due_date(at),
        account_id=account_id,
        said=said,
    )
    hold_person(known_email(asked))
    if not known_email(asked):
        raise Gone(Request._meta.label)
    known = Request.objects.open().of_account(account_id).filter(kind=kind).first()
    if known is not None:
        return known
    asked.save(force_insert=True)
    _stop_at_an_objection(asked, at=at)
    return asked


def _stop_at_an_objection(asked: Request, *, at: datetime) -> None:
    """End at once what rests on consent alone: of that nobody has to weigh anything (Art. 21(3)).

    What is merely registered has proved nobody's mailbox; but to stop writing there harms nobody.
    """
    if asked.kind == Kind.OBJECTION:
        person = subject_of_asker(asked) if asked.is_proved else reader_of(asked.email)
        withdraw_everything(person, place=Place.OBJECTION, language=asked.language, at=at)


@transaction.atomic
def ask_by_email(*, kind: Kind, email: str, said: str, language: str, at: datetime) -> None:
    """Send a link to an address, whether or not the register knows it.

    Nothing is looked up before the link has been followed, so nothing can be told apart: neither
    by what this answers nor by how long it takes. A stranger can cause three letters an hour.
    """
    address = normal_email(email)
    if has_enough_letters(address, at=at):
        return
    asked = Request.objects.create(
        kind=kind,
        channel=Channel.LINK,
        state=State.UNCONFIRMED,
        language=language,
        received_at=at,
        due_date=due_date(at),
        email=address,
        said=said,
        link_sent_at=at,
    )
    letters.write_link(asked, at=at)


@transaction.atomic
def register(
    *,
    kind: Kind,
    channel: Channel,
    received_at: datetime,
    language: str,
    by: Staff,
    at: datetime,
    email: str = "",
    name: str = "",
    postal_address: str = "",
    card_id: UUID | None = None,
    said: str = "",
) -> Request:
    """Write down a request that reached the contact person; its clock runs since it came.

    :raises AskedAlready: when the same is asked already under this address.
    """
    try:
        with transaction.atomic():
            asked = Request.objects.create(
                kind=kind,
                channel=channel,
                state=State.OPEN,
                language=language,
                received_at=received_at,
                due_date=due_date(received_at),
                registered_by_id=by.pk,
                email=normal_email(email),
                name=name,
                postal_address=postal_address,
                card_id=card_id,
                said=said,
            )
    except IntegrityError:
        raise AskedAlready from None
    if not recipient_of(asked).is_by_post:
        letters.write_received(asked, at=at)
    _stop_at_an_objection(asked, at=at)
    return asked


# --- Who it is


def request_behind(key: str, *, at: datetime) -> Request | None:
    """Find the request that a link leads to, within a day."""
    try:
        pk = signing.loads(key, salt=letters.SALT, max_age=LINK_LASTS)
    except signing.BadSignature:
        return None
    waiting = Request.objects.filter(pk=pk, answered_at=None).exclude(email="")
    return waiting.first()


def ended_behind(key: str) -> Request | None:
    """Find the answered request that a link has led to: who clicks twice gets the same twice."""
    try:
        pk = signing.loads(key, salt=letters.SALT, max_age=LINK_LASTS)
    except signing.BadSignature:
        return None
    return Request.objects.filter(pk=pk, answered_at__isnull=False).first()


def receipt_of(asked: Request) -> Erasure | None:
    """Give the receipt of an erasure that was carried out."""
    if asked.receipt is None:
        return None
    return Erasure.objects.get(pk=asked.receipt)


@transaction.atomic
def confirm(asked: Request, *, at: datetime) -> Request:
    """Take it as proved that the asker reads the mailbox; the same link twice does no more.

    Where the same was asked and confirmed before, that request is the one that counts.
    """
    hold_person(asked.email)
    asked = locked(asked)
    if asked.state == State.UNCONFIRMED:
        known = Request.objects.open().filter(account=None, email=asked.email, kind=asked.kind)
        earlier = known.first()
        if earlier is not None:
            asked.delete()
            asked = locked(earlier)
    elif not asked.is_open:
        return asked
    asked.state = State.OPEN
    if not asked.is_proved:
        asked.identity = Identity.MAILBOX
        asked.proved_at = at
    asked.save()
    _stop_at_an_objection(asked, at=at)
    return asked


@transaction.atomic
def send_link(asked: Request, *, at: datetime) -> Letter:
    """Let somebody whose request was written down prove the mailbox by a link.

    :raises NotOpen: when the request has been answered.
    """
    asked = open_one(asked)
    asked.link_sent_at = at
    asked.save()
    return letters.write_link(asked, at=at)


@transaction.atomic
def vouch(asked: Request, *, note: str, at: datetime | None = None) -> Request:
    """Note why the contact person is certain who asks; nobody is asked for a document.

    :raises NotOpen: when the request has been answered.
    """
    asked = open_one(asked)
    asked.identity = Identity.VOUCHED
    asked.identity_note = note
    asked.proved_at = at or timezone.now()
    asked.save()
    return asked


@transaction.atomic
def correct_asker(
    asked: Request, *, email: str, name: str, postal_address: str, card_id: UUID | None
) -> Request:
    """Correct who asked, of a request that was written down; who it is has to be proved anew.

    :raises NotOpen: when the request has been answered.
    :raises AskedAlready: when the same is asked already under the new address.
    """
    asked = open_one(asked)
    asked.email, asked.name = normal_email(email), name
    asked.postal_address, asked.card_id = postal_address, card_id
    asked.identity, asked.identity_note, asked.proved_at = Identity.UNKNOWN, "", None
    try:
        with transaction.atomic():
            asked.save()
    except IntegrityError:
        raise AskedAlready from None
    return asked
