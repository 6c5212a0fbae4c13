"""Hand something over to a company that works for the shop: the one way out.

The caller says by which way, to which host, and with which fields. What the way does not name does
not leave; a host that is of no company in force is not called; and what left is noted.
"""

import smtplib
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import UUID, uuid4

from django.utils import timezone

from privacy.egress.models import Transfer
from privacy.egress.opened import opened_to
from privacy.hosts import is_own_machine, normal_host
from privacy.processors.models import Processor
from privacy.registry import Line, Role
from privacy.ways import Way


class Refused(Exception):
    """Nothing was called; the code says why, the admin says it in words."""

    code: ClassVar[str]


class NotRegistered(Refused):
    """No company in force, of the way's role, is reached at the host."""

    code = "not_registered"


class LinesMissing(Refused):
    """The company's row in the register does not list a line that would leave."""

    code = "lines_missing"


class UndeclaredField(Exception):
    """The way does not name a field that would leave."""


@dataclass(frozen=True)
class Parcel:
    """What is handed over: the declared fields, and nothing else that the carrier could send."""

    number: UUID
    """The shop's own number of the handing over, for a recipient that gives no reference."""
    fields: Mapping[str, object]
    timeout: float


Carry = Callable[[Parcel], str]
"""Send the parcel and give the recipient's reference for it, or nothing where it gives none."""

NEVER_LEFT = (
    ConnectionRefusedError,
    socket.gaierror,
    smtplib.SMTPConnectError,
    smtplib.SMTPAuthenticationError,
)
"""Troubles that come before anything is said; after any other the recipient may have it."""


def hand_over(
    *,
    way: Way,
    host: str,
    fields: Mapping[str, object],
    about: UUID,
    at: datetime,
    carry: Carry,
) -> Transfer | None:
    """Let one parcel leave, and note it in the transaction of the caller.

    To this machine itself nothing is passed on, so nothing is noted. When the carrier fails after
    it has begun, the recipient may have it, and that is noted too: the caller catches the OSError
    within its transaction and commits.

    Whoever hands over what is read from rows holds off an erasure meanwhile, as the checkout does
    (`share_person`), so that the erasure finds this note and tells the recipient.

    :param about: the number of the row that the parcel tells of.
    :raises UndeclaredField: when the way does not name a field.
    :raises Refused: when the register does not let it leave.
    :raises OSError: what the carrier raised.
    """
    undeclared = set(fields) - set(way.fields)
    if undeclared:
        raise UndeclaredField(f"{way.name}: {', '.join(sorted(undeclared))}")
    host = normal_host(host)
    parcel = Parcel(uuid4(), dict(fields), way.timeout)
    if is_own_machine(host):
        with opened_to(host):
            carry(parcel)
        return None
    lines = way.lines_in(fields)
    processor = whoever_receives(way, host, lines=lines, at=at)
    try:
        with opened_to(host):
            reference = carry(parcel)
    except NEVER_LEFT:
        raise
    except OSError:
        _note(way, processor, lines, parcel, about=about, at=at)
        raise
    return _note(way, processor, lines, parcel, about=about, at=at, reference=reference, sure=True)


def whoever_receives(
    way: Way, host: str, *, lines: set[Line] | None = None, at: datetime
) -> Processor:
    """Give the company in force that a way leads to at a host.

    :param lines: what would leave; all that can leave by the way, unless said.
    :raises Refused: when there is none, or none that receives these lines.
    """
    found = Processor.objects.in_force(timezone.localdate(at)).of(Role(way.role))
    at_the_host = list(found.reached_at(normal_host(host)).order_by("begins_date"))
    if not at_the_host:
        raise NotRegistered(host)
    wanted = way.lines if lines is None else lines
    for processor in at_the_host:
        if wanted <= set(processor.lines):
            return processor
    raise LinesMissing(host)


def refusal(way: Way, host: str, *, at: datetime) -> str:
    """Say, as a code, why a way to a host is shut; nothing when it is open."""
    if is_own_machine(normal_host(host)):
        return ""
    try:
        whoever_receives(way, host, at=at)
    except Refused as reason:
        return reason.code
    return ""


def _note(
    way: Way,
    processor: Processor,
    lines: set[Line],
    parcel: Parcel,
    *,
    about: UUID,
    at: datetime,
    reference: str = "",
    sure: bool = False,
) -> Transfer:
    return Transfer.objects.create(
        id=parcel.number,
        processor=processor,
        recipient=processor.called[:150],
        way=way.name,
        lines=[line.value for line in Line if line in lines],
        at=at,
        about=about,
        reference=(reference or str(parcel.number))[:200],
        is_confirmed=sure,
        kept_until=at + timedelta(days=way.remembered_days),
    )
