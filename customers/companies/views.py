"""The pages of a company: for its members by what they may, and for nobody else."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from customers.companies.forms import CompanyDetailsForm, InviteForm, MemberForm
from customers.companies.operations import (
    AddressNotProved,
    AlreadyMember,
    InvitationOver,
    LastAdmin,
    NotAdmin,
    TooManyInvitations,
    accept,
    change_company,
    change_member,
    invitation_behind,
    invite,
    leave,
    proved_addresses,
    remove_member,
    take_back,
)
from customers.models import Invitation, Membership, MembershipEvent
from customers.own_data import account_or_404
from customers.visitors import own_card
from privacy.limits import TOO_MANY, Busy, may_send_form

ON_A_PAGE = 25
GONE = 410


def membership_or_404(request: HttpRequest, key: UUID, *, admin: bool = False) -> Membership:
    """Give the visitor's own membership in a company; another company is as unknown as none.

    :raises Http404: when there is none, or it does not let the visitor do this.
    """
    mine = Membership.objects.select_related("company", "customer")
    found = mine.filter(company_id=key, customer=own_card(request)).first()
    if found is None or (admin and not found.is_admin):
        raise Http404
    return found


@require_safe
@login_required
@never_cache
def company_page(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show a company to a member: to buyers whom to ask, to those who approve also the others."""
    mine = membership_or_404(request, key)
    members = Membership.objects.filter(company=mine.company).select_related("customer")
    if not mine.approves:
        members = members.who_approve()
    members = members.order_by("customer__last_name", "customer__first_name", "pk")
    now = timezone.now()
    letters = Invitation.objects.filter(company=mine.company, expires_at__gt=now)
    context = {
        "mine": mine,
        "company": mine.company,
        "page_obj": Paginator(members, ON_A_PAGE).get_page(request.GET.get("page")),
        "invitations": list(letters) if mine.is_admin else [],
    }
    return render(request, "customers/company/page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def details(request: HttpRequest, key: UUID) -> HttpResponse:
    """Let an admin correct what is known of the company."""
    mine = membership_or_404(request, key, admin=True)
    form = CompanyDetailsForm(request.POST or None, company=mine.company)
    if form.is_valid():
        with_or_404(change_company, by=mine, said=form.cleaned_data, at=timezone.now())
        messages.success(request, _("The company's details were saved."))
        return redirect("customers:company-page", key)
    return render(request, "customers/company/details.html", {"form": form, "mine": mine})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def invite_member(request: HttpRequest, key: UUID) -> HttpResponse:
    """Let an admin invite somebody; the answer is the same for every address."""
    mine = membership_or_404(request, key, admin=True)
    now = timezone.now()
    form = InviteForm(request.POST or None)
    status = 200
    if form.is_valid():
        said = form.cleaned_data
        try:
            _count_letter(request)
            with_or_404(
                invite, by=mine, email=said["email"], role=said["role"], limits=form.limits, at=now
            )
        except AlreadyMember:
            form.add_error("email", _("This person is a member of the company already."))
        except TooManyInvitations:
            form.add_error(None, _("Too many invitations are on their way. Take some back first."))
        except Busy:
            status = TOO_MANY
            form.add_error(None, _("Many invitations were sent just now. Try again in an hour."))
        else:
            messages.success(request, _("The invitation is on its way. It holds for two weeks."))
            return redirect("customers:company-page", key)
    context = {"form": form, "mine": mine}
    return render(request, "customers/company/invite.html", context, status=status)


def _count_letter(request: HttpRequest) -> None:
    """Count one more form that sends a letter to whatever address is typed.

    :raises Busy: when there have been enough for now.
    """
    if not may_send_form(request, at=timezone.now()):
        raise Busy


@require_POST
@login_required
@never_cache
def withdraw_invitation(request: HttpRequest, key: UUID, invitation: UUID) -> HttpResponse:
    """Let an admin take an invitation back."""
    mine = membership_or_404(request, key, admin=True)
    if not with_or_404(take_back, by=mine, key=invitation):
        raise Http404
    messages.success(request, _("The invitation was taken back."))
    return redirect("customers:company-page", key)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def member(request: HttpRequest, key: UUID, member: UUID) -> HttpResponse:
    """Let an admin change what a member may."""
    mine = membership_or_404(request, key, admin=True)
    found = _member_or_404(mine, member)
    known = {name: getattr(found, name) for name in MemberForm.base_fields}
    form = MemberForm(request.POST or None, initial=known)
    if form.is_valid():
        role = form.cleaned_data["role"]
        now = timezone.now()
        try:
            with_or_404(change_member, by=mine, key=member, role=role, limits=form.limits, at=now)
        except LastAdmin:
            form.add_error("role", last_admin_words())
        else:
            messages.success(request, _("The membership was changed."))
            return redirect("customers:company-page", key)
    context = {"form": form, "mine": mine, "member": found}
    return render(request, "customers/company/member.html", context)


@require_POST
@login_required
@never_cache
def remove(request: HttpRequest, key: UUID, member: UUID) -> HttpResponse:
    """Let an admin take somebody out of the company."""
    mine = membership_or_404(request, key, admin=True)
    _member_or_404(mine, member)
    try:
        with_or_404(remove_member, by=mine, key=member, at=timezone.now())
    except LastAdmin:
        messages.error(request, last_admin_words())
        return redirect("customers:company-page", key)
    messages.success(request, _("The member was removed."))
    is_me = member == mine.pk
    return redirect("customers:company") if is_me else redirect("customers:company-page", key)


@require_POST
@login_required
@never_cache
def leave_company(request: HttpRequest, key: UUID) -> HttpResponse:
    """Let a member leave."""
    mine = membership_or_404(request, key)
    try:
        leave(member=mine, at=timezone.now())
    except LastAdmin:
        messages.error(request, last_admin_words())
        return redirect("customers:company-page", key)
    messages.success(request, _("You have left the company."))
    return redirect("customers:company")


@require_safe
@login_required
@never_cache
def history(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show an admin who has changed whose membership, and when."""
    mine = membership_or_404(request, key, admin=True)
    events = MembershipEvent.objects.filter(company=mine.company)
    events = events.select_related("customer", "by").order_by("-at", "-pk")
    page = Paginator(events, ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "customers/company/history.html", {"mine": mine, "page_obj": page})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def invitation(request: HttpRequest, key: str) -> HttpResponse:
    """Let whoever was invited join; a mail scanner that looks does nothing."""
    card, account, now = own_card(request), account_or_404(request), timezone.now()
    found = invitation_behind(key, at=now)
    is_mine = found is not None and found.email in proved_addresses(account)
    context: dict[str, Any] = {"invitation": found if is_mine else None, "is_there": bool(found)}
    if request.method != "POST":
        status = 200 if found else GONE
        return render(request, "customers/company/invitation.html", context, status=status)
    try:
        joined = accept(card=card, account=account, key=key, at=now)
    except AlreadyMember:
        messages.info(request, _("You buy for this company already."))
        return redirect("customers:company")
    except (InvitationOver, AddressNotProved):
        return render(request, "customers/company/invitation.html", context, status=GONE)
    messages.success(request, _("You now buy for %(company)s.") % {"company": joined.company.name})
    return redirect("customers:company-page", joined.company_id)


def last_admin_words() -> str:
    """Say why the last admin stays."""
    return _("Make somebody else an admin first: a company with members keeps an admin.")


def _member_or_404(mine: Membership, key: UUID) -> Membership:
    members = Membership.objects.select_related("customer").filter(company=mine.company)
    found = members.filter(pk=key).first()
    if found is None:
        raise Http404
    return found


def with_or_404(act: Any, **said: Any) -> Any:
    """Do what an admin may; somebody who is none any more finds no such page."""
    try:
        return act(**said)
    except NotAdmin:
        raise Http404 from None
