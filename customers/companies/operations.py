"""What members do with a company and with each other's memberships.

Each operation holds the company's row first, so that changes of one company come one after the
other, and then looks who does it: somebody who was an admin a moment ago is none any more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from allauth.account.models import EmailAddress
from django.core import signing
from django.db import IntegrityError, transaction

from customers.companies.leaving import tell_that_out
from customers.companies.letters import tell_admins, tell_member, write_invitation
from customers.models import Account, Company, Customer, Invitation, Membership, MembershipEvent
from privacy.base import Gone
from privacy.limits import has_enough_letters
from privacy.locks import share_person, unless_crossed
from privacy.normal import normal_email
from privacy.provenance.operations import note_own_word

SALT = "customers.invitation"
INVITATION_HOLDS = timedelta(days=14)
MOST_INVITATIONS = 100
"""So many may be on their way from one company; nobody sends letters through us by the thousand."""

Kind = MembershipEvent.Kind
Role = Membership.Role


class CompanyIsKnown(Exception):
    """Somebody has registered the company before."""


class NotAdmin(Exception):
    """Only an admin of the company may do this."""


class LastAdmin(Exception):
    """Nobody would be left who looks after the company's members."""


class AlreadyMember(Exception):
    """The person buys for the company already."""


class TooManyInvitations(Exception):
    """As many invitations are on their way as a company may have at once."""


class InvitationOver(Exception):
    """The invitation was used, taken back, or has expired."""


class AddressNotProved(Exception):
    """Who was invited is known by the address, and the account has not proved it."""


@dataclass(frozen=True)
class Limits:
    """So much may be spent without asking, without VAT; None is without limit."""

    order: Decimal | None = None
    month: Decimal | None = None

    @property
    def columns(self) -> dict[str, Decimal | None]:
        return {"order_limit": self.order, "month_limit": self.month}


def add_company(card: Customer, *, name: str, business_id: str, at: datetime) -> Membership:
    """Register a company, with the one who does it as its first admin.

    :raises CompanyIsKnown: when it is registered; its own admin decides who joins.
    :raises Gone: when the card was erased in the meantime.
    """
    try:
        with transaction.atomic():
            if not Customer.objects.select_for_update(no_key=True).filter(pk=card.pk).exists():
                raise Gone(Customer._meta.label)
            company = Company.objects.create(name=name, business_id=business_id, created_at=at)
            member = Membership.objects.create(
                company=company, customer=card, role=Role.ADMIN, created_at=at
            )
            note(member, Kind.JOINED, by=card, at=at)
            return member
    except IntegrityError:
        raise CompanyIsKnown from None


def key_of(invitation: Invitation) -> str:
    """Give the key that the letter carries; nobody can make one up."""
    return signing.dumps(str(invitation.pk), salt=SALT)


def invitation_behind(key: str, *, at: datetime) -> Invitation | None:
    """Find the invitation that a letter carries, while it holds."""
    try:
        pk = signing.loads(key, salt=SALT)
    except signing.BadSignature:
        return None
    found = Invitation.objects.select_related("company", "by").filter(pk=pk, expires_at__gt=at)
    return found.first()


def proved_addresses(account: Account) -> list[str]:
    """List the addresses that an account has been shown to read."""
    proved = EmailAddress.objects.filter(user=account, verified=True)
    return [normal_email(each) for each in proved.values_list("email", flat=True)]


def invite(
    *, by: Membership, email: str, role: str, limits: Limits, at: datetime
) -> Invitation | None:
    """Invite somebody by mail. Nobody learns here whether the address has an account.

    An invitation that is on its way to the address already is written anew, and the older letter
    opens nothing any more.

    :raises NotAdmin: when whoever invites is no admin, or not any more.
    :raises AlreadyMember: when a member of the company is known by that address.
    :raises TooManyInvitations: when as many as may be are on their way.
    """
    email = normal_email(email)
    said = {"role": role, **limits.columns}
    return unless_crossed(lambda: _invite(by, email, said, at))


