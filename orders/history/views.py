"""An order after it was placed: for whoever has its address, and for its own buyer."""

from decimal import Decimal

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from customers.visitors import card_of
from orders.checkout.leaving import may_leave
from orders.checkout.paying import standing_of
from orders.complaints.models import Complaint
from orders.complaints.standing import complaining_about
from orders.downloads.files import is_open
from orders.former.models import FormerOrder
from orders.history.downloads import bought
from orders.history.page import invoices_of, lines_of, next_word, paper_of, timeline_of
from orders.invoicing.models import Invoice
from orders.payments.operations import to_pay
from orders.returns.standing import standing_of as withdrawing_from
from orders.returns.unsent import left_out_of
from orders.sales.models import Order, OrderEvent, OrderLine, OrderQuerySet
from orders.sales.net import for_company
from orders.sales.payment import instructions_for
from privacy.private_answers import for_one_reader

ORDERS_ON_A_PAGE = 20


@never_cache
@require_safe
def by_address(request: HttpRequest, secret: str) -> HttpResponse:
    """Show an order to whoever has its unguessable address."""
    return _page(request, get_object_or_404(_with_everything(), secret=secret), own=False)


@never_cache
@require_safe
@login_required
def own(request: HttpRequest, number: str) -> HttpResponse:
    """Show an order of the customer's, or of the company's to whoever approves for it.

    Another's is as unknown as none at all.
    """
    card = card_of(request)
    if card is None:
        raise Http404
    order = get_object_or_404(_with_everything().visible_to(card), number=number)
    return _page(request, order, own=True, is_buyer=order.customer_id == card.pk)


@never_cache
@require_safe
@login_required
def history(request: HttpRequest) -> HttpResponse:
    """List a customer's own orders, the newest first."""
    card = card_of(request)
    mine = Order.objects.of(card) if card is not None else Order.objects.none()
    newest = mine.annotate(line_count=Count("lines")).order_by("-placed_at", "-pk")
    page = Paginator(newest, ORDERS_ON_A_PAGE)
    context = {
        "page_obj": page.get_page(request.GET.get("page")),
        "former": FormerOrder.objects.of(card).count() if card is not None else 0,
    }
    return render(request, "orders/history/list.html", context)


@never_cache
@require_safe
@login_required
def former(request: HttpRequest) -> HttpResponse:
    """List what a customer ordered in a former shop, the newest first."""
    card = card_of(request)
    mine = FormerOrder.objects.of(card) if card is not None else FormerOrder.objects.none()
    page = Paginator(mine.order_by("-placed_date", "-number"), ORDERS_ON_A_PAGE)
    context = {"page_obj": page.get_page(request.GET.get("page"))}
    return render(request, "orders/history/former.html", context)


def _with_everything() -> OrderQuerySet:
    return Order.objects.select_related("confirmation").prefetch_related(
        Prefetch("lines", OrderLine.objects.select_related("variant__product", "booking__slot")),
        "lines__variant__pictures",
        "lines__variant__product__pictures",
        "vat_rows",
        Prefetch("invoices", Invoice.objects.order_by("number")),
        Prefetch("events", OrderEvent.objects.order_by("at", "pk")),
        "parcels",
        "payments",
        "withdrawals",
        Prefetch("complaints", Complaint.objects.order_by("received_at")),
    )


def _left(order: Order) -> Decimal | None:
    """Tell what is to be paid of an order of which something was credited; else it is its total."""
    return to_pay(order) if any(each.is_credit_note for each in order.invoices.all()) else None


def _page(request: HttpRequest, order: Order, *, own: bool, is_buyer: bool = True) -> HttpResponse:
    now = timezone.now()
    standing = standing_of(order, at=now)
    net = for_company(order)
    context = {
        "order": order,
        "own": own,
        "is_buyer": is_buyer,
        "lines": lines_of(order, left_out_of([order]), net),
        "net": net,
        "payment": instructions_for(order, left=_left(order)),
        "paying": standing.stage,
        "can_pay": standing.can_pay,
        "left_to_pay": standing.left,
        "patience": settings.PAYTRAIL_PATIENCE,
        "invoices": invoices_of(order),
        "confirmation": paper_of(order),
        "downloads": [] if order.is_cancelled else bought(order),
        "downloads_are_open": is_open(order),
        "timeline": timeline_of(order),
        "next_word": next_word(order),
        "withdrawing": withdrawing_from(order, at=now),
        "complaining": complaining_about(order),
    }
    answer = for_one_reader(render(request, "orders/history/order.html", context))
    return may_leave(answer) if standing.can_pay else answer
