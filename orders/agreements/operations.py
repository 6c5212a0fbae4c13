"""Accept agreements and end them."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from customers.models import Membership
from orders.catalogue.agreements import Agreement, AgreementState


class NotADraft(Exception):
    """The agreement was accepted before."""


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


def put_in_force(*, agreement: Agreement, at: datetime) -> Agreement:
    """Let a draft come into force as its party has accepted it.

    :raises NotADraft: when somebody was quicker.
    :raises NotAccepted: when nobody has accepted, or somebody who does not belong to the party.
    :raises Overlaps: when another agreement of the party covers the same variant on the same day.
    :raises GivesNothing: when it would give no price.
    """
    try:
        with transaction.atomic():
            return _put_in_force(agreement, at)
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
    held.party_name = _name_of_party(held)
    held.state = AgreementState.IN_FORCE
    held.save(update_fields=["party_name", "state"])
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


def let_old_drafts_go(*, at: datetime) -> int:
    """Delete drafts that nobody has accepted in all the time for which an agreement is kept."""
    old = at - timedelta(days=settings.KEEP_AGREEMENTS_DAYS)
    drafts = Agreement.objects.filter(state=AgreementState.DRAFT, created_at__lt=old)
    return drafts.delete()[0]


def _hold(agreement: Agreement) -> Agreement:
    return Agreement.objects.select_for_update(of=("self",)).get(pk=agreement.pk)


def _may_accept(agreement: Agreement) -> bool:
    if agreement.accepted_by_id is None:
        return False
    if agreement.customer_id is not None:
        return bool(agreement.accepted_by_id == agreement.customer_id)
    who = Membership.objects.filter(customer=agreement.accepted_by_id)
    return who.filter(company=agreement.company_id).exists()


def _name_of_party(agreement: Agreement) -> str:
    if agreement.company is not None:
        return agreement.company.name
    card = agreement.customer
    return (card.full_name or card.email) if card is not None else ""
