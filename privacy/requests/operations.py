"""Ask, confirm, answer: what can be done with a request."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID, uuid4

from django.core import signing
from django.core.files import File
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from privacy.base import Gone
from privacy.consents.operations import reader_of, withdraw_everything
from privacy.consents.purposes import Place
from privacy.copies.models import DataCopy
from privacy.copies.operations import (
    copy_for_request,
    copy_of_request,
    discard_copy_of_request,
)
from privacy.erase import erase, preview
from privacy.evidence import Erasure
from privacy.limits import has_enough_letters
from privacy.locks import hold_person, share_person
from privacy.normal import normal_email
from privacy.outbox.models import Letter
from privacy.processors.models import Processor
from privacy.recipients.models import RecipientNotice
from privacy.recipients.operations import tell_recipients
from privacy.requests import letters
from privacy.requests.asker import (
    is_kept_by_a_second_factor,
    known_email,
    recipient_of,
    subject_of_asker,
)
from privacy.requests.clock import due_date, longest_extension
from privacy.requests.ending import Staff, end, locked, open_one, proved_one
from privacy.requests.models import Request
from privacy.requests.plan import Plan, plan_of, plan_of_receipt
from privacy.requests.remedies import remedies
from privacy.requests.states import Channel, Identity, Kind, Refusal, State
from privacy.requests.tasks import is_being_made, make_requested_copy
from privacy.requests.upkeep import LINK_LASTS, end_those_without_asker
from privacy.restriction.models import Restriction
from privacy.restriction.operations import restrict
from privacy.subject import rows_of, subject_of

COPIED = (Kind.ACCESS, Kind.PORTABILITY)
"""Kinds that are answered with a copy of the data."""

TOLD = {
    Kind.RECTIFICATION: RecipientNotice.Kind.RECTIFIED,
    Kind.RESTRICTION: RecipientNotice.Kind.RESTRICTED,
}
"""Kinds of which those who received the data are told (Article 19)."""


class AskedAlready(Exception):
    """The same is asked already, and waits for its answer."""


class CopyGone(Exception):
    """The copy for printing has been fetched, or its time is over."""


class NeedsTheContact(Exception):
    """A contract or a service keeps something: the contact person weighs it, not a machine."""


class TooLateToExtend(Exception):
    """The time can be extended once, and within the first month only."""


# --- How a request comes in


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


# --- How it is answered


def plan(asked: Request, *, at: datetime) -> Plan:
    """Tell, in the three lists, what an erasure of the asker's data would do now."""
    return plan_of(preview(subject_of_asker(asked), at=at))


def plan_of_account(account_id: UUID, *, at: datetime) -> Plan:
    """Tell the same of somebody who is signed in, and has not asked yet."""
    return plan_of(preview(subject_of(accounts=[account_id]), at=at))


def serve(asked: Request, *, at: datetime) -> Request:
    """Answer at once what nobody of the staff has to weigh; leave the rest for the contact person.

    A copy is always given. An erasure is carried out when no contract and no service keeps
    anything: what a law keeps is not for anybody to decide.
    """
    if not asked.is_open or not asked.is_proved:
        return asked
    if is_kept_by_a_second_factor(asked):
        return acknowledge(asked, at=at)
    if asked.kind in COPIED:
        return hand_over(asked)
    if asked.kind == Kind.ERASURE:
        try:
            return destroy(asked, at=at)
        except NeedsTheContact:
            pass
    return acknowledge(asked, at=at)


@transaction.atomic
def acknowledge(asked: Request, *, at: datetime) -> Request:
    """Leave a request to the contact person, and tell the asker so, once.

    :raises NotOpen: when the request has been answered.
    """
    asked = open_one(asked)
    if not Letter.objects.filter(about=asked.pk, kind=letters.RECEIVED).exists():
        letters.write_received(asked, at=at)
    return asked


