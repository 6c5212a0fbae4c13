"""Take a request in hand, and end it: in one transaction with what answers it."""

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser

from privacy.requests.models import Request
from privacy.requests.states import State

Staff = AbstractBaseUser


class NotOpen(Exception):
    """The request has been answered or withdrawn in the meantime, or was never confirmed."""


class NotProved(Exception):
    """It is not known that the asker is the one whom the data are about."""


def locked(asked: Request) -> Request:
    """Take a request in hand: whoever else wants to answer it waits.

    :raises NotOpen: when it is gone.
    """
    found = Request.objects.select_for_update(of=("self",)).filter(pk=asked.pk).first()
    if found is None:
        raise NotOpen
    return found


def open_one(asked: Request) -> Request:
    """Take an open request in hand.

    :raises NotOpen: when it has been answered, or was never confirmed.
    """
    found = locked(asked)
    if not found.is_open:
        raise NotOpen
    return found


def proved_one(asked: Request) -> Request:
    """Take in hand an open request of somebody who is known to be the one.

    :raises NotOpen: when it has been answered, or was never confirmed.
    :raises NotProved: when it is not known who asks.
    """
    found = open_one(asked)
    if not found.is_proved:
        raise NotProved
    return found


def end(asked: Request, state: State, *, by: Staff | None, at: datetime) -> Request:
    """Let a request that was taken in hand be answered."""
    asked.state = state
    asked.answered_at = at
    asked.answered_by_id = by.pk if by is not None else None
    asked.save()
    return asked
