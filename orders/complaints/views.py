"""Complain about a defect, from the order's page: for whoever has its address, and its buyer."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from customers.visitors import card_or_404
from orders.complaints.forms import ComplaintForm
from orders.complaints.models import Complaint
from orders.complaints.operations import complain
from orders.complaints.photos import MOST_IN_ALL, shown
from orders.returns.cases import still_out
from orders.sales.models import Order
from privacy.csrf import same_origin_is_enough
from privacy.languages import readers_language
from privacy.large_forms import takes_files
from privacy.limits import TOO_MANY, ask_to_wait, may_send_form
from privacy.private_answers import for_one_reader

BAD_REQUEST = 400

Way = Complaint.Way


@takes_files(MOST_IN_ALL)
@same_origin_is_enough
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def by_address(request: HttpRequest, secret: str) -> HttpResponse:
    """Let whoever has an order's address complain about a defect."""
    order = get_object_or_404(Order.objects.prefetch_related("lines"), secret=secret)
    return _complain(request, order, Way.ADDRESS, back=order.get_absolute_url())


@takes_files(MOST_IN_ALL)
@same_origin_is_enough
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@login_required
def own(request: HttpRequest, number: str) -> HttpResponse:
    """Let a customer complain about a defect in one of their own orders."""
    mine = Order.objects.of(card_or_404(request)).prefetch_related("lines")
    order = get_object_or_404(mine, number=number)
    return _complain(
        request, order, Way.MEMBER, back=reverse("orders:own-order", args=[order.number])
    )


@require_safe
@never_cache
@login_required
def own_photo(request: HttpRequest, number: str, complaint: str, place: str) -> HttpResponseBase:
    """Show customers a picture that they sent; by an order's address alone nobody sees one."""
    orders = Order.objects.of(card_or_404(request))
    mine = Complaint.objects.filter(order__in=orders, order__number=number)
    return shown(get_object_or_404(mine, number=complaint), place)


def _complain(request: HttpRequest, order: Order, way: Complaint.Way, *, back: str) -> HttpResponse:
    left = still_out(order)
    if request.method != "POST":
        return _page(request, ComplaintForm(order=order, left=left), back)
    form = ComplaintForm(request.POST, request.FILES, order=order, left=left)
    if not form.is_valid():
        return _page(request, form, back, status=BAD_REQUEST)
    if not may_send_form(request, at=timezone.now()):
        return ask_to_wait(_page(request, form, back, status=TOO_MANY))
    complaint = complain(
        order=order,
        told=form.told(),
        way=way,
        language=readers_language(),
        at=timezone.now(),
    )
    words = _("We have received your complaint %(number)s. A receipt is on its way to you.")
    messages.success(request, words % {"number": complaint.number})
    return redirect(f"{back}#complaining")


def _page(
    request: HttpRequest, form: ComplaintForm, back: str, *, status: int = 200
) -> HttpResponse:
    context = {
        "form": form,
        "order": form.order,
        "back": back,
        "is_too_often": status == TOO_MANY,
    }
    answer = render(request, "orders/complaints/complain.html", context, status=status)
    return for_one_reader(answer)