def destroy(asked: Request, *, at: datetime, by: Staff | None = None, words: str = "") -> Request:
    """Carry out an erasure, and tell the person what went, what stays and why.

    The answer, the end of the request and the erasure are one transaction. Other requests of the
    same person end with it: there is nobody left to answer.

    :raises NotOpen: when the request has been answered.
    :raises NotProved: when it is not known who asks.
    :raises NeedsTheContact: when a contract or a service keeps something, and nobody of the staff
        has weighed it; nothing has been destroyed then.
    """
    with transaction.atomic():
        to = recipient_of(proved_one(asked))

    def then(receipt: Erasure, told: list[Processor]) -> None:
        done = open_one(asked)
        with translation.override(to.language):
            carried = plan_of_receipt(receipt)
        if by is None and not carried.is_simple:
            raise NeedsTheContact
        held = carried.goes_later + carried.stays_by_law
        done.receipt = receipt.pk
        done.gone = sum(receipt.removed.values())
        done.kept = sum(each["count"] for each in receipt.kept)
        done.refusal = Refusal(held[0].ground.value) if held and held[0].ground else ""
        end(done, State.PARTLY if held else State.DONE, by=by, at=at)
        end_those_without_asker(at=at)
        letters.write_answer(
            done,
            to,
            at=at,
            plan=carried,
            receipt=receipt,
            words=words,
            told=_called(told, to.language),
            remedies=remedies(to.language),
        )

    erase(subject_of_asker(asked), at=at, then=then)
    return Request.objects.get(pk=asked.pk)


@transaction.atomic
def hand_over(asked: Request) -> Request:
    """Let the worker answer with a copy of the data, however often it is asked for meanwhile.

    :raises NotOpen: when the request has been answered.
    :raises NotProved: when it is not known who asks.
    """
    asked = proved_one(asked)
    if not is_being_made(asked.pk):
        make_requested_copy.defer(request_id=str(asked.pk))
    return asked


@transaction.atomic
def make_for_print(asked: Request, *, at: datetime) -> DataCopy:
    """Make the copy of somebody without e-mail, to be fetched once by the contact person.

    :raises NotOpen: when the request has been answered.
    :raises NotProved: when it is not known who asks.
    """
    asked = proved_one(asked)
    subject = subject_of_asker(asked)
    for name in sorted(subject.emails | subject.names):
        share_person(name)  # an erasure either finds the copy or comes before it
    discard_copy_of_request(asked.pk)
    return copy_for_request(asked.pk, subject, language=asked.language, at=at)


@transaction.atomic
def fetch_for_print(asked: Request, *, at: datetime) -> "File[bytes]":
    """Hand out the copy for printing, once, and note that on the request.

    :raises NotOpen: when the request has been answered.
    :raises CopyGone: when it has been fetched, or its time is over: make another.
    """
    asked = open_one(asked)
    packed = copy_of_request(asked.pk, at=at)
    if packed is None:
        raise CopyGone
    discard_copy_of_request(asked.pk)
    asked.copy_printed_at = at
    asked.save()
    return packed


@transaction.atomic
def restrict_meanwhile(asked: Request, *, at: datetime) -> Request:
    """Let the data be stored only, while it is weighed whether an objection is right.

    :raises NotOpen: when the request has been answered.
    :raises NotProved: when it is not known who asks.
    :raises Nobody: when nobody is known under what was given.
    """
    asked = proved_one(asked)
    restrict(subject_of_asker(asked), reason=Restriction.Reason.OBJECTION, at=at)
    return asked


STOPPED = {
    Kind.RESTRICTION: Restriction.Reason.ACCURACY,
    Kind.OBJECTION: Restriction.Reason.OBJECTION,
}
"""Kinds whose answer lets the data be stored only, and for which of the four reasons."""


