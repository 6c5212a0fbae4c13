"""Release a newsletter, and write it batch by batch to those whose consent stands."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from customers.newsletter.letters import write_proofs, write_to
from customers.newsletter.models import CODES, Newsletter
from privacy.consents.models import Consent
from privacy.consents.operations import address_of
from privacy.consents.purposes import For
from privacy.locks import share_person
from privacy.outbox.models import Letter
from privacy.restriction.honouring import at_large

BATCH = 100
"""So many letters are written in one transaction: a worker that is killed has written none."""


class NotWhole(Exception):
    """It does not say something in all three languages."""


class ReleasedAlready(Exception):
    """It has been released before: nobody gets it twice."""


@transaction.atomic
def release(newsletter: Newsletter, *, at: datetime) -> Newsletter:
    """Let a newsletter go to all who consented before this moment, and never again.

    :raises NotWhole: when a language lacks its words.
    :raises ReleasedAlready: when somebody else was quicker.
    """
    found = Newsletter.objects.select_for_update().get(pk=newsletter.pk)
    if found.released_at is not None:
        raise ReleasedAlready
    if not found.is_whole:
        raise NotWhole
    found.released_at = at
    found.save(update_fields=["released_at"])
    return found


@transaction.atomic
def send_proof(newsletter: Newsletter, *, to: str, at: datetime) -> int:
    """Send it to its writer, in each language; tell how many letters those are."""
    return len(write_proofs(newsletter, to=to, at=at))


@transaction.atomic
def write_some(newsletter_id: UUID, *, at: datetime) -> bool:
    """Write the next batch, and tell whether there may be more.

    The letters and how far it has come are one transaction, and only one worker at a time is in
    it: so whoever gets a letter gets it once, whatever becomes of the worker.
    """
    waiting = Newsletter.objects.under_way().select_for_update(skip_locked=True)
    found = waiting.filter(pk=newsletter_id).first()
    if found is None:
        return False
    batch = list(receivers(found)[:BATCH])
    for consent in batch:
        found.written += _write(found, consent, at)
        found.reached = consent.pk
    if not batch:
        found.finished_at = at
    found.save(update_fields=["written", "reached", "finished_at"])
    return bool(batch)


def receivers(newsletter: Newsletter) -> QuerySet[Consent]:
    """Find to whom it is still to be written; whose data are only stored is left alone."""
    standing = Consent.objects.filter(purpose=For.NEWSLETTER, ended_at=None)
    if newsletter.released_at is not None:
        standing = standing.filter(at__lte=newsletter.released_at)
    if newsletter.reached is not None:
        standing = standing.filter(pk__gt=newsletter.reached)
    return at_large(standing).select_related("account").order_by("pk")


def _write(newsletter: Newsletter, consent: Consent, at: datetime) -> bool:
    """Write to one receiver, unless the consent has ended or another one led there before."""
    address = address_of(consent)
    if not address:
        return False
    share_person(address)
    is_there = Letter.objects.filter(about=newsletter.pk, to=address).exists()
    if is_there or not consent.is_in_use(at):
        return False
    language = consent.account.language if consent.account else consent.language
    language = language if language in CODES else CODES[0]
    write_to(newsletter, consent, to=address, language=language, at=at)
    return True


def left(newsletter: Newsletter) -> int:
    """Count the letters that have left the shop, while the shop remembers them."""
    return Letter.objects.filter(about=newsletter.pk, sent_at__isnull=False).count()


def waiting(newsletter: Newsletter) -> int:
    """Count the letters that wait for the mail server."""
    return Letter.objects.filter(about=newsletter.pk, sent_at=None).count()