@transaction.atomic
def _invite(by: Membership, email: str, said: Mapping[str, Any], at: datetime) -> Invitation | None:
    may_write = not has_enough_letters(email, at=at)
    actor = _hold_as_admin(by)
    company = actor.company
    if company.memberships.filter(customer__email=email).exists():
        raise AlreadyMember
    Invitation.objects.filter(company=company, expires_at__lte=at).delete()
    Invitation.objects.filter(company=company, email=email).delete()
    if Invitation.objects.filter(company=company).count() >= MOST_INVITATIONS:
        raise TooManyInvitations
    invitation = Invitation.objects.create(
        company=company,
        email=email,
        by=actor.customer,
        created_at=at,
        expires_at=at + INVITATION_HOLDS,
        **said,
    )
    if may_write:
        write_invitation(invitation, key=key_of(invitation), at=at)
    return invitation


@transaction.atomic
def take_back(*, by: Membership, key: UUID) -> bool:
    """Take an invitation back; give whether it was still there.

    :raises NotAdmin: when whoever does it is no admin, or not any more.
    """
    actor = _hold_as_admin(by)
    gone, _each = Invitation.objects.filter(company=actor.company, pk=key).delete()
    return bool(gone)


def accept(*, card: Customer, account: Account, key: str, at: datetime) -> Membership:
    """Let somebody join who was invited, and has proved the address to which the letter went.

    :raises InvitationOver: when it was used, taken back, or has expired.
    :raises AddressNotProved: when the account has not proved that address.
    :raises AlreadyMember: when the account buys for the company already.
    :raises Gone: when the card was erased in the meantime.
    """
    return unless_crossed(lambda: _accept(card, account, key, at))


@transaction.atomic
def _accept(card: Customer, account: Account, key: str, at: datetime) -> Membership:
    share_person(account.email)
    if not Customer.objects.select_for_update(no_key=True).filter(pk=card.pk).exists():
        raise Gone(Customer._meta.label)
    found = invitation_behind(key, at=at)
    if found is None:
        raise InvitationOver
    company = _hold(found.company_id)
    invitation = Invitation.objects.select_for_update(of=("self",)).filter(pk=found.pk).first()
    if invitation is None:
        raise InvitationOver
    if invitation.email not in proved_addresses(account):
        raise AddressNotProved
    if company.memberships.filter(customer=card).exists():
        raise AlreadyMember
    member = Membership.objects.create(
        company=company,
        customer=card,
        role=invitation.role,
        order_limit=invitation.order_limit,
        month_limit=invitation.month_limit,
        created_at=at,
    )
    by = invitation.by
    invitation.delete()
    note(member, Kind.JOINED, by=by, at=at)
    tell_admins(member, Kind.JOINED, but=card, at=at)
    return member


def change_member(
    *, by: Membership, key: UUID, role: str, limits: Limits, at: datetime
) -> Membership:
    """Give a member another role or other limits, and tell the member.

    :raises NotAdmin: when whoever does it is no admin, or not any more.
    :raises LastAdmin: when nobody would be left who looks after the members.
    :raises Gone: when there is no such member any more.
    """
    return unless_crossed(lambda: _change_member(by, key, {"role": role, **limits.columns}, at))


@transaction.atomic
def _change_member(by: Membership, key: UUID, said: Mapping[str, Any], at: datetime) -> Membership:
    actor = _hold_as_admin(by)
    member = _member(actor.company, key)
    changed = [name for name, value in said.items() if getattr(member, name) != value]
    if not changed:
        return member
    if "role" in changed and is_last_admin(member):
        raise LastAdmin
    for name, value in said.items():
        setattr(member, name, value)
    member.save(update_fields=list(said))
    note_own_word(member, changed, at=at)
    kind = Kind.ROLE if "role" in changed else Kind.LIMIT
    note(member, kind, by=actor.customer, at=at)
    if member.pk != actor.pk:
        tell_member(member, kind, at=at)
    return member


