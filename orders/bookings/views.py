"""A customer's appointments, those to come first; `orders/returns` has the page of each."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from customers.models import Customer
from customers.visitors import card_of
from orders.bookings.models import Booking

APPOINTMENTS_ON_A_PAGE = 20


@dataclass(frozen=True)
class Row:
    """An appointment as its reader sees it."""

    booking: Booking
    comes: bool
    is_own: bool
    """Only the buyer is shown the way to where it is moved and cancelled."""
    can_change: bool


@never_cache
@require_safe
@login_required
def own(request: HttpRequest) -> HttpResponse:
    """List a customer's appointments, and those bought for companies the customer approves for."""
    card, now = card_of(request), timezone.now()
    mine = Booking.objects.none() if card is None else Booking.objects.visible_to(card)
    shown = mine.select_related("slot", "bought_as__order__customer", "bought_as__order__company")
    page = Paginator(shown.soonest_first(now), APPOINTMENTS_ON_A_PAGE)
    page_obj = page.get_page(request.GET.get("page"))
    rows = [_row(booking, card, now) for booking in page_obj]
    context = {
        "page_obj": page_obj,
        "to_come": [row for row in rows if row.comes],
        "past": [row for row in rows if not row.comes],
    }
    return render(request, "orders/bookings/list.html", context)


def _row(booking: Booking, card: Customer | None, now: datetime) -> Row:
    return Row(
        booking=booking,
        comes=booking.is_to_come and booking.ends_at > now,
        is_own=card is not None and booking.bought_as.order.customer_id == card.pk,
        can_change=booking.can_be_changed(now),
    )
