"""Orders that somebody made as a guest, and takes into their account once the address is proved."""

from allauth.account.models import EmailAddress
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models import Exists
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from customers.models import Account, Customer
from customers.visitors import account_of, own_card
from orders.former.models import FormerOrder, FormerOrderQuerySet
from orders.sales.models import Order, OrderQuerySet
from privacy.locks import hold_person


def guest_orders_of(account: Account) -> OrderQuerySet:
    """Find the orders made without an account under an address whose owner has proved it.

    Anybody can type anybody's address: before the proof there are none.
    """
    return Order.objects.filter(_has_proved(account), customer=None, email=account.email)


def former_guest_orders_of(account: Account) -> FormerOrderQuerySet:
    """Find the orders of a former shop that wait under an address whose owner has proved it."""
    return FormerOrder.objects.filter(_has_proved(account), customer=None, email=account.email)


def _has_proved(account: Account) -> Exists:
    return Exists(EmailAddress.objects.filter(user=account, email=account.email, verified=True))


def waiting_for(account: Account) -> int:
    """Count the orders that an account may take among its own, by one query."""
    here, there = guest_orders_of(account), former_guest_orders_of(account)
    return here.order_by().values("pk").union(there.order_by().values("pk"), all=True).count()


@transaction.atomic
def claim_guest_orders(account: Account, *, card: Customer) -> int:
    """Give an account's card its owner's guest orders; give how many there were."""
    hold_person(account.email)
    held = Account.objects.select_for_update(no_key=True).filter(pk=account.pk).first()
    if held is None or not Customer.objects.filter(pk=card.pk, account=held).exists():
        return 0
    former = former_guest_orders_of(held).update(customer=card, email="")
    return former + guest_orders_of(held).update(customer=card)


@require_POST
@login_required
@never_cache
def claim(request: HttpRequest) -> HttpResponse:
    """Take the guest orders of whoever is signed in among their own."""
    card, account = own_card(request), account_of(request)
    count = claim_guest_orders(account, card=card) if account is not None else 0
    if count:
        messages.success(
            request,
            ngettext(
                "%(count)s order was added to your orders.",
                "%(count)s orders were added to your orders.",
                count,
            )
            % {"count": count},
        )
    return redirect("orders:history")
