"""The confirmation as a file, for whoever has the order's address, and for its buyer."""

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from customers.visitors import card_or_404
from orders.checkout.confirmation import stream
from orders.checkout.models import Confirmation
from orders.sales.models import Order


@never_cache
@require_safe
def by_address(request: HttpRequest, secret: str) -> HttpResponseBase:
    """Give the paper to whoever has its order's unguessable address."""
    papers = Confirmation.objects.select_related("order")
    return stream(get_object_or_404(papers, order__secret=secret))


@never_cache
@require_safe
@login_required
def own(request: HttpRequest, number: str) -> HttpResponseBase:
    """Give a customer the paper of one of their own orders."""
    mine = Order.objects.visible_to(card_or_404(request)).filter(number=number)
    papers = Confirmation.objects.select_related("order")
    return stream(get_object_or_404(papers, order__in=mine))
