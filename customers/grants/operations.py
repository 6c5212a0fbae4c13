"""Give access, end it, confirm it, remind of its end, and note who has promised confidentiality."""

from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import Group
from django.db import IntegrityError, transaction
from django.utils import timezone, translation
from django.utils.translation import pgettext_lazy

from customers.grants.models import Acknowledgement, Grant, GrantReview
from customers.grants.powers import GrantedPowers
from customers.grants.roles import OWNER, role_words
from privacy.editions.models import Edition
from privacy.outbox.kinds import name_letters
from privacy.outbox.operations import write_letter
from privacy.statement import edition_in_force

REMIND = timedelta(days=14)
"""So long before its last day it is written that access is about to end."""
BATCH = 200

name_letters(
    {
        "access_ends": pgettext_lazy("letter", "access is about to end"),
    }
)


class GrantedAlready(Exception):
    """The person has that role on some of those days."""


class NotAnothers(Exception):
    """Nobody gives access to themselves, and nobody confirms their own."""


class OnlyOwnersMakeOwners(Exception):
    """The role that may do everything is given by somebody who has it."""


class TooLong(Exception):
    """Access lasts no longer than the shop's setting lets it."""


class LastOwner(Exception):
    """Nobody would be left who can give access."""


class OverAlready(Exception):
    """The grant has ended."""


def give_grant(
    *,
    account: GrantedPowers,
    role: Group,
    begins_date: date,
    last_date: date,
    reason: str,
    by: GrantedPowers,
    at: datetime,
    employer: str = "",
) -> Grant:
    """Give a named person a role for a time. To extend it is to give the next one.

    :raises NotAnothers: when somebody would give access to themselves.
    :raises OnlyOwnersMakeOwners: when somebody else would make an owner.
    :raises TooLong: when it would run longer than LONGEST_GRANT_DAYS.
    :raises GrantedAlready: when the person has the role on some of those days.
    """
    if account.pk == by.pk:
        raise NotAnothers
    if role.name == OWNER and not by.is_owner:
        raise OnlyOwnersMakeOwners
    if last_date - begins_date > timedelta(days=settings.LONGEST_GRANT_DAYS):
        raise TooLong
    grant = Grant(
        account_id=account.pk,
        role=role,
        begins_date=begins_date,
        last_date=last_date,
        reason=reason,
        given_by_id=by.pk,
        given_at=at,
    )
    return _write(grant, employer)


def grant_at_installation(
    *,
    account: GrantedPowers,
    role: str,
    last_date: date,
    reason: str,
    at: datetime,
    employer: str = "",
) -> Grant:
    """Give access as whoever runs the server: to the first accounts, or when nobody else can.

    :raises GrantedAlready: when the person has the role on some of those days.
    """
    group, _new = Group.objects.get_or_create(name=role)
    grant = Grant(
        account_id=account.pk,
        role=group,
        begins_date=timezone.localdate(at),
        last_date=last_date,
        reason=reason,
        given_at=at,
        at_installation=True,
    )
    return _write(grant, employer)


def _write(grant: Grant, employer: str) -> Grant:
    if employer:
        grant.employer = employer
    try:
        with transaction.atomic():
            # In turn: of two that overlap each would else wait for the other to end.
            list(Group.objects.filter(pk=grant.role_id).select_for_update(no_key=True))
            grant.save(force_insert=True)
    except IntegrityError as refusal:
        if "grants_of_one_role_do_not_overlap" in str(refusal):
            raise GrantedAlready from refusal
        raise
    return grant


@transaction.atomic
def end_grant(grant: Grant, *, by: GrantedPowers, why: str, at: datetime) -> Grant:
    """End a grant now, at the holder's very next request.

    :raises OverAlready: when it has ended.
    :raises LastOwner: when nobody would be left who can give access.
    """
    # Two owners who end each other's access at once come here one after the other.
    list(Group.objects.filter(name=OWNER).select_for_update())
    grant = Grant.objects.select_related("role").select_for_update(of=("self",)).get(pk=grant.pk)
    today = timezone.localdate(at)
    if grant.is_over(today):
        raise OverAlready
    if grant.role.name == OWNER and not _other_owners(grant, today):
        raise LastOwner
    grant.ended_at, grant.ended_by_id, grant.ended_why = at, by.pk, why
    grant.save(update_fields=["ended_at", "ended_by", "ended_why"])
    return grant


