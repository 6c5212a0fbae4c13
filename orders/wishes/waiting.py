"""Wait for a variant, wait no more, and be told in fair order when it is back.

Whoever asked first is told first, and so many at a time that each has a fair chance: two people
for each free piece, and the next ones a day later if pieces are still left. A telling and its
letter are one transaction, so that nobody is told twice and nobody is passed over, whatever
becomes of the worker.
"""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.db.models import F

from customers.models import Account
from orders.catalogue.models import Product, Variant
from orders.stock.models import Level
from orders.wishes.awaited import Awaited
from orders.wishes.letters import CAME_BACK, write_came_back, write_confirm
from privacy.base import Gone
from privacy.consents.operations import reader_of
from privacy.limits import has_enough_letters
from privacy.locks import hold_person, share_person
from privacy.normal import normal_email
from privacy.outbox.models import Letter
from privacy.restriction.honouring import at_large
from privacy.subject import known_email

WAITS = timedelta(days=180)
LINK_LASTS = timedelta(hours=24)
TURN = timedelta(days=1)
"""So long those who were told have the pieces before them; then the next are told."""
TOLD_FOR_A_PIECE = 2


class NotAwaited(Exception):
    """There is no such variant on sale, or it can be had."""


@transaction.atomic
def await_as_member(account: Account, *, variant: Variant, at: datetime) -> Awaited:
    """Let a member wait for a variant; asked twice it is asked once, at the first moment.

    :raises Gone: when the account has been erased in the meantime.
    :raises NotAwaited: when the variant can be had.
    """
    hold_person(known_email(account_id=account.pk, card_id=None))
    if not Account.objects.filter(pk=account.pk).exists():
        raise Gone(Account._meta.label)
    refuse_what_can_be_had(variant, at)
    known = Awaited.objects.filter(account=account, variant=variant).first()
    if known is not None and (known.told_at is None or known.told_at > at - TURN):
        return known
    if known is not None:
        known.delete()
    return Awaited.objects.create(
        account=account,
        variant=variant,
        language=account.language,
        asked_at=at,
        confirmed_at=at,
        until=at + WAITS,
    )


@transaction.atomic
def ask_as_guest(*, email: str, variant: Variant, language: str, at: datetime) -> None:
    """Send a link to an address; nobody waits before it is followed.

    Whether the address is known or waits already, neither the answer nor its time tells. A
    stranger can cause three letters an hour.

    :raises NotAwaited: when the variant can be had.
    """
    address = normal_email(email)
    if has_enough_letters(address, at=at):
        return
    refuse_what_can_be_had(variant, at)
    asked, is_new = Awaited.objects.get_or_create(
        account=None,
        email=address,
        variant=variant,
        defaults={"language": language, "asked_at": at, "until": at + LINK_LASTS},
    )
    if not is_new and asked.confirmed_at is None:
        asked.until = at + LINK_LASTS
        asked.save(update_fields=["until"])
    write_confirm(asked, language=language, at=at)


@transaction.atomic
def confirm(asked: Awaited, *, at: datetime) -> Awaited | None:
    """Take it that whoever reads the mailbox waits; the same link twice gives the same once."""
    hold_person(asked.email)
    found = Awaited.objects.select_for_update().filter(pk=asked.pk, until__gt=at).first()
    if found is None or found.confirmed_at is not None:
        return found
    account = next(iter(reader_of(found.email).accounts), None)
    if account is not None:
        known = Awaited.objects.filter(account_id=account, variant=found.variant_id).first()
        if known is not None:
            found.delete()
            return known
        found.account_id, found.email = account, ""
    found.confirmed_at, found.until = at, at + WAITS
    found.save()
    return found


@transaction.atomic
def wait_no_more(awaited: Awaited) -> None:
    """Let somebody wait no more; a letter that has not left yet does not leave."""
    Awaited.objects.filter(pk=awaited.pk).delete()
    Letter.objects.filter(about=awaited.pk, kind=CAME_BACK, sent_at=None).delete()


def back_again(at: datetime) -> list[UUID]:
    """Find the variants that somebody waits for and of which there are free pieces."""
    free = Level.objects.filter(on_hand__gt=F("reserved")).values("variant")
    offered = Variant.objects.active().filter(product__in=Product.objects.published(at))
    waiting = Awaited.objects.in_line(at).filter(variant__in=free)
    told = waiting.filter(variant__in=offered.values("pk"))
    return sorted(set(told.order_by().values_list("variant", flat=True)))


@transaction.atomic
def tell_some(variant_id: UUID, *, at: datetime) -> int:
    """Tell those whose turn it is that a variant is back; give how many were told.

    One worker at a time does this for a variant; another finds nothing to do.
    """
    if not _has_turn(variant_id):
        return 0
    level = Level.objects.filter(variant=variant_id).first()
    if level is None:
        return 0
    lately = Awaited.objects.filter(variant=variant_id, told_at__gt=at - TURN).count()
    room = TOLD_FOR_A_PIECE * level.free - lately
    told = 0
    for awaited in at_large(Awaited.objects.in_line(at).filter(variant=variant_id))[: max(room, 0)]:
        told += _tell(awaited, at)
    return told


def refuse_what_can_be_had(variant: Variant, at: datetime) -> None:
    """Let nobody wait for what is on the shelf, or is not sold.

    :raises NotAwaited: when that is so.
    """
    level = Level.objects.filter(variant=variant, backorder=False).first()
    is_out = level is not None and level.free <= 0
    if not (variant.is_active and variant.product.is_published(at) and is_out):
        raise NotAwaited


def _tell(awaited: Awaited, at: datetime) -> bool:
    """Write to one who waits, unless that has ended a moment ago."""
    address = awaited.email or known_email(account_id=awaited.account_id, card_id=None)
    if not address:
        return False
    share_person(address)
    waits = Awaited.objects.in_line(at).filter(pk=awaited.pk)
    if not at_large(waits).update(told_at=at, until=at + TURN):
        return False
    write_came_back(awaited, to=address, at=at)
    return True


def _has_turn(variant_id: UUID) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 23))", [str(variant_id)]
        )
        return bool(cursor.fetchone()[0])
