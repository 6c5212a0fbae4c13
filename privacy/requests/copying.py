"""The answer to who asks for their data: a copy, and a letter that says where it is."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import translation

from privacy.copies.models import DataCopy
from privacy.copies.operations import (
    await_copy_for_request,
    fill_copy_of,
    key_of,
    replace_copy,
)
from privacy.locks import sharing_person
from privacy.outbox.addresses import absolute
from privacy.requests.asker import known_email, recipient_of, subject_of_asker
from privacy.requests.ending import end, locked
from privacy.requests.letters import write_answer
from privacy.requests.models import Request
from privacy.requests.states import State
from privacy.subject import Subject, subject_of


def answer_with_copy(request_id: UUID, *, at: datetime) -> None:
    """Make the copy of a request, and answer; one that is answered or gone is passed over.

    Three steps, each whole: the copy is asked for, made, and told of. Whoever is killed in between
    leaves no more than a copy that is awaited, and is begun again.
    """
    found = Request.objects.filter(pk=request_id, state=State.OPEN).first()
    if found is None:
        return
    # An erasure either finds the copy or comes before it.
    with sharing_person(found.email or known_email(found)):
        copy = _awaited(found, at)
        if copy is not None:
            fill_copy_of(copy, _subject(found), at=at)
            _tell(found, copy.pk, at)


def _subject(found: Request) -> Subject:
    """Give whose data are copied: all of an account's person, or whoever proved to be the asker."""
    if found.account_id is not None:
        return subject_of(accounts=[found.account_id])
    return subject_of_asker(found)


@transaction.atomic
def _awaited(found: Request, at: datetime) -> DataCopy | None:
    """Ask for the copy, unless the request is answered by now."""
    asked = locked(found)
    if not asked.is_open or not asked.is_proved:
        return None
    if asked.account_id is None:
        return await_copy_for_request(asked.pk, language=asked.language, at=at)
    return replace_copy(account_id=asked.account_id, language=asked.language, at=at)


@transaction.atomic
def _tell(found: Request, copy_id: UUID, at: datetime) -> None:
    """Answer with a copy that is made; one that nobody waits for any more is not told of."""
    asked = locked(found)
    copy = DataCopy.objects.ready(at).filter(pk=copy_id).first()
    if copy is None or not asked.is_open:
        return
    with translation.override(asked.language):
        url = absolute(address_of(copy))
    write_answer(asked, recipient_of(asked), at=at, copy=copy, url=url)
    end(asked, State.DONE, by=None, at=at)


def address_of(copy: DataCopy) -> str:
    """Give the page on which a copy can be fetched by the one whom it is of."""
    if copy.account_id is not None:
        return reverse("customers:copies")
    return reverse("privacy:request-copy", args=[key_of(copy)])
