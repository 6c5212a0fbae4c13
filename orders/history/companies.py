"""A company's orders, for its members by what they may see."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from customers.companies.views import membership_or_404
from orders.sales.models import Order

ORDERS_ON_A_PAGE = 20


@never_cache
@require_safe
@login_required
def company_orders(request: HttpRequest, key: UUID) -> HttpResponse:
    """List what was bought for a company, the newest first: to a buyer the own orders only."""
    mine = membership_or_404(request, key)
    seen = Order.objects.of_company(mine).select_related("customer")
    newest = seen.annotate(line_count=Count("lines")).order_by("-placed_at", "-pk")
    page = Paginator(newest, ORDERS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"mine": mine, "company": mine.company, "page_obj": page}
    return render(request, "orders/history/company.html", context)
