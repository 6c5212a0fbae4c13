"""A company's orders and their invoices, for its members by what they may see."""

from dataclasses import dataclass
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from customers.companies.views import membership_or_404
from orders.history.page import Voucher, voucher_of
from orders.invoicing.models import Invoice
from orders.sales.models import Order

ORDERS_ON_A_PAGE = INVOICES_ON_A_PAGE = 20


@dataclass(frozen=True)
class Row:
    """What was issued to a company, beside the order that it is of."""

    voucher: Voucher
    order: Order


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


@never_cache
@require_safe
@login_required
def company_invoices(request: HttpRequest, key: UUID) -> HttpResponse:
    """List what was issued to a company, the newest first: to a buyer of the own orders only."""
    mine = membership_or_404(request, key)
    issued = Invoice.objects.filter(order__in=Order.objects.of_company(mine))
    newest = issued.select_related("order__customer").order_by("-date", "-number")
    page = Paginator(newest, INVOICES_ON_A_PAGE).get_page(request.GET.get("page"))
    rows = [Row(voucher_of(each), each.order) for each in page]
    context = {"mine": mine, "company": mine.company, "page_obj": page, "rows": rows}
    return render(request, "orders/history/company_invoices.html", context)
