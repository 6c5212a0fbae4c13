"""A buyer cancels an order that has not left yet."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from customers.visitors import card_or_404
from orders.checkout.steps import cancel_order
from orders.sales.models import Order
from orders.sales.operations import NotPermitted
from orders.sales.states import Step
from privacy.csrf import same_origin_is_enough
from privacy.locks import unless_crossed
from privacy.private_answers import unlisted


@same_origin_is_enough
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def by_address(request: HttpRequest, secret: str) -> HttpResponse:
    """Let whoever has an order's address cancel it before it leaves."""
    order = get_object_or_404(Order, secret=secret)
    return _cancel(request, order, back=order.get_absolute_url())


@same_origin_is_enough
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def own(request: HttpRequest, number: str) -> HttpResponse:
    """Let a customer cancel one of their own orders before it leaves."""
    order = get_object_or_404(Order.objects.of(card_or_404(request)), number=number)
    return _cancel(request, order, back=reverse("orders:own-order", args=[order.number]))


def _cancel(request: HttpRequest, order: Order, *, back: str) -> HttpResponse:
    """Ask once more, then cancel; whoever is quicker, the buyer or the packer, wins."""
    if request.method != "POST":
        if Step.CANCEL not in order.steps:
            return _too_late(request, order, back)
        answer = render(request, "orders/returns/cancel.html", {"order": order, "back": back})
        return unlisted(answer)
    try:
        unless_crossed(lambda: cancel_order(order=order, at=timezone.now()))
    except NotPermitted:
        order.refresh_from_db()
        return _too_late(request, order, back)
    messages.success(request, _("The order is cancelled. What you have paid is returned."))
    return redirect(back)


def _too_late(request: HttpRequest, order: Order, back: str) -> HttpResponse:
    if order.is_cancelled:
        messages.info(request, _("The order has been cancelled already."))
    else:
        messages.warning(
            request,
            _(
                "The order has left already and can no longer be cancelled. "
                "You may withdraw from it."
            ),
        )
    return redirect(back)
