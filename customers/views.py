"""A customer's own pages."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from customers.visitors import card_of, company_of


@require_safe
@login_required
def account(request: HttpRequest) -> HttpResponse:
    """Show what a customer can do here."""
    return render(
        request,
        "customers/account.html",
        {"card": card_of(request), "company": company_of(request)},
    )
