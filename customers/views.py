"""A customer's own pages."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from customers.companies.operations import CompanyIsKnown, add_company
from customers.forms import CompanyForm, DetailsForm
from customers.models import Address, Customer, Membership, Session
from customers.operations import change_details
from customers.own_data import account_or_404
from customers.security import factors_of
from customers.visitors import card_of, own_card


@require_safe
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Show what a customer can do here, and how things stand."""
    card, account = card_of(request), account_or_404(request)
    kept = list(Address.objects.of(card).defaults_first()[:2]) if card is not None else []
    running = Session.objects.filter(account=account, expire_date__gt=timezone.now())
    context = {
        "card": card,
        "memberships": memberships_of(card),
        "delivery": next((each for each in kept if each.is_delivery), None),
        "billing": next((each for each in kept if each.is_billing), None),
        "session_count": running.count(),
        **factors_of(account),
    }
    return render(request, "customers/account.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def details(request: HttpRequest) -> HttpResponse:
    """Let a customer correct name, telephone and language."""
    card = own_card(request)
    known = {name: getattr(card, name) for name in DetailsForm.base_fields}
    form = DetailsForm(request.POST or None, initial=known)
    if form.is_valid():
        change_details(card, **form.cleaned_data)
        messages.success(request, _("Your details were saved."))
        with translation.override(card.language):
            return redirect(reverse("customers:details"))
    return render(request, "customers/details.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def company(request: HttpRequest) -> HttpResponse:
    """Show the companies a customer buys for, and register one."""
    card = own_card(request)
    form = CompanyForm(request.POST or None)
    if form.is_valid():
        try:
            added = add_company(card, **form.cleaned_data, at=timezone.now())
        except CompanyIsKnown:
            form.add_error(
                "business_id",
                _("This company is already registered here. Ask its admin to add you."),
            )
        else:
            messages.success(request, _("The company was added."))
            return redirect("customers:company-page", added.company_id)
    context = {"form": form, "memberships": memberships_of(card)}
    return render(request, "customers/company.html", context)


def memberships_of(card: Customer | None) -> list[Membership]:
    """List the companies somebody buys for, the oldest first."""
    if card is None:
        return []
    return list(card.memberships.select_related("company").order_by("created_at"))