@transaction.atomic
def settle(
    asked: Request, *, words: str, by: Staff, at: datetime, restriction: str = ""
) -> Request:
    """Answer that what was asked has been done, in words for the person.

    A restriction begins with its answer, and so does what an objection stops. What else was
    asked, staff have done before.

    :param restriction: which of the four reasons of Article 18(1) the data are restricted for.
    :raises NotOpen: when the request has been answered.
    :raises NotProved: when it is not known who asks.
    :raises Nobody: when there is nobody whose data could be restricted.
    """
    asked = proved_one(asked)
    kind = Kind(asked.kind)
    person = subject_of_asker(asked)
    if kind in STOPPED:
        restrict(person, reason=restriction or STOPPED[kind], at=at)
    told = _tell(asked, at) if kind in TOLD else []
    letters.write_answer(asked, recipient_of(asked), at=at, words=words, told=told)
    return end(asked, State.DONE, by=by, at=at)


def _tell(asked: Request, at: datetime) -> list[str]:
    """Tell those who received the asker's data, and give what they are called."""
    rows, kind = rows_of(subject_of_asker(asked)), TOLD[Kind(asked.kind)]
    return _called(tell_recipients(rows=rows, kind=kind, at=at), recipient_of(asked).language)


def _called(told: list[Processor], language: str) -> list[str]:
    """Name companies in the language of a letter."""
    with translation.override(language):
        return [each.called for each in told]


@transaction.atomic
def settle_in_part(
    asked: Request,
    *,
    words: str,
    refusal: Refusal,
    reason: str,
    by: Staff,
    at: datetime,
    complaint: str = "",
) -> Request:
    """Answer that a part of what was asked has been done, and why the rest has not.

    :param complaint: where the person can complain, where the usual words do not fit.

    :raises NotOpen: when the request has been answered.
    :raises NotProved: when it is not known who asks.
    """
    asked = proved_one(asked)
    told = _tell(asked, at) if asked.kind == Kind.RECTIFICATION else []
    answer = Answer(State.PARTLY, refusal, reason, words=words, complaint=complaint, told=told)
    return _refuse(asked, answer, by=by, at=at)


@transaction.atomic
def refuse(
    asked: Request,
    *,
    refusal: Refusal,
    reason: str,
    by: Staff,
    at: datetime,
    complaint: str = "",
) -> Request:
    """Refuse what was asked: with the ground, the reasons, and where to complain.

    :param complaint: where the person can complain, where the usual words do not fit.
    :raises NotOpen: when the request has been answered.
    """
    answer = Answer(State.REFUSED, refusal, reason, complaint=complaint)
    return _refuse(open_one(asked), answer, by=by, at=at)


@dataclass(frozen=True)
class Answer:
    """A refusal, of the whole or of a part."""

    state: State
    refusal: Refusal
    reason: str
    words: str = ""
    complaint: str = ""
    told: list[str] = field(default_factory=list)
    """Companies that received the data, and are told of what was done."""


def _refuse(asked: Request, answer: Answer, *, by: Staff, at: datetime) -> Request:
    asked.refusal = answer.refusal
    asked.reason = answer.reason
    asked.remedies = answer.complaint or remedies(asked.language)
    end(asked, answer.state, by=by, at=at)
    letters.write_answer(
        asked,
        recipient_of(asked),
        at=at,
        words=answer.words,
        told=answer.told,
        reason=answer.reason,
        remedies=asked.remedies,
    )
    return asked


@transaction.atomic
def extend(asked: Request, *, reason: str, at: datetime) -> Request:
    """Put the answer off by two months, and tell the person so and why.

    :raises NotOpen: when the request has been answered.
    :raises TooLateToExtend: when the first month has passed, or it has been put off before.
    """
    asked = open_one(asked)
    if asked.extended_at is not None or asked.due_date < timezone.localdate(at):
        raise TooLateToExtend
    asked.extended_at = at
    asked.extended_until = longest_extension(asked.received_at)
    asked.extension_reason = reason
    asked.save()
    letters.write_extended(asked, at=at)
    return asked


@transaction.atomic
def withdraw(asked: Request, *, at: datetime, by: Staff | None = None) -> Request:
    """Let a request rest at the asker's own word.

    :raises NotOpen: when it has been answered.
    """
    return end(open_one(asked), State.WITHDRAWN, by=by, at=at)
