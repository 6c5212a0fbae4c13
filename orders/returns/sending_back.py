"""How goods are sent back: where, by when, at whose cost; on a page to print."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from customers.visitors import card_or_404
from orders.returns.models import ReturnCase, ReturnLine
from orders.sales.models import Order
from privacy.private_answers import for_one_reader

SEND_WITHIN_DAYS = 14
"""Consumer Protection Act 38/1978, chapter 6, section 18; Directive 2011/83/EU, Article 14."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """What comes back after one notice, and by when."""

    case: ReturnCase
    lines: list[ReturnLine]
    send_by: date


def return_address() -> str:
    """Say where goods are sent back to."""
    own = f"{settings.CONTROLLER['name']}, {settings.CONTROLLER['address']}"
    return settings.RETURN_ADDRESS or own


def send_by(notified_at: datetime) -> date:
    """Give the last day on which a buyer may send the goods back."""
    return timezone.localdate(notified_at) + timedelta(days=SEND_WITHIN_DAYS)


@require_safe
@never_cache
def by_address(request: HttpRequest, secret: str) -> HttpResponse:
    """Tell whoever has an order's address how its goods are sent back."""
    order = get_object_or_404(Order, secret=secret)
    return _page(request, order, back=order.get_absolute_url())


@require_safe
@never_cache
@login_required
def own(request: HttpRequest, number: str) -> HttpResponse:
    """Tell a customer how the goods of one of their own orders are sent back."""
    order = get_object_or_404(Order.objects.of(card_or_404(request)), number=number)
    return _page(request, order, back=reverse("orders:own-order", args=[order.number]))


def _page(request: HttpRequest, order: Order, *, back: str) -> HttpResponse:
    parcels = parcels_of(order)
    if not parcels:
        raise Http404
    context = {
        "order": order,
        "parcels": parcels,
        "to": _lines(return_address()),
        "back": back,
    }
    answer = render(request, "orders/returns/sending_back.html", context)
    return for_one_reader(answer)


def _lines(address: str) -> list[str]:
    """Set an address as on a parcel: name, street, and postcode with town."""
    name, *street = address.split(", ")
    return [name, ", ".join(street[:-1]), *street[-1:]] if street[1:] else [name, *street]


def parcels_of(order: Order) -> list[Parcel]:
    """List what of an order comes back by a notice of withdrawal, the latest first.

    What comes back for a defect is told of in the complaint's letters: the shop pays for it.
    """
    cases = ReturnCase.objects.filter(order=order, never_sent=False).order_by("-opened_at")
    fetched = cases.select_related("notice").prefetch_related("lines__order_line")
    return [
        Parcel(case, list(case.lines.all()), send_by(case.notice.received_at))
        for case in fetched
        if case.notice is not None
    ]
