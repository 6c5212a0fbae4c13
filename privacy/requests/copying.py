"""The answer to who asks for their data: a copy, and a letter that says where it is."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import translation

from privacy.copies.models import DataCopy
from privacy.copies.operations import copy_for_request, fill_copy, key_of, replace_copy
from privacy.locks import share_person
from privacy.outbox.addresses import absolute
from privacy.requests.asker import known_email, recipient_of, subject_of_asker
from privacy.requests.ending import end, locked
from privacy.requests.letters import write_answer
from privacy.requests.models import Request
from privacy.requests.states import State


@transaction.atomic
def answer_with_copy(request_id: UUID, *, at: datetime) -> None:
    """Make the copy of a request, and answer; one that is answered or gone is passed over."""
    found = Request.objects.filter(pk=request_id, state=State.OPEN).first()
    if found is None:
        return
    # An erasure either finds the copy or comes before it.
    share_person(found.email or known_email(found))
    asked = locked(found)
    if not asked.is_open or not asked.is_proved:
        return
    copy = _copy(asked, at)
    with translation.override(asked.language):
        url = absolute(address_of(copy))
    write_answer(asked, recipient_of(asked), at=at, copy=copy, url=url)
    end(asked, State.DONE, by=None, at=at)


def address_of(copy: DataCopy) -> str:
    """Give the page on which a copy can be fetched by the one whom it is of."""
    if copy.account_id is not None:
        return reverse("customers:copies")
    return reverse("privacy:request-copy", args=[key_of(copy)])


def _copy(asked: Request, at: datetime) -> DataCopy:
    if asked.account_id is None:
        return copy_for_request(asked.pk, subject_of_asker(asked), language=asked.language, at=at)
    copy = replace_copy(account_id=asked.account_id, language=asked.language, at=at)
    fill_copy(copy.pk, at=at)
    copy.refresh_from_db()
    return copy
