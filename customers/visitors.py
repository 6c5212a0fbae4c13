"""Who is visiting: asked of the database at most once a request, and only if somebody asks."""

from collections.abc import Callable
from typing import TypeVar, cast

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest

from customers.models import Account, Company, Customer

Answer = TypeVar("Answer")


def account_of(request: HttpRequest) -> Account | None:
    """Give the account that is signed in."""
    return request.user if isinstance(request.user, Account) else None


def card_of(request: HttpRequest) -> Customer | None:
    """Give the register card of whoever is signed in; staff have none."""
    return _once(request, "visitor_card", _find_card)


def own_card(request: HttpRequest) -> Customer:
    """Give the card of whoever is signed in.

    :raises PermissionDenied: for staff, who have none.
    """
    card = card_of(request)
    if card is None:
        raise PermissionDenied
    return card


def card_or_404(request: HttpRequest) -> Customer:
    """Give the card of whoever is signed in.

    :raises Http404: for staff, who have none.
    """
    card = card_of(request)
    if card is None:
        raise Http404
    return card


def remember_card(request: HttpRequest, card: Customer) -> None:
    """Keep the card of whoever is signed in, where it came along with something of theirs."""
    request.__dict__.setdefault("visitor_card", card)


def company_of(request: HttpRequest) -> Company | None:
    """Give the company that whoever is signed in buys for; the oldest membership decides."""
    return _once(request, "visitor_company", _find_company)


def _once(
    request: HttpRequest, name: str, find: Callable[[HttpRequest], Answer | None]
) -> Answer | None:
    if name not in request.__dict__:
        request.__dict__[name] = find(request)
    return cast(Answer | None, request.__dict__[name])


def _find_card(request: HttpRequest) -> Customer | None:
    if not request.user.is_authenticated:
        return None
    return Customer.objects.filter(account_id=request.user.pk).first()


def _find_company(request: HttpRequest) -> Company | None:
    if not request.user.is_authenticated:
        return None
    mine = Company.objects.filter(memberships__customer__account_id=request.user.pk)
    return mine.order_by("memberships__created_at").first()
