"""Agreements: their documents, laying them before their party, accepting and ending them."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from hashlib import sha256
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from customers.models import Customer, Membership
from orders.agreements.letters import write_accepted, write_offered
from orders.agreements.papers import check, last_of
from orders.catalogue.agreements import Agreement, AgreementDocument, AgreementState
from privacy.base import Gone
from privacy.erase import destroy_files_beneath
from privacy.locks import share_person, unless_crossed

FOLDER = "agreements"
OPEN_FOR = timedelta(days=60)
"""So long an agreement waits for its party; then staff have it back as a draft."""


class NotADraft(Exception):
    """The agreement lies before its party, or was accepted before."""


class NotInForce(Exception):
    """Only an agreement in force can be ended."""


class NotAccepted(Exception):
    """Nobody has accepted it yet, or nobody who may for its party."""


class Overlaps(Exception):
    """Another agreement of the party gives a price for one of the variants on some of the days."""


class GivesNothing(Exception):
    """The list has no price on any day of the agreement."""


class TooSoon(Exception):
    """An agreement ends today at the earliest: what has been bought was bought under it."""


class NotOffered(Exception):
    """The agreement does not wait for its party: accepted already, or taken back."""


class NothingToRead(Exception):
    """Nobody is asked to accept an agreement without a document."""


class NobodyToAsk(Exception):
    """The party has no account, or the company no admin, who could accept in it."""


class AnotherDocument(Exception):
    """The document is not the one that was read."""


class OfferOver(Exception):
    """It waited too long, or its last day has passed."""


@transaction.atomic
def lay_in(*, agreement: Agreement, content: bytes, at: datetime) -> AgreementDocument:
    """Lay the next edition of a draft's document in; the same file again is the same edition.

    :raises NotAPaper: when it is no plain document.
    :raises NotADraft: when its party has it before it, or has accepted it.
    """
    check(content)
    held = _hold(agreement)
    if not held.is_draft:
        raise NotADraft
    last, digest = last_of(held), sha256(content).hexdigest()
    if last is not None and last.sha256 == digest:
        return last
    document = AgreementDocument(
        agreement=held,
        edition=1 if last is None else last.edition + 1,
        size=len(content),
        sha256=digest,
        added_at=at,
    )
    name = f"{FOLDER}/{held.pk}-{document.edition}.pdf"
    document.file.storage.delete(name)  # what an attempt left behind that was rolled back
    document.file.save(name, ContentFile(content), save=False)
    document.save(force_insert=True)
    return document


def offer(*, agreement: Agreement, at: datetime) -> Agreement:
    """Lay a draft before its party, who reads it in the account and accepts it there.

    :raises NotADraft: when it lies there already, or was accepted.
    :raises NothingToRead: when it has no document.
    :raises NobodyToAsk: when nobody could accept it in an account.
    :raises Overlaps: when it could not come into force beside another agreement of the party.
    :raises GivesNothing: when it would give no price.
    :raises OfferOver: when its last day has passed.
    """
    return _or_overlaps(lambda: _offer(agreement, at))


def _offer(agreement: Agreement, at: datetime) -> Agreement:
    asked = list(_who_may_accept(agreement))
    for card in asked:
        share_person(card.email)
    held = _hold(agreement)
    if not held.is_draft:
        raise NotADraft
    document = last_of(held)
    if document is None:
        raise NothingToRead
    if not asked:
        raise NobodyToAsk
    if _is_over(held, at):
        raise OfferOver
    _rehearse(held, asked[0], at)
    held.state, held.offered_at = AgreementState.OFFERED, at
    held.accepted_by = held.accepted_at = None
    held.save(update_fields=["state", "offered_at", "accepted_by", "accepted_at"])
    for card in asked:
        write_offered(held, card, until=at + OPEN_FOR, at=at)
    return held


def _rehearse(agreement: Agreement, by: Customer, at: datetime) -> None:
    """Refuse now what the database would refuse when the party accepts."""
    with transaction.atomic():
        tried = _hold(agreement)
        tried.accepted_by, tried.accepted_at = by, at
        _let_hold(tried)
        transaction.set_rollback(True)


def take_back(*, agreement: Agreement, at: datetime) -> Agreement:
    """Make a draft again of what waits for its party, so that it can be put right.

    :raises NotOffered: when the party was quicker.
    """
    with transaction.atomic():
        held = _hold(agreement)
        if not held.is_offered:
            raise NotOffered
        held.state, held.offered_at = AgreementState.DRAFT, None
        held.save(update_fields=["state", "offered_at"])
    return held


def accept(*, agreement: Agreement, by: Customer, seen: str, at: datetime) -> Agreement:
    """Let an agreement come into force as its party accepts it in the account.

    :param seen: the checksum of the document as the party has read it.
    :raises Gone: when it was taken away meanwhile.
    :raises NotOffered: when it was accepted already, or taken back.
    :raises NotAccepted: when whoever accepts may not, or not any more.
    :raises AnotherDocument: when it is not what was read.
    :raises OfferOver: when it waited too long.
    :raises Overlaps: when another agreement of the party came between.
    """
    return _or_overlaps(lambda: _accept(agreement, by, seen, at))


def _accept(agreement: Agreement, by: Customer, seen: str, at: datetime) -> Agreement:
    share_person(by.email)
    try:
        held = _hold(agreement)
    except Agreement.DoesNotExist:
        raise Gone(Agreement._meta.label) from None
    if not held.is_offered:
        raise NotOffered
    if not _who_may_accept(held).filter(pk=by.pk).exists():
        raise NotAccepted
    if held.offered_at is None or at > held.offered_at + OPEN_FOR or _is_over(held, at):
        raise OfferOver
    document = last_of(held)
    if document is None or document.sha256 != seen:
        raise AnotherDocument
    held.accepted_by, held.accepted_at, held.accepted_online = by, at, True
    accepted = _let_hold(held)
    write_accepted(accepted, by, at=at)
    return accepted


def _who_may_accept(agreement: Agreement) -> QuerySet[Customer]:
    """Give the person who has an account, or the admins of the company."""
    with_account = Customer.objects.exclude(account=None).order_by("pk")
    if agreement.customer_id is not None:
        return with_account.filter(pk=agreement.customer_id)
    admins = Membership.objects.admins().filter(company=agreement.company_id)
    return with_account.filter(pk__in=admins.values("customer"))


def _is_over(agreement: Agreement, at: datetime) -> bool:
    return agreement.valid_until is not None and agreement.valid_until < timezone.localdate(at)


def put_in_force(*, agreement: Agreement, at: datetime) -> Agreement:
    """Let a draft come into force as its party has accepted it on paper.

    :raises NotADraft: when somebody was quicker.
    :raises NotAccepted: when nobody has accepted, or somebody who does not belong to the party.
    :raises Overlaps: when another agreement of the party covers the same variant on the same day.
    :raises GivesNothing: when it would give no price.
    """
    return _or_overlaps(lambda: _put_in_force(agreement, at))


def _or_overlaps(deed: Callable[[], Agreement]) -> Agreement:
    """Do it whole; of two that overlap at once each may wait for the other, and one does it again.

    :raises Overlaps: when the database finds another agreement in its way.
    """
    try:
        return unless_crossed(transaction.atomic(deed))
    except IntegrityError as trouble:
        if "one_agreement_for_a_variant_a_day" not in str(trouble):
            raise
        raise Overlaps from None


def _put_in_force(agreement: Agreement, at: datetime) -> Agreement:
    held = _hold(agreement)
    if not held.is_draft:
        raise NotADraft
    if held.accepted_at is None or held.accepted_at > at or not _may_accept(held):
        raise NotAccepted
    return _let_hold(held)


def _let_hold(held: Agreement) -> Agreement:
    """Write down to whom and of which document the acceptance is."""
    document = last_of(held)
    held.party_name = name_of_party(held)
    held.accepted_sha256 = document.sha256 if document is not None else ""
    held.state = AgreementState.IN_FORCE
    accepted = ["accepted_by", "accepted_at", "accepted_online", "accepted_sha256"]
    held.save(update_fields=["party_name", "state", *accepted])
    if not held.covers.exists():
        raise GivesNothing
    return held


def end(*, agreement: Agreement, at: datetime, last_day: date | None = None) -> Agreement:
    """Write down that notice was given; prices are given to the last day, and not one day more.

    :param last_day: where both agree on another day than that of the notice period.
    :raises NotInForce: when it is a draft, or over.
    :raises TooSoon: when the day is over already, or before the agreement begins.
    """
    today = timezone.localdate(at)
    with transaction.atomic():
        held = _hold(agreement)
        if not held.is_in_force or held.notice_at is not None:
            raise NotInForce
        day = last_day or today + timedelta(days=held.notice_days)
        if day < max(today, held.valid_from):
            raise TooSoon
        held.valid_until = min(day, held.valid_until or day)
        held.notice_at = at
        held.save(update_fields=["valid_until", "notice_at"])
    return held


def close_what_is_over(*, at: datetime) -> int:
    """Close agreements whose last day has passed; their prices ended with the day itself."""
    over = Agreement.objects.in_force().filter(valid_until__lt=timezone.localdate(at))
    return over.update(state=AgreementState.ENDED)


def take_back_what_waits_in_vain(*, at: datetime) -> int:
    """Give staff back what the party has not accepted in its time."""
    waits = Agreement.objects.filter(state=AgreementState.OFFERED)
    vain = waits.filter(Q(offered_at__lt=at - OPEN_FOR) | Q(valid_until__lt=timezone.localdate(at)))
    return vain.update(state=AgreementState.DRAFT, offered_at=None)


def let_old_drafts_go(*, at: datetime) -> int:
    """Delete drafts that nobody has accepted in all the time for which an agreement is kept."""
    old = at - timedelta(days=settings.KEEP_AGREEMENTS_DAYS)
    drafts = Agreement.objects.filter(state=AgreementState.DRAFT, created_at__lt=old)
    with transaction.atomic():
        keys = list(drafts.select_for_update(of=("self",)).values_list("pk", flat=True))
        _delete(keys)
    return len(keys)


def throw_away(*, agreement: Agreement) -> None:
    """Delete a draft, and what was laid into it.

    :raises NotADraft: when it was laid before its party, or accepted, meanwhile.
    """
    with transaction.atomic():
        held = _hold(agreement)
        if not held.is_draft:
            raise NotADraft
        _delete([held.pk])


def _delete(keys: list[UUID]) -> None:
    destroy_files_beneath(Agreement, keys)
    Agreement.objects.filter(pk__in=keys).delete()


def _hold(agreement: Agreement) -> Agreement:
    return Agreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)


def _may_accept(agreement: Agreement) -> bool:
    if agreement.accepted_by_id is None:
        return False
    if agreement.customer_id is not None:
        return bool(agreement.accepted_by_id == agreement.customer_id)
    who = Membership.objects.filter(customer=agreement.accepted_by_id)
    return who.filter(company=agreement.company_id).exists()


def name_of_party(agreement: Agreement) -> str:
    """Call the party as it is called now."""
    if agreement.company is not None:
        return agreement.company.name
    card = agreement.customer
    return card.called if card is not None else ""