def remove_member(*, by: Membership, key: UUID, at: datetime) -> None:
    """Take somebody out of a company, and tell the person.

    :raises NotAdmin: when whoever does it is no admin, or not any more.
    :raises LastAdmin: when nobody would be left who looks after the members.
    :raises Gone: when there is no such member any more.
    """
    unless_crossed(lambda: _remove(by, key, at))


@transaction.atomic
def _remove(by: Membership, key: UUID, at: datetime) -> None:
    actor = _hold_as_admin(by)
    member = _member(actor.company, key)
    _take_out(member, Kind.REMOVED, by=actor.customer, at=at)
    tell_member(member, Kind.REMOVED, at=at)


def leave(*, member: Membership, at: datetime) -> None:
    """Let somebody leave a company; those who look after it are told.

    :raises LastAdmin: when others stay, and nobody among them would be an admin.
    :raises Gone: when the person is no member any more.
    """
    unless_crossed(lambda: _leave(member, at))


@transaction.atomic
def _leave(member: Membership, at: datetime) -> None:
    company = _hold(member.company_id)
    mine = _member(company, member.pk)
    _take_out(mine, Kind.LEFT, by=mine.customer, at=at)
    tell_admins(mine, Kind.LEFT, but=mine.customer, at=at)


@transaction.atomic
def change_company(*, by: Membership, said: Mapping[str, str], at: datetime) -> Company:
    """Correct a company at its admin's word; who it is by law, only staff correct.

    :raises NotAdmin: when whoever does it is no admin, or not any more.
    """
    company = _hold_as_admin(by).company
    changed = [name for name, value in said.items() if getattr(company, name) != value]
    for name, value in said.items():
        setattr(company, name, value)
    company.save(update_fields=list(said))
    note_own_word(company, changed, at=at)
    return company


def is_last_admin(member: Membership) -> bool:
    """Tell whether others would be left, and no admin among them."""
    company = Membership.objects.filter(company_id=member.company_id)
    others = company.exclude(pk=member.pk)
    is_admin = company.admins().filter(pk=member.pk).exists()
    return is_admin and others.exists() and not others.admins().exists()


def note(
    member: Membership,
    kind: MembershipEvent.Kind,
    *,
    by: Customer | None = None,
    by_staff: bool = False,
    at: datetime,
) -> MembershipEvent:
    """Write down what happened to a membership, and by whose hand."""
    return MembershipEvent.objects.create(
        company_id=member.company_id,
        customer_id=member.customer_id,
        kind=kind,
        role=member.role,
        order_limit=member.order_limit,
        month_limit=member.month_limit,
        by=by,
        by_staff=by_staff,
        at=at,
    )


def _take_out(
    member: Membership, kind: MembershipEvent.Kind, *, by: Customer, at: datetime
) -> None:
    if is_last_admin(member):
        raise LastAdmin
    note(member, kind, by=by, at=at)
    Membership.objects.filter(pk=member.pk).delete()
    tell_that_out(member.company_id, member.customer_id, at=at)


def _hold(company_id: UUID) -> Company:
    company = Company.objects.select_for_update(no_key=True).filter(pk=company_id).first()
    if company is None:
        raise Gone(Company._meta.label)
    return company


def _hold_as_admin(by: Membership) -> Membership:
    """Hold the company, and see whether the one who acts is still its admin."""
    company = _hold(by.company_id)
    actor = Membership.objects.select_related("company", "customer").filter(pk=by.pk).first()
    if actor is None or not actor.is_admin:
        raise NotAdmin
    actor.company = company
    return actor


def _member(company: Company, key: UUID) -> Membership:
    """Find a member of this company, and of no other; an erasure waits until the end."""
    mine = Membership.objects.select_related("company", "customer__account")
    member = mine.filter(company=company, pk=key).first()
    if member is None:
        raise Gone(Membership._meta.label)
    share_person(member.customer.email)
    if not Customer.objects.select_for_update(no_key=True).filter(pk=member.customer_id).exists():
        raise Gone(Membership._meta.label)
    return member
