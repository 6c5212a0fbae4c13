"""What is done with a breach: noted, told to the authority and to the people, closed."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from privacy.breaches.addresses import addresses_of
from privacy.breaches.models import Affected, Breach
from privacy.outbox.kinds import name_letters
from privacy.outbox.models import Letter
from privacy.outbox.operations import write_letter

MARKS = (0.5, 0.75, 0.9)
"""Shares of the time at which the contact person gets a letter."""
ALARM = "breach_clock"
TOLD = "breach_told"
BATCH = 100

name_letters(
    {
        ALARM: pgettext_lazy("letter", "alarm: the authority is to be told of a breach"),
        TOLD: pgettext_lazy("letter", "of a security breach"),
    }
)


class NothingToTell(Exception):
    """The risk is not high, or the letter is not written in every language."""


class NotDone(Exception):
    """Something is left to do before the breach can be closed."""


def due_at(noticed_at: datetime) -> datetime:
    """Give the moment by which the authority is to be told (Article 33(1))."""
    return noticed_at + timedelta(hours=settings.BREACH_NOTICE_HOURS)


@transaction.atomic
def open_breach(*, noticed_at: datetime, what: str, **facts: Any) -> Breach:
    """Note a breach; its clock begins at the moment it was noticed."""
    breach = Breach(noticed_at=noticed_at, what=what, **facts)
    enter(breach)
    return breach


@transaction.atomic
def enter(breach: Breach) -> None:
    """Write a breach that is noted for the first time: it gets the next number and its day."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('privacy.breaches', 7))")
    last: int | None = Breach.objects.aggregate(last=Max("number"))["last"]
    breach.number = (last or 0) + 1
    breach.due_at = due_at(breach.noticed_at)
    breach.save()


@transaction.atomic
def close_breach(breach: Breach, *, at: datetime) -> None:
    """Close a breach; from then on nothing of it is altered.

    :raises NotDone: when the authority, or the people, are still to be told.
    """
    locked = Breach.objects.select_for_update().get(pk=breach.pk)
    left = what_is_left(locked)
    if left:
        raise NotDone(*left)
    if locked.closed_at is None:
        locked.closed_at = at
        locked.save(update_fields=["closed_at"])


def what_is_left(breach: Breach) -> list[str]:
    """Name what has to be done before a breach can be closed."""
    left = []
    if breach.risk == Breach.Risk.UNKNOWN:
        left.append(_("Judge the risk."))
    if breach.risk in (Breach.Risk.SOME, Breach.Risk.HIGH) and breach.notified_at is None:
        left.append(_("Tell the authority, and write down when."))
    if breach.is_high and breach.told_at is None and not breach.untold_reasons:
        left.append(_("Tell the people, or write down why they are not told."))
    return left


@transaction.atomic
def tell_people(breach: Breach, *, at: datetime) -> int:
    """Choose who gets a letter, and give how many; the worker writes them in batches.

    Nobody is chosen twice, and of several who read the same mailbox one is. Whoever was added
    since the last time can be told later.

    :raises NothingToTell: unless the risk is high and the letter is written in all languages.
    """
    locked = Breach.objects.select_for_update().get(pk=breach.pk)
    texts = (locked.letter_fi, locked.letter_sv, locked.letter_en)
    if not locked.is_high or not all(texts) or locked.closed_at is not None:
        raise NothingToTell
    rows = list(Affected.objects.filter(breach=locked).order_by("pk"))
    known = addresses_of({row.about for row in rows})
    taken = {known[row.about].email for row in rows if row.chosen_at and row.about in known}
    chosen = []
    for row in rows:
        mailbox = known.get(row.about)
        if row.chosen_at is None and mailbox is not None and mailbox.email not in taken:
            taken.add(mailbox.email)
            chosen.append(row.pk)
    Affected.objects.filter(pk__in=chosen).update(chosen_at=at)
    if locked.told_at is None:
        locked.told_at = at
        locked.save(update_fields=["told_at"])
    return len(chosen)


@transaction.atomic
def write_batch(breach: Breach, *, at: datetime) -> int:
    """Write the next letters to those who were chosen, each once; give how many were looked at."""
    waiting = Affected.objects.filter(breach=breach, chosen_at__isnull=False, letter_at=None)
    rows = list(waiting.select_for_update(skip_locked=True, of=("self",)).order_by("pk")[:BATCH])
    known = addresses_of({row.about for row in rows})
    for row in rows:
        mailbox = known.get(row.about)
        if mailbox is None:
            continue
        write_letter(
            to=mailbox.email,
            language=mailbox.language,
            kind=TOLD,
            context={"words": breach.letter(mailbox.language), "number": breach.number},
            at=at,
            reply_to=settings.CONTROLLER["contact_email"],
            about=row.about,
        )
    Affected.objects.filter(pk__in=[row.pk for row in rows]).update(letter_at=at)
    return len(rows)


@transaction.atomic
def raise_alarms(*, at: datetime) -> list[Letter]:
    """Write to the contact person when another mark of a clock has passed, once for each."""
    letters = []
    for breach in Breach.objects.waiting().select_for_update(skip_locked=True).order_by("due_at"):
        passed = sum(breach.share(at) >= mark for mark in MARKS)
        if passed <= breach.alarms:
            continue
        breach.alarms = passed
        breach.save(update_fields=["alarms"])
        letters.append(_alarm(breach, at))
    return letters


def _alarm(breach: Breach, at: datetime) -> Letter:
    hours = int(breach.left(at).total_seconds() // 3600)
    return write_letter(
        to=settings.CONTROLLER["contact_email"],
        language=settings.LANGUAGE_CODE,
        kind=ALARM,
        context={
            "breach": breach,
            "hours": max(hours, 0),
            "is_over": breach.left(at) < timedelta(0),
        },
        at=at,
    )
