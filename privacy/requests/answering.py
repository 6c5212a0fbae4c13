"""How a request is answered: at once, or by the contact person."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.core.files import File
from django.db import transaction
from django.utils import timezone, translation

from privacy.copies.models import DataCopy
from privacy.copies.operations import (
    copy_for_request,
    copy_of_request,
    discard_copy_of_request,
)
from privacy.erase import erase, preview
from privacy.evidence import Erasure
from privacy.locks import share_person
from privacy.outbox.models import Letter
from privacy.processors.models import Processor
from privacy.recipients.models import RecipientNotice
from privacy.recipients.operations import tell_recipients
from privacy.requests import letters
from privacy.requests.asker import (
    is_kept_by_a_second_factor,
    recipient_of,
    subject_of_asker,
)
from privacy.requests.clock import longest_extension
from privacy.requests.ending import Staff, end, open_one, proved_one
from privacy.requests.models import Request
from privacy.requests.plan import Plan, plan_of, plan_of_receipt
from privacy.requests.remedies import remedies
from privacy.requests.states import COPIED, Kind, Refusal, State
from privacy.requests.tasks import is_being_made, make_requested_copy
from privacy.requests.upkeep import end_those_without_asker
from privacy.restriction.models import Restriction
from privacy.restriction.operations import restrict
from privacy.subject import rows_of, subject_of

TOLD = {
    Kind.RECTIFICATION: RecipientNotice.Kind.RECTIFIED,
    Kind.RESTRICTION: RecipientNotice.Kind.RESTRICTED,
}
"""Kinds of which those who received the data are told (Article 19)."""


class CopyGone(Exception):
    """The copy for printing has been fetched, or its time is over."""


class NeedsTheContact(Exception):
    """A contract or a service keeps something: the contact person weighs it, not a machine."""


class TooLateToExtend(Exception):
    """The time can be extended once, and within the first month only."""


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
