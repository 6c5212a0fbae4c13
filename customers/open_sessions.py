"""What somebody sees of their own sign-ins: the sessions that are open, and the log of attempts."""

from dataclasses import dataclass
from datetime import UTC, datetime
from heapq import merge

from axes.models import AccessFailureLog, AccessLog
from django.db import transaction

from customers.models import Account, Session
from customers.sessions import SIGNED_IN_AT, hash_of
from privacy.network import network_words

MOST_SHOWN = 50
LATEST = 10


@dataclass(frozen=True)
class OpenSession:
    """A browser in which somebody is signed in, without the key that would let anybody in."""

    handle: str
    began_at: datetime
    ends_at: datetime
    network: str
    is_this: bool


@dataclass(frozen=True)
class Attempt:
    """A sign-in, or one that failed."""

    at: datetime
    network: str
    failed: bool


def open_sessions(account: Account, *, here: str | None, at: datetime) -> list[OpenSession]:
    """List an account's open sessions: the one that asks, then the newest.

    When and from where each began is in the sign-in log, which knows it by the hash of its key.
    """
    running = Session.objects.filter(account=account, expire_date__gt=at)
    newest = list(running.order_by("-expire_date")[:MOST_SHOWN])
    hashes = [hash_of(session.session_key) for session in newest]
    logged = AccessLog.objects.filter(session_hash__in=hashes)
    networks = {log.session_hash: _network(log.ip_address) for log in logged}
    found = [
        OpenSession(
            handle=handle,
            began_at=_beginning(session),
            ends_at=session.expire_date,
            network=networks.get(handle, ""),
            is_this=session.session_key == here,
        )
        for session, handle in zip(newest, hashes, strict=True)
    ]
    return sorted(found, key=lambda each: (not each.is_this, -each.began_at.timestamp()))


def latest_attempts(account: Account) -> list[Attempt]:
    """List the latest sign-ins and failures under an account's name, the newest first."""
    lists = [
        [
            Attempt(row.attempt_time, _network(row.ip_address), failed)
            for row in log.objects.filter(username=account.email).order_by("-attempt_time")[:LATEST]
        ]
        for log, failed in ((AccessLog, False), (AccessFailureLog, True))
    ]
    return list(merge(*lists, key=lambda attempt: attempt.at, reverse=True))[:LATEST]


@transaction.atomic
def end_session(account: Account, *, handle: str, at: datetime) -> bool:
    """End one of an account's sessions at once, and write down when; give whether it was open."""
    for session in Session.objects.filter(account=account):
        if hash_of(session.session_key) == handle:
            gone, _each = Session.objects.filter(pk=session.pk).delete()
            _note_ends([handle], at=at)
            return bool(gone)
    return False


@transaction.atomic
def end_other_sessions(account: Account, *, here: str | None, at: datetime) -> int:
    """End all of an account's sessions but the one that asks; give how many there were."""
    others = Session.objects.filter(account=account).exclude(session_key=here or "")
    keys = list(others.select_for_update().order_by("pk").values_list("pk", flat=True))
    Session.objects.filter(pk__in=keys).delete()
    _note_ends([hash_of(key) for key in keys], at=at)
    return len(keys)


def _note_ends(handles: list[str], *, at: datetime) -> None:
    open_still = AccessLog.objects.filter(session_hash__in=handles, logout_time=None)
    open_still.update(logout_time=at)


def _beginning(session: Session) -> datetime:
    """Tell when a sign-in began; the session itself knows."""
    said = session.get_decoded().get(SIGNED_IN_AT, 0)
    return datetime.fromtimestamp(said, tz=UTC)


def _network(address: str | None) -> str:
    return network_words(address) if address else ""
