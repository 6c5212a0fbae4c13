"""Letters about memberships: to whoever is invited, to members, and to a company's admins."""

from datetime import datetime

from django.urls import reverse
from django.utils import translation
from django.utils.translation import pgettext_lazy

from customers.models import Customer, Invitation, Membership, MembershipEvent
from privacy.locks import share_person
from privacy.outbox.addresses import absolute
from privacy.outbox.kinds import name_letters
from privacy.outbox.operations import write_letter

name_letters(
    {
        "company_invitation": pgettext_lazy("letter", "invitation to a company"),
        "company_member": pgettext_lazy("letter", "members of a company"),
    }
)


def write_invitation(invitation: Invitation, *, key: str, at: datetime) -> None:
    """Invite in the language of whoever invites: nothing else is known of the reader."""
    language = invitation.by.language if invitation.by else "fi"
    with translation.override(language):
        address = absolute(reverse("customers:invitation", args=[key]))
        statement = absolute(reverse("privacy:statement"))
    write_letter(
        to=invitation.email,
        language=language,
        kind="company_invitation",
        context={
            "company": invitation.company,
            "by": invitation.by.full_name if invitation.by else "",
            "role": invitation.get_role_display,
            "until": invitation.expires_at,
            "url": address,
            "statement_url": statement,
        },
        about=invitation.pk,
        at=at,
    )


def tell_member(
    member: Membership, kind: MembershipEvent.Kind, *, at: datetime, by_staff: bool = False
) -> None:
    """Tell somebody what became of the own membership."""
    _write(member.customer, member, kind, is_own=True, by_staff=by_staff, at=at)


def tell_admins(
    member: Membership, kind: MembershipEvent.Kind, *, but: Customer | None, at: datetime
) -> None:
    """Tell those who look after a company that somebody has come or gone."""
    admins = Membership.objects.filter(company_id=member.company_id).admins()
    others = admins.exclude(customer=but).select_related("customer").order_by("pk")
    for admin in others:
        _write(admin.customer, member, kind, is_own=False, by_staff=False, at=at)


def _write(
    to: Customer,
    member: Membership,
    kind: MembershipEvent.Kind,
    *,
    is_own: bool,
    by_staff: bool,
    at: datetime,
) -> None:
    share_person(to.email)
    if not Customer.objects.filter(pk=to.pk).exists():
        return
    with translation.override(to.language):
        address = absolute(reverse("customers:company"))
    write_letter(
        to=to.email,
        language=to.language,
        kind="company_member",
        context={
            "company": member.company,
            "member": member,
            "name": member.customer.full_name,
            "what": kind.value,
            "is_own": is_own,
            "by_staff": by_staff,
            "url": address,
        },
        about=to.pk,
        at=at,
    )