def _other_owners(grant: Grant, day: date) -> bool:
    owners = Grant.objects.running(day).filter(role=grant.role, account__is_active=True)
    runs = grant.begins_date <= day
    return not runs or owners.exclude(pk=grant.pk).exists()


@transaction.atomic
def confirm_grant(grant: Grant, *, by: GrantedPowers, at: datetime) -> GrantReview:
    """Say that a grant is still needed.

    :raises NotAnothers: when it is the confirming person's own.
    :raises OverAlready: when it has ended.
    """
    grant = Grant.objects.select_for_update().get(pk=grant.pk)
    if grant.account_id == by.pk:
        raise NotAnothers
    if grant.is_over(timezone.localdate(at)):
        raise OverAlready
    return GrantReview.objects.create(grant=grant, by_id=by.pk, at=at)


def reviews_waiting_for(account: GrantedPowers, *, at: datetime) -> int:
    """Count the grants that wait for a review which this person may give."""
    return Grant.objects.to_review(at).exclude(account_id=account.pk).count()


# --- Before the end -----------------------------------------------------------------------------


def remind_of_ends(*, at: datetime) -> int:
    """Write to holders and givers whose grants end within a fortnight, once; give how many."""
    reminded = 0
    while batch := _remind(at):
        reminded += batch
    return reminded


@transaction.atomic
def _remind(at: datetime) -> int:
    today = timezone.localdate(at)
    ending = (
        Grant.objects.ending(today, within=REMIND)
        .filter(reminded_at=None)
        .select_related("account", "role", "given_by")
        .order_by("pk")
    )
    grants = list(ending.select_for_update(of=("self",), skip_locked=True)[:BATCH])
    for grant in grants:
        if not _goes_on(grant):
            _write_reminders(grant, today, at)
    Grant.objects.filter(pk__in=[grant.pk for grant in grants]).update(reminded_at=at)
    return len(grants)


def _goes_on(grant: Grant) -> bool:
    later = Grant.objects.filter(account=grant.account, role=grant.role, ended_at=None)
    return later.filter(last_date__gt=grant.last_date).exists()


def _write_reminders(grant: Grant, today: date, at: datetime) -> None:
    for reader in [grant.account, *_who_can_extend(grant, today)]:
        if not reader.is_active:
            continue
        with translation.override(reader.language):
            role = role_words(grant.role)
        write_letter(
            to=reader.email,
            language=reader.language,
            kind="access_ends",
            context={
                "is_holder": reader.pk == grant.account_id,
                "name": grant.account.full_name,
                "role": role,
                "day": grant.last_date,
            },
            at=at,
            about=grant.pk,
        )


def _who_can_extend(grant: Grant, today: date) -> list[GrantedPowers]:
    """Give whoever has given it; where that person is gone, the owners of today."""
    giver = grant.given_by
    if giver is not None and giver.is_active and giver.has_access:
        return [giver]
    return owners(but=grant.account, day=today)


def owners(*, day: date, but: GrantedPowers | None = None) -> list[GrantedPowers]:
    """List those who can give access, by name."""
    running = Grant.objects.running(day).filter(role__name=OWNER)
    current = running.filter(account__is_active=True, account__is_staff=True)
    if but is not None:
        current = current.exclude(account_id=but.pk)
    return [
        grant.account
        for grant in current.select_related("account").order_by("account__full_name", "pk")
    ]


# --- Confidentiality ----------------------------------------------------------------------------


def has_acknowledged(account: GrantedPowers, edition: Edition) -> bool:
    """Tell whether somebody has promised confidentiality under an edition."""
    return Acknowledgement.objects.filter(account_id=account.pk, edition=edition).exists()


def acknowledge(*, account: GrantedPowers, at: datetime) -> Acknowledgement:
    """Note that somebody has read the edition in force and promises confidentiality."""
    said, _new = Acknowledgement.objects.get_or_create(
        account_id=account.pk, edition=edition_in_force(at), defaults={"at": at}
    )
    return said


def silent_staff(edition: Edition, *, day: date) -> list[GrantedPowers]:
    """List those with access who have not acknowledged an edition yet, by name."""
    running = Grant.objects.running(day).filter(account__is_active=True, account__is_staff=True)
    silent = running.exclude(account__acknowledgements__edition=edition)
    people: dict[UUID, GrantedPowers] = {
        grant.account_id: grant.account for grant in silent.select_related("account")
    }
    return sorted(people.values(), key=lambda person: person.full_name)
