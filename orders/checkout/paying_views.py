"""Paying an order at the payment service: going there, coming back, and what it says itself."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from customers.visitors import card_of
from orders.basket.views import see_other
from orders.checkout.hearing import hear
from orders.checkout.paying import NothingToPay, begin_payment
from orders.checkout.refunding import hear_refund
from orders.payments.models import Payment, PaymentEvent
from orders.payments.paytrail.client import Unavailable
from orders.sales.models import Order
from privacy.private_answers import unlisted

PAYING = "paying"
MOST_KNOWN = 5


@never_cache
@require_POST
def pay(request: HttpRequest, secret: str) -> HttpResponse:
    """Go on to the payment service with an order that is not paid yet."""
    return leave_to_pay(request, get_object_or_404(Order, secret=secret))


def leave_to_pay(request: HttpRequest, order: Order) -> HttpResponse:
    """Begin a payment and send the browser to its page; or back to the order, which waits."""
    try:
        payment = begin_payment(order=order, at=timezone.now())
    except NothingToPay:
        messages.info(request, _("There is nothing to pay just now."))
        return see_other(order.get_absolute_url())
    except Unavailable:
        messages.warning(
            request,
            _("The payment service does not answer just now. Your order waits: try again soon."),
        )
        return see_other(order.get_absolute_url())
    known = [key for key in request.session.get(PAYING, []) if key != str(order.pk)]
    request.session[PAYING] = [*known, str(order.pk)][-MOST_KNOWN:]
    return see_other(payment.page)


@never_cache
def back(request: HttpRequest) -> HttpResponse:
    """Meet the buyer who comes back from paying."""
    return _meet(request)


@never_cache
def stopped(request: HttpRequest) -> HttpResponse:
    """Meet the buyer who comes back without having paid."""
    return _meet(request)


@never_cache
@csrf_exempt
def heard(request: HttpRequest) -> HttpResponse:
    """Hear the payment service's own call: the first truth about a payment."""
    if request.method != "GET":
        return HttpResponseNotAllowed(["GET"])
    hear(query=_said(request), source=PaymentEvent.Source.CALLBACK, at=timezone.now())
    return HttpResponse(status=200, content_type="text/plain")


@never_cache
@csrf_exempt
def refund_heard(request: HttpRequest) -> HttpResponse:
    """Hear the payment service's own call about a refund."""
    if request.method != "GET":
        return HttpResponseNotAllowed(["GET"])
    hear_refund(query=_said(request), source=PaymentEvent.Source.CALLBACK, at=timezone.now())
    return HttpResponse(status=200, content_type="text/plain")


def _meet(request: HttpRequest) -> HttpResponse:
    """Take the word that the browser brings, and lead to the order whoever began to pay it.

    The address itself leads nobody to an order: it has passed through other hands.
    """
    if request.method != "GET":
        return HttpResponseNotAllowed(["GET"])
    event = hear(query=_said(request), source=PaymentEvent.Source.RETURN, at=timezone.now())
    payment = None
    if event is not None and event.payment_id is not None:
        payment = Payment.objects.select_related("order").get(pk=event.payment_id)
    if payment is not None and _knows(request, payment.order):
        return see_other(payment.order.get_absolute_url())
    context = {"state": payment.state if payment is not None else ""}
    answer = render(request, "orders/checkout/came_back.html", context)
    return unlisted(answer)


def _knows(request: HttpRequest, order: Order) -> bool:
    if str(order.pk) in request.session.get(PAYING, []):
        return True
    card = card_of(request)
    return card is not None and order.customer_id == card.pk


def _said(request: HttpRequest) -> dict[str, list[str]]:
    return {name: [str(value) for value in values] for name, values in request.GET.lists()}
