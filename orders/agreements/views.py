"""A customer's own agreements, and those of companies that the customer buys for."""

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from customers.visitors import card_of
from orders.catalogue.agreements import Agreement

ON_A_PAGE = 20


@never_cache
@require_safe
@login_required
def agreements(request: HttpRequest) -> HttpResponse:
    """List agreements, the newest first."""
    card = card_of(request)
    mine = Agreement.objects.none() if card is None else Agreement.objects.seen_by(card)
    page = Paginator(mine.order_by("-created_at", "-pk"), ON_A_PAGE)
    context = {"page_obj": page.get_page(request.GET.get("page"))}
    return render(request, "orders/agreements/list.html", context)
