"""What somebody did as a guest, and takes into their account once the address is proved."""

from dataclasses import dataclass
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Count, Exists, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from customers.models import Account, Customer
from customers.visitors import account_of, card_of, own_card
from orders.bookings.models import Booking
from orders.former.models import FormerOrder, FormerOrderQuerySet
from orders.offers.models import CouponUse
from orders.quotes.models import Quote, QuoteQuerySet
from orders.sales.models import Order, OrderQuerySet
from orders.subscriptions.models import Subscription
from privacy.locks import hold_person, unless_crossed
from privacy.normal import normal_email

FOLLOWS = (Booking, Subscription, CouponUse)
"""What an order brought along: it names the same guest, and goes where the order goes."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits under an address, or was taken into an account."""

    orders: int = 0
    quotes: int = 0

    @property
    def anything(self) -> bool:
        return bool(self.orders or self.quotes)


def guest_orders_of(account: Account) -> OrderQuerySet:
    """Find the orders made without an account under an address whose owner has proved it.

    Anybody can type anybody's address: before the proof there are none.
    """
    return Order.objects.filter(_has_proved(account), customer=None, email=account.email)


def former_guest_orders_of(account: Account) -> FormerOrderQuerySet:
    """Find the orders of a former shop that wait under an address whose owner has proved it."""
    return FormerOrder.objects.filter(_has_proved(account), customer=None, email=account.email)


def guest_quotes_of(account: Account) -> QuoteQuerySet:
    """Find the quotes asked for without an account under an address whose owner has proved it."""
    return Quote.objects.filter(_has_proved(account), customer=None, email=account.email)


def _has_proved(account: Account) -> Exists:
    return Exists(EmailAddress.objects.filter(user=account, email=account.email, verified=True))


def waiting_for(account: Account) -> Waiting:
    """Count what an account may take among its own, by one query."""
    counted = Account.objects.filter(pk=account.pk).values_list(
        _count(guest_orders_of(account)),
        _count(former_guest_orders_of(account)),
        _count(guest_quotes_of(account)),
    )
    orders, former, quotes = counted.first() or (0, 0, 0)
    return Waiting(orders=orders + former, quotes=quotes)


def _count(rows: QuerySet[Any]) -> Coalesce:
    """Count rows of one address within a query."""
    counted = rows.order_by().values("email").annotate(count=Count("pk")).values("count")
    return Coalesce(Subquery(counted), 0)


def waiting_here(request: HttpRequest) -> Waiting:
    """Count what a visitor may take among the own, for the pages that offer it."""
    account = account_of(request)
    return Waiting() if account is None or card_of(request) is None else waiting_for(account)


def claim_what_waits(account: Account, *, card: Customer) -> Waiting:
    """Give an account's card what its owner did as a guest; give how much that was.

    Taken twice it is taken once. Nothing is joined that has a card already.
    """
    return unless_crossed(lambda: _claim(account, card))


@transaction.atomic
def _claim(account: Account, card: Customer) -> Waiting:
    hold_person(account.email)
    held = Account.objects.select_for_update(no_key=True).filter(pk=account.pk).first()
    if held is None or normal_email(held.email) != normal_email(account.email):
        return Waiting()
    if not Customer.objects.filter(pk=card.pk, account=held).exists():
        return Waiting()
    orders = _take(guest_orders_of(held), card)
    former = former_guest_orders_of(held).update(customer=card, email="")
    quotes = _take(guest_quotes_of(held), card)
    for model in FOLLOWS:
        brought = model._default_manager.filter(customer=None, email=held.email)
        _take(brought.filter(_has_proved(held)), card)
    return Waiting(orders=orders + former, quotes=quotes)


def _take(rows: QuerySet[Any], card: Customer) -> int:
    """Give a card some rows, held in the order of their keys as everybody holds them."""
    keys = list(rows.order_by("pk").select_for_update().values_list("pk", flat=True))
    taken: int = rows.model._default_manager.filter(pk__in=keys).update(customer=card)
    return taken


@require_POST
@login_required
@never_cache
def claim(request: HttpRequest) -> HttpResponse:
    """Take what whoever is signed in did as a guest among their own."""
    card, account = own_card(request), account_of(request)
    taken = claim_what_waits(account, card=card) if account is not None else Waiting()
    if taken.orders:
        words = ngettext(
            "%(count)s order was added to your orders.",
            "%(count)s orders were added to your orders.",
            taken.orders,
        )
        messages.success(request, words % {"count": taken.orders})
    if taken.quotes:
        words = ngettext(
            "%(count)s quote was added to your quotes.",
            "%(count)s quotes were added to your quotes.",
            taken.quotes,
        )
        messages.success(request, words % {"count": taken.quotes})
    return redirect("orders:quotes" if taken.quotes and not taken.orders else "orders:history")
