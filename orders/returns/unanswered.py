"""Buyers who withdrew and have no acknowledgement yet: tried again, and shown to staff."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from orders.returns.following import NotThatWay, hold_notice, take_up
from orders.returns.letters import ACKNOWLEDGED, write_acknowledgement
from orders.returns.models import WithdrawalNotice
from orders.returns.states import NoticeState
from privacy.outbox.models import Letter
from privacy.outbox.tasks import send_letter

SOON = timedelta(minutes=5)
"""By then the job of a notice has done its work, unless it was lost."""
PATIENCE = timedelta(hours=1)
"""After so long without an acknowledgement staff have to look."""
A_DAY = timedelta(days=1)
MOST_AT_ONCE = 200


def try_again(*, at: datetime) -> int:
    """Take up the notices that were not, though nothing keeps them; tell how many.

    One of no known order is left to staff where too many letters go to its address: whoever types
    somebody's address again and again does not cause a letter an hour for days.
    """
    waiting = WithdrawalNotice.objects.filter(received_at__lt=at - SOON)
    silent = ~Q(email="") & Q(order__isnull=False, acknowledged_at=None, receipt_left_at=None)
    lost = waiting.filter(Q(state=NoticeState.RECEIVED) | silent)
    found = list(lost.order_by("received_at").values_list("pk", flat=True)[:MOST_AT_ONCE])
    for key in found:
        take_up(notice_id=key, at=at)
    return len(found)


def send_again(*, at: datetime) -> int:
    """Queue anew the acknowledgements that wait since yesterday or longer; tell how many."""
    waiting = Letter.objects.waiting().filter(kind=ACKNOWLEDGED, created_at__lt=at - A_DAY)
    found = list(waiting.order_by("created_at").values_list("pk", flat=True)[:MOST_AT_ONCE])
    for key in found:
        send_letter.defer(letter_id=str(key))
    return len(found)


@transaction.atomic
def acknowledge_by_hand(*, notice: WithdrawalNotice, at: datetime) -> None:
    """Let staff have the acknowledgement written, or written anew where it has not left.

    :raises NotThatWay: when it has left, or the address was forgotten.
    """
    found = hold_notice(notice.pk)
    if found.receipt_left_at is not None or not found.email:
        raise NotThatWay
    Letter.objects.waiting().filter(kind=ACKNOWLEDGED, about=found.pk).delete()
    write_acknowledgement(found, at=at)
    found.acknowledged_at = at
    found.save(update_fields=["acknowledged_at"])


def some_wait(*, at: datetime) -> bool:
    """Tell whether a buyer has waited too long for an acknowledgement.

    Where no mail server is set none ever leaves, which the mailbox tells already.
    """
    if settings.LETTERS_STAY_HERE:
        return False
    return WithdrawalNotice.objects.without_receipt(at - PATIENCE).exists()
